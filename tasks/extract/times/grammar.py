"""Which words of a text are expressions of time, and which stretch of the calendar each means.

A small grammar over tokens: a word of the calendar opens a rule, the rule reads its neighbours. Every rule returns the
tokens it used and what they mean relative to the anchor (the day the story was filed) or to the narrative's own time.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from tasks.extract.numbers import Number
from tasks.extract.reading import ORGANIZATION_LABELS, PERSON_LABELS, PLACE_LABELS, Reading, word_set
from tasks.extract.times import dates
from tasks.extract.times.dates import Extent
from tasks.extract.times.words import TimeWords, time_words
from tasks.records import DatePrecision

_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_GLUED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([a-z]{3,9})")
_DECADE = re.compile(r"((?:1[6-9]|20)\d)0s")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2((?:19|20)?\d\d)")
_CLOCK = re.compile(r"(\d{1,2})(?:[.:h](\d{2}))?(am|pm|a\.m\.|p\.m\.|a\.m|p\.m)?")
_MERIDIEM = {"am": 0, "a.m.": 0, "a.m": 0, "pm": 12, "p.m.": 12, "p.m": 12}
_YEAR_CUES = word_set(
    "in since of from during until till by early late mid after before through and to between around year circa "
    "about throughout ( back for"
)
_BRINGS_IN = word_set("on in at during of by from since until till after before around")
_FUZZ = frozenset({"early", "late", "mid", "mid-", "earlier", "later"})
_ARTICLES = frozenset({"a", "an", "the", "that"})
_POINTING = word_set("last this next past previous coming current recent same following that")
_BACK = frozenset({"ago", "earlier", "before", "previously", "back"})
_ON = frozenset({"later", "after", "afterwards", "hence"})
_PREFIXES = {
    "since": "since",
    "until": "until",
    "till": "until",
    "by": "until",
    "before": "until",
    "after": "after",
    "every": "habitual",
    "each": "habitual",
}
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


def find(reading: Reading, anchor: dt.date | None, numbers: tuple[Number, ...]) -> list[Raw]:
    """All expressions of time, in order, not overlapping."""
    words = time_words()
    scope = Scope(reading, words, anchor, {number.end: number for number in numbers}, _is_loud(reading))
    found: list[Raw] = []
    free = 0
    for index, word in enumerate(reading.lower):
        rule = _rule_for(word)
        if rule is None or index < free:
            continue
        raw = rule(scope, index)
        if raw is None or raw.first < free or _is_named(reading, raw, index):
            continue
        raw = _with_frame(scope, raw)
        found.append(raw)
        free = raw.end
        if raw.extent and raw.extent.precision is DatePrecision.DAY and raw.kind in ("point", "range"):
            scope = scope._replace(reference=raw.extent)
    return found


def _is_named(reading: Reading, raw: Raw, index: int) -> bool:
    """Whether a bare day or month is part of a name: 'the 19 April movement', '27 September Street'."""
    if reading.label[index] in _NAMES and (raw.end >= len(reading.lower) or reading.label[raw.end] in _NAMES):
        return True
    return raw.end < len(reading.lower) and reading.lower[raw.end] in (
        "movement",
        "brigade",
        "front",
        "neighborhood",
        "group",
    )


_NAMES = ORGANIZATION_LABELS | PERSON_LABELS | PLACE_LABELS


def _is_loud(reading: Reading) -> bool:
    sample = reading.text[:2000]
    upper = sum(map(str.isupper, sample))
    return upper > 0.6 * max(1, sum(map(str.isalpha, sample)))


Rule = Callable[[Scope, int], Raw | None]


def _rule_for(word: str) -> Rule | None:
    rule = _rules().get(word)
    return _figures if rule is None and "0" <= word[:1] <= "9" else rule


# --- months, days of months, years ---------------------------------------------------------------------------


def _month(scope: Scope, index: int) -> Raw | None:
    """'13 December 2011', 'Dec. 13', 'September 1987', 'in June', 'early June'."""
    month = scope.words.months[scope.reading.lower[index]]
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
    match = _DAY.fullmatch(lower[at]) if at >= 0 else None
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
    match = _DAY.fullmatch(lower[at]) if at < len(lower) else None
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
    if at < len(lower) and _YEAR.fullmatch(lower[at]):
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
    extent = _on_date(scope, named, future=_is_future(scope, first, end))
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
        match = _DAY.fullmatch(lower[first - 2])
        if match and 1 <= int(match[1]) < day:
            return first - 2, int(match[1])
    return first, None


def _closing_day(scope: Scope, end: int, day: int) -> tuple[int, int | None]:
    lower = scope.reading.lower
    if end + 1 < len(lower) and lower[end] in ("-", "–", "to", "and") and scope.reading.lower[end - 1][:1].isdigit():
        match = _DAY.fullmatch(lower[end + 1])
        after = lower[end + 2] if end + 2 < len(lower) else ""
        if match and day < int(match[1]) <= 31 and (lower[end] in ("-", "–") or after in (",", ".", ")")):
            return end + 2, int(match[1])
    return end, None


def _is_month(scope: Scope, index: int) -> bool:
    """Whether a month's name stands for the month: capital, and for doubtful names not a verb or a person."""
    word = scope.reading.lower[index].rstrip(".")
    before = scope.reading.lower[index - 1] if index else ""
    brought = before in _BRINGS_IN or before in _POINTING or before in _FUZZ
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
    if pointing in _FUZZ or pointing in ("last", "this", "next"):
        first -= 1
    if year is not None:
        return Raw(first, end, dates.month_of(year, month), "explicit")
    if scope.anchor is None:
        return Raw(first, end, None, "anchor")
    future = pointing == "next" or (pointing != "last" and _is_future(scope, first, end))
    return Raw(first, end, dates.dated(scope.anchor, month, None, future=future), "anchor")


def _figures(scope: Scope, index: int) -> Raw | None:
    """Whatever begins with a digit: a year, a decade, a numeric date, a glued date ('21July'), a clock time."""
    reading = scope.reading
    word = reading.lower[index]
    if _YEAR.fullmatch(word):
        return _iso_split(scope, index) or _year(scope, index)
    decade = _DECADE.fullmatch(word)
    if decade:
        first = int(decade[1]) * 10
        return Raw(index, index + 1, dates.span_of(dates.year_of(first), dates.year_of(first + 9)), "explicit", "range")
    glued = _GLUED.fullmatch(word)
    if glued and glued[2] in scope.words.months:
        year, end = _year_after(scope, index + 1, near=True)
        return _dated(scope, index, end, _Named(scope.words.months[glued[2]], int(glued[1]), year))
    return _numeric_date(scope, index) or _clock(scope, index)


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
        or before in _ARTICLES
        or before in _FUZZ
        or before in ("-", "–", "—", "last")
        or after == ")"
    ):
        return None
    first = index - 1 if before in ("early", "late", "mid") else index
    extent = dates.year_of(int(lower[index]))
    if (
        after in ("-", "–", "to", "and", "through", "until")
        and index + 2 < len(lower)
        and _YEAR.fullmatch(lower[index + 2])
    ):
        closing = dates.span_of(extent, dates.year_of(int(lower[index + 2])))
        if closing:
            return Raw(first, index + 3, closing, "explicit", "range")
    return Raw(first, index + 1, extent, "explicit")


# --- weekdays and days seen from today -----------------------------------------------------------------------


def _weekday(scope: Scope, index: int) -> Raw | None:
    """'on Friday', 'last Friday', 'Friday 22 July 2022', 'Friday-Saturday', 'Monday night'."""
    reading = scope.reading
    word = reading.lower[index].rstrip(".")
    if word in scope.words.doubtful and not (reading.capital(index) and _is_beside_number(scope, index)):
        return None
    if not (scope.loud or reading.capital(index)):
        return None
    exact = _date_beside(scope, index)
    if exact is not None:
        return exact
    extent = _weekday_extent(scope, index, scope.words.weekdays[reading.lower[index]])
    before = reading.lower[index - 1] if index else ""
    first = index - 1 if before in ("last", "this", "next", "past", "coming") else index
    return _to_weekday(scope, Raw(first, index + 1, extent, "anchor"))


def _is_beside_number(scope: Scope, index: int) -> bool:
    lower = scope.reading.lower
    near = lower[max(0, index - 1) : index] + lower[index + 1 : index + 3]
    return any(word[:1].isdigit() or word in scope.words.months for word in near)


def _date_beside(scope: Scope, index: int) -> Raw | None:
    """The date that follows a weekday, as one expression with it."""
    lower = scope.reading.lower
    at = index + 1
    while at < min(len(lower), index + 4) and lower[at] in (",", "the", "(", "."):
        at += 1
    for month_at in (at, at + 1, at + 2):
        if month_at < len(lower) and lower[month_at] in scope.words.months:
            raw = _month(scope, month_at)
            if raw and raw.first == at and raw.extent and raw.extent.precision is DatePrecision.DAY:
                return raw._replace(first=index)
            return None
    if at < len(lower) and _GLUED.fullmatch(lower[at]):
        raw = _figures(scope, at)
        return raw._replace(first=index) if raw and raw.extent else None
    return None


def _weekday_extent(scope: Scope, index: int, weekday: int) -> Extent | None:
    if scope.anchor is None:
        return None
    before = scope.reading.lower[index - 1] if index else ""
    future = before in ("next", "coming") or (before not in ("last", "past") and _is_future(scope, index, index + 1))
    day = dates.weekday_near(scope.anchor, weekday, future=future)
    if day == scope.anchor and before in ("last", "past", "next"):
        day = dates.shift(day, days=7 if future else -7)
    return dates.on(day) if day else None


def _to_weekday(scope: Scope, raw: Raw) -> Raw:
    """'Friday-Saturday', 'Friday to Sunday', 'Friday and Saturday': one stretch."""
    lower = scope.reading.lower
    if raw.end + 1 >= len(lower) or lower[raw.end] not in ("-", "–", "to", "and", "through", "/"):
        return raw
    other = scope.words.weekdays.get(lower[raw.end + 1])
    if other is None or not (scope.loud or scope.reading.capital(raw.end + 1)):
        return raw
    if raw.extent is None:
        return raw._replace(end=raw.end + 2, kind="range")
    last = dates.weekday_near(raw.extent.first, other, future=True)
    extent = dates.span_of(raw.extent, dates.on(last)) if last else None
    return raw._replace(end=raw.end + 2, extent=extent, kind="range")


def _deictic(scope: Scope, index: int) -> Raw | None:
    """'today', 'yesterday', 'tonight', 'overnight', 'tomorrow'."""
    word = scope.reading.lower[index]
    if word == "overnight":
        return _overnight(scope, index)
    if scope.reading.lower[index + 1 : index + 2] == ["'s"] and word == "today" and scope.anchor is None:
        return None
    day = dates.shift(scope.anchor, days=scope.words.days[word]) if scope.anchor else None
    return Raw(index, index + 1, dates.on(day) if day else None, "anchor", "point", scope.words.parts.get(word))


def _overnight(scope: Scope, index: int) -> Raw | None:
    """'overnight', 'overnight Friday-Saturday', 'overnight from Friday to Saturday', 'overnight on Friday'."""
    lower = scope.reading.lower
    at = index + 1
    while at < len(lower) and lower[at] in ("on", "from", "between", "into", "to", "in", ","):
        at += 1
    if at < len(lower) and at - index <= 2 and lower[at] in scope.words.weekdays:
        raw = _weekday(scope, at)
        if raw is None:
            return None
        if raw.kind != "range" and raw.extent and lower[at - 1] in ("into", "to"):
            opening = dates.shift(raw.extent.first, days=-1)
            raw = raw._replace(extent=dates.span_of(dates.on(opening), raw.extent) if opening else None, kind="range")
        return raw._replace(first=index, time_of_day="night")
    day = dates.shift(scope.anchor, days=-1) if scope.anchor else None
    extent = dates.span_of(dates.on(day), dates.on(scope.anchor)) if day and scope.anchor else None
    return Raw(index, index + 1, extent, "anchor", "range", "night")


# --- last week, two days ago, the same day -------------------------------------------------------------------


def _unit(scope: Scope, index: int) -> Raw | None:
    """'last week', 'this month', 'two days ago', 'a day earlier', 'the same day', 'for five months'."""
    reading = scope.reading
    unit = scope.words.units[reading.lower[index]]
    number = scope.numbers.get(index)
    counted = _count_before(scope, index, number)
    if counted is not None:
        found = _counted_unit(scope, index, unit, *counted)
        if found is not None:
            return found
    return _pointed_unit(scope, index, unit, number)


def _count_before(scope: Scope, index: int, number: Number | None) -> tuple[int, int | None] | None:
    """First token and number of 'two days', 'a week', 'several months', 'the day'."""
    lower = scope.reading.lower
    if number is not None:
        if number.best is None:
            return number.first, None
        return number.first, int(number.best)
    if index and lower[index - 1] in ("a", "an", "one", "the"):
        return index - 1, 1
    return None


def _counted_unit(scope: Scope, index: int, unit: str, first: int, count: int | None) -> Raw | None:
    lower = scope.reading.lower
    word = lower[index + 1] if index + 1 < len(lower) else ""
    if word == "ago":
        hours = unit in ("hour", "minute", "second") and (unit != "hour" or (count or 1) <= 12)
        extent = dates.away(scope.anchor, unit, -count) if scope.anchor and count is not None else None
        if hours and scope.anchor:
            extent = dates.on(scope.anchor)
        return Raw(first, index + 2, extent, "anchor")
    after = lower[index + 2] if index + 2 < len(lower) else ""
    bare = after in (",", ".", ";", ")", "", "and", ":", "when", "by", "in", "that") or word in ("earlier", "later")
    if word in _BACK | _ON:
        if not bare and word in ("before", "after"):
            return Raw(first, index + 2, None, "narrative", "relative")
        if count is None:
            return Raw(first, index + 2, None, "narrative", "relative")
        step = -count if word in _BACK else count
        base = scope.reference.first if scope.reference else scope.anchor
        return Raw(first, index + 2, dates.away(base, unit, step) if base else None, "narrative")
    return None


def _pointed_unit(scope: Scope, index: int, unit: str, number: Number | None) -> Raw | None:
    lower = scope.reading.lower
    pointer_at = (number.first if number else index) - 1
    if pointer_at < 0:
        return None
    pointer = lower[pointer_at]
    if number is None and pointer in ("calendar", "few") and pointer_at:
        pointer_at -= 1
        pointer = lower[pointer_at]
    if pointer not in _POINTING:
        return _duration(scope, index, number)
    if number is not None or lower[index].endswith("s"):
        return _past_stretch(scope, pointer_at, index, unit, number)
    if pointer in ("same", "that", "previous", "following") or (pointer == "next" and lower[pointer_at - 1] == "the"):
        return _narrative_unit(scope, pointer_at, index, unit, pointer)
    return _deictic_unit(scope, pointer_at, index, unit, pointer)


def _past_stretch(scope: Scope, first: int, index: int, unit: str, number: Number | None) -> Raw | None:
    """'the past two days', 'in recent weeks', 'the last 24 hours'."""
    pointer = scope.reading.lower[first]
    if pointer not in ("last", "past", "recent", "previous"):
        return None
    if scope.anchor is None or number is None or number.best is None:
        return Raw(first, index + 1, None, "anchor", "range")
    count = int(number.best)
    if unit in ("hour", "minute", "second"):
        unit, count = "day", (count + 23) // 24 if unit == "hour" else 1
    back = dates.away(scope.anchor, unit, -count)
    return Raw(first, index + 1, dates.span_of(back, dates.on(scope.anchor)) if back else None, "anchor", "range")


def _narrative_unit(scope: Scope, first: int, index: int, unit: str, pointer: str) -> Raw | None:
    """'the same day', 'that night', 'the previous week', 'the following day'."""
    if pointer == "that" and unit not in ("day", "week", "month", "year"):
        return None
    base = scope.reference.first if scope.reference else None
    step = {"previous": -1, "following": 1, "next": 1}.get(pointer, 0)
    extent = None
    if base is not None:
        extent = dates.week_of(base, step) if unit == "week" else dates.away(base, unit, step)
    if unit in ("hour", "minute", "second"):
        return None
    part = scope.words.parts.get(scope.reading.lower[index])
    return Raw(first, index + 1, extent, "narrative", "point", part)


def _deictic_unit(scope: Scope, first: int, index: int, unit: str, pointer: str) -> Raw | None:
    """'last night', 'this morning', 'last week', 'this year', 'next month'."""
    word = scope.reading.lower[index]
    part = scope.words.parts.get(word)
    step = {"last": -1, "past": -1, "next": 1, "coming": 1}.get(pointer, 0)
    if unit in ("hour", "minute", "second", "century", "decade", "quarter") or pointer == "recent":
        return None
    if scope.anchor is None:
        return Raw(first, index + 1, None, "anchor", "point", part)
    return Raw(first, index + 1, _deictic_extent(scope.anchor, unit, step, scope, first), "anchor", "point", part)


def _deictic_extent(anchor: dt.date, unit: str, step: int, scope: Scope, first: int) -> Extent | None:
    if unit == "week":
        week = dates.week_of(anchor, step)
        return (
            week._replace(last=min(week.last, anchor))
            if week and step == 0 and not _is_future(scope, first, first)
            else week
        )
    if unit == "weekend":
        saturday = dates.weekday_near(anchor, 5, future=step > 0)
        sunday = dates.shift(saturday, days=1) if saturday else None
        return dates.span_of(dates.on(saturday), dates.on(sunday)) if saturday and sunday else None
    if unit == "fortnight":
        return None
    return dates.away(anchor, unit, step)


def _duration(scope: Scope, index: int, number: Number | None) -> Raw | None:
    """'for 30 minutes', 'lasted two days': how long, not when."""
    if number is None:
        return None
    before = scope.reading.lower[number.first - 1] if number.first else ""
    if before not in ("for", "lasted", "lasting", "lasts", "within", "during", "took", "about", "of"):
        return None
    return Raw(number.first, index + 1, None, "narrative", "duration")


def _part(scope: Scope, index: int) -> Raw | None:
    """'at dawn', 'that night', 'this evening', 'last night': a part of a day that no weekday precedes."""
    reading = scope.reading
    lower = reading.lower
    part = scope.words.parts[lower[index]]
    before = lower[index - 1] if index else ""
    if before in ("last", "this"):
        step = -1 if before == "last" else 0
        day = dates.shift(scope.anchor, days=step) if scope.anchor else None
        return Raw(index - 1, index + 1, dates.on(day) if day else None, "anchor", "point", part)
    if before in ("same", "that"):
        return Raw(index - 1, index + 1, scope.reference, "narrative", "point", part)
    if before in ("at", "by", "around", "before", "after", "since", "until"):
        return Raw(index, index + 1, None, "narrative", "clock", part)
    return None


# --- clock ---------------------------------------------------------------------------------------------------


def _clock(scope: Scope, index: int) -> Raw | None:
    """'4 p.m.', '12.30am', '16:30 GMT', '1730 GMT'."""
    reading = scope.reading
    match = _clock_match(reading, index)
    if match is None:
        return None
    hour, minute, end, marked = match
    zone = reading.lower[end] if end < len(reading.lower) else ""
    offset = scope.words.zones.get(zone) if zone != "z" else None
    before = reading.lower[index - 1] if index else ""
    if not marked and offset is None and before not in ("at", "around", "about", "from", "until", "by"):
        return None
    if hour > 24 or minute > 59 or (not marked and offset is None and minute < 0):
        return None
    text = f"{hour % 24:02d}:{max(minute, 0):02d}{offset or ''}"
    return Raw(index, end + 1 if offset else end, None, "narrative", "clock", text)


def _clock_match(reading: Reading, index: int) -> tuple[int, int, int, bool] | None:
    """Hour, minute (-1: not given), end token and whether a.m. or p.m. is said."""
    start = reading.starts[index]
    window = reading.text[start : start + 12].lower()
    match = _CLOCK.match(window)
    if match is None:
        return None
    hour, minute, end = int(match[1]), int(match[2] or -1), index + 1
    if (
        window[match.end() : match.end() + 2].isdigit()
        and match[2] is None
        and len(match[1]) == 2
        and window[:4].isdigit()
    ):
        hour, minute = int(window[:2]), int(window[2:4])
    stop = start + match.end()
    while end < len(reading.lower) and reading.starts[end] < stop:
        end += 1
    meridiem = match[3]
    if meridiem is None and end < len(reading.lower) and reading.lower[end] in _MERIDIEM:
        meridiem, end = reading.lower[end], end + 1
    if meridiem:
        hour = hour % 12 + _MERIDIEM[meridiem]
    return hour, minute, end, meridiem is not None


# --- what stands around an expression ------------------------------------------------------------------------


def _with_frame(scope: Scope, raw: Raw) -> Raw:
    """Add what stands beside: a part of the day behind or before, a clock time, 'since', 'every'."""
    lower = scope.reading.lower
    end, part = raw.end, raw.time_of_day
    at = end + 1 if lower[end : end + 1] in (["'s"], ["at"], [","]) else end
    dating = raw.kind in ("point", "range") and part is None and (at == end or lower[end] == "at")
    if dating and at < len(lower) and lower[at] in scope.words.parts:
        end, part = at + 1, scope.words.parts[lower[at]]
    first, part = _part_before(scope, raw.first, part)
    prefix = _prefix(lower, first)
    kind = prefix if prefix and raw.kind in ("point", "range") else raw.kind
    extent = _since(scope, raw.extent) if kind == "since" else raw.extent
    if lower[raw.first].endswith("days") and lower[raw.first][:-1] in scope.words.weekdays:
        kind = "habitual"
    return raw._replace(first=first, end=end, kind=kind, time_of_day=part, extent=extent)


def _prefix(lower: list[str], first: int) -> str | None:
    for step in (1, 2):
        if first - step >= 0 and lower[first - step] in _PREFIXES:
            between = lower[first - step + 1 : first]
            if all(word in ("the", "late", "early", "mid", "last", "around", "about") for word in between):
                return _PREFIXES[lower[first - step]]
    return None


def _part_before(scope: Scope, first: int, part: str | None) -> tuple[int, str | None]:
    """'early on Thursday', 'in the early hours of Friday', 'late Monday', 'the evening of 3 May'."""
    lower = scope.reading.lower
    at = first - 1
    if at >= 1 and lower[at] in ("on", "of"):
        at -= 1
    if at < 0:
        return first, part
    if lower[at] == "hours" and at and lower[at - 1] in ("early", "morning"):
        return at - 1, "early morning"
    if lower[at] in scope.words.parts and lower[at + 1] in ("of", "on") and part is None:
        return at, scope.words.parts[lower[at]]
    if lower[at] in ("early", "late") and part is None and scope.reading.lower[first] in scope.words.weekdays:
        return at, "early morning" if lower[at] == "early" else "evening"
    return first, part


def _since(scope: Scope, extent: Extent | None) -> Extent | None:
    if extent is None or scope.anchor is None or scope.anchor < extent.first:
        return extent
    return extent._replace(last=max(scope.anchor, extent.first))


def _is_future(scope: Scope, first: int, end: int) -> bool:
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


def _build_rules() -> dict[str, Rule]:
    words = time_words()
    rules: dict[str, Rule] = {}
    for table, rule in (
        (words.parts, _part),
        (words.units, _unit),
        (words.days, _deictic),
        (words.weekdays, _weekday),
        (words.months, _month),
    ):
        rules.update(dict.fromkeys(table, rule))
    for name in ("morning", "night", "mornings", "nights"):
        rules[name] = _part_or_unit
    return rules


def _part_or_unit(scope: Scope, index: int) -> Raw | None:
    word = scope.reading.lower[index]
    part = _part(scope, index) if word in scope.words.parts else None
    return part or (_unit(scope, index) if word in scope.words.units else None)


_RULES: dict[str, Rule] = {}


def _rules() -> dict[str, Rule]:
    if not _RULES:
        _RULES.update(_build_rules())
    return _RULES
