"""What the time rules look at, and what they return."""

import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from tasks.extract.numbers import Number
from tasks.extract.reading import Reading, word_set
from tasks.extract.times.dates import Extent
from tasks.extract.times.words import TimeWords

YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
GLUED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([a-z]{3,9})")
BRINGS_IN = word_set("on in at during of by from since until till after before around")
FUZZ = frozenset({"early", "late", "mid", "mid-", "earlier", "later"})
ARTICLES = frozenset({"a", "an", "the", "that"})
POINTING = word_set("last this next past previous coming current recent same following that")
_MOST_AHEAD = 12


class Raw(NamedTuple):
    """What a rule found: tokens `[first, end)`, meaning, and what it was resolved against."""

    first: int
    end: int
    extent: Extent | None
    basis: str
    """'explicit', 'anchor' or 'narrative'."""
    kind: str = "point"
    time_of_day: str | None = None


class Scope(NamedTuple):
    """What rules look at while the text is read from its beginning."""

    reading: Reading
    words: TimeWords
    anchor: dt.date | None
    numbers: dict[int, Number]
    """Numbers by the token after their last."""
    loud: bool
    """The text is all capitals: capitals tell nothing."""
    reference: Extent | None = None
    """The last day the text spoke of."""


Rule = Callable[[Scope, int], Raw | None]


def looks_ahead(scope: Scope, first: int, end: int) -> bool:
    """Whether the clause around an expression looks ahead."""
    lower, future = scope.reading.lower, scope.words.future
    if first >= len(lower):
        return False
    start, stop = scope.reading.bounds_of(first)
    if first > start and lower[first - 1] == "by":
        return True
    for index in range(first - 1, max(start, first - _MOST_AHEAD) - 1, -1):
        if lower[index] in future:
            return True
        if lower[index] in _CLAUSE_ENDS:
            break
    for index in range(end, min(stop, end + _MOST_AFTER)):
        if lower[index] in future:
            return True
        if lower[index] in _CLAUSE_ENDS:
            break
    return False


_CLAUSE_ENDS = word_set("; : — -- said who which but when after killed was were")
_MOST_AFTER = 6
