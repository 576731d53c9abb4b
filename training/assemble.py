"""The network, a rule lemmatizer and a card of facts: one pipeline folder."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.lang.en import English
from spacy.language import Language
from spacy.lookups import Lookups

from tasks.extract.encoder import Encoder
from tasks.extract.network import Network
from training.windows import wire_tokenizer

READS = ("encoder",)
"""Reads every text: names, tags, sentences and trees."""


def assemble(files: Mapping[str, bytes], lemmas: Lookups | None, meta: Mapping[str, object]) -> Language:
    """A pipeline of the network and, where tables are given, the lemmatizer."""
    nlp = wire_tokenizer()
    encoder = nlp.add_pipe("encoder")
    if not isinstance(encoder, Encoder):
        raise TypeError(f"expected Dateline's encoder, not {type(encoder).__name__}")
    encoder.with_files(files)
    if lemmas is not None:
        lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
        lemmatizer.initialize(lookups=lemmas)  # type: ignore[attr-defined]
    nlp.meta.update(meta)
    _forget_words(nlp, encoder.network)
    return nlp


def _forget_words(nlp: Language, network: Network) -> None:
    """Keep of all strings only those that a fresh pipeline and the labels need."""
    labels = network.labels
    needed = {*English().vocab.strings, *nlp.pipe_names, *network.name_labels, *labels.tags, *labels.pos, *labels.deps}
    nlp.vocab.strings._reset_and_load(sorted({*needed, "_SP", "dep"}))  # spaCy has no door for it
