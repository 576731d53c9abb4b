"""Days seen from today or from the story so far: weekdays, yesterday, last week, two days earlier."""

import datetime as dt

from tasks.extract.numbers import Number
from tasks.extract.reading import word_set
from tasks.extract.times import dates
from tasks.extract.times.clock import part_of_day
from tasks.extract.times.dates import Extent
from tasks.extract.times.named import figures, month_named
from tasks.extract.times.scope import GLUED, POINTING, Raw, Scope, looks_ahead
from tasks.records import DatePrecision

_BACK = frozenset({"ago", "earlier", "before", "previously", "back"})
_ON = frozenset({"later", "after", "afterwards", "hence"})


def weekday_named(scope: Scope, index: int) -> Raw | None:
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
            raw = month_named(scope, month_at)
            if raw and raw.first == at and raw.extent and raw.extent.precision is DatePrecision.DAY:
                return raw._replace(first=index)
            return None
    if at < len(lower) and GLUED.fullmatch(lower[at]):
        raw = figures(scope, at)
        return raw._replace(first=index) if raw and raw.extent else None
    return None


def _weekday_extent(scope: Scope, index: int, weekday: int) -> Extent | None:
    if scope.anchor is None:
        return None
    before = scope.reading.lower[index - 1] if index else ""
    future = before in ("next", "coming") or (before not in ("last", "past") and looks_ahead(scope, index, index + 1))
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


def day_pointed_at(scope: Scope, index: int) -> Raw | None:
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
        raw = weekday_named(scope, at)
        if raw is None:
            return None
        if raw.kind != "range" and raw.extent and lower[at - 1] in ("into", "to"):
            opening = dates.shift(raw.extent.first, days=-1)
            raw = raw._replace(extent=dates.span_of(dates.on(opening), raw.extent) if opening else None, kind="range")
        return raw._replace(first=index, time_of_day="night")
    day = dates.shift(scope.anchor, days=-1) if scope.anchor else None
    extent = dates.span_of(dates.on(day), dates.on(scope.anchor)) if day and scope.anchor else None
    return Raw(index, index + 1, extent, "anchor", "range", "night")


def unit_counted(scope: Scope, index: int) -> Raw | None:
    """'last week', 'this month', 'two days ago', 'a day earlier', 'the same day', 'for five months'."""
    reading = scope.reading
    unit = scope.words.units[reading.lower[index]]
    number = scope.numbers.get(index)
    counted = _count_before(scope, index, number)
    if counted is not None:
        found = _counted_unit(scope, index, unit, *counted)
        if found is not None:
            return found
    elif reading.lower[index].endswith("s") and reading.lower[index + 1 : index + 2] == ["after"]:
        return _set_off(scope, (index, index + 2), unit, None)
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
            return _set_off(scope, (first, index + 2), unit, count)
        if count is None:
            return Raw(first, index + 2, None, "narrative", "relative")
        step = -count if word in _BACK else count
        base = scope.reference.first if scope.reference else scope.anchor
        return Raw(first, index + 2, dates.away(base, unit, step) if base else None, "narrative")
    return None


def _set_off(scope: Scope, span: tuple[int, int], unit: str, count: int | None) -> Raw:
    """'a day after rebels shot five', 'hours after a raid', 'the day before': dates what follows, from the day told of.

    Where it opens a sentence ('Two days after the raid, gunmen ...') what comes behind the comma is the later event.
    """
    first, end = span
    word = scope.reading.lower[end - 1]
    base = scope.reference.first if scope.reference else scope.anchor
    opens = all(word in _OPENERS for word in scope.reading.lower[scope.reading.bounds_of(first)[0] : first])
    within_days = unit in ("hour", "minute", "second")
    if base is None or count is None or within_days or (opens and (word == "before" or scope.reference is None)):
        extent = None
    else:
        extent = dates.away(base, unit, count if opens or word == "before" else -count)
    return Raw(first, end, extent, "narrative", "onset" if opens else "offset")


_OPENERS = word_set("barely just only about less than over more some nearly almost exactly but and then roughly")


def eve_of(scope: Scope, index: int) -> Raw | None:
    """'on the eve of twin bombings': what follows came the day after the day told of."""
    lower = scope.reading.lower
    if lower[index - 1 : index] != ["the"] or lower[index + 1 : index + 2] != ["of"]:
        return None
    base = scope.reference.first if scope.reference else None
    following = dates.shift(base, days=1) if base else None
    return Raw(index - 1, index + 2, dates.on(following) if following else None, "narrative", "offset")


def _pointed_unit(scope: Scope, index: int, unit: str, number: Number | None) -> Raw | None:
    lower = scope.reading.lower
    pointer_at = (number.first if number else index) - 1
    if pointer_at < 0:
        return None
    pointer = lower[pointer_at]
    if number is None and pointer in ("calendar", "few") and pointer_at:
        pointer_at -= 1
        pointer = lower[pointer_at]
    if unit == "weekend" and pointer == "the" and pointer_at and lower[pointer_at - 1] in _OVER:
        return _deictic_unit(scope, pointer_at, index, unit, "last")
    if pointer not in POINTING:
        return _duration(scope, index, number)
    if number is not None or lower[index].endswith("s"):
        return _past_stretch(scope, pointer_at, index, unit, number)
    if pointer in ("same", "that", "previous", "following") or (pointer == "next" and lower[pointer_at - 1] == "the"):
        return _narrative_unit(scope, pointer_at, index, unit, pointer)
    return _deictic_unit(scope, pointer_at, index, unit, pointer)


_OVER = frozenset({"over", "at", "on", "during"})


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
            if week and step == 0 and not looks_ahead(scope, first, first)
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


def part_or_unit(scope: Scope, index: int) -> Raw | None:
    """'that night', 'two nights earlier': a part of a day or a unit that is counted."""
    word = scope.reading.lower[index]
    part = part_of_day(scope, index) if word in scope.words.parts else None
    return part or (unit_counted(scope, index) if word in scope.words.units else None)
