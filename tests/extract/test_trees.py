"""Heads form one tree, and no tree scores better."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tasks.extract.trees import tree

SCORES = st.integers(1, 5).flatmap(
    lambda size: arrays(np.float32, (size, size), elements=st.integers(-50, 50).map(float), unique=True)
)


def is_tree(heads: tuple[int, ...]) -> bool:
    if sum(head == word for word, head in enumerate(heads)) != 1:
        return False
    for start in range(len(heads)):
        word = start
        for _ in heads:
            word = heads[word]
        if heads[word] != word:
            return False
    return True


def total(scores: np.ndarray, heads: tuple[int, ...]) -> float:
    return float(sum(scores[word, head] for word, head in enumerate(heads)))


@given(SCORES)
def test_the_tree_is_the_best_under_its_root(scores: np.ndarray):
    found = tuple(int(head) for head in tree(scores))
    root = next(word for word, head in enumerate(found) if word == head)
    every = itertools.product(range(len(scores)), repeat=len(scores))
    rivals = [heads for heads in every if heads[root] == root and is_tree(heads)]
    assert is_tree(found)
    assert total(scores, found) == pytest.approx(max(total(scores, heads) for heads in rivals))


def test_a_circle_is_broken_where_it_costs_least():
    scores = np.array([[9, 0, 0], [1, 0, 8], [5, 8, 0]], dtype=np.float32)
    assert list(tree(scores)) == [0, 2, 0]


@given(arrays(np.float32, (60, 60), elements=st.floats(-9, 9, width=32)))
def test_long_sentences_have_one_root(scores: np.ndarray):
    heads = tree(scores)
    assert sum(int(head) == word for word, head in enumerate(heads)) == 1
    assert is_tree(tuple(int(head) for head in heads))
