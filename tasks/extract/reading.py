"""A document's tokens as plain lists: what the number, toll, time and speech rules read.

Rules of this kind look at every token many times; one pass over the document, kept with it, is an order of magnitude
cheaper than asking spaCy's token objects again and again. Annotations that the model did not give are empty strings,
and a head is then the token itself.
"""

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from spacy.attrs import DEP, ENT_TYPE, HEAD, IDX, LENGTH, LOWER, POS, SENT_START

from tasks.extract.mending import mend

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEY = "dateline.reading"
_HELD = "dateline.reading.held"
_SENTENCE_END = frozenset(".!?")
PERSON_LABELS = frozenset({"Person", "PERSON", "PER"})
ORGANIZATION_LABELS = frozenset({"Organization", "ORG", "ORGANIZATION"})
PLACE_LABELS = frozenset({"Location", "LOC", "GPE", "Facility", "FAC"})
NORP_LABELS = frozenset({"NORP"})


def word_set(text: str) -> frozenset[str]:
    """The words of a text, separated by blanks, as a set."""
    return frozenset(text.split())


class Reading(NamedTuple):
    """Parallel lists over the tokens of one document; offsets are characters of `text`."""

    text: str
    lower: list[str]
    starts: list[int]
    ends: list[int]
    pos: list[str]
    dep: list[str]
    head: list[int]
    label: list[str]
    """Entity label of each token."""
    sentence: list[int]
    """Index of the sentence each token is in."""
    bounds: list[tuple[int, int]]
    """Token range of each sentence."""

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Character range of a token range that is not empty."""
        return self.starts[first], self.ends[end - 1]

    def phrase(self, first: int, end: int) -> str:
        """The text of a token range that is not empty."""
        return self.text[self.starts[first] : self.ends[end - 1]]

    def bounds_of(self, token: int) -> tuple[int, int]:
        """Token range of the sentence a token is in."""
        return self.bounds[self.sentence[token]]

    def capital(self, token: int) -> bool:
        """Whether a token starts with a capital letter."""
        return self.text[self.starts[token]].isupper()

    def token_at(self, offset: int) -> int:
        """The token that covers a character offset, or the last one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)


def read(doc: "Doc") -> Reading:
    """The lists of a document, made once and kept in its user data."""
    kept = doc.user_data.get(_KEY)
    if kept is not None and doc.user_data.get(_HELD):
        held: Reading = kept[1]
        return held
    mark = (len(doc), doc.has_annotation("DEP"), len(doc.ents))
    if kept is None or kept[0] != mark:
        kept = (mark, _read(doc))
        doc.user_data[_KEY] = kept
    reading: Reading = kept[1]
    return reading


def hold(doc: "Doc") -> None:
    """Say that a document's annotations stay as they are: whether its lists are fresh need not be asked again."""
    read(doc)
    doc.user_data[_HELD] = True


def _read(doc: "Doc") -> Reading:
    columns = doc.to_array([LOWER, POS, DEP, ENT_TYPE, HEAD, SENT_START, IDX, LENGTH]).astype("int64").T.tolist()
    if not columns:
        columns = [[] for _ in range(8)]
    hashes, pos, dep, label, offset, sent_start, starts, lengths = columns
    names = {value: _name(doc, value) for column in (hashes, pos, dep, label) for value in set(column)}
    lower = [names[value] for value in hashes]
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    sentence, bounds = _sentences(lower, sent_start)
    relations, heads = [names[value] for value in dep], [index + step for index, step in enumerate(offset)]
    mend(lower, relations, heads)
    return Reading(
        text=doc.text,
        lower=lower,
        starts=starts,
        ends=ends,
        pos=[names[value] for value in pos],
        dep=relations,
        head=heads,
        label=[names[value] for value in label],
        sentence=sentence,
        bounds=bounds,
    )


def _name(doc: "Doc", value: int) -> str:
    unsigned = value & 0xFFFFFFFFFFFFFFFF
    return doc.vocab.strings[unsigned]


def _sentences(lower: list[str], sent_start: list[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """Sentences as the model cut them; after a full stop and at blank lines where it did not."""
    if not lower:
        return [], []
    marked = any(value == 1 for value in sent_start[1:])
    starts = [0]
    starts.extend(
        index
        for index in range(1, len(lower))
        if sent_start[index] == 1 or (not marked and lower[index - 1][-1:] in _SENTENCE_END)
    )
    bounds = list(zip(starts, [*starts[1:], len(lower)], strict=True))
    sentence = [number for number, (first, end) in enumerate(bounds) for _ in range(first, end)]
    return sentence, bounds
