"""Lemma tables and made-up sentences say what they should."""

import random

import pytest

from training.corpora import NAME_LABELS, Sentence
from training.lemmas import base_forms, counted_words, majority_lemmas, merged
from training.templates import SENTENCES, filled


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


def test_words_are_counted_in_lower_case_over_all_sources():
    assert counted_words({"one": ["The toll, the Toll."], "two": ["toll"]})["toll"] == 3
