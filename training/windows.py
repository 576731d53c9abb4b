"""What the encoder learns from: stretches of text as words, with the names and the syntax that are known of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tasks.extract.pieces import NO_BREAK, WINDOW_PIECES, Piecer, cuts, words_of
from training.convert import groups, lay_out, layout_of, named_doc, parsed_doc, restyled
from training.corpora import NamedText, Sentence
from training.tokenizer import fit_to_wire


@dataclass(frozen=True, slots=True)
class Syntax:
    """Tags and tree of a window's words.

    `heads` are indices into the window, a root is its own head and -1 one that the window does not hold.
    """

    tags: tuple[str, ...]
    pos: tuple[str, ...]
    starts: tuple[bool, ...]
    heads: tuple[int, ...]
    deps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Words in a row, the line breaks before them, and what is known of them."""

    words: tuple[str, ...]
    breaks: tuple[int, ...]
    names: tuple[str, ...] | None = None
    """BIO tags."""
    syntax: Syntax | None = None


def wire_tokenizer() -> Language:
    """An empty pipeline that cuts words as the shipped model does."""
    nlp = spacy.blank("en")
    fit_to_wire(nlp)
    return nlp


def doc_windows(doc: Doc, piecer: Piecer, *, names: bool, syntax: bool) -> Iterator[Window]:
    """The windows of a document with the annotations that are wanted of it."""
    words, breaks, places = words_of(doc)
    kept = [doc[index] for index in places]
    place = {token: index for index, token in enumerate(places)}
    lengths = [len(piecer.pieces(word)) for word in words]
    for start, stop in cuts(words, breaks, lengths, WINDOW_PIECES):
        tokens = kept[start:stop]
        yield Window(
            words=tuple(words[start:stop]),
            breaks=tuple(breaks[start:stop]),
            names=tuple(f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in tokens) if names else None,
            syntax=_syntax(tokens, place, start, stop) if syntax else None,
        )


def _syntax(tokens: Sequence, place: dict[int, int], start: int, stop: int) -> Syntax:  # type: ignore[type-arg]
    heads = [place.get(token.head.i, -1) for token in tokens]
    return Syntax(
        tags=tuple(token.tag_ for token in tokens),
        pos=tuple(token.pos_ for token in tokens),
        starts=tuple(bool(token.is_sent_start) for token in tokens),
        heads=tuple(head - start if start <= head < stop else -1 for head in heads),
        deps=tuple(token.dep_ for token in tokens),
    )


def named_windows(nlp: Language, texts: Iterable[NamedText], piecer: Piecer) -> Iterator[Window]:
    """Labelled texts as windows."""
    for named in texts:
        yield from doc_windows(named_doc(nlp, named), piecer, names=True, syntax=False)


def raw_windows(nlp: Language, texts: Iterable[str], piecer: Piecer) -> Iterator[Window]:
    """Unlabelled texts as windows."""
    for text in texts:
        yield from doc_windows(nlp.make_doc(text), piecer, names=False, syntax=False)


def treebank_windows(
    nlp: Language, documents: Iterable[Sequence[Sentence]], piecer: Piecer, most_sentences: int, seed: int
) -> Iterator[Window]:
    """A treebank in stretches of one to so many sentences, laid out and styled by chance."""
    source = random.Random(seed)  # noqa: S311 - sampling
    for group in groups(documents, most_sentences, source):
        columns = lay_out(restyled(group, source), layout_of(group, source))
        yield from doc_windows(parsed_doc(nlp.vocab, columns), piecer, names=False, syntax=True)


def shouted(window: Window) -> Window:
    """The window as an old wire machine would print it."""
    return replace(window, words=tuple(word.upper() for word in window.words))


def unbroken(window: Window) -> Window:
    """The window without its line breaks."""
    return replace(window, breaks=(NO_BREAK,) * len(window.words))
