"""The language model: names, tags, sentences and trees of every text.

The shipped model is a network that reads all of it at once (`tasks.extract.encoder`); its lemmatizer is left
out, since no rule asks for lemmas. Any other spaCy pipeline with names, tags and trees (`en_core_web_sm`) works in its
place.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps, get_current_ops, use_ops

from tasks.errors import WorldError
from tasks.extract.encoder import Encoder
from tasks.extract.lexicon import lexicon
from tasks.extract.truecase import truecase

if TYPE_CHECKING:
    from spacy.language import Language

SHIPPED = Path(__file__).parent / "model"
UNUSED = ("lemmatizer",)
"""Components that coding asks nothing of; whoever loads the model with `spacy.load` has them."""

MOST_WORDS = 30_000
"""Words that are kept once met; a batch of 16 articles has 1,300 different ones, and making them anew takes 2 ms of CPU
an article."""

LABELS = {
    "PERSON": "Person", "PER": "Person", "GPE": "Location", "LOC": "Location", "ORG": "Organization",
    "FAC": "Facility", "DATE": "Date", "MONEY": "Money", "PRODUCT": "Product", "MISC": "Misc", "EVENT": "Misc",
    "WORK_OF_ART": "Misc", "LAW": "Misc", "LANGUAGE": "Misc", "TIME": "Date",
}  # fmt: skip
"""Names of other models' entity labels in ours; one that stands nowhere keeps its name."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A loaded spaCy pipeline."""

    nlp: "Language"
    name: str
    """Name, version and a hash of the files: goes into every event's coder."""

    @property
    def meta(self) -> dict[str, object]:
        """SpaCy's description of the model, with a hash of its weights and of the data files that coding uses."""
        return {**self.nlp.meta, "digest": self.name, "lexicon": lexicon().digest}

    def memory(self) -> AbstractContextManager[object]:
        """For a batch, whose documents must not be used after it: spaCy keeps the words it meets, up to a bound."""
        return self.nlp.memory_zone() if len(self.nlp.vocab) >= MOST_WORDS else nullcontext()

    def read(self, texts: Sequence[str]) -> list[Doc]:
        """Documents of the texts, in order."""
        return [_relabelled(doc) for doc in self.nlp.pipe(truecase(text) for text in texts)]


def load_model(path: Path | None = None) -> LanguageModel:
    """The model at a path (or of a name that spaCy knows); the shipped one by default.

    Raises: WorldError if there is none or it does not load.
    """
    source = path or SHIPPED
    try:
        with _fast_matrices():
            nlp = spacy.load(source, exclude=UNUSED)
    except (OSError, ValueError) as error:
        raise WorldError(f"no spaCy model at {source}: {error}") from error
    return LanguageModel(nlp=nlp, name=f"{nlp.meta['name']}-{nlp.meta['version']}-{_digest(nlp)}")


def _fast_matrices() -> AbstractContextManager[object]:
    """Let spaCy's own components multiply with numpy's BLAS instead of blis, which is slower on every CPU measured.

    The shipped model has none that multiply. Where spaCy has something better (a GPU, Apple's Accelerate), that stays.
    """
    return use_ops("numpy", use_blis=False) if type(get_current_ops()) is NumpyOps else nullcontext()


def _digest(nlp: "Language") -> str:
    """A hash of the model's weights and settings."""
    digest = hashlib.sha256(nlp.config.to_str().encode())
    for name, component in nlp.pipeline:
        digest.update(name.encode())
        if isinstance(component, Encoder):
            digest.update(component.network.digest.encode())
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
