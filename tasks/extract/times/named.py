"""Dates by name and number: months, days of months, years, decades, numeric dates."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tasks.extract.reading import Reading, word_set
from tasks.extract.times import dates
from tasks.extract.times.clock import clock_time
from tasks.extract.times.dates import Extent
from tasks.extract.times.scope import ARTICLES, BRINGS_IN, DAY, FUZZ, GLUED, POINTING, YEAR, Raw, Scope, looks_ahead

_DECADE = re.compile(r"((?:1[6-9]|20)\d)0s")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2((?:19|20)?\d\d)")
_YEAR_CUES = word_set(
    "in since of from during until till by early late mid after before through and to between around year circa "
    "about throughout ( back for"
)


def month_named(scope: Scope, index: int) -> Raw | None:
    """'13 December 2011', 'Dec. 13', 'September 1987', 'in June', 'early June'."""
    month = scope.words.months[scope.reading.lower[index]]
    if scope.reading.lower[index + 1 : index + 2] == ["day"] and scope.reading.capital(index + 1):
        return None
    before = _day_before(scope, index)
    if before is not None:
        first, day = before
        year, end = _year_after(scope, index + 1, near=True)
        return _dated(scope, first, end, _Named(month, day, year))
    after = _day_after(scope, index)
    if after is not None:
        day, stop = after
        year, end = _year_after(scope, stop, near=False)
        return _dated(scope, index, end, _Named(month, day, year))
    year, end = _year_after(scope, index + 1, near=True)
    if year is None and not _is_month(scope, index):
        return None
    return _month_only(scope, index, end, month, year)


def _day_before(scope: Scope, index: int) -> tuple[int, int] | None:
    """'13 December', '13th of December', '20-NOV': first token and day."""
    lower = scope.reading.lower
    at = index - 1
    if at > 0 and lower[at] in ("of", "-"):
        at -= 1
    match = DAY.fullmatch(lower[at]) if at >= 0 else None
    if match is None or not 1 <= int(match[1]) <= 31:
        return None
    if at and (lower[at - 1] in (":", ",", ".") and scope.reading.ends[at - 1] == scope.reading.starts[at]):
        return None
    return at, int(match[1])


def _day_after(scope: Scope, index: int) -> tuple[int, int] | None:
    """'December 13', 'Dec. 13th': day and end."""
    lower = scope.reading.lower
    at = index + 1
    if at < len(lower) and lower[at] == "." and scope.reading.ends[index] == scope.reading.starts[at]:
        at += 1
    if at < len(lower) and lower[at] == "the":
        at += 1
    match = DAY.fullmatch(lower[at]) if at < len(lower) else None
    if match is None or not 1 <= int(match[1]) <= 31:
        return None
    followed = lower[at + 1] if at + 1 < len(lower) else ""
    if followed in (":", "%", "percent") and scope.reading.ends[at] == scope.reading.starts[at + 1]:
        return None
    return int(match[1]), at + 1


def _year_after(scope: Scope, index: int, *, near: bool) -> tuple[int | None, int]:
    """A year right after, or after a comma; two digits only where nothing stands between ('20 NOV 89', "Nov '89")."""
    lower = scope.reading.lower
    at = index
    if at < len(lower) and lower[at] in (".", ",", "of"):
        at += 1
    if at < len(lower) and YEAR.fullmatch(lower[at]):
        return int(lower[at]), at + 1
    if near and index < len(lower):
        digits = lower[index].removeprefix("'").removeprefix("’")
        if len(digits) == 2 and digits.isdigit() and (digits != lower[index] or _closes(scope.reading, index + 1)):
            return dates.full_year(int(digits), scope.anchor), index + 1
    return None, index


def _closes(reading: Reading, index: int) -> bool:
    """Whether a two-digit number can be a year: nothing that it might count follows."""
    return index >= len(reading.lower) or reading.lower[index][:1] in _AFTER_YEAR


_AFTER_YEAR = frozenset("(),.;:-–—[]\n/\"'")


class _Named(NamedTuple):
    """A day of a month, with its year where the text gives it."""

    month: int
    day: int
    year: int | None


def _dated(scope: Scope, first: int, end: int, named: _Named) -> Raw:
    """A day of a month, or a stretch of days ('20-22 May', 'May 20-22')."""
    first, opening = _opening_day(scope, first, named.day)
    closing = None
    if named.year is None:
        end, closing = _closing_day(scope, end, named.day)
        if closing is not None:
            year, end = _year_after(scope, end, near=False)
            named = named._replace(year=year)
    extent = _on_date(scope, named, future=looks_ahead(scope, first, end))
    basis = "anchor" if named.year is None else "explicit"
    if extent is None or (opening is None and closing is None):
        return Raw(first, end, extent, basis)
    begin = dates.day_of(extent.first.year, named.month, opening) if opening else extent
    finish = dates.day_of(extent.first.year, named.month, closing) if closing else extent
    return Raw(first, end, dates.span_of(begin, finish), basis, "range")


def _on_date(scope: Scope, named: _Named, *, future: bool) -> Extent | None:
    if named.year is not None:
        return dates.day_of(named.year, named.month, named.day)
    if scope.anchor is None:
        return None
    return dates.dated(scope.anchor, named.month, named.day, future=future)


def _opening_day(scope: Scope, first: int, day: int) -> tuple[int, int | None]:
    lower = scope.reading.lower
    if first >= 2 and lower[first - 1] in ("-", "–", "to", "and", "/", "or"):
        match = DAY.fullmatch(lower[first - 2])
        has_month = first >= 3 and lower[first - 3] in scope.words.months
        if match and not has_month and 1 <= int(match[1]) < day:
            return first - 2, int(match[1])
    return first, None


def _closing_day(scope: Scope, end: int, day: int) -> tuple[int, int | None]:
    lower = scope.reading.lower
    if end + 1 < len(lower) and lower[end] in ("-", "–", "to", "and") and scope.reading.lower[end - 1][:1].isdigit():
        match = DAY.fullmatch(lower[end + 1])
        after = lower[end + 2] if end + 2 < len(lower) else ""
        if match and day < int(match[1]) <= 31 and (lower[end] in ("-", "–") or after in (",", ".", ")")):
            return end + 2, int(match[1])
    return end, None


def _is_month(scope: Scope, index: int) -> bool:
    """Whether a month's name stands for the month: capital, and for doubtful names not a verb or a person."""
    word = scope.reading.lower[index].rstrip(".")
    before = scope.reading.lower[index - 1] if index else ""
    brought = before in BRINGS_IN or before in POINTING or before in FUZZ
    if word not in scope.words.doubtful:
        return scope.loud or scope.reading.capital(index) or brought
    if scope.loud:
        return brought
    if not scope.reading.capital(index) or word not in scope.words.capital_is_enough:
        return False
    if scope.reading.pos[index] in ("VERB", "AUX") or scope.reading.label[index] in ("Person", "PERSON"):
        return False
    return brought or bool(index and index != scope.reading.bounds_of(index)[0])


def _month_only(scope: Scope, index: int, end: int, month: int, year: int | None) -> Raw:
    lower = scope.reading.lower
    first = index
    pointing = lower[index - 1] if index else ""
    if pointing in FUZZ or pointing in ("last", "this", "next"):
        first -= 1
    if year is not None:
        return Raw(first, end, dates.month_of(year, month), "explicit")
    if scope.anchor is None:
        return Raw(first, end, None, "anchor")
    future = pointing == "next" or (pointing != "last" and looks_ahead(scope, first, end))
    return Raw(first, end, dates.dated(scope.anchor, month, None, future=future), "anchor")


def figures(scope: Scope, index: int) -> Raw | None:
    """Whatever begins with a digit: a year, a decade, a numeric date, a glued date ('21July'), a clock time."""
    reading = scope.reading
    word = reading.lower[index]
    if YEAR.fullmatch(word):
        zone = reading.lower[index + 1 : index + 2]
        zoned = clock_time(scope, index) if zone and zone[0] in scope.words.zones else None
        return zoned or _iso_split(scope, index) or _year(scope, index) or clock_time(scope, index)
    decade = _DECADE.fullmatch(word)
    if decade:
        first = int(decade[1]) * 10
        return Raw(index, index + 1, dates.span_of(dates.year_of(first), dates.year_of(first + 9)), "explicit", "range")
    glued = GLUED.fullmatch(word)
    if glued and glued[2] in scope.words.months:
        year, end = _year_after(scope, index + 1, near=True)
        return _dated(scope, index, end, _Named(scope.words.months[glued[2]], int(glued[1]), year))
    return _numeric_date(scope, index) or clock_time(scope, index)


def _iso_split(scope: Scope, index: int) -> Raw | None:
    """'2024-02-03', in however many tokens."""
    return _matched(scope, index, _ISO, lambda match: (int(match[1]), int(match[2]), int(match[3])))


def _numeric_date(scope: Scope, index: int) -> Raw | None:
    """'26/07/2022', '07/26/2022', '22.7.2022': day first unless that is no date."""
    iso = _iso_split(scope, index)
    return iso or _matched(scope, index, _NUMERIC, lambda match: _ordered(scope, match))


def _ordered(scope: Scope, match: re.Match[str]) -> tuple[int, int, int]:
    one, other = int(match[1]), int(match[3])
    year = int(match[4]) if len(match[4]) == 4 else dates.full_year(int(match[4]), scope.anchor)
    if other > 12 or (one <= 12 and _nearer(scope, year, one, other)):
        return year, one, other
    return year, other, one


def _nearer(scope: Scope, year: int, month: int, day: int) -> bool:
    """Whether month-first lies in the month up to the anchor and day-first does not."""
    if scope.anchor is None:
        return False
    us, world = dates.day_of(year, month, day), dates.day_of(year, day, month)
    ages = [(scope.anchor - extent.first).days if extent else 10**6 for extent in (us, world)]
    return 0 <= ages[0] <= 31 and not 0 <= ages[1] <= 31


def _matched(
    scope: Scope, index: int, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], tuple[int, int, int]]
) -> Raw | None:
    reading = scope.reading
    start = reading.starts[index]
    match = pattern.match(reading.text, start)
    if match is None or reading.text[match.end() : match.end() + 1].isalnum():
        return None
    end = index + 1
    while end < len(reading.lower) and reading.starts[end] < match.end():
        end += 1
    extent = dates.day_of(*parts(match))
    return Raw(index, end, extent, "explicit") if extent else None


def _year(scope: Scope, index: int) -> Raw | None:
    """'in 2011', 'early 2019', 'a 1979 coup', '(1979)', '2017 to 2020'."""
    reading = scope.reading
    lower = reading.lower
    before = lower[index - 1] if index else ""
    after = lower[index + 1] if index + 1 < len(lower) else ""
    if after in ("people", "men", "women", "%", "km", "percent", "troops", "soldiers") or before in (
        "$",
        "€",
        "£",
        "no.",
    ):
        return None
    if not (
        before in _YEAR_CUES
        or before in ARTICLES
        or before in FUZZ
        or before in ("-", "–", "—", "last")
        or after == ")"
    ):
        return None
    first = index - 1 if before in ("early", "late", "mid") else index
    extent = dates.year_of(int(lower[index]))
    if (
        after in ("-", "–", "to", "and", "through", "until")
        and index + 2 < len(lower)
        and YEAR.fullmatch(lower[index + 2])
    ):
        closing = dates.span_of(extent, dates.year_of(int(lower[index + 2])))
        if closing:
            return Raw(first, index + 3, closing, "explicit", "range")
    return Raw(first, index + 1, extent, "explicit")
