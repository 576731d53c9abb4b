"""When: expressions of time in a text, resolved to ISO 8601 dates, and which of them dates an event.

Dates are resolved against the anchor (the date line, else the date of publication) and, for 'two days earlier' or 'the
same day', against the last day the text spoke of. Without an anchor only full dates resolve; a weekday stays null.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.numbers import find_numbers
from tasks.extract.reading import Reading, read
from tasks.extract.times.attach import DATING, Link, is_of_occurrence, is_statement, links, opens_clause_of
from tasks.extract.times.dates import day_of, shift
from tasks.extract.times.grammar import find
from tasks.extract.times.scope import Raw
from tasks.extract.times.words import time_words
from tasks.records import Article, DatePrecision, EventTime, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Anchor", "TimeExpression", "anchor_of", "anchored", "find_times", "time_of"]

_GOOD = 0.5
_ALONE = 0.35
_SURE = 0.7
_NARRATIVE_SENTENCES = 2
_DATELINE_CHARS = 200
_SEEN_FROM_TODAY = {"today": 0, "yesterday": -1, "tonight": 0, "tomorrow": 1}


class Anchor(NamedTuple):
    """What a text's relative dates are counted from."""

    published: dt.date | None = None
    dateline: dt.date | None = None

    @property
    def date(self) -> dt.date | None:
        """The day the story was filed: its date line, else its publication."""
        return self.dateline or self.published

    @property
    def basis(self) -> str | None:
        """'dateline' or 'published'; None without either."""
        if self.dateline:
            return "dateline"
        return "published" if self.published else None


class TimeExpression(NamedTuple):
    """An expression of time: tokens `[first, end)`, characters `[start_char, end_char)`, and what it means."""

    first: int
    end: int
    start_char: int
    end_char: int
    text: str
    start: str | None
    """ISO 8601 as far as known; None where it cannot be resolved."""
    stop: str | None
    """Last day, month or year meant."""
    precision: DatePrecision
    basis: str
    """'explicit', 'dateline', 'published' or 'narrative'."""
    kind: str
    """'point', 'range', 'since', 'until', 'after', 'duration', 'habitual', 'relative', 'clock', 'dateline'; 'offset'
    ('a day after') for what follows, 'onset' (the same, opening a sentence) for what comes behind the comma."""
    time_of_day: str | None = None


def anchor_of(article: Article) -> Anchor:
    """The anchor of an article, from its date line and its metadata, or a line that says when it was published."""
    published = article.published or article.first_created or article.version_created
    dateline = article.dateline.date if article.dateline else None
    if published is None and dateline is None:
        return Anchor(published=_published(article.text))
    return Anchor(published=published.date() if published else None, dateline=dateline)


def find_times(doc: "Doc", anchor: Anchor) -> tuple[TimeExpression, ...]:
    """All expressions of time in the text, in order, not overlapping."""
    reading = read(doc)
    anchor = anchored(doc, anchor)
    found = find(reading, anchor.date, find_numbers(doc))
    return tuple(_expression(reading, raw, anchor) for raw in found)


def anchored(doc: "Doc", anchor: Anchor) -> Anchor:
    """The anchor, or where there is none the one that the text itself gives.

    'today (July 26, 2022)', 'GUWAHATI, Jan 2, 2024: ...', 'police said on March 9, 2023' in one of the first sentences.
    """
    if anchor.date is not None:
        return anchor
    reading = read(doc)
    filed = _filed(reading) or _stated(doc, reading)
    if filed is not None:
        return Anchor(dateline=filed)
    for index, word in enumerate(reading.lower):
        step = _SEEN_FROM_TODAY.get(word)
        day = _date_at(reading, index + 1) if step is not None else None
        if day is not None and step is not None:
            return Anchor(dateline=shift(day, days=-step))
    return anchor


def _filed(reading: Reading) -> dt.date | None:
    """The full date of a dateline that a colon ends: 'GUWAHATI, Jan 2, 2024: ...'."""
    lower, months = reading.lower, time_words().months
    for colon in (at for at, word in enumerate(lower[:_DATELINE_MOST]) if word == ":"):
        near = range(max(0, colon - _DATE_MOST), colon)
        at = next((at for at in near if lower[at] in months or lower[at + 1] in months), None)
        if at is not None and (day := _date_at(reading, at)) is not None:
            return day
    return None


def _stated(doc: "Doc", reading: Reading) -> dt.date | None:
    """The full date of a statement by which a story begins."""
    for raw in find(reading, None, find_numbers(doc)):
        if reading.sentence[raw.first] > _STATED_SENTENCES:
            return None
        full = raw.extent is not None and raw.extent.precision is DatePrecision.DAY and raw.kind == "point"
        if raw.extent is not None and full and is_statement(reading, raw):
            return raw.extent.first
    return None


_STATED_SENTENCES = 3
_DATELINE_MOST = 60
_DATE_MOST = 8
"""Tokens of a headline with a dateline, and of a date with what may stand behind it ('May 6, 2023 (PTI):')."""


def _published(text: str) -> dt.date | None:
    """The day that a line of the text gives for its publication: 'Published in The Herald, November 10th, 2024'."""
    match = _PUBLISHED.search(text)
    if match is None:
        return None
    month = time_words().months.get((match["before"] or match["after"]).lower().rstrip("."))
    day = day_of(int(match["year"]), month, int(match["day"] or match["last"])) if month else None
    return day.first if day else None


_PUBLISHED = re.compile(
    r"(?im)^\W*(?:first )?(?:published|posted|updated|date)\b[^\n]{0,40}?"
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<before>[a-z]{3,9})\.?|(?P<after>[a-z]{3,9})\.?\s+(?P<last>\d{1,2})(?:st|nd|rd|th)?)"
    r",?\s+(?P<year>(?:19|20)\d\d)\b"
)


def _date_at(reading: Reading, index: int) -> dt.date | None:
    """The full date that begins within two tokens."""
    if not any("0" <= word[:1] <= "9" for word in reading.lower[index : index + 4]):
        return None
    near = _window(reading, index, index + 7)
    found = next((raw for raw in find(near, None, ()) if raw.first <= 2), None)
    if found is None or found.extent is None or found.extent.precision is not DatePrecision.DAY:
        return None
    return found.extent.first


def _window(reading: Reading, first: int, end: int) -> Reading:
    """A token range as a reading of its own."""
    end = min(end, len(reading.lower))
    return reading._replace(
        lower=reading.lower[first:end],
        starts=reading.starts[first:end],
        ends=reading.ends[first:end],
        pos=reading.pos[first:end],
        dep=reading.dep[first:end],
        head=list(range(end - first)),
        label=reading.label[first:end],
        sentence=[0] * (end - first),
        bounds=[(0, end - first)],
    )


def _expression(reading: Reading, raw: Raw, anchor: Anchor) -> TimeExpression:
    start, end = reading.span(raw.first, raw.end)
    extent = raw.extent
    basis = (anchor.basis or "explicit") if raw.basis == "anchor" else raw.basis
    return TimeExpression(
        first=raw.first,
        end=raw.end,
        start_char=start,
        end_char=end,
        text=reading.text[start:end],
        start=extent.start if extent else None,
        stop=extent.end if extent else None,
        precision=extent.precision if extent else DatePrecision.UNKNOWN,
        basis=basis,
        kind="dateline" if _is_dateline(reading, raw) else raw.kind,
        time_of_day=raw.time_of_day,
    )


def _is_dateline(reading: Reading, raw: Raw) -> bool:
    """'BOGOTA, 18 AUG 89 (AFP) --': the date before the dash that opens a story says when it was filed."""
    if reading.starts[raw.first] > _DATELINE_CHARS:
        return False
    after = reading.lower[raw.end : raw.end + 10]
    dash = next((index for index, word in enumerate(after) if word in ("--", "—", "–", "-", ":")), None)
    if dash is None or raw.first == 0:
        return False
    at = raw.end + dash
    if reading.lower[at] != ":" and reading.starts[at] == reading.ends[at - 1] and reading.lower[at - 1][-1:] != ")":
        return False
    return dash == 0 or after[0] in ("(", "[", "/", ".")


def time_of(trigger: "Token", times: Sequence[TimeExpression], anchor: Anchor) -> EventTime:
    """When the event of a trigger happened; spans are offsets into the text of its document.

    In this order: the expression that syntax ties to the trigger or that stands in its clause; the day that a sentence
    just behind gives ('The attack happened on Monday'); the last day spoken of in the sentences just before (basis
    'narrative'). Otherwise the beginning is unknown: the day of the statement that
    reports the event, or else the day the story was filed, is the latest possible end (basis 'default').
    """
    reading = read(trigger.doc)
    today = anchor.date.isoformat() if anchor.date else None
    own = [link for link in links(trigger, times) if _may_date(reading, link, today)]
    clock = _clock(trigger, times)
    if own and own[0].score >= _GOOD:
        return _event_time(_without_since(reading, trigger.i, own[0].expression), clock)
    if len(own) == 1 and own[0].score >= _ALONE:
        return _event_time(own[0].expression, clock, basis="narrative")
    later = _told_after(trigger, times)
    if later is not None:
        return _event_time(later, clock)
    return _of_the_story(trigger, times, anchor, clock)


def _without_since(reading: Reading, trigger: int, time: TimeExpression) -> TimeExpression:
    """'the worst since November, when 22 were killed': in November, not from then on."""
    is_then = time.kind == "since" and opens_clause_of(reading, trigger, time)
    return time._replace(stop=time.start) if is_then else time


def _of_the_story(trigger: "Token", times: Sequence[TimeExpression], anchor: Anchor, clock: str | None) -> EventTime:
    """The time of an event of which nothing near says when it happened."""
    last = anchor.date
    if last and _is_under_way(read(trigger.doc), trigger.i):
        return _on_the_day(last, anchor, clock)
    narrative = _narrative(trigger, times, last.isoformat() if last else None)
    if narrative is not None:
        return _event_time(narrative, clock, basis="narrative")
    if last and clock and ":" in clock:
        return _on_the_day(last, anchor, clock)
    return EventTime(end=last.isoformat() if last else None, basis="default" if last else None, time_of_day=clock)


def _told_after(trigger: "Token", times: Sequence[TimeExpression]) -> TimeExpression | None:
    """'The attack happened on Monday': the day that one of the next sentences gives for what was told."""
    reading = read(trigger.doc)
    sentence = reading.sentence[trigger.i]
    after = (time for time in times if 0 <= reading.sentence[time.first] - sentence <= _AFTER_SENTENCES)
    return next((t for t in after if t.first > trigger.i and t.start and is_of_occurrence(reading, t, trigger.i)), None)


_AFTER_SENTENCES = 2


def _is_under_way(reading: Reading, trigger: int) -> bool:
    """'are marching': told in the present, it happens on the day of the story."""
    if not reading.lower[trigger].endswith("ing"):
        return False
    first = reading.bounds_of(trigger)[0]
    before = reading.lower[max(first, trigger - 3) : trigger]
    return any(word in ("is", "are", "'re", "am") for word in before)


def _is_perfect(reading: Reading, trigger: int) -> bool:
    """'have been killed', 'has attacked': told of no day in particular."""
    first = reading.bounds_of(trigger)[0]
    reach = 8 if reading.pos[trigger] == "NOUN" else 4
    return any(word in ("has", "have", "'ve") for word in reading.lower[max(first, trigger - reach) : trigger])


def _on_the_day(day: dt.date, anchor: Anchor, clock: str | None) -> EventTime:
    """The day the story was filed."""
    iso = day.isoformat()
    return EventTime(start=iso, end=iso, precision=DatePrecision.DAY, basis=anchor.basis, time_of_day=clock)


def _event_time(time: TimeExpression, clock: str | None, *, basis: str | None = None) -> EventTime:
    return EventTime(
        start=time.start,
        end=time.stop,
        precision=time.precision,
        text=time.text,
        span=Span(start=time.start_char, end=time.end_char),
        basis=basis or time.basis,
        time_of_day=clock or time.time_of_day,
    )


def _clock(trigger: "Token", times: Sequence[TimeExpression]) -> str | None:
    """The time of day that the trigger's sentence gives, if it gives one."""
    first, end = read(trigger.doc).bounds_of(trigger.i)
    return next((time.time_of_day for time in times if first <= time.first < end and time.kind == "clock"), None)


def _may_date(reading: Reading, link: Link, today: str | None) -> bool:
    """Not the day of a statement and not one to come, unless it hangs on the trigger itself."""
    if link.score >= _SURE:
        return True
    ahead = today is not None and link.expression.start is not None and link.expression.start > today
    return not ahead and not is_statement(reading, link.expression)


def _narrative(trigger: "Token", times: Sequence[TimeExpression], today: str | None) -> TimeExpression | None:
    """The last day spoken of in the few sentences before."""
    reading = read(trigger.doc)
    if _is_perfect(reading, trigger.i):
        return None
    most = 1 if reading.pos[trigger.i] in ("NOUN", "PROPN", "ADJ") else _NARRATIVE_SENTENCES
    sentence = reading.sentence[trigger.i]
    for time in reversed(times):
        distance = sentence - reading.sentence[time.first]
        if distance > most:
            return None
        dating = time.kind in DATING and time.start and time.precision is DatePrecision.DAY
        ahead = today is not None and time.start is not None and time.start > today
        if distance > 0 and dating and not ahead and not is_statement(reading, time):
            return time
    return None
