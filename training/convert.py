"""Corpora as spaCy documents: names as entity spans, treebank sentences in little documents."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from training.corpora import BLANK_LINE, NamedText, Sentence, cut

# Shares of the treebank documents shown in upper case, and with typographic quotes.
UPPER_SHARE, SMART_SHARE = 0.08, 0.12
# About how long a training document of the names half is; paragraphs stay whole.
CHUNK_WORDS = 200


def named_doc(nlp: Language, named: NamedText) -> Doc:
    """A text as a document with entities; a span that cuts a token grows to the whole token."""
    doc = nlp.make_doc(named.text)
    spans = [doc.char_span(span.start, span.end, label=span.label, alignment_mode="expand") for span in named.spans]
    ents, taken = [], -1
    for span in sorted((span for span in spans if span is not None), key=lambda s: s.start):
        if span.start >= taken:
            ents.append(span)
            taken = span.end
    doc.set_ents(ents)
    return doc


def chunks(named: NamedText, words: int = CHUNK_WORDS) -> Iterator[NamedText]:
    """The text in stretches of whole paragraphs of about so many words each."""
    start = 0
    for border in BLANK_LINE.finditer(named.text):
        if len(named.text[start : border.end()].split()) >= words:
            yield cut(named, start, border.end())
            start = border.end()
    if named.text[start:].strip():
        yield cut(named, start, len(named.text))


@dataclass(frozen=True, slots=True)
class Layout:
    """How sentences are laid out in a document: what stands between them and inside them."""

    between: tuple[str, ...]
    wrap_chars: int | None


@dataclass(slots=True)
class Columns:
    """The token columns of a document under construction."""

    words: list[str]
    spaces: list[bool]
    tags: list[str]
    pos: list[str]
    lemmas: list[str]
    heads: list[int]
    deps: list[str]
    sent_starts: list[bool]


def layout_of(sentences: Sequence[Sentence], random_source: random.Random) -> Layout:
    """A likely layout: paragraphs apart by a blank line; some texts wrapped at a fixed width."""
    paragraph = random_source.choice(("\n\n", "\n\n", "\n", " "))
    between = tuple(paragraph if sentence.starts_paragraph else " " for sentence in sentences[1:])
    wrap = random_source.choice((60, 70, 80)) if random_source.random() < 0.1 else None
    return Layout(between=(*between, ""), wrap_chars=wrap)


def lay_out(sentences: Sequence[Sentence], layout: Layout) -> Columns:
    """Sentences as one document's columns; line breaks become tokens of their own, as in spaCy."""
    columns = Columns([], [], [], [], [], [], [], [])
    column = 0
    for sentence, separator in zip(sentences, layout.between, strict=True):
        places: list[int] = []
        sentence_start = len(columns.words)
        for index, word in enumerate(sentence.words):
            last = index == len(sentence.words) - 1
            space = separator == " " if last else sentence.spaces[index]
            column += len(word) + 1
            wraps = space and layout.wrap_chars is not None and column > layout.wrap_chars
            places.append(len(columns.words))
            add_word(columns, sentence, index, space=space and not wraps)
            if wraps or (last and separator.startswith("\n")):
                add_break(columns, "\n" if wraps else separator)
                column = 0
        for place, head in zip(places, sentence.heads, strict=True):
            columns.heads[place] = places[head]
        columns.sent_starts.extend([True, *[False] * (len(columns.words) - sentence_start - 1)])
    return columns


def add_word(columns: Columns, sentence: Sentence, index: int, *, space: bool) -> None:
    """One word of a sentence at the end of the columns (its head is set later)."""
    columns.words.append(sentence.words[index])
    columns.spaces.append(space)
    columns.tags.append(sentence.tags[index])
    columns.pos.append(sentence.pos[index])
    columns.lemmas.append(sentence.lemmas[index])
    columns.heads.append(-1)
    columns.deps.append(sentence.deps[index])


def add_break(columns: Columns, text: str) -> None:
    """A line break as a token hanging on the word before it."""
    columns.heads.append(len(columns.words) - 1)
    columns.words.append(text)
    columns.spaces.append(False)
    columns.tags.append("_SP")
    columns.pos.append("SPACE")
    columns.lemmas.append(text)
    columns.deps.append("dep")


def parsed_doc(vocab: Vocab, columns: Columns) -> Doc:
    """Columns as a document with tags, lemmas, heads and sentence starts."""
    return Doc(
        vocab,
        words=columns.words,
        spaces=columns.spaces,
        tags=columns.tags,
        pos=columns.pos,
        lemmas=columns.lemmas,
        heads=columns.heads,
        deps=columns.deps,
    )


def groups(
    documents: Iterable[Sequence[Sentence]], most: int, random_source: random.Random
) -> Iterator[Sequence[Sentence]]:
    """Stretches of one to `most` sentences that follow one another in a document."""
    for document in documents:
        start = 0
        while start < len(document):
            stop = start + random_source.randint(1, most)
            yield document[start:stop]
            start = stop


def smart_quoted(words: Sequence[str]) -> tuple[str, ...]:
    """The words with typographic quotes.

    >>> smart_quoted(['"', "It", "'s", '"'])
    ('“', 'It', '’s', '”')
    """
    quoted, opening = [], True
    for word in words:
        quoted.append(("“" if opening else "”") if word == '"' else word.replace("'", "’"))
        opening = opening ^ (word == '"')
    return tuple(quoted)


def restyled(sentences: Sequence[Sentence], random_source: random.Random) -> list[Sentence]:
    """The sentences as they are, or by chance all in upper case, or with smart quotes."""
    draw = random_source.random()
    if draw < UPPER_SHARE:
        return [replace(s, words=tuple(word.upper() for word in s.words)) for s in sentences]
    if draw < UPPER_SHARE + SMART_SHARE:
        return [replace(s, words=smart_quoted(s.words)) for s in sentences]
    return list(sentences)


def treebank_docs(vocab: Vocab, documents: Iterable[Sequence[Sentence]], most: int, seed: int) -> list[Doc]:
    """A treebank as training documents of one to `most` sentences in varied layouts and styles."""
    random_source = random.Random(seed)  # noqa: S311 - sampling
    docs = []
    for group in groups(documents, most, random_source):
        columns = lay_out(restyled(group, random_source), layout_of(group, random_source))
        docs.append(parsed_doc(vocab, columns))
    return docs


def save(docs: Iterable[Doc], path: Path) -> None:
    """Documents into one file that `spacy train` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(docs=docs, store_user_data=False).to_disk(path)
