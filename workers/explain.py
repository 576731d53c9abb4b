"""An article with its events, and for every value the words it came from: `dateline explain`.

Pure rendering: records in, a rich renderable or a page of HTML out.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tasks.records import (
    Article,
    Attribution,
    Count,
    Event,
    Extraction,
    Participant,
    Place,
    PlaceRole,
    Quantity,
    Span,
)

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
    """One line of an event: what, its value, the words, and what kind of evidence those are."""

    name: str
    value: str
    words: str
    kind: str = ""


class Piece(NamedTuple):
    """A stretch of the story over which the evidence stays the same."""

    text: str
    kinds: tuple[str, ...]
    """The narrowest evidence last: it is on top."""
    told: tuple[str, ...]
    closes: tuple[int, ...]
    """Numbers of the events whose trigger ends here."""


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
    rows = [Row("what", _what(event), _quoted((source.trigger for source in event.sources), text), "trigger")]
    rows.append(Row("when", _when(event), event.date_text or "", "date"))
    rows += [Row("where", _where(place), place.text, "place") for place in event.locations]
    rows += [Row("who", _who(party), _quoted(party.spans, text), "actor") for party in event.actors]
    rows += [Row("to whom", _who(party), _quoted(party.spans, text), "recipient") for party in event.recipients]
    rows += [Row("weapon", weapon.label, weapon.text) for weapon in event.weapons]
    rows += [row for kind, count in _counts(event) for row in _cost(kind, count)]
    rows += [_amount(quantity) for quantity in event.quantities]
    rows += [Row("said by", _speaker(said), _quoted([said.span], text), "speaker") for said in event.attributions]
    return rows


def _title(number: int, event: Event) -> str:
    kind = " · ".join(part for part in (event.event_type.value, event.mode, event.acled_sub_event_type) if part)
    return f"event {number}: {kind}"


def _quoted(spans: Iterable[Span], text: str) -> str:
    """The words of some spans, each once."""
    words = [" ".join(text[span.start : span.end].split()) for span in spans]
    return " | ".join(dict.fromkeys(words))


def _what(event: Event) -> str:
    parts = [event.realis.value, event.cameo_root and f"CAMEO {event.cameo_root}"]
    times = f"told {event.n_mentions} times" if event.n_mentions > 1 else "told once"
    return " · ".join(str(part) for part in (*parts, times, f"confidence {event.confidence:.2f}") if part)


_BASES = {
    "explicit": "as written",
    "dateline": "counted from the dateline",
    "published": "counted from the day of publication",
    "narrative": "counted from what was told before",
    "statement": "the day of the statement",
}
"""What dates are resolved against, in words."""


def _when(event: Event) -> str:
    if event.date_start is None:
        return f"{_NOT_SAID}; not after {event.date_end}" if event.date_end else _NOT_SAID
    until = f" to {event.date_end}" if event.date_end and event.date_end != event.date_start else ""
    part = f", {event.time_of_day}" if event.time_of_day else ""
    basis = _BASES.get(event.date_basis or "", event.date_basis)
    return f"{event.date_start}{until}{part} (to the {event.date_precision.value}, {basis})"


def _where(place: Place) -> str:
    if place.lat is None or place.lon is None:
        return f"not resolved: {place.unresolved_reason or 'unknown name'}"
    inside = place.admin1 if place.admin1 != place.name else None
    where = ", ".join(part for part in (place.name, inside, place.country) if part)
    role = "" if place.role is PlaceRole.EVENT else f"; {place.role.value}"
    return f"{where} ({place.lat:.3f}, {place.lon:.3f}{role})"


def _who(party: Participant) -> str:
    return " · ".join(part for part in (party.name or party.text, party.country, party.sector) if part)


def _speaker(said: Attribution) -> str:
    who = said.speaker or said.organisation or said.agency or "?"
    more = said.organisation if said.organisation and said.organisation not in who else None
    via = said.agency if said.agency and said.agency not in who else None
    return who + (f", {more}" if more else "") + (f", via {via}" if via else "")


def _cost(kind: str, count: Count) -> Iterator[Row]:
    yield Row(kind, in_words(count.best, count.low, count.high), "", "count")
    for claim in sorted(count.claims, key=lambda claim: claim.span.start):
        via = f", via {claim.agency}" if claim.agency and claim.agency != claim.claimant else ""
        yield Row("", f"per {claim.claimant}{via}" if claim.claimant else f"no source named{via}", claim.text, "count")


def in_words(best: float | None, low: float | None, high: float | None) -> str:
    """A number with its bounds: '14', 'at least 14', '14 (9 or more)', '30 to 40', 'about 40'."""
    if best is not None and low is None and high is None:
        return f"about {best:g}"
    bounds = _bounds(low, high)
    if best is None or (best == low and high is None) or (best == high and low is None):
        return bounds
    return f"{best:g}" if low == high == best else f"{best:g} ({bounds.removeprefix('at least ')}{_MORE[high is None]})"


_MORE = ("", " or more")


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g} to {high:g}" if low != high else f"{low:g}"
    if low is not None:
        return f"at least {low:g}"
    return f"at most {high:g}" if high is not None else "no number given"


def _amount(quantity: Quantity) -> Row:
    number = in_words(quantity.number, quantity.low, quantity.high)
    claimant = f"per {quantity.claimant}" if quantity.claimant else None
    value = " · ".join(part for part in (f"{number} {quantity.unit or ''}".rstrip(), claimant) if part)
    return Row(quantity.kind.replace("_", " "), value, quantity.text, "quantity")


# --- the story -----------------------------------------------------------------------------------------------


def pieces_of(article: Article, marks: Sequence[Mark]) -> Iterator[Piece]:
    """The story cut at every border of evidence, with the kinds and events of all evidence over each piece."""
    first, last = article.body.start, article.body.end
    borders = {border for mark in marks for border in (mark.start, mark.end) if first < border < last}
    for start, end in pairwise([first, *sorted(borders), last]):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        kinds = dict.fromkeys(mark.kind for mark in sorted(over, key=lambda mark: -(mark.end - mark.start)))
        told = dict.fromkeys(f"event {mark.event}: {mark.kind}" for mark in over)
        closes = sorted({mark.event for mark in over if mark.kind == "trigger" and mark.end == end})
        yield Piece(article.text[start:end], tuple(kinds), tuple(told), tuple(closes))


def _summary(extraction: Extraction, events: Sequence[Event]) -> str:
    found, told = len(events), len(extraction.mentions)
    return f"{found} event{'s' * (found != 1)} from {told} mention{'s' * (told != 1)}"


# --- terminal ----------------------------------------------------------------------------------------------


def render_terminal(article: Article, extraction: Extraction, events: Sequence[Event]) -> RenderableType:
    """The story with its evidence in colours, triggers numbered by their event, and a table for each event."""
    shown = Text()
    for piece in pieces_of(article, marks_of(events)):
        shown.append(piece.text, " ".join(_STYLES[kind] for kind in piece.kinds))
        shown.append("".join(f"[{number}]" for number in piece.closes), "bold red")
    legend = Text("  ").join([Text(kind, style) for kind, style in _STYLES.items()])
    tables = [_table(number, event, article.text) for number, event in enumerate(events, 1)]
    return Group(Panel(shown, title=article.name, subtitle=_summary(extraction, events)), legend, *tables)


def _table(number: int, event: Event, text: str) -> Table:
    table = Table(
        title=Text(_title(number, event), "bold"),
        title_justify="left",
        show_header=False,
        expand=True,
        pad_edge=False,
        box=SIMPLE_HEAD,
    )
    table.add_column(style="bold", min_width=10, overflow="fold")
    for ratio in (5, 4):
        table.add_column(ratio=ratio, overflow="fold")
    for row in rows_of(event, text):
        table.add_row(Text(row.name), Text(row.value), Text(row.words, _STYLES.get(row.kind, "italic")))
    return table


# --- page --------------------------------------------------------------------------------------------------


_PAGE_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "pre{white-space:pre-wrap;font:inherit}h2{font-size:1.1em;margin:1.5em 0 .3em}"
    "table{border-collapse:collapse;width:100%}td{vertical-align:top;padding:3px 8px;border-top:1px solid #ddd}"
    "td:first-child{font-weight:bold;width:8em}td:nth-child(2){width:45%}sup{color:#c62828;font-weight:bold}"
    "span{border-radius:3px;padding:0 1px}.none{color:#777}"
)


def render_html(article: Article, extraction: Extraction, events: Sequence[Event]) -> str:
    """The same as one page of HTML that needs nothing from elsewhere."""
    title = escape(article.headline or article.name)
    body = "".join(_html_piece(piece) for piece in pieces_of(article, marks_of(events)))
    tables = "".join(_html_table(number, event, article.text) for number, event in enumerate(events, 1))
    legend = " ".join(f'<span class="{kind}">{kind}</span>' for kind in _STYLES)
    rules = "".join(f".{kind}{{background:{colour}}}" for kind, colour in _COLOURS.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_PAGE_STYLE}{rules}</style>"
        f"<h1>{title}</h1><p>{legend}</p><pre>{body}</pre>"
        f"<p>{_summary(extraction, events)}</p>{tables}</html>\n"
    )


def _html_piece(piece: Piece) -> str:
    words = escape(piece.text)
    numbers = "".join(f'<sup><a href="#event-{number}">{number}</a></sup>' for number in piece.closes)
    if not piece.kinds:
        return words
    return f'<span class="{" ".join(piece.kinds)}" title="{escape(", ".join(piece.told))}">{words}</span>{numbers}'


def _html_table(number: int, event: Event, text: str) -> str:
    cells = "".join(_html_row(row) for row in rows_of(event, text))
    return f'<h2 id="event-{number}">{escape(_title(number, event))}</h2><table>{cells}</table>'


def _html_row(row: Row) -> str:
    words = f'<span class="{row.kind or "none"}">{escape(row.words)}</span>' if row.words else ""
    return f"<tr><td>{escape(row.name)}</td><td>{escape(row.value)}</td><td>{words}</td></tr>"
