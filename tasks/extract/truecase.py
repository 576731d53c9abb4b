"""Upper-case copy in the case a language model knows, character for character of the same length.

Old wire copy and many headlines are set in capitals. Words that common English writes in lower case get it back; all
others are taken for names and keep a capital first letter.
"""

import re
from collections.abc import Iterator
from functools import cache

from tasks.extract.words import DATA

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHOUTED = 0.7
"""Share of capitals among the letters of a line from which it counts as set in capitals."""
_FEWEST_WORDS = 4
_KEPT = frozenset({"I"})


_ENDINGS = (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")), ("ly", ("",)))
_SHORTEST_STEM = 4


@cache
def common_words() -> frozenset[str]:
    """Words that English writes in lower case."""
    return _listed("common_words.txt")


@cache
def _proper_words() -> frozenset[str]:
    return _listed("proper_words.txt")


def _listed(name: str) -> frozenset[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def stems(word: str) -> Iterator[str]:
    """What a word may be a form of: 'ambushes' of 'ambush', 'repressed' of 'repress'."""
    for ending, restored in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + _SHORTEST_STEM:
            yield from (word.removesuffix(ending) + letters for letters in restored)


def _is_common(word: str) -> bool:
    common = common_words()
    return word in common or (word not in _proper_words() and any(stem in common for stem in stems(word)))


def truecase(text: str) -> str:
    """The text with its upper-case lines in likely case; offsets stay valid."""
    if not any(_is_shouted(line) for line in text.splitlines()):
        return text
    return "".join(_line(line) if _is_shouted(line) else line for line in text.splitlines(keepends=True))


def _is_shouted(line: str) -> bool:
    letters, capitals = sum(map(str.isalpha, line)), sum(map(str.isupper, line))
    return letters > 8 and capitals >= _SHOUTED * letters and len(line.split()) >= _FEWEST_WORDS


def _line(line: str) -> str:
    return _WORD.sub(lambda match: _word(match, line), line)


def _word(match: re.Match[str], line: str) -> str:
    word = match[0]
    lower = word.lower()
    if len(lower) != len(word) or not word.isupper() or word in _KEPT:
        return word
    before = line[: match.start()].rstrip()
    if _is_common(lower):
        starts = before.endswith((".", "!", "?")) and len(before) > 1
        return lower[0].upper() + lower[1:] if starts else lower
    if len(word) <= 4 and before.endswith("("):
        return word
    return word[0] + lower[1:]
