"""Dates as far as they are known: a day, a month, a year or a stretch of days, and how to reckon with them.

All functions are total: what no calendar holds (31 February, the year 12000) is None, never an exception.
"""

import datetime as dt
from typing import NamedTuple

from tasks.records import DatePrecision

_DAY = dt.timedelta(days=1)


class Extent(NamedTuple):
    """A stretch of time, first and last day included, and how exactly it is known."""

    first: dt.date
    last: dt.date
    precision: DatePrecision

    @property
    def start(self) -> str:
        """ISO 8601 of the beginning, as far as known."""
        return _iso(self.first, self.precision)

    @property
    def end(self) -> str:
        """ISO 8601 of the end, as far as known."""
        return _iso(self.last, self.precision)


def _iso(day: dt.date, precision: DatePrecision) -> str:
    if precision is DatePrecision.YEAR:
        return f"{day.year:04d}"
    if precision is DatePrecision.MONTH:
        return f"{day.year:04d}-{day.month:02d}"
    return day.isoformat()


def day_of(year: int, month: int, day: int) -> Extent | None:
    """One day."""
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return Extent(date, date, DatePrecision.DAY)


def on(day: dt.date) -> Extent:
    """One day."""
    return Extent(day, day, DatePrecision.DAY)


def month_of(year: int, month: int) -> Extent | None:
    """One month; months beyond 12 or below 1 run into the next or previous years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1 <= year < dt.MAXYEAR:
        return None
    last = dt.date(year + month // 12, month % 12 + 1, 1) - _DAY
    return Extent(dt.date(year, month, 1), last, DatePrecision.MONTH)


def year_of(year: int) -> Extent | None:
    """One year."""
    if not 1 <= year <= dt.MAXYEAR:
        return None
    return Extent(dt.date(year, 1, 1), dt.date(year, 12, 31), DatePrecision.YEAR)


def week_of(day: dt.date, weeks: int = 0) -> Extent | None:
    """The week of a day, Monday to Sunday, or one so many weeks away."""
    first = shift(day, days=weeks * 7 - day.weekday())
    last = shift(first, days=6) if first else None
    return Extent(first, last, DatePrecision.WEEK) if first and last else None


def shift(day: dt.date, *, days: int) -> dt.date | None:
    """A day so many days away."""
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def span_of(one: Extent | None, other: Extent | None) -> Extent | None:
    """From the beginning of one to the end of the other, with the coarser precision."""
    if one is None or other is None or other.last < one.first:
        return None
    order = [DatePrecision.DAY, DatePrecision.WEEK, DatePrecision.MONTH, DatePrecision.YEAR]
    precision = max(one.precision, other.precision, key=order.index)
    return Extent(one.first, other.last, precision)


def weekday_near(day: dt.date, weekday: int, *, future: bool) -> dt.date | None:
    """The last such weekday up to a day, or the first from it on."""
    if future:
        return shift(day, days=(weekday - day.weekday()) % 7)
    return shift(day, days=-((day.weekday() - weekday) % 7))


def away(day: dt.date, unit: str, count: int) -> Extent | None:
    """So many units from a day: days exactly, longer units with the precision they speak of."""
    if abs(count) > 100_000:
        return None
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit)
    if days is not None:
        moved = shift(day, days=count * days)
        precision = DatePrecision.DAY if days == 1 else DatePrecision.WEEK
        return Extent(moved, moved, precision) if moved else None
    if unit == "month":
        return month_of(day.year, day.month + count)
    years = {"year": 1, "decade": 10, "century": 100}.get(unit)
    if years is not None:
        return year_of(day.year + count * years)
    return on(day) if unit in ("hour", "minute", "second") else None


def full_year(two_digits: int, anchor: dt.date | None) -> int:
    """The year that two digits mean: the nearest to the anchor that is at most ten years after it."""
    if anchor is None:
        return two_digits + (1900 if two_digits > 40 else 2000)
    century = anchor.year // 100 * 100
    year = century + two_digits
    return year - 100 if year > anchor.year + 10 else year


def dated(anchor: dt.date, month: int, day: int | None, *, future: bool) -> Extent | None:
    """A month or a day of a month without a year: the last up to the anchor, or the first from it on.

    A sentence that looks ahead may still tell of the past ('killed on 30 May, will be tried'), and one that does not
    may announce ('the September 10 summit'): the other reading wins where it is near and this one is far.
    """
    years = (anchor.year - 1, anchor.year, anchor.year + 1)
    extents = [day_of(year, month, day) if day else month_of(year, month) for year in years]
    past = [extent for extent in extents if extent and extent.first <= anchor + _slack(anchor)]
    ahead = [extent for extent in extents if extent and extent.last >= anchor]
    last = past[-1] if past else None
    first = ahead[0] if ahead else None
    if last is None or first is None:
        return last or first
    age, wait = (anchor - last.last).days, (first.first - anchor).days
    if future:
        return first if wait <= _NEAR_DAYS or wait <= age else last
    return first if age > _FAR_DAYS and wait <= _SOON_DAYS else last


_NEAR_DAYS, _FAR_DAYS, _SOON_DAYS = 150, 330, 31
"""Chosen by thought, checked on the MUC development stories."""


def _slack(anchor: dt.date) -> dt.timedelta:
    """A story may be datelined on the eve of the day it appears."""
    return _DAY if anchor < dt.date.max else dt.timedelta()
