"""Who the claims of an event count, each once."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.records import Claim, People, Span
from tasks.victims import distinct_groups


def claim(*groups):
    """A claim that counts groups, given as (number, text) or (number, text, name)."""
    people = tuple(
        People(number=entry[0], text=entry[1], span=Span(start=0, end=1), name=entry[2] if len(entry) > 2 else None)
        for entry in groups
    )
    return Claim(
        number_low=None, number_high=None, number=None, text="", span=Span(start=0, end=1), claimant=None, groups=people
    )


def numbers(*claims):
    return sorted(group.number or 0 for group in distinct_groups(claims))


def test_a_number_told_twice_is_one_group():
    assert numbers(claim((3, "three people")), claim((3, "the three"))) == [3]


def test_members_of_one_list_are_different_people():
    assert numbers(claim((1, "a judge"), (1, "a nurse"), (2, "two guards"))) == [1, 1, 2]


def test_a_name_is_known_by_its_last_word():
    assert numbers(claim((1, "Carlos Ruiz", "Carlos Ruiz")), claim((1, "Ruiz", "Ruiz"))) == [1]
    assert numbers(claim((1, "Carlos Ruiz", "Carlos Ruiz")), claim((1, "Ana Vela", "Ana Vela"))) == [1, 1]


def test_who_is_only_described_elsewhere_is_who_is_named():
    assert numbers(claim((1, "a judge")), claim((1, "Carlos Ruiz", "Carlos Ruiz")), claim((1, "he"))) == [1]


def test_people_without_a_number_are_those_counted_elsewhere():
    assert numbers(claim((None, "the victims")), claim((6, "six priests"))) == [6]
    assert numbers(claim((None, "soldiers"))) == [0]


def test_nobody_is_no_group():
    assert distinct_groups([claim((0, "no casualties"))]) == ()


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["men", "women", "people"])), max_size=6))
def test_telling_everything_twice_adds_nobody(groups):
    once = [claim(group) for group in groups]
    assert numbers(*once) == numbers(*once, *once)
