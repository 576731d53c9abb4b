"""The two trained halves, a rule lemmatizer and a card of facts: one pipeline folder."""

from __future__ import annotations

import spacy
from spacy.language import Language

NAMES = ("senter", "names_tok2vec", "ner")
SYNTAX = ("syntax_tok2vec", "tagger", "morphologizer", "parser", "lemmatizer")


def assemble(names: Language, syntax: Language, meta: dict[str, object]) -> Language:
    """One pipeline: sentences and names first, then syntax; either half runs without the other."""
    nlp = spacy.blank("en")
    nlp.vocab.vectors = names.vocab.vectors
    nlp.add_pipe("senter", source=syntax)
    for name in ("names_tok2vec", "ner"):
        nlp.add_pipe(name, source=names)
    for name in ("syntax_tok2vec", "tagger", "morphologizer", "parser"):
        nlp.add_pipe(name, source=syntax)
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize()  # type: ignore[attr-defined]
    nlp.meta.update(meta)
    return nlp
