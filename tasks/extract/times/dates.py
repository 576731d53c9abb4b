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
    if unit == "day":
        moved = shift(day, days=count)
        return on(moved) if moved else None
    if unit in ("week", "fortnight"):
        moved = shift(day, days=count * (7 if unit == "week" else 14))
        if moved is None:
            return None
        return on(moved)._replace(precision=DatePrecision.WEEK)
    if unit == "month":
        return month_of(day.year, day.month + count)
    if unit in ("year", "decade", "century"):
        return year_of(day.year + count * {"year": 1, "decade": 10, "century": 100}[unit])
    return on(day) if unit in ("hour", "minute", "second") else None


def full_year(two_digits: int, anchor: dt.date | None) -> int:
    """The year that two digits mean: the nearest to the anchor that is at most ten years after it."""
    if anchor is None:
        return two_digits + (1900 if two_digits > 40 else 2000)
    century = anchor.year // 100 * 100
    year = century + two_digits
    return year - 100 if year > anchor.year + 10 else year


def dated(anchor: dt.date, month: int, day: int | None, *, future: bool) -> Extent | None:
    """A month or a day of a month without a year: the last up to the anchor, or the first from it on."""
    years = (anchor.year, anchor.year + 1) if future else (anchor.year, anchor.year - 1)
    for year in years:
        extent = day_of(year, month, day) if day else month_of(year, month)
        if extent is None:
            continue
        if (extent.last >= anchor) if future else (extent.first <= anchor + _slack(anchor)):
            return extent
    return None


def _slack(anchor: dt.date) -> dt.timedelta:
    """A story may be datelined on the eve of the day it appears."""
    return _DAY if anchor < dt.date.max else dt.timedelta()
