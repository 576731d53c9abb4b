"""Numbers in running text."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.numbers import find_numbers, value_of
from tasks.extract.reading import read

NLP = spacy.blank("en")


def bounds(text):
    """(words, low, best, high) of every number."""
    doc = NLP(text)
    reading = read(doc)
    return [(reading.phrase(n.first, n.end), n.low, n.best, n.high) for n in find_numbers(doc)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least three people", ("At least three", 3, 3, None)),
        ("no fewer than 12 dead", ("no fewer than 12", 12, 12, None)),
        ("some 40 people", ("some 40", None, 40, None)),
        ("up to 20 dead", ("up to 20", None, 20, 20)),
        ("fewer than 20 dead", ("fewer than 20", None, None, 20)),
        ("nearly 300 people", ("nearly 300", None, 300, 300)),
        ("between 10 and 15 people", ("between 10 and 15", 10, None, 15)),
        ("10-15 people", ("10-15", 10, None, 15)),
        ("two or three men", ("two or three", 2, None, 3)),
        ("dozens of others", ("dozens", 24, None, None)),
        ("no casualties", ("no", 0, 0, 0)),
        ("no one was hurt", ("no one", 0, 0, 0)),
        ("1,200 people", ("1,200", 1200, 1200, 1200)),
        ("twenty-five men", ("twenty-five", 25, 25, 25)),
        ("two thousand one hundred and five", ("two thousand one hundred and five", 2105, 2105, 2105)),
        ("more than a dozen men", ("more than a dozen", 12, 12, None)),
        ("12 or more people", ("12 or more", 12, 12, None)),
        ("a couple of men", ("a couple of", 2, 2, 2)),
        ("tens of thousands fled", ("tens of thousands", 20000, None, None)),
        ("5 lakh rupees", ("5 lakh", 500000, 500000, 500000)),
    ],
)
def test_a_number_knows_its_bounds(text, expected):
    assert bounds(text) == [expected]


@pytest.mark.parametrize(
    "text", ["F-16 jets", "the G-7", "Nelson Garcia, 39, said", "Reagan (16) fled", "aged 23", "1:30"]
)
def test_figures_that_count_nothing_are_no_numbers(text):
    assert bounds(text) == []


def test_upper_case_copy_is_read_alike():
    assert bounds("AT LEAST THREE PEOPLE")[0][1:] == (3, 3, None)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_figure_is_worth_what_it_says(value):
    assert value_of(str(value)) == value
    assert value_of(f"{value:,}") == value


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_exception(text):
    for words, low, best, high in bounds(text):
        assert words in text
        known = [value for value in (low, best, high) if value is not None]
        assert known == sorted(known)
