"""An article with its events, and for every value the words it came from: `dateline explain`.

Pure rendering: records in, a rich renderable or a page of HTML out.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tasks.records import Article, Count, Event, Extraction, Participant, Place, PlaceRole, Quantity, Span

_STYLES = {
    "trigger": "bold white on red",
    "actor": "bold blue",
    "recipient": "bold magenta",
    "place": "green",
    "date": "yellow",
    "count": "bold red",
    "quantity": "cyan",
    "speaker": "italic dim",
}
"""One style for each kind of evidence, the same in the terminal and (by class name) on the page."""
_COLOURS = {
    "trigger": "#c62828;color:#fff",
    "actor": "#bbdefb",
    "recipient": "#e1bee7",
    "place": "#c8e6c9",
    "date": "#fff59d",
    "count": "#ffcdd2",
    "quantity": "#b2ebf2",
    "speaker": "#e0e0e0",
}
_NOT_SAID = "not said"


class Mark(NamedTuple):
    """A stretch of the article's text that is evidence for an event."""

    start: int
    end: int
    kind: str
    event: int
    """Number of the event, from 1."""


class Row(NamedTuple):
    """One line of an event: what, its value, the words."""

    name: str
    value: str
    words: str


def marks_of(events: Sequence[Event]) -> list[Mark]:
    """All evidence of the events, in order of the text."""
    marks = [
        Mark(span.start, span.end, kind, number)
        for number, event in enumerate(events, 1)
        for kind, span in _evidence(event)
    ]
    return sorted(set(marks))


def _evidence(event: Event) -> Iterator[tuple[str, Span]]:
    yield from (("trigger", source.trigger) for source in event.sources)
    yield from (("actor", span) for party in event.actors for span in party.spans)
    yield from (("recipient", span) for party in event.recipients for span in party.spans)
    yield from (("place", Span(start=p.start, end=p.end)) for p in event.locations if p.role is PlaceRole.EVENT)
    if event.date_span is not None:
        yield "date", event.date_span
    yield from (("count", claim.span) for _, count in _counts(event) for claim in count.claims)
    yield from (("quantity", quantity.span) for quantity in event.quantities)
    yield from (("speaker", said.span) for said in event.attributions)


def _counts(event: Event) -> list[tuple[str, Count]]:
    kinds = type(event.casualties).__struct_fields__
    return [(kind, count) for kind in kinds if (count := getattr(event.casualties, kind)) is not None]


# --- what is said of an event --------------------------------------------------------------------------------


def rows_of(event: Event, text: str) -> list[Row]:
    """An event as lines of name, value and evidence."""
    rows = [Row("what", _what(event), _quoted((source.trigger for source in event.sources), text))]
    rows.append(Row("when", _when(event), event.date_text or ""))
    rows += [Row("where", _where(place), place.text) for place in event.locations]
    rows += [Row("who", _who(party), _quoted(party.spans, text)) for party in event.actors]
    rows += [Row("to whom", _who(party), _quoted(party.spans, text)) for party in event.recipients]
    rows += [row for kind, count in _counts(event) for row in _cost(kind, count)]
    rows += [Row(quantity.kind.replace("_", " "), _amount(quantity), quantity.text) for quantity in event.quantities]
    rows += [
        Row("said by", said.speaker or said.organisation or said.agency or "?", _quoted([said.span], text))
        for said in event.attributions
    ]
    return rows


def _quoted(spans: Iterable[Span], text: str) -> str:
    """The words of some spans, each once."""
    words = [" ".join(text[span.start : span.end].split()) for span in spans]
    return " | ".join(dict.fromkeys(words))


def _what(event: Event) -> str:
    parts = [event.event_type.value, event.mode, event.realis.value]
    codes = [
        event.acled_sub_event_type and f"ACLED {event.acled_sub_event_type}",
        event.cameo_root and f"CAMEO {event.cameo_root}",
    ]
    return " · ".join(str(part) for part in (*parts, *codes, f"confidence {event.confidence:.2f}") if part)


def _when(event: Event) -> str:
    if event.date_start is None:
        return f"{_NOT_SAID}; not after {event.date_end}" if event.date_end else _NOT_SAID
    until = f" to {event.date_end}" if event.date_end and event.date_end != event.date_start else ""
    return f"{event.date_start}{until} ({event.date_precision.value}; {event.date_basis})"


def _where(place: Place) -> str:
    if place.lat is None or place.lon is None:
        return f"unresolved: {place.unresolved_reason or 'unknown name'}"
    where = ", ".join(part for part in (place.name, place.admin1, place.country) if part)
    return f"{where} ({place.lat:.3f}, {place.lon:.3f}; {place.role.value})"


def _who(party: Participant) -> str:
    return " · ".join(part for part in (party.name or party.text, party.country, party.sector) if part)


def _cost(kind: str, count: Count) -> Iterator[Row]:
    best = "?" if count.best is None else str(count.best)
    bounds = (
        ""
        if count.low == count.high == count.best
        else f" ({count.low if count.low is not None else '?'} to {count.high if count.high is not None else '?'})"
    )
    yield Row(kind, best + bounds, "")
    for claim in count.claims:
        via = f" via {claim.agency}" if claim.agency else ""
        yield Row("", f"says {claim.claimant or 'the article'}{via}", claim.text)


def _amount(quantity: Quantity) -> str:
    number = "?" if quantity.number is None else f"{quantity.number:g}"
    return " · ".join(part for part in (number, quantity.unit, quantity.claimant) if part)


# --- terminal ----------------------------------------------------------------------------------------------


def render_terminal(article: Article, extraction: Extraction, events: Sequence[Event]) -> RenderableType:
    """The story with its evidence in colours, and a table for each event."""
    body = article.text[article.body.start : article.body.end]
    shown = Text(body)
    for mark in marks_of(events):
        shown.stylize(_STYLES[mark.kind], mark.start - article.body.start, mark.end - article.body.start)
    legend = Text.assemble(*[part for kind, style in _STYLES.items() for part in ((kind, style), "  ")])
    count = f"{len(events)} events from {len(extraction.mentions)} mentions"
    tables = [_table(number, event, article.text) for number, event in enumerate(events, 1)]
    return Group(Panel(shown, title=article.name, subtitle=count), legend, *tables)


def _table(number: int, event: Event, text: str) -> Table:
    table = Table(title=f"event {number}", title_justify="left", show_header=False, expand=True, pad_edge=False)
    for style, ratio in (("bold", 1), ("", 4), ("italic", 4)):
        table.add_column(style=style, ratio=ratio, overflow="fold")
    for row in rows_of(event, text):
        table.add_row(Text(row.name), Text(row.value), Text(row.words))
    return table


# --- page --------------------------------------------------------------------------------------------------


def render_html(article: Article, extraction: Extraction, events: Sequence[Event]) -> str:
    """The same as one page of HTML that needs nothing from elsewhere."""
    title = escape(article.headline or article.name)
    body = "".join(_pieces(article, marks_of(events)))
    tables = "".join(_html_table(number, event, article.text) for number, event in enumerate(events, 1))
    legend = " ".join(f'<span class="{kind}">{kind}</span>' for kind in _STYLES)
    rules = "".join(f".{kind}{{background:{colour};border-radius:3px}}" for kind, colour in _COLOURS.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>body{{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}"
        f"pre{{white-space:pre-wrap;font:inherit}}td{{vertical-align:top;padding:2px 8px;"
        f"border-top:1px solid #ddd}}{rules}</style>"
        f"<h1>{title}</h1><p>{legend}</p><pre>{body}</pre>"
        f"<p>{len(events)} events from {len(extraction.mentions)} mentions</p>{tables}</html>\n"
    )


def _pieces(article: Article, marks: Sequence[Mark]) -> Iterator[str]:
    """The story cut at every border of evidence; each piece carries the kinds and events of all evidence over it."""
    first, last = article.body.start, article.body.end
    borders = {border for mark in marks for border in (mark.start, mark.end) if first < border < last}
    edges = [first, *sorted(borders), last]
    for start, end in pairwise(edges):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        words = escape(article.text[start:end])
        if not over:
            yield words
            continue
        kinds = " ".join(dict.fromkeys(mark.kind for mark in sorted(over, key=lambda mark: -(mark.end - mark.start))))
        told = ", ".join(dict.fromkeys(f"event {mark.event}: {mark.kind}" for mark in over))
        yield f'<span class="{kinds}" title="{escape(told)}">{words}</span>'


def _html_table(number: int, event: Event, text: str) -> str:
    cells = "".join(_html_row(row) for row in rows_of(event, text))
    return f"<h2>Event {number}</h2><table>{cells}</table>"


def _html_row(row: Row) -> str:
    return f"<tr><td>{escape(row.name)}</td><td>{escape(row.value)}</td><td><i>{escape(row.words)}</i></td></tr>"
