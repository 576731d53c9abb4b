"""Statements of human cost: who was harmed, how many, and which event they belong to."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks.extract.tolls import ClaimedToll, find_tolls, ties_of, to_count, tolls_of

NLP = spacy.blank("en")
NLP.add_pipe("sentencizer")


def told(text):
    """(kind, best, phrase) of every toll of an unparsed text."""
    return [(toll.kind, toll.best, toll.text) for toll in find_tolls(NLP(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thirteen inmates were killed.", [("killed", 13, "Thirteen inmates")]),
        ("The blast killed two policemen and a child.", [("killed", 3, "two policemen and a child")]),
        ("He killed his uncle, a general.", [("killed", 1, "his uncle")]),
        ("Three people, including a woman, were killed.", [("killed", 3, "Three people")]),
        ("A family of five was killed.", [("killed", 5, "A family of five")]),
        ("The strike left five dead.", [("killed", 5, "five")]),
        ("The attack claimed the lives of 12 people.", [("killed", 12, "12 people")]),
        ("Ten people lost their lives.", [("killed", 10, "Ten people")]),
        ("More than 100 civilians were martyred.", [("killed", 100, "More than 100 civilians")]),
        ("The army killed 10 to 15 rebels.", [("killed", None, "10 to 15 rebels")]),
        ("Nobody was killed.", [("killed", 0, "Nobody")]),
        ("There were no casualties.", [("injured", 0, "no"), ("killed", 0, "no")]),
        (
            "It resulted in the death of 10 and injury of 31 civilians.",
            [("killed", 10, "10"), ("injured", 31, "31 civilians")],
        ),
        ("12 killed, 40 injured in blast", [("killed", 12, "12"), ("injured", 40, "40")]),
        ("Blast kills policeman, wounds 12", [("killed", 1, "policeman"), ("injured", 12, "12")]),
        ("Two were killed and 22 others injured.", [("killed", 2, "Two"), ("injured", 22, "22 others")]),
        (
            "The army killed two rebels and three civilians were wounded.",
            [("killed", 2, "two rebels"), ("injured", 3, "three civilians")],
        ),
        ("Three people suffered injuries.", [("injured", 3, "Three people")]),
        ("Two children survived with injuries.", [("injured", 2, "Two children")]),
        ("Four people were taken to hospital with gunshot wounds.", [("injured", 4, "Four people")]),
        ("Nine men were being treated for burns.", [("injured", 9, "Nine men")]),
        ("A teenager was shot in the leg.", [("injured", 1, "A teenager")]),
        ("A teenager was shot in the head.", []),
        (
            "The blast killed 28 people and wounded more than 80, police and medics said.",
            [("killed", 28, "28 people"), ("injured", 80, "more than 80")],
        ),
        ("LAUTOKA, Dec 23, 2020 (Wire) - More than 100 people were killed.", [("killed", 100, "More than 100 people")]),
        (
            "Twelve people were killed, among them three children, and another 12 wounded.",
            [("killed", 12, "Twelve people"), ("injured", 12, "another 12")],
        ),
        ("The mayor, his wife and two guards were killed.", [("killed", 4, "The mayor, his wife and two guards")]),
        ("A bomb killed an elderly couple.", [("killed", 2, "an elderly couple")]),
        ("The army lost two soldiers.", [("killed", 2, "two soldiers")]),
        ("The rebels lost only four fighters.", [("killed", 4, "only four fighters")]),
        ("The club lost two players.", []),
        ('The army had "neutralised" 37 rebels.', [("killed", 37, "37 rebels")]),
        ("There were no immediate reports of casualties.", [("injured", 0, "no"), ("killed", 0, "no")]),
        ("There were no further casualties.", []),
        ("The wounded numbered 158.", [("injured", 158, "158")]),
        ("Gunmen killed 13 people, twelve men and one woman.", [("killed", 13, "13 people, twelve men and one woman")]),
        (
            "Gunmen killed five policemen, three men and two women.",
            [("killed", 10, "five policemen, three men and two women")],
        ),
        ("Fighters hacked to death 12 villagers.", [("killed", 12, "12 villagers")]),
        ("Two women burned to death.", [("killed", 2, "Two women")]),
        ("Two officers embraced martyrdom.", [("killed", 2, "Two officers")]),
        ("Two officers laid down their lives.", [("killed", 2, "Two officers")]),
        ("The gunmen wounded both, before being shot and killed.", [("injured", 2, "both")]),
        ("Medics received the bodies of 11 people and 35 wounded.", [("injured", 35, "35")]),
        (
            "Two more officers died, raising the toll in Wednesday's ambush near the river to 12.",
            [("killed", 2, "Two more officers"), ("killed", 12, "12")],
        ),
        ("Police arrested four men and a woman.", [("arrested", 5, "four men and a woman")]),
        ("Thousands were rounded up.", [("arrested", None, "Thousands")]),
        ("Gunmen took 20 people hostage.", [("abducted", 20, "20 people")]),
        ("Gunmen kidnapped two journalists and a driver.", [("abducted", 3, "two journalists and a driver")]),
        ("20,000 people have fled their homes.", [("displaced", 20000, "20,000 people")]),
        ("Dozens of people are still missing.", [("missing", None, "Dozens of people")]),
        (
            "SIX PRIESTS, A COOK AND HER DAUGHTER WERE MURDERED.",
            [("killed", 8, "SIX PRIESTS, A COOK AND HER DAUGHTER")],
        ),
        ("Two farmers, who were accused of helping rebels, were shot dead.", [("killed", 2, "Two farmers")]),
        ("Three other civilians, two women and a man, also died.", [("killed", 3, "Three other civilians")]),
        ("His murder shocked the town.", [("killed", 1, "His")]),
        (
            "The minister was killed along with two guards.",
            [("killed", 1, "The minister"), ("killed", 2, "two guards")],
        ),
        ("A bomb killed three people, two of them children.", [("killed", 3, "three people")]),
        ("Two guards were stabbed to death.", [("killed", 2, "Two guards")]),
        ("He received death threats.", []),
        ("We do not know the number of people killed.", []),
        ("She was stopped by two of the men.", []),
        ("The rebels threatened to kill 20 hostages.", []),
        ("Police would arrest three men.", []),
        ("Three days after the killing, talks resumed.", []),
        ("He died in 1908.", [("killed", 1, "He")]),
        ("The lake is a body of water.", []),
    ],
)
def test_a_toll_is_read_from_tokens_alone(text, expected):
    assert told(text) == expected


def test_at_least_three_has_no_upper_bound():
    (toll,) = find_tolls(NLP("At least three people died."))
    assert (toll.low, toll.best, toll.high) == (3, 3, None)


def test_a_part_of_a_group_is_marked():
    tolls = find_tolls(NLP("The dead are many; two of them died at once."))
    assert [toll.part for toll in tolls] == [True]


def test_a_later_running_total_supersedes_earlier_numbers():
    tolls = find_tolls(NLP("A bomb killed seven people. Hours later the death toll rose to 12."))
    count = to_count([ClaimedToll(toll) for toll in tolls])
    assert (count.best, count.low, count.high) == (12, 12, 12)
    assert [claim.text for claim in count.claims] == ["seven people", "12"]


def test_claims_are_kept_apart_by_claimant():
    tolls = find_tolls(NLP("At least 40 protesters died. More than 36 people were killed."))
    count = to_count([ClaimedToll(tolls[0], "opposition"), ClaimedToll(tolls[1], "police", "AFP")])
    assert (count.best, count.low, count.high) == (40, 36, None)
    assert [(claim.claimant, claim.agency) for claim in count.claims] == [("opposition", None), ("police", "AFP")]


def test_a_part_never_counts_beside_the_whole():
    tolls = find_tolls(NLP("A bomb killed nine people. Three of them died in hospital."))
    assert to_count([ClaimedToll(toll) for toll in tolls]).best == 9


def test_victims_beside_others_of_one_cue_are_added():
    tolls = find_tolls(NLP("The minister was killed along with two guards."))
    assert to_count([ClaimedToll(toll) for toll in tolls]).best == 3


def test_silence_is_no_count():
    assert to_count([]) is None


def test_a_gerund_ties_its_toll_to_the_verb_above():
    words = ["Israel", "hit", "Damascus", ",", "killing", "three", "soldiers", "."]
    doc = Doc(
        NLP.vocab,
        words=words,
        heads=[1, 1, 1, 1, 1, 6, 4, 1],
        deps=["nsubj", "ROOT", "obj", "punct", "advcl", "nummod", "obj", "punct"],
        pos=["PROPN", "VERB", "PROPN", "PUNCT", "VERB", "NUM", "NOUN", "PUNCT"],
    )
    (tie,) = ties_of(doc[1], find_tolls(doc), doc)
    assert (tie.toll.best, tie.relation) == (3, "syntax")


def test_a_nearer_trigger_keeps_its_toll():
    doc = NLP("Police raided a house hours after a bomb killed three people.")
    tolls = find_tolls(doc)
    assert tolls_of(doc[1], tolls, doc, rivals=[1, 7, 8]) == ()
    assert [toll.best for toll in tolls_of(doc[8], tolls, doc, rivals=[1, 7, 8])] == [3]


def test_a_toll_in_a_sentence_without_an_event_belongs_to_the_event_told_before():
    doc = NLP("Jets struck the town. Nine civilians were killed.")
    (tie,) = ties_of(doc[1], find_tolls(doc), doc)
    assert (tie.relation, tie.score) == ("next-sentence", 0.5)


def test_the_next_sentence_is_a_weaker_tie_where_it_tells_an_event_of_its_own():
    doc = NLP("Jets struck the town. Nine civilians were killed when troops fired.")
    (tie,) = ties_of(doc[1], find_tolls(doc), doc, rivals=[12])
    assert tie.score < 0.5


def groups_of(text):
    """(number, phrase) of everybody whom the tolls of an unparsed text count."""
    return [(group.number, group.text) for toll in find_tolls(NLP(text)) for group in toll.groups]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The blast killed two policemen and a child.", [(2, "two policemen"), (1, "a child")]),
        ("Six nuns and two gardeners were murdered.", [(6, "Six nuns"), (2, "two gardeners")]),
        ("They killed a couple and their son.", [(2, "a couple"), (1, "their son")]),
        ("The dead include two nurses and a child.", [(2, "two nurses"), (1, "a child")]),
        ("Among the wounded was a child.", [(1, "a child")]),
        ("Thirteen inmates were killed.", [(13, "Thirteen inmates")]),
        ("He ordered the murder of six priests and their two pupils.", [(6, "six priests"), (2, "their two pupils")]),
        ("They murdered a reporter's wife and son.", [(1, "a reporter's wife"), (1, "son")]),
        ("The murder in May of a judge and a nurse was condemned.", [(1, "a judge"), (1, "a nurse")]),
    ],
)
def test_a_list_of_victims_names_its_groups(text, expected):
    assert groups_of(text) == expected


@pytest.mark.parametrize(
    ("text", "number", "parts"),
    [
        ("The attack killed 12 people, including two nurses and a child.", 12, [2, 1]),
        ("Twelve workers, among them three women, were wounded.", 12, [3]),
        ("Gunmen killed six priests -- five monks and one bishop -- in the town.", 6, [5, 1]),
        ("Gunmen killed six priests -- two witnesses said -- in the town.", 6, []),
    ],
)
def test_who_is_told_apart_of_a_group_is_a_part_and_counts_nobody_twice(text, number, parts):
    (toll,) = find_tolls(NLP(text))
    assert toll.best == number
    assert [group.number for group in toll.groups if group.part] == parts


def tagged(text, people):
    """An unparsed text whose `people` are names of persons, as a language model finds them."""
    doc = NLP(text)
    spans = [doc.char_span(text.index(name), text.index(name) + len(name), label="Person") for name in people]
    doc.set_ents([span for span in spans if span is not None])
    for token in doc:
        token.pos_ = (
            "PROPN" if token.ent_type_ else "PUNCT" if token.is_punct else "CCONJ" if token.text == "and" else ""
        )
    return doc


@pytest.mark.parametrize(
    ("text", "people", "number", "names"),
    [
        ("Soldiers killed two reporters, Peter Novak and Ana Berg.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("Two reporters, Peter Novak and Ana Berg, were killed.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("They killed two reporters: Peter Novak and Ana Berg.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("They killed leaders Peter Novak and Ana Berg.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("They killed two guards, Peter Novak, Ana Berg and Jon Tal.", ["Peter Novak", "Ana Berg", "Jon Tal"], 5, 3),
        ("The murder of Peter Novak and of Ana Berg was condemned.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("Soldiers murdered union leader Peter Novak.", ["Peter Novak"], 1, 1),
        ("Soldiers killed union leader Peter Novak and Ana Berg.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("Among the injured here are Jon Tal and Ana Berg.", ["Jon Tal", "Ana Berg"], 2, 2),
        ("Among the injured are Peter Novak, 53; and Ana Berg, 24.", ["Peter Novak", "Ana Berg"], 2, 2),
        ("The dead were identified as Peter Novak and Ana Berg.", ["Peter Novak", "Ana Berg"], 2, 2),
    ],
)
def test_names_that_say_who_a_group_is_count_nobody_twice(text, people, number, names):
    (toll,) = find_tolls(tagged(text, people))
    assert toll.best == number
    assert [group.name for group in toll.groups if group.name] == people[:names]


def test_shot_to_death_is_the_deed_itself():
    nlp = spacy.blank("en")
    words = ["The", "mayor", "was", "shot", "to", "death", "."]
    doc = Doc(
        nlp.vocab,
        words=words,
        heads=[1, 3, 3, 3, 5, 3, 3],
        deps=["det", "nsubj:pass", "aux:pass", "ROOT", "case", "obl", "punct"],
        sent_starts=[True, *[False] * 6],
    )
    (tie,) = ties_of(doc[3], find_tolls(doc), doc)
    assert tie.score >= 0.5


NUMBERS = st.sampled_from(["three", "12", "at least 40", "dozens of", "a", "no", "1,200", "between 5 and 9", ""])
PEOPLE = st.sampled_from(["people", "civilians", "policemen and a child", "others", "man", "Maoist rebels", ""])
VERBS = st.sampled_from(
    ["were killed", "died", "killed", "arrested", "left dead", "were kidnapped by", "injuring", "dead and"]
)
PHRASES = st.lists(st.tuples(NUMBERS, PEOPLE, VERBS).map(" ".join), min_size=1, max_size=5)


@given(PHRASES.map(", ".join))
def test_every_number_of_a_claim_stands_in_the_text(text):
    for toll in find_tolls(NLP(text)):
        assert text[toll.start_char : toll.end_char] == toll.text
        assert toll.low is None or toll.best is None or toll.low <= toll.best
        assert toll.best is None or toll.high is None or toll.best <= toll.high


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text):
    doc = NLP(text)
    for toll in find_tolls(doc):
        assert text[toll.start_char : toll.end_char] == toll.text


def test_a_toll_that_another_replaces_does_not_count_beside_it():
    claimed = [ClaimedToll(toll) for toll in find_tolls(NLP("14 people were killed, revising an earlier toll of 12."))]
    assert [(count.best, count.low, count.high) for count in [to_count(claimed)]] == [(14, 14, 14)]


def test_who_is_among_the_dead_is_a_part_of_them():
    (toll,) = find_tolls(NLP("A boy and his mother were among the dead."))
    assert (toll.best, toll.part) == (2, True)


def counted(*claims):
    """Best, low and high of what claimants say, a text each."""
    claimed = [ClaimedToll(toll, claimant) for claimant, text in claims for toll in find_tolls(NLP(text))]
    moved = [
        entry._replace(toll=entry.toll._replace(start_char=number * 100, end_char=number * 100 + 9, cue=number))
        for number, entry in enumerate(claimed)
    ]
    count = to_count(moved)
    return count.best, count.low, count.high


def test_a_lower_total_of_another_claimant_contradicts_and_does_not_replace():
    claims = ("state media", "Seven people were killed."), ("a rights group", "The death toll was six.")
    assert counted(*claims) == (7, 6, 7)


def test_a_later_total_of_the_same_claimant_replaces():
    assert counted(("police", "Seven people were killed."), ("police", "The death toll was six.")) == (6, 6, 6)


def test_other_people_of_another_verb_are_added():
    def best(text):
        return to_count([ClaimedToll(toll) for toll in find_tolls(NLP(text)) if toll.kind == "killed"]).best

    assert best("Six soldiers died while seven rebels were killed.") == 13
    assert best("Nine people were killed and six soldiers died.") == 9
    assert best("Nine soldiers were killed after six rebels died.") == 9
    assert best("Six soldiers embraced martyrdom while seven terrorists were killed.") == 13


def test_a_lower_number_for_which_nobody_vouches_is_a_detail():
    assert counted(("police", "Nine people were killed."), (None, "Two women were killed.")) == (9, 9, 9)
    assert counted(("police", "Nine people were killed."), ("rebels", "Two women were killed.")) == (9, 2, 9)


def test_an_earlier_figure_does_not_count_beside_the_newer():
    (toll,) = find_tolls(NLP("He corrected an earlier figure of 41 dead."))
    assert toll.part
