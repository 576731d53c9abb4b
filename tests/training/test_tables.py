"""Word tables and lemma tables say what they should."""

import random

import numpy as np
import pytest
import spacy
from spacy.attrs import LOWER
from spacy.vectors import Vectors

from training.corpora import NAME_LABELS, Sentence
from training.lemmas import base_forms, majority_lemmas, merged
from training.tables import on_grid, pruned, widened
from training.templates import SENTENCES, filled


@pytest.fixture
def vectors() -> Vectors:
    strings = spacy.blank("en").vocab.strings
    keys = [strings.add(word) for word in ("oran", "rabat", "said", "orania")]
    data = np.array([[1, 0], [1, 0.1], [0, 1], [0.9, 0]], dtype=np.float32)
    return Vectors(strings=strings, data=data, keys=keys, attr=LOWER)


def test_a_pruned_word_moves_to_its_nearest_row(vectors: Vectors):
    slim = pruned(vectors, 3)
    assert slim.shape == (3, 2)
    assert slim.key2row[vectors.strings["orania"]] == 0


def test_more_words_share_the_rows_there_are(vectors: Vectors):
    wide = widened(vectors, {99: 1})
    assert wide.shape == vectors.shape
    assert wide.key2row[99] == wide.key2row[vectors.strings["rabat"]]


def test_the_grid_moves_a_value_by_less_than_a_step():
    matrix = np.linspace(-2, 2, 50, dtype=np.float32).reshape(5, 10)
    assert np.abs(on_grid(matrix) - matrix).max() <= 1 / 128


def sentence(word: str, pos: str, lemma: str) -> Sentence:
    return Sentence((word,), (True,), ("X",), (pos,), (lemma,), (0,), ("ROOT",), False)


def test_a_word_written_small_tells_more_of_its_lemma():
    seen = [sentence("National", "ADJ", "National")] * 3 + [sentence("national", "ADJ", "national")]
    assert majority_lemmas(seen) == {"adj": {"national": ["national"]}}


def test_names_have_no_exceptions():
    assert majority_lemmas([sentence("States", "PROPN", "State")]) == {}


def test_a_base_form_that_looks_inflected_is_its_own_lemma():
    found = base_forms({"noun": ["process", "abscess", "tank"]}, frozenset({"process"}), frozenset())
    assert found == {"noun": {"process": ["process"]}}


def test_the_last_layer_of_exceptions_wins():
    assert merged({"aux": {"is": ["is"]}}, {"aux": {"is": ["be"]}}) == {"aux": {"is": ["be"]}}


@pytest.mark.parametrize("pattern", SENTENCES)
def test_every_made_up_sentence_marks_its_names(pattern: str):
    pools = {"Location": ["Lodwar"], "Arabic": ["al-Hasakah"], "Person": ["Ng Mei"]}
    named = filled(pattern, pools, random.Random(4))
    assert named.spans
    assert "{" not in named.text
    for span in named.spans:
        assert span.label in NAME_LABELS
        assert named.text[span.start : span.end].strip()
