"""Copies of labelled texts keep their names where they say they are."""

import random

import pytest

from training.augment import pools_of, smart_quoted, swapped, upper_cased, varied, wrapped
from training.corpora import NamedText, Span

TEXT = 'Straße 9: "John Kirby" told Syria\'s press in Syria.'
NAMED = NamedText(
    "1",
    TEXT,
    tuple(
        Span(TEXT.index(name, start), TEXT.index(name, start) + len(name), label)
        for name, start, label in (
            ("John Kirby", 0, "Person"),
            ("Syria", 0, "Location"),
            ("Syria", 35, "Location"),
        )
    ),
)


def names(named: NamedText) -> list[str]:
    return [named.text[span.start : span.end] for span in named.spans]


def test_upper_case_keeps_the_names_though_letters_grow():
    assert names(upper_cased(NAMED)) == ["JOHN KIRBY", "SYRIA", "SYRIA"]


def test_quotes_open_and_close():
    assert smart_quoted(NAMED).text == "Straße 9: “John Kirby” told Syria’s press in Syria."


def test_a_line_break_may_fall_inside_a_name():
    assert names(wrapped(NAMED, 12))[0] == "John\nKirby"


def test_a_name_is_swapped_for_the_same_one_throughout():
    pools = {"Location": ["al-Mayadeen", "Lodwar"]}
    changed = swapped(NAMED, pools, random.Random(1), share=1.0)
    assert names(changed)[0] == "John Kirby"
    assert names(changed)[1] == names(changed)[2] != "Syria"


@pytest.mark.parametrize(
    ("people", "swapped_in", "expected"),
    [("Kurds", "Hausa", "Hausas"), ("Kurdish", "Hausa", "Hausa"), ("Kurds", "French", "French")],
)
def test_peoples_keep_their_number(people: str, swapped_in: str, expected: str):
    text = f"The {people} voted."
    named = NamedText("1", text, (Span(4, 4 + len(people), "NORP"),))
    assert swapped(named, {"NORP": [swapped_in]}, random.Random(1), share=1.0).text == f"The {expected} voted."


def test_persons_to_swap_in_are_those_named_in_full():
    assert pools_of([NAMED], ["Oran"]) == {"Location": ["Oran"], "Person": ["John Kirby"]}


@pytest.mark.parametrize("seed", range(30))
def test_every_variation_keeps_the_labels_in_order(seed: int):
    pools = {"Location": ["Oran"], "Person": ["Ng Mei"]}
    changed = varied(NAMED, pools, random.Random(seed))
    assert [span.label for span in changed.spans] == ["Person", "Location", "Location"]
    assert all(name.strip() == name and name for name in names(changed))
