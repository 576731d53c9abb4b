"""Other counted things of an event."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.quantities import find_quantities

NLP = spacy.blank("en")


@pytest.mark.parametrize(
    ("text", "kind", "number", "low", "phrase"),
    [
        ("It struck more than 85 targets.", "targets_struck", 85, 85, "more than 85 targets"),
        ("They used 125 precision munitions.", "munitions", 125, 125, "125 precision munitions"),
        ("The strikes lasted for 30 minutes.", "duration", 30, 30, "30 minutes"),
        ("Two hospitals were hit.", "facilities", 2, 2, "Two hospitals"),
        ("Dozens of rockets fell.", "munitions", None, 24, "Dozens of rockets"),
        ("Three armoured vehicles burned.", "vehicles", 3, 3, "Three armoured vehicles"),
        ("Thousands of protesters gathered.", "crowd", None, 2000, "Thousands of protesters"),
        ("Some 500 troops were deployed.", "personnel", 500, None, "Some 500 troops"),
        ("Police seized $2 million in cash.", "money", 2e6, 2e6, "$2 million"),
    ],
)
def test_a_counted_thing_has_kind_number_and_phrase(text, kind, number, low, phrase):
    (found,) = find_quantities(NLP(text))
    assert (found.kind, found.number, found.low, found.text) == (kind, number, low, phrase)


@pytest.mark.parametrize(
    "text", ["Twelve people spoke.", "It happened in 2011.", "A 30-minute talk.", "Two men met at the base."]
)
def test_what_is_no_quantity_of_an_event_is_left_out(text):
    assert find_quantities(NLP(text)) == ()


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_exception(text):
    for found in find_quantities(NLP(text)):
        assert text[found.start_char : found.end_char] == found.text
