"""The two trained halves, a rule lemmatizer and a card of facts: one pipeline folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.strings import StringStore
from spacy.vectors import Vectors
from thinc.api import Model

from training.tokenizer import fit_to_wire

NAMES = ("senter", "names_tok2vec", "ner")
SYNTAX = ("syntax_tok2vec", "tagger", "morphologizer", "parser", "lemmatizer")


def assemble(names: Language, syntax: Language, lemmas: Lookups, meta: Mapping[str, object]) -> Language:
    """One pipeline: sentences and names first, then syntax; either half runs without the other."""
    nlp = spacy.blank("en")
    used = np.flatnonzero(np.abs(names.vocab.vectors.data).sum(0))
    nlp.vocab.vectors = lean(names.vocab.vectors, used)
    for half, parts in ((syntax, ("senter",)), (names, NAMES[1:]), (syntax, SYNTAX[:-1])):
        half.vocab.vectors = nlp.vocab.vectors
        for part in parts:
            keep_columns(half.get_pipe(part).model, used)  # type: ignore[attr-defined]
            nlp.add_pipe(part, source=half)
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=lemmas)  # type: ignore[attr-defined]
    nlp.meta.update(meta)
    fit_to_wire(nlp)
    forget_words(nlp)
    return nlp


def forget_words(nlp: Language) -> None:
    """Keep of all strings met in training only those a fresh pipeline and the labels need."""
    labels = [label for part in nlp.pipe_names for label in nlp.get_pipe(part).labels]  # type: ignore[attr-defined]
    needed = {*spacy.blank("en").vocab.strings, *labels, *nlp.pipe_names}
    nlp.vocab.strings._reset_and_load(sorted(needed))  # spaCy has no door for it


def lean(vectors: Vectors, columns: np.ndarray) -> Vectors:
    """The table with these columns only, and without the words themselves: hashes are enough."""
    keys = list(vectors.key2row)
    slim = Vectors(strings=StringStore(), data=vectors.data[:, columns].copy(), attr=vectors.attr)
    for key in keys:
        slim.add(key, row=vectors.key2row[key])
    return slim


def keep_columns(model: Model[Any, Any], columns: np.ndarray) -> None:
    """Let the layers that read word vectors read these columns only."""
    for node in model.walk():
        if node.name == "static_vectors" and node.get_dim("nM") != len(columns):
            weights = np.asarray(node.get_param("W"))[:, columns].copy()
            node._dims["nM"] = len(columns)  # thinc has no door for it
            node.set_param("W", weights)  # type: ignore[arg-type]
