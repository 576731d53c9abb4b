"""Types and actors' countries of single sentences, some for every PLOVER type (sentences_by_type.csv, our own)."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tasks.clean import Limits, clean
from tasks.extract import LanguageModel, extract
from tasks.records import EventType, Mention, Realis, WireItem

KIND = {"CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "AGREE"}
AS_THEY_ARE = {"AGREE", "THREATEN", "REQUEST", "ACCUSE", "REJECT", "MOBILIZE"}
HAPPENED = {Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL}
SENTENCES = Path(__file__).parent / "sentences_by_type.csv"
LEAST_OVERALL, LEAST_PER_TYPE = 0.93, 0.75


def rows() -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def coded(mention: Mention) -> str:
    """The type that a coder of single sentences would give: a meant deed is agreed to or threatened."""
    kind = mention.event_type.value
    if mention.realis in HAPPENED:
        return kind
    if mention.realis is Realis.NEGATED:
        return "REJECT"
    return kind if kind in AS_THEY_ARE else ("AGREE" if kind in KIND else "THREATEN")


@pytest.fixture(scope="module")
def first_mentions(model: LanguageModel) -> list[tuple[dict[str, str], Mention | None]]:
    told = rows()
    items = [WireItem(content=row["sentence"].encode(), name="sentence", media_type="text/plain") for row in told]
    articles = [clean(item, limits=Limits()) for item in items]
    found = []
    for row, extraction in zip(told, extract(articles, model=model), strict=True):
        mentions = [mention for mention in extraction.mentions if mention.realis is not Realis.GENERIC]
        found.append((row, min(mentions, key=lambda mention: mention.trigger.start, default=None)))
    return found


def test_every_plover_type_has_sentences_of_its_own():
    assert {row["type"] for row in rows()} == {kind.value for kind in EventType}


def test_the_first_event_of_a_sentence_is_typed_as_plover_defines_it(first_mentions):
    right, asked = Counter(), Counter()
    for row, mention in first_mentions:
        asked[row["type"]] += 1
        right[row["type"]] += mention is not None and coded(mention) == row["type"]
    wrong = [row["sentence"] for row, m in first_mentions if m is None or coded(m) != row["type"]]
    assert right.total() >= LEAST_OVERALL * asked.total(), wrong
    assert all(right[kind] >= LEAST_PER_TYPE * asked[kind] for kind in asked), wrong


def test_who_acts_is_given_the_country_that_the_text_or_the_tables_give(first_mentions):
    wrong = [
        row["sentence"]
        for row, mention in first_mentions
        if mention is None or row["actor"] not in {party.country for party in mention.actors}
    ]
    assert len(wrong) <= (1 - LEAST_OVERALL) * len(first_mentions), wrong


SENSES = [
    ("The minister apologised for the delay of the trains.", "SUPPORT"),
    ("Protesters hurled stones after the cease-fire collapsed.", "PROTEST"),
    ("The three-day strike at the airport ended on Monday.", "PROTEST"),
    ("The prime minister resigned on Monday.", "RETREAT"),
    ("The coach resigned after the defeat.", None),
    ("Rebels said the cease-fire would hold.", "RETREAT"),
]


def types_of(model: LanguageModel, sentence: str) -> set[str]:
    item = WireItem(content=sentence.encode(), name="sentence", media_type="text/plain")
    (found,) = extract([clean(item, limits=Limits())], model=model)
    return {mention.event_type.value for mention in found.mentions}


@pytest.mark.parametrize(("sentence", "kind"), SENSES)
def test_a_word_is_read_in_its_company(model, sentence, kind):
    found = types_of(model, sentence)
    assert (kind in found) if kind else not found & {"PROTEST", "RETREAT"}


def realis_of_first(model: LanguageModel, sentence: str, kind: str) -> Realis:
    item = WireItem(content=sentence.encode(), name="sentence", media_type="text/plain")
    (found,) = extract([clean(item, limits=Limits())], model=model)
    return next(mention.realis for mention in found.mentions if mention.event_type.value == kind)


@pytest.mark.parametrize(
    ("sentence", "kind", "realis"),
    [
        ("The parliament decided to lift the ban on the party.", "CONCEDE", Realis.ACTUAL),
        ("The government announced an embargo on arms sales to the island.", "SANCTION", Realis.ACTUAL),
        ("Gunmen tried to kill the mayor of the town on Monday.", "ASSAULT", Realis.ACTUAL),
        ("The army announced an offensive against the rebels.", "ASSAULT", Realis.PLANNED),
        ("Police wanted to arrest the students.", "COERCE", Realis.PLANNED),
    ],
)
def test_what_is_decreed_has_happened_and_what_is_only_meant_has_not(model, sentence, kind, realis):
    assert realis_of_first(model, sentence, kind) is realis
