"""The language model: names on every sentence, syntax only where a sentence may tell an event.

The shipped model has two halves, each with its own embedding: names (with sentence borders) and syntax. Parsing costs
more than finding names, and most sentences of most news tell no event, so the syntax half reads only the sentences
that hold a word of the lexicon. A pipeline that cannot be taken apart (`en_core_web_sm`) is run as it is.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import spacy
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS, TAG
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps, get_current_ops, use_ops

from tasks.errors import WorldError
from tasks.extract.lexicon import lexicon
from tasks.extract.truecase import truecase

if TYPE_CHECKING:
    from spacy.language import Language

SHIPPED = Path(__file__).parent / "model"
_SYNTAX = (
    "syntax_tok2vec",
    "tagger",
    "morphologizer",
    "trainable_lemmatizer",
    "lemmatizer",
    "attribute_ruler",
    "parser",
)
_COPIED = [TAG, POS, MORPH, LEMMA, DEP, HEAD]
_HEAD_COLUMN = _COPIED.index(HEAD)
_DEP_COLUMN = _COPIED.index(DEP)
_LEAD_SENTENCES = 2
"""The headline and the lead are parsed in any case: what they say decides what the article is about."""
_LONGEST_SENTENCE = 150
"""Tokens; a longer 'sentence' is a list or a table, and the parser gains nothing from it."""

LABELS = {
    "PERSON": "Person", "PER": "Person", "GPE": "Location", "LOC": "Location", "ORG": "Organization",
    "FAC": "Facility", "DATE": "Date", "MONEY": "Money", "PRODUCT": "Product", "MISC": "Misc", "EVENT": "Misc",
    "WORK_OF_ART": "Misc", "LAW": "Misc", "LANGUAGE": "Misc", "TIME": "Date",
}  # fmt: skip
"""Names of other models' entity labels in ours; one that stands nowhere keeps its name."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A loaded spaCy pipeline, and how it is taken apart."""

    nlp: "Language"
    name: str
    """Name, version and a hash of the files: goes into every event's coder."""
    syntax: tuple[str, ...]
    """Components that run on chosen sentences only; empty if the pipeline is joint."""

    @property
    def meta(self) -> dict[str, object]:
        """SpaCy's description of the model, with a hash of its weights and of the data files that coding uses."""
        return {**self.nlp.meta, "digest": self.name, "lexicon": lexicon().digest}

    def read(self, texts: Sequence[str], wanted: Callable[[str], bool]) -> list[Doc]:
        """Documents of the texts, in order; `wanted` says which lower-case word forms make a sentence worth parsing."""
        cased = [truecase(text) for text in texts]
        if not self.syntax:
            return [_relabelled(doc) for doc in self.nlp.pipe(cased)]
        with self.nlp.select_pipes(disable=list(self.syntax)):
            docs = [_relabelled(doc) for doc in self.nlp.pipe(cased)]
        self._parse(docs, wanted)
        return docs

    def _parse(self, docs: Sequence[Doc], wanted: Callable[[str], bool]) -> None:
        chosen = [list(_chosen(doc, wanted)) for doc in docs]
        pieces = [doc[start:end].as_doc() for doc, ranges in zip(docs, chosen, strict=True) for start, end in ranges]
        parsed: Iterable[Doc] = pieces
        for name in self.syntax:
            parsed = _component(self.nlp, name).pipe(parsed, batch_size=128)
        read = iter(list(parsed))
        for doc, ranges in zip(docs, chosen, strict=True):
            _copy_back(doc, [(start, end, next(read)) for start, end in ranges])


def load_model(path: Path | None = None) -> LanguageModel:
    """The model at a path (or of a name that spaCy knows); the shipped one by default.

    Raises: WorldError if there is none or it does not load.
    """
    source = path or SHIPPED
    try:
        with _fast_matrices():
            nlp = spacy.load(source)
    except (OSError, ValueError) as error:
        raise WorldError(f"no spaCy model at {source}: {error}") from error
    separable = "names_tok2vec" in nlp.pipe_names and "syntax_tok2vec" in nlp.pipe_names and "senter" in nlp.pipe_names
    syntax = tuple(name for name in nlp.pipe_names if name in _SYNTAX) if separable else ()
    return LanguageModel(nlp=nlp, name=f"{nlp.meta['name']}-{nlp.meta['version']}-{_digest(nlp)}", syntax=syntax)


def _fast_matrices() -> AbstractContextManager[object]:
    """Let the model multiply with numpy's own BLAS instead of spaCy's blis.

    Measured on the gold articles, one core: 7,600 words/s instead of 4,900, the same names and trees. Where spaCy has
    something better than numpy (a GPU, Apple's Accelerate), that stays.
    """
    return use_ops("numpy", use_blis=False) if type(get_current_ops()) is NumpyOps else nullcontext()


def _component(nlp: "Language", name: str) -> Any:  # noqa: ANN401 - spaCy types components as plain callables
    return nlp.get_pipe(name)


def _digest(nlp: "Language") -> str:
    """A hash of the model's weights and settings."""
    digest = hashlib.sha256(nlp.config.to_str().encode())
    for name, component in nlp.pipeline:
        digest.update(name.encode())
        weights = getattr(component, "model", None)
        if weights not in (None, True):
            digest.update(weights.to_bytes())
    return digest.hexdigest()[:12]


def _relabelled(doc: Doc) -> Doc:
    """The document with our names for the labels, names without space around, blank lines as borders of sentences."""
    if any(entity.label_ in LABELS or entity[-1].is_space or entity[0].is_space for entity in doc.ents):
        doc.set_ents([trimmed for entity in doc.ents if (trimmed := _as_ours(doc, entity)) is not None])
    if not doc.has_annotation("DEP"):
        for token in doc[:-1]:
            if "\n" in token.text and token.is_space and token.text.count("\n") > 1:
                doc[token.i + 1].is_sent_start = True
    return doc


def _as_ours(doc: Doc, entity: Span) -> Span | None:
    """The name with our label and without line breaks at its ends; None if nothing is left."""
    start, end = entity.start, entity.end
    while start < end and doc[start].is_space:
        start += 1
    while start < end and doc[end - 1].is_space:
        end -= 1
    return Span(doc, start, end, label=LABELS.get(entity.label_, entity.label_)) if start < end else None


def _chosen(doc: Doc, wanted: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring sentences worth parsing, as token ranges."""
    run: tuple[int, int] | None = None
    for number, sentence in enumerate(doc.sents):
        if not _worth(sentence, number, wanted):
            continue
        if run and run[1] == sentence.start:
            run = (run[0], sentence.end)
            continue
        if run:
            yield run
        run = (sentence.start, sentence.end)
    if run:
        yield run


def _worth(sentence: Span, number: int, wanted: Callable[[str], bool]) -> bool:
    if len(sentence) > _LONGEST_SENTENCE:
        return False
    return number < _LEAD_SENTENCES or any(wanted(token.lower_) for token in sentence)


def _copy_back(doc: Doc, parsed: Sequence[tuple[int, int, Doc]]) -> None:
    """Tags and trees of the parsed stretches into the document; other sentences hang flat on their first word."""
    array = np.zeros((len(doc), len(_COPIED)), dtype="uint64")
    dep = doc.vocab.strings.add("dep")
    heads = np.zeros(len(doc), dtype="int64")
    for sentence in doc.sents:
        heads[sentence.start : sentence.end] = sentence.start - np.arange(sentence.start, sentence.end)
    array[:, _HEAD_COLUMN] = heads.astype("uint64")
    array[:, _DEP_COLUMN] = dep
    for start, end, piece in parsed:
        array[start:end] = piece.to_array(_COPIED)
    doc.from_array(_COPIED, array)  # type: ignore[arg-type]
