"""The check that a number of people stands in the words it is reported for."""

import pytest

from benchmarks.licence import faults_in, values_in
from tasks.records import Claim, Count, People, Span


def count(number, text, *, best=None, groups=None, name=None):
    """A count of one claim about one phrase."""
    span = Span(start=0, end=len(text))
    told = [People(number=n, text=words, span=span) for n, words in groups or ()]
    people = tuple(told or [People(number=number, text=text, span=span, name=name)])
    claim = Claim(number_low=number, number_high=number, number=number, text=text, span=span, groups=people)
    value = number if best is None else best
    return Count(best=value, low=value, high=value, claims=(claim,), groups=people)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12, "12 soldiers"),
        (1200, "1,200 people"),
        (1500000, "1.5 million people"),
        (27, "twenty-seven nurses"),
        (205, "two hundred and five workers"),
        (2, "a couple"),
        (2, "an elderly couple"),
        (3, "the trio"),
        (24, "dozens of protesters"),
        (1, "a judge"),
        (1, "a 23-year-old student"),
        (0, "no civilians"),
    ],
)
def test_a_number_that_its_words_give_is_licensed(number, text):
    assert list(faults_in("killed", count(number, text))) == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (13, "12 soldiers"),
        (23, "a 23-year-old student"),
        (3, "two nurses"),
        (1, "soldiers"),
        (1, "two nurses"),
        (50, "dozens of protesters"),
        (0, "soldiers"),
        (4, "several guards"),
    ],
)
def test_a_number_that_its_words_do_not_give_is_a_fault(number, text):
    assert list(faults_in("killed", count(number, text)))


def test_a_list_is_licensed_by_the_sum_of_its_groups():
    groups = [(2, "two nurses"), (1, "a child")]
    assert list(faults_in("killed", count(3, "two nurses and a child", groups=groups))) == []
    assert list(faults_in("killed", count(4, "two nurses and a child", groups=groups)))


def test_a_best_number_that_no_claim_gives_is_a_fault():
    assert list(faults_in("killed", count(3, "three people", best=5)))


def test_one_person_who_is_named_counts_as_one():
    assert list(faults_in("killed", count(1, "Elena Marquez", name="Elena Marquez"))) == []


def test_numbers_are_read_from_figures_words_and_phrases():
    assert values_in("at least 40 or forty-five of them, a couple") >= {40, 45, 2}
    assert values_in("the soldiers") == set()
