"""Words as the encoder reads them: word pieces, a class of letter case, the line break before; and windows of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, normalize

if TYPE_CHECKING:
    from spacy.tokens import Doc

PADDING, UNKNOWN, OPENING, CLOSING = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
NO_BREAK, LINE_BREAK, BLANK_LINE = 0, 1, 2
CASE_CLASSES = 8
"""Classes of `case_of`, one of them (the last) of the window's ends."""
CASES = 4 * CASE_CLASSES
"""First pieces of a word, further pieces, first pieces after a line break, first pieces after a blank line."""
MOST_PIECES = 8
"""Of one word; what is longer (an address, a hash) says nothing more."""
WINDOW_PIECES = 126
"""Word pieces read together, without the two that mark the ends."""
_MOST_CHARS = 64
_MOST_REMEMBERED = 20_000
_PARTS_OF_ASCII = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_ENDS = frozenset(".!?")
_CLOSERS = frozenset("\"'”’)]")


def case_of(word: str) -> int:
    """The letter case of a word as a small class.

    >>> [case_of(word) for word in ("the", "Syria", "UN", "A", "McKay", "F-16", ",")]
    [1, 2, 3, 4, 5, 6, 0]
    """
    if word.islower():
        return 6 if any(char.isdigit() for char in word) else 1
    if any(char.isdigit() for char in word):
        return 6
    letters = sum(char.isalpha() for char in word)
    if not letters:
        return 0
    if word.isupper():
        return 3 if letters > 1 else 4
    return 2 if word[0].isupper() and word[1:].islower() else 5


class Window(NamedTuple):
    """Words in a row as the network's three inputs, which have these names."""

    pieces: list[int]
    cases: list[int]
    """Of every piece: letter case of its word, and what it is of it (see CASES)."""
    firsts: list[int]
    """Of every word: where its first piece stands."""


class Piecer:
    """Cuts words into the pieces of a vocabulary (greedy longest match first, as BERT does), and remembers them."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}
        self.padding, self.unknown = self._ids[PADDING], self._ids[UNKNOWN]
        self.opening, self.closing = self._ids[OPENING], self._ids[CLOSING]

    def pieces(self, word: str) -> tuple[int, ...]:
        """The piece ids of a word: at least one, at most MOST_PIECES."""
        return self.read(word)[0]

    def read(self, word: str) -> tuple[tuple[int, ...], int]:
        """The piece ids of a word and its class of letter case."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[word] = (tuple(self._cut(word)), case_of(word))
        return known

    def window(self, words: Sequence[str], breaks: Sequence[int]) -> Window:
        """Words, and what stands before each of them, as a window."""
        window = Window([self.opening], [CASE_CLASSES - 1], [])
        for word, line_break in zip(words, breaks, strict=True):
            pieces, case = self.read(word)
            window.firsts.append(len(window.pieces))
            window.pieces.extend(pieces)
            window.cases.append(case + CASE_CLASSES * (line_break + 1 if line_break else 0))
            window.cases.extend([CASE_CLASSES + case] * (len(pieces) - 1))
        window.pieces.append(self.closing)
        window.cases.append(CASE_CLASSES - 1)
        return window

    def _cut(self, word: str) -> list[int]:
        ids: list[int] = []
        for part in _parts(word[:_MOST_CHARS]):
            ids.extend(self._greedy(part))
        return ids[:MOST_PIECES] or [self.unknown]

    def _greedy(self, part: str) -> list[int]:
        ids, start = [], 0
        while start < len(part):
            for end in range(len(part), start, -1):
                found = self._ids.get(part[start:end] if start == 0 else "##" + part[start:end])
                if found is not None:
                    break
            else:
                return [self.unknown]
            ids.append(found)
            start = end
        return ids


def _parts(word: str) -> list[str]:
    """A word in lower case without accents, cut at every sign.

    >>> _parts("Côte-d'Azur")
    ['cote', '-', 'd', "'", 'azur']
    """
    if word.isascii():
        return _PARTS_OF_ASCII.findall(word.lower())
    plain = "".join(char for char in normalize("NFD", word.lower()) if category(char) != "Mn")
    spaced = "".join(f" {char} " if _is_sign(char) else char for char in plain)
    return spaced.split()


def _is_sign(char: str) -> bool:
    return not char.isalnum() and (char.isascii() or category(char)[0] in "PS")


def words_of(doc: "Doc") -> tuple[list[str], list[int], list[int]]:
    """The document's words; what stands before each (nothing special, a line break, or a blank line); their tokens."""
    words, breaks, tokens = [], [], []
    before = BLANK_LINE
    for index, token in enumerate(doc):
        text = token.text
        if token.is_space:
            before = min(text.count("\n"), BLANK_LINE)
            continue
        words.append(text)
        breaks.append(before)
        tokens.append(index)
        before = NO_BREAK
    return words, breaks, tokens


def cuts(words: Sequence[str], breaks: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Ranges `[start, stop)` of the words, each of at most `most` pieces.

    A range ends, where it can in its second half, before a blank line, else after a sentence's end, else before a line
    break.
    """
    start, size = 0, 0
    index = 0
    while index < len(words):
        size += lengths[index]
        if size > most and index > start:
            stop = _best_cut(words, breaks, start, index)
            yield start, stop
            start, index, size = stop, stop, 0
            continue
        index += 1
    if start < len(words):
        yield start, len(words)


def _best_cut(words: Sequence[str], breaks: Sequence[int], start: int, stop: int) -> int:
    first = start + (stop - start) // 2
    late = range(stop, first, -1)
    blank = (at for at in late if breaks[at] == BLANK_LINE)
    ended = (at for at in late if _ends_sentence(words, at))
    broken = (at for at in late if breaks[at] == LINE_BREAK)
    return next(chain(blank, ended, broken), stop)


def _ends_sentence(words: Sequence[str], at: int) -> bool:
    last = at - 1
    if words[last] in _CLOSERS and last > 0:
        last -= 1
    return words[last] in _ENDS
