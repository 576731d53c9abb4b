"""The story and nothing but the story, whatever page it was scraped from."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean import Limits, clean
from tasks.clean.vocabulary import furniture_headings, furniture_lines
from tasks.records import WireItem

CORPORA = Path(os.environ.get("DATELINE_CORPORA", Path(__file__).parents[3] / "shared" / "data"))
SAMPLES = Path(__file__).parents[2] / "workers" / "samples"
HEADLINE = "Rebels shell market in border town, killing six"
STORY = [
    "KELVAR, May 4 (NW) - Rebels fired mortar shells at a crowded market in the border town of Kelvar on Saturday, "
    "killing six people and wounding fourteen, the army and hospital officials said.",
    "The first shells fell shortly after nine in the morning, when farmers from the villages around Kelvar had come to "
    "sell their vegetables, said a market trader who asked not to be named.",
    "“I was thrown to the ground and when I looked up my stall was gone,” the trader said.",
    "The army said that it had returned fire and destroyed two mortar positions in the hills east of the town.",
    "A spokesman for the rebels denied that they had aimed at civilians and said that the target was an army post "
    "four hundred metres from the market.",
    "Kelvar has changed hands three times since fighting broke out in the province last autumn.",
]
TEASERS = [
    "Football: United draw at home",
    "Minister opens new bridge",
    "Ten recipes for the summer",
    "Photos: the week in pictures",
    "La ministra visita el puerto",
    "وزير الخارجية يزور المدينة",
    "Погода на неделю",
    "天气预报",
]
HEADINGS = sorted(heading for heading in furniture_headings() if 4 <= len(heading) <= 30)
LINES = sorted(line for line in furniture_lines() if len(line) >= 4)


def read(text):
    return clean(WireItem(content=text.encode(), name="page.txt"), limits=Limits())


def furniture(chance):
    block = [chance.choice(LINES) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.6:
        block += [chance.choice(HEADINGS), *chance.sample(TEASERS, chance.randint(1, 4))]
    return block


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["\n\n", "\r\n\r\n", "\n"]))
def test_no_sentence_is_lost_and_no_furniture_kept_around_a_story(seed, separator):
    chance = random.Random(seed)
    before, after = furniture(chance), furniture(chance)
    article = read(separator.join([*before, HEADLINE, *STORY, *after]))
    assert [line for line in STORY if line not in article.body_text] == []
    assert article.headline == HEADLINE
    assert article.body_text == "\n\n".join([HEADLINE, *STORY])


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_no_sentence_is_lost_when_furniture_stands_inside_a_story(seed):
    chance = random.Random(seed)
    inside = [
        chance.choice(["read also", "related articles", "اقرأ أيضا", "lea también", "читайте также"]),
        *chance.sample(TEASERS, 2),
    ]
    at = chance.randint(2, 4)
    article = read("\n\n".join([HEADLINE, *STORY[:at], *inside, *STORY[at:], chance.choice(LINES)]))
    assert article.body_text == "\n\n".join([HEADLINE, *STORY])


def test_spans_stand_in_the_file_as_it_is():
    text = "Home\r\nNews\r\n\r\n" + HEADLINE + "\r\n\r\n" + "\r\n\r\n".join(STORY) + "\r\n\r\nBack to top\r\n"
    article = read(text)
    assert article.text == text
    assert article.text[article.body.start : article.body.end].startswith(HEADLINE)
    assert article.text[article.body.start : article.body.end].endswith(STORY[-1])
    assert article.text[article.dateline.place_span.start : article.dateline.place_span.end] == "KELVAR"
    assert article.text[article.headline_span.start : article.headline_span.end] == HEADLINE


def test_hard_wrapped_lines_are_joined():
    wrapped = (
        "KELVAR (NW) - Rebels fired mortar shells at a crowded market in the\n"
        "border town of Kelvar on Saturday, killing six people and\nwounding fourteen, the army said."
    )
    article = read(f"{HEADLINE}\n\n{wrapped}\n\n{STORY[1]}")
    assert wrapped.replace("\n", " ") in article.body_text


def test_the_address_of_the_page_names_article_publisher_and_day():
    article = read("https://www.kelvarpost.example/2024/05/04/market-shelled\n\n" + "\n\n".join(STORY))
    assert article.uri == "https://www.kelvarpost.example/2024/05/04/market-shelled"
    assert article.publisher == "kelvarpost.example"
    assert article.published.date().isoformat() == "2024-05-04"
    assert article.dateline.date.isoformat() == "2024-05-04"
    assert article.body_text.startswith("KELVAR")


def test_the_same_bytes_have_the_same_identity_and_others_another():
    one, same, other = read("\n\n".join(STORY)), read("\n\n".join(STORY)), read("\n\n".join(STORY[1:]))
    assert one.uri == same.uri != other.uri
    assert one.content_hash == same.content_hash != other.content_hash


def test_the_sample_article_is_exactly_its_english_story():
    path = next(SAMPLES.rglob("us-airstrikes-syria-iraq.txt"), None)
    if path is None:
        pytest.skip("no samples in this checkout")
    article = clean(WireItem(content=path.read_bytes(), name=path.name), limits=Limits())
    body = article.text[article.body.start : article.body.end]
    assert body.startswith("US begins launching retaliatory airstrikes on Iran-linked positions in Syria and Iraq\n")
    assert body.endswith("we do know the number of members who were killed or injured, according to AFP.")
    assert article.language == "en"
    assert not any("\u0600" <= char <= "\u06ff" for char in article.body_text)
    assert len(article.body_text.split("\n\n")) == 13


def test_bounds_of_the_gold_articles():
    paths = sorted((CORPORA / "gold").glob("*.json"))
    if not paths:
        pytest.skip(f"no gold articles in {CORPORA}")
    scores = []
    for path in paths:
        entry = json.loads(path.read_text(encoding="utf-8"))
        found = clean(WireItem(content=path.with_suffix(".txt").read_bytes(), name=path.stem), limits=Limits()).body
        shared = max(0, min(found.end, entry["body_end"]) - max(found.start, entry["body_start"]))
        scores.append(2 * shared / (found.end - found.start + entry["body_end"] - entry["body_start"]))
    assert sum(scores) / len(scores) >= 0.985
