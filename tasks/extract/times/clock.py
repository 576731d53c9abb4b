"""Times of the day: clock times and parts of a day."""

import re

from tasks.extract.reading import Reading
from tasks.extract.times import dates
from tasks.extract.times.scope import Raw, Scope

_CLOCK = re.compile(r"(\d{1,2})(?:[.:h](\d{2}))?(am|pm|a\.m\.|p\.m\.|a\.m|p\.m)?")
_MERIDIEM = {"am": 0, "a.m.": 0, "a.m": 0, "pm": 12, "p.m.": 12, "p.m": 12}


def part_of_day(scope: Scope, index: int) -> Raw | None:
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


def clock_time(scope: Scope, index: int) -> Raw | None:
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
