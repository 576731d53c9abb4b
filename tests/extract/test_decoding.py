"""Scores become names that begin before they go on."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tasks.extract.decoding import NameDecoder

TAGS = ("O", "B-Person", "I-Person", "B-Location", "I-Location")
DECODER = NameDecoder(TAGS)
SCORES = arrays(np.float32, st.tuples(st.integers(0, 5), st.just(len(TAGS))), elements=st.integers(-40, 40).map(float))


def legal(path: tuple[int, ...]) -> bool:
    tags = ["O", *(TAGS[number] for number in path)]
    return all(there[:2] != "I-" or here[2:] == there[2:] for here, there in itertools.pairwise(tags))


@given(SCORES)
def test_the_path_is_the_best_of_all_legal_ones(scores: np.ndarray):
    found = DECODER.path(scores)
    totals = {
        path: sum(float(scores[index, tag]) for index, tag in enumerate(path))
        for path in itertools.product(range(len(TAGS)), repeat=len(scores))
        if legal(path)
    }
    assert legal(tuple(found))
    assert totals[tuple(found)] == pytest.approx(max(totals.values()))


def test_two_names_side_by_side_stay_two():
    scores = np.eye(5, dtype=np.float32)[[1, 2, 1, 0, 3]]
    assert list(DECODER.spans(scores)) == [(0, 2, "Person"), (2, 3, "Person"), (4, 5, "Location")]


def test_a_name_that_goes_on_without_beginning_is_mended():
    scores = np.array([[0, 0, 0, 0.5, 0], [0, 0, 2, 0, 0]], dtype=np.float32)
    assert [label for _, _, label in DECODER.spans(scores)] == ["Person"]


def test_no_name_goes_on_where_the_text_begins_anew():
    scores = np.eye(5, dtype=np.float32)[[3, 4, 4]]
    assert list(DECODER.spans(scores)) == [(0, 3, "Location")]
    assert next(DECODER.spans(scores, np.array([True, False, True]))) == (0, 2, "Location")


def test_no_words_hold_no_names():
    assert list(DECODER.spans(np.zeros((0, 5), dtype=np.float32))) == []


@given(SCORES)
def test_labels_of_a_word_are_as_probable_as_their_tags_together(scores: np.ndarray):
    found = DECODER.probabilities(scores)
    shares = np.exp(scores.astype(np.float64))
    shares /= shares.sum(1, keepdims=True)
    assert found == pytest.approx(np.stack([shares[:, 1:3].sum(1), shares[:, 3:5].sum(1)], axis=1), abs=1e-5)
