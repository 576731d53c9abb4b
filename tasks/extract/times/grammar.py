"""Which words of a text are expressions of time, and which stretch of the calendar each means.

A small grammar over tokens: a word of the calendar opens a rule, the rule reads its neighbours. Every rule returns the
tokens it used and what they mean relative to the anchor (the day the story was filed) or to the narrative's own time.
"""

import datetime as dt

from tasks.extract.numbers import Number
from tasks.extract.reading import ORGANIZATION_LABELS, PERSON_LABELS, PLACE_LABELS, Reading
from tasks.extract.times import dates
from tasks.extract.times.attach import is_statement
from tasks.extract.times.clock import part_of_day
from tasks.extract.times.dates import Extent
from tasks.extract.times.named import figures, month_named
from tasks.extract.times.relative import day_pointed_at, eve_of, part_or_unit, unit_counted, weekday_named
from tasks.extract.times.scope import Raw, Rule, Scope
from tasks.extract.times.words import time_words
from tasks.records import DatePrecision

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
        if found and found[-1].end > raw.first:
            found.pop()
        if found and (joined := _joined(scope, found[-1], raw)) is not None:
            found.pop()
            raw = joined
        found.append(raw)
        free = raw.end
        if _is_reference(scope, raw):
            scope = scope._replace(reference=raw.extent)
    return found


def _joined(scope: Scope, one: Raw, two: Raw) -> Raw | None:
    """'between July 22 and August 30', 'from Monday to 5 May': two days as one stretch."""
    lower = scope.reading.lower
    if two.first != one.end + 1 or {one.kind, two.kind} - {"point", "until"} or not one.first:
        return None
    opening, link = lower[one.first - 1], lower[one.end]
    if (opening, link) not in _STRETCHES:
        return None
    extent = dates.span_of(one.extent, two.extent)
    return one._replace(end=two.end, extent=extent, kind="range") if extent else None


_STRETCHES = frozenset({("between", "and"), ("from", "to"), ("from", "until"), ("from", "till"), ("from", "through")})


def _is_reference(scope: Scope, raw: Raw) -> bool:
    """Whether 'two days earlier' is counted from this day: not from that of a statement where another is known."""
    if raw.extent is None or raw.extent.precision is not DatePrecision.DAY or raw.kind not in ("point", "range"):
        return False
    return scope.reference is None or not is_statement(scope.reading, raw)


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


def _rule_for(word: str) -> Rule | None:
    rule = _rules().get(word)
    return figures if rule is None and "0" <= word[:1] <= "9" else rule


def _with_frame(scope: Scope, raw: Raw) -> Raw:
    """Add what stands beside: a part of the day behind or before, a clock time, 'since', 'every'."""
    lower = scope.reading.lower
    end, part = raw.end, raw.time_of_day
    at = end + 1 if lower[end : end + 1] in (["'s"], ["at"], [","]) else end
    dating = raw.kind in ("point", "range") and part is None and (at == end or lower[end] == "at")
    if dating and at < len(lower) and lower[at] in scope.words.parts:
        end, part = at + 1, scope.words.parts[lower[at]]
    first, part = _part_before(scope, raw.first, part)
    prefix = None if first < raw.first and lower[first] in scope.words.parts else _prefix(lower, first)
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


def _build_rules() -> dict[str, Rule]:
    words = time_words()
    rules: dict[str, Rule] = {}
    for table, rule in (
        (words.parts, part_of_day),
        (words.units, unit_counted),
        (words.days, day_pointed_at),
        (words.weekdays, weekday_named),
        (words.months, month_named),
    ):
        rules.update(dict.fromkeys(table, rule))
    rules["eve"] = eve_of
    for name in ("morning", "night", "mornings", "nights"):
        rules[name] = part_or_unit
    return rules


_RULES: dict[str, Rule] = {}


def _rules() -> dict[str, Rule]:
    if not _RULES:
        _RULES.update(_build_rules())
    return _RULES
