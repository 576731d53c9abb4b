"""Expressions of time, resolved, and which of them dates an event."""

import datetime as dt

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks.extract.times import Anchor, anchor_of, anchored, find_times, time_of
from tasks.records import Article, Dateline, DatePrecision, Span
from tests.extract.trees import doc_of

NLP = spacy.blank("en")
NLP.add_pipe("sentencizer")
WEDNESDAY = Anchor(published=dt.date(2022, 7, 27))


def resolved(text, anchor=WEDNESDAY):
    """(words, start, end) of every expression."""
    return [(time.text, time.start, time.stop) for time in find_times(NLP(text), anchor)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on Friday", "2022-07-22", "2022-07-22"),
        ("on Wednesday", "2022-07-27", "2022-07-27"),
        ("last Wednesday", "2022-07-20", "2022-07-20"),
        ("The court will sit on Friday", "2022-07-29", "2022-07-29"),
        ("on Monday the 25 July 2022", "2022-07-25", "2022-07-25"),
        ("13 December", "2021-12-13", "2021-12-13"),
        ("Dec. 13, 2011", "2011-12-13", "2011-12-13"),
        ("the 26 June, 2022", "2022-06-26", "2022-06-26"),
        ("Thursday 21July 2022", "2022-07-21", "2022-07-21"),
        ("on February 14", "2022-02-14", "2022-02-14"),
        ("in June", "2022-06", "2022-06"),
        ("early 2019", "2019", "2019"),
        ("in September 1987", "1987-09", "1987-09"),
        ("since 2011", "2011", "2022"),
        ("from 2017 to 2020", "2017", "2020"),
        ("a 1979 coup", "1979", "1979"),
        ("20-22 May 2021", "2021-05-20", "2021-05-22"),
        ("between 13 and 15 May", "2022-05-13", "2022-05-15"),
        ("yesterday", "2022-07-26", "2022-07-26"),
        ("last night", "2022-07-26", "2022-07-26"),
        ("this week", "2022-07-25", "2022-07-27"),
        ("last week", "2022-07-18", "2022-07-24"),
        ("last month", "2022-06", "2022-06"),
        ("before dawn on Thursday", "2022-07-21", "2022-07-21"),
        ("over the weekend", "2022-07-23", "2022-07-24"),
        ("between June 28 and July 3", "2022-06-28", "2022-07-03"),
        ("from Monday to July 26", "2022-07-25", "2022-07-26"),
        ("two days ago", "2022-07-25", "2022-07-25"),
        ("three years ago", "2019", "2019"),
        ("overnight Friday-Saturday", "2022-07-22", "2022-07-23"),
        ("over the past two days", "2022-07-25", "2022-07-27"),
        ("26/07/2022", "2022-07-26", "2022-07-26"),
        ("07/26/2022", "2022-07-26", "2022-07-26"),
        ("2024-02-03", "2024-02-03", "2024-02-03"),
        ("20 NOV 89", "1989-11-20", "1989-11-20"),
    ],
)
def test_an_expression_resolves_against_the_day_of_the_story(text, start, end):
    assert [found[1:] for found in resolved(text)] == [(start, end)]


@pytest.mark.parametrize("text", ["on Friday", "last month", "yesterday", "13 December", "two weeks ago", "overnight"])
def test_without_an_anchor_relative_dates_stay_unknown(text):
    assert [found[1:] for found in resolved(text, Anchor())] == [(None, None)]


def test_without_an_anchor_a_full_date_resolves():
    assert resolved("on March 7, 1987", Anchor())[0][1:] == ("1987-03-07", "1987-03-07")


def test_two_days_earlier_is_counted_from_the_last_day_spoken_of():
    found = find_times(
        NLP("He was freed on Friday, two days earlier the convoy left, and the same day it was hit."), WEDNESDAY
    )
    assert [(time.start, time.basis) for time in found] == [
        ("2022-07-22", "published"),
        ("2022-07-20", "narrative"),
        ("2022-07-20", "narrative"),
    ]


@pytest.mark.parametrize(
    ("text", "time_of_day"),
    [
        ("at 4 p.m. on Friday", "16:00"),
        ("at 12.30am", "00:30"),
        ("at 16:30 GMT", "16:30+00:00"),
        ("Monday night", "night"),
        ("in the early hours of Friday", "early morning"),
        ("at dawn on Monday", "dawn"),
    ],
)
def test_the_time_of_day_is_kept(text, time_of_day):
    assert time_of_day in {time.time_of_day for time in find_times(NLP(text), WEDNESDAY)}


@pytest.mark.parametrize("text", ["He may go", "they march on", "Theresa May said", "2011 people", "the sun sat low"])
def test_words_that_only_look_like_dates_are_none(text):
    doc = NLP(text)
    if "Theresa" in text:
        doc.set_ents([spacy.tokens.Span(doc, 0, 2, label="Person")])
    assert find_times(doc, WEDNESDAY) == ()


def test_the_date_of_the_dateline_dates_no_event():
    doc = NLP("BOGOTA, 18 AUG 89 (AFP) -- A BOMB EXPLODED LAST NIGHT.")
    found = find_times(doc, Anchor(dateline=dt.date(1989, 8, 18)))
    assert [(time.kind, time.start) for time in found] == [("dateline", "1989-08-18"), ("point", "1989-08-17")]


def test_the_anchor_of_an_article_is_its_dateline_before_its_publication():
    article = Article(
        uri="x", name="x", media_type="text/plain", content_hash="", text="", body_text="", body=Span(start=0, end=0),
        published=dt.datetime(2024, 2, 4, tzinfo=dt.UTC),
        dateline=Dateline(text="", span=Span(start=0, end=0), date=dt.date(2024, 2, 3)),
    )  # fmt: skip
    assert (anchor_of(article).date, anchor_of(article).basis) == (dt.date(2024, 2, 3), "dateline")


def parsed(words, heads, deps, pos):
    return Doc(NLP.vocab, words=words, heads=heads, deps=deps, pos=pos)


def test_syntax_decides_between_two_dates_of_a_sentence():
    doc = parsed(
        ["Rebels", "attacked", "on", "Monday", "and", "withdrew", "on", "Tuesday", "."],
        [1, 1, 3, 1, 5, 1, 7, 5, 1],
        ["nsubj", "ROOT", "case", "obl", "cc", "conj", "case", "obl", "punct"],
        ["NOUN", "VERB", "ADP", "PROPN", "CCONJ", "VERB", "ADP", "PROPN", "PUNCT"],
    )
    times = find_times(doc, WEDNESDAY)
    assert time_of(doc[1], times, WEDNESDAY).start == "2022-07-25"
    assert time_of(doc[5], times, WEDNESDAY).start == "2022-07-26"


def test_the_day_of_a_statement_is_not_the_day_of_the_event():
    doc = NLP("Three men were shot, police said on Tuesday.")
    time = time_of(doc[3], find_times(doc, WEDNESDAY), WEDNESDAY)
    assert (time.start, time.end, time.basis) == (None, "2022-07-27", "default")


def test_a_genitive_dates_what_it_belongs_to():
    doc = NLP("Iran condemned the Wednesday shelling of the town.")
    assert time_of(doc[4], find_times(doc, WEDNESDAY), WEDNESDAY).start == "2022-07-27"


def test_an_undated_sentence_goes_on_from_the_one_before():
    doc = NLP("Troops entered the town on Monday. They shelled its centre.")
    time = time_of(doc[8], find_times(doc, WEDNESDAY), WEDNESDAY)
    assert (time.start, time.basis) == ("2022-07-25", "narrative")


def test_a_day_to_come_does_not_date_what_happened():
    doc = NLP("Troops shelled the town before the vote that will be held on Friday.")
    assert time_of(doc[1], find_times(doc, WEDNESDAY), WEDNESDAY).start is None


def test_today_with_its_date_anchors_a_story_without_a_dateline():
    found = find_times(NLP("Police today (July 26, 2022) found a body. He was shot yesterday."), Anchor())
    assert [time.start for time in found] == ["2022-07-26", "2022-07-26", "2022-07-25"]


def test_silence_leaves_the_beginning_unknown():
    doc = NLP("Troops shelled the town.")
    time = time_of(doc[1], (), WEDNESDAY)
    assert (time.start, time.precision) == (None, DatePrecision.UNKNOWN)


PIECES = st.sampled_from(
    [
        "31",
        "February",
        "2020",
        "year",
        "9999",
        "0000",
        "99/99/9999",
        "12/31/2021",
        "on",
        "Friday",
        "night",
        "ago",
        "two",
        "days",
        "earlier",
        "since",
        "Monday",
        "May",
        "32",
        "last",
        "next",
        "week",
        "1,000,000",
        "years",
        "24:61",
        "at",
        "25",
        "p.m.",
        "GMT",
        "overnight",
        "9",
        "to",
        "5",
        "-",
        ",",
        "(",
        ")",
        "2022-13-45",
        "29",
        "month",
        "that",
        "same",
        "day",
    ]
)
DATES = st.none() | st.dates()


@given(st.lists(PIECES, max_size=25).map(" ".join), DATES)
def test_no_date_breaks_the_calendar(text, date):
    doc = NLP(text)
    anchor = Anchor(published=date)
    for time in find_times(doc, anchor):
        assert text[time.start_char : time.end_char] == time.text
        assert time.start is None or time.stop is None or time.start[:4] <= time.stop[:4]
    for token in doc:
        time_of(token, find_times(doc, anchor), anchor)


@given(st.text(max_size=200), DATES)
def test_any_text_is_read_without_an_exception(text, date):
    for time in find_times(NLP(text), Anchor(dateline=date)):
        assert text[time.start_char : time.end_char] == time.text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A bomb went off on Sunday. It came a day after rebels shot five men.", "2022-07-23"),
        ("A bomb went off on Sunday, two days after rebels shot five men.", "2022-07-22"),
        ("A bomb went off on Sunday. It came hours after rebels shot five men.", None),
        ("A bomb went off on Sunday. It came on the eve of a raid in which they shot five men.", "2022-07-25"),
        ("A bomb went off on Sunday. Two days after the blast, rebels shot five men.", "2022-07-26"),
        ("A bomb went off on Sunday. It was the first since June, when rebels shot five men.", "2022-06"),
    ],
)
def test_what_is_set_off_by_a_stretch_of_time_has_a_day_of_its_own(text, day):
    doc = NLP(text)
    times = find_times(doc, WEDNESDAY)
    went, shot = (next(token for token in doc if token.text == word) for word in ("went", "shot"))
    assert time_of(shot, times, WEDNESDAY).start == day
    assert time_of(went, times, WEDNESDAY).start == "2022-07-24"


def test_two_days_earlier_is_not_counted_from_a_statement():
    text = "A bomb went off on Sunday. Police said on Tuesday they knew nothing. Two days earlier, rebels shot a man."
    assert resolved(text)[-1] == ("Two days earlier", "2022-07-22", "2022-07-22")


def test_may_day_is_no_month():
    assert resolved("at May Day rallies") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Four dead in clash\n\nGUWAHATI, Jan 2, 2024: Four men were shot dead on Monday.", dt.date(2024, 1, 2)),
        ("Rebels killed 12 villagers on Wednesday, elders said on March 9, 2023.", dt.date(2023, 3, 9)),
        ("Rebels killed 12 villagers on March 9, 2023.", None),
        ("The question is: who killed them on Jan 2, 2024?", None),
    ],
)
def test_a_story_without_a_dateline_may_say_when_it_was_filed(text, day):
    assert anchored(NLP(text), Anchor()).date == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published in The Herald, November 10th, 2024", dt.date(2024, 11, 10)),
        ("Published: 21 December 2015", dt.date(2015, 12, 21)),
        ("Updated 4 p.m., April 4, 2021", dt.date(2021, 4, 4)),
        ("A report published on April 4, 2021 told of it", None),
        ("Published 31 February 2021", None),
    ],
)
def test_a_line_that_says_when_it_was_published_anchors_a_story(line, day):
    text = f"A bomb went off on Sunday.\n\n{line}\n"
    article = Article(
        uri="t:1",
        name="t",
        media_type="text/plain",
        content_hash="0",
        text=text,
        body_text=text,
        body=Span(start=0, end=26),
    )
    assert anchor_of(article).date == day


def test_the_day_a_toll_rose_is_not_the_day_of_the_strike():
    strike = "The/DT/det/2 toll/NN/nsubj/6 from/IN/case/5 a/DT/det/5 strike/NN/nmod/2 rose/VBD/root/0 to/IN/case/8"
    doc = doc_of(f"{strike} 45/CD/obl/6 on/IN/case/10 Tuesday/NNP/obl/6")
    times = find_times(doc, WEDNESDAY)
    assert time_of(doc[4], times, WEDNESDAY).start is None


def test_what_a_decree_answers_is_not_dated_with_it():
    decree = "It/PRP/nsubj/2 extended/VBD/root/0 a/DT/det/4 curfew/NN/obj/2 on/IN/case/6 Monday/NNP/obl/2"
    doc = doc_of(f"{decree} after/IN/case/9 violent/JJ/amod/9 protests/NNS/obl/2")
    times = find_times(doc, WEDNESDAY)
    assert time_of(doc[1], times, WEDNESDAY).start == "2022-07-25"
    assert time_of(doc[8], times, WEDNESDAY).start is None


def test_a_later_sentence_may_say_when_it_happened():
    doc = doc_of(
        "Rebels/NNS/nsubj/2 killed/VBD/root/0 five/CD/nummod/4 men/NNS/obj/2",
        "The/DT/det/2 attack/NN/nsubj/3 occurred/VBD/root/0 on/IN/case/5 Sunday/NNP/obl/3",
    )
    assert time_of(doc[1], find_times(doc, WEDNESDAY), WEDNESDAY).start == "2022-07-24"
