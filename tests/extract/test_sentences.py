"""Where sentences begin and what their trees are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tasks.extract.network import labelled
from tasks.extract.sentences import heads_of

SURE = 20.0


def scored(wanted: list[int], **others: float) -> np.ndarray:
    """Arc scores under which every word likes its wanted head by 5; `others` are scores like `w2_0=7`."""
    scores = np.zeros((len(wanted), len(wanted)), dtype=np.float32)
    scores[np.arange(len(wanted)), wanted] = 5
    for place, score in others.items():
        dependent, head = map(int, place[1:].split("_"))
        scores[dependent, head] = score
    return scores


def read(scores: np.ndarray, odds: list[float], anew: list[int] | None = None) -> list[int]:
    marks = np.isin(np.arange(len(odds)), anew or [])
    return [int(head) for head in heads_of(scores, np.array(odds, dtype=np.float32), marks)]


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.tuples(
            arrays(np.float32, (size, size), elements=st.floats(-9, 9, width=16)),
            arrays(np.float32, (size,), elements=st.floats(-9, 9, width=16)),
            arrays(np.bool_, (size,)),
        )
    )
)
def test_sure_borders_hold_and_every_sentence_has_one_root(case: tuple[np.ndarray, np.ndarray, np.ndarray]):
    scores, odds, anew = case
    heads = heads_of(scores, odds, anew)
    words = np.arange(len(heads))
    for border in np.flatnonzero(anew | (odds > 5)):
        assert not ((np.minimum(heads, words) < border) & (np.maximum(heads, words) >= border)).any()
    for start in words:
        word = start
        for _ in words:
            word = heads[word]
        assert heads[word] == word
    assert (heads == words).sum() <= 1 + (anew | (odds > -5))[1:].sum()


def test_a_doubtful_start_is_none_where_the_next_root_hangs_on_the_sentence():
    # "He left | after lunch": "after" hangs on "lunch", which would much rather hang on "left" than be a root.
    scores = scored([1, 1, 3, 1], w3_3=-3)
    assert read(scores, [SURE, -SURE, 1.0, -SURE]) == [1, 1, 3, 1]
    assert read(scores, [SURE, -SURE, SURE, -SURE]) == [1, 1, 3, 3]


def test_a_doubtful_start_is_none_where_the_root_before_hangs_on_what_follows():
    # "On Friday | he left"
    scores = scored([1, 3, 3, 3], w1_1=-3)
    assert read(scores, [SURE, -SURE, 1.0, -SURE]) == [1, 3, 3, 3]


def test_a_doubtful_start_stands_where_both_sides_have_good_roots():
    scores = scored([1, 1, 3, 3])
    assert read(scores, [SURE, -SURE, 0.1, -SURE]) == [1, 1, 3, 3]


def test_a_sentence_is_two_where_a_lone_arc_was_forced_on_a_root():
    # "He left she stayed": a single root makes "stayed" hang on "left" against its will.
    scores = scored([1, 1, 3, 3], w1_1=9)
    assert read(scores, [SURE, -SURE, -1.0, -SURE]) == [1, 1, 3, 3]
    assert read(scores, [SURE, -SURE, -SURE, -SURE])[3] != 3


def test_a_sentence_stays_one_where_more_than_one_arc_passes():
    # "very [?] good news": two words on the left hang on the right.
    scores = scored([3, 3, 3, 3], w1_1=6)
    assert read(scores, [SURE, -SURE, -1.0, -SURE]) == [3, 3, 3, 3]


def test_nothing_is_joined_over_a_blank_line():
    scores = scored([1, 1, 3, 1], w3_3=-3)
    assert read(scores, [SURE, -SURE, 1.0, -SURE], anew=[2]) == [1, 1, 3, 3]


@pytest.mark.parametrize("odds", [np.inf, -np.inf])
def test_odds_without_a_doubt_are_taken_as_they_are(odds: float):
    scores = scored([1, 1, 3, 1])
    assert read(scores, [odds, -np.inf, odds, -np.inf]) == ([1, 1, 3, 3] if odds > 0 else [1, 1, 3, 1])


def test_roots_and_nothing_else_have_the_relation_of_a_root():
    scores = np.array([[9, 1, 0], [0, 9, 1], [8, 1, 2]], dtype=np.float32)
    assert list(labelled(scores, np.array([1, 1, 1]), root=0)) == [1, 0, 2]
