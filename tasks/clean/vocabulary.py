"""The words by which cleaning tells languages and furniture apart, read once from the tables beside this file."""

import re
from functools import lru_cache
from importlib.resources import files

_WORDY = re.compile(r"[^\W_]")


def folded(text: str) -> str:
    """The text as phrases are compared: casefolded, single spaces, no punctuation at either end."""
    # Two searches, not one pattern of edges: `\W+$` takes quadratic time on a long run of marks inside the text.
    plain = " ".join(text.casefold().split())
    first, last = _WORDY.search(plain), _WORDY.search(plain[::-1])
    return plain[first.start() : len(plain) - last.start()] if first and last else ""


@lru_cache(maxsize=1)
def stop_words() -> dict[str, frozenset[str]]:
    """Language to its commonest words."""
    return {row[0]: frozenset(row[1].split()) for row in _table("stopwords.tsv")}


@lru_cache(maxsize=1)
def furniture_headings() -> frozenset[str]:
    """Headings after which other stories, lists or forms follow."""
    return furniture_ends() | frozenset(folded(row[1]) for row in _table("furniture.tsv") if row[0] == "end")


@lru_cache(maxsize=1)
def furniture_ends() -> frozenset[str]:
    """Headings after which the story never goes on."""
    return frozenset(folded(row[1]) for row in _table("furniture.tsv") if row[0] == "stop")


@lru_cache(maxsize=1)
def furniture_lines() -> frozenset[str]:
    """Whole lines that are never part of a story."""
    return frozenset(folded(row[1]) for row in _table("furniture.tsv") if row[0] == "line")


@lru_cache(maxsize=1)
def furniture_starts() -> re.Pattern[str]:
    """How a line of furniture begins."""
    return re.compile("|".join(_phrase(row[1]) for row in _table("furniture.tsv") if row[0] == "start"))


@lru_cache(maxsize=1)
def furniture_labels() -> re.Pattern[str]:
    """How a short line of furniture begins, where a sentence may begin so too."""
    return re.compile("|".join(_phrase(row[1]) for row in _table("furniture.tsv") if row[0] == "label"))


@lru_cache(maxsize=1)
def furniture_parts() -> re.Pattern[str]:
    """What a line of furniture holds somewhere."""
    return re.compile("|".join(_phrase(row[1]) for row in _table("furniture.tsv") if row[0] == "part"))


def _phrase(phrase: str) -> str:
    """A pattern that does not match the beginning of a longer word ('read more' is not 'read moreover')."""
    words = r"\s+".join(re.escape(word) for word in phrase.casefold().split())
    return words + r"\b" if phrase[-1:].isalpha() and phrase.isascii() else words


@lru_cache(maxsize=4)
def _table(name: str) -> tuple[tuple[str, ...], ...]:
    lines = files("tasks.clean").joinpath(name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))
