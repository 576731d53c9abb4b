"""Events and ledgers as people read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tasks.records import Casualties, Change, Count, Event, Participant, PlaceRole, Realis
from tasks.sink.envelope import CloudEvent
from workers.dead import DeadLetter
from workers.event_stream import StreamEvent
from workers.run import Report
from workers.status import QueueStatus

CHANGE_STYLES = {Change.CREATED: "green", Change.UPDATED: "yellow", Change.WITHDRAWN: "red"}
NAMES_SHOWN = 3
PLAIN_WIDTH = 130


def event_table(events: Iterable[Event]) -> Table:
    """One row per event version, in the order given."""
    table = Table(title="Events", title_justify="left", show_lines=True, expand=True)
    for heading, share in (("change", 3), ("when", 3), ("what", 4), ("who > whom", 6), ("where", 5), ("toll", 4)):
        table.add_column(heading, ratio=share, overflow="fold")
    table.add_column("told by", ratio=5, overflow="fold")
    for event in events:
        table.add_row(*event_row(event))
    return table


def event_row(event: Event) -> Sequence[Text | str]:
    """The cells of one event version."""
    change = f"{event.change} v{event.event_version}" + (f"\n{event.reason}" if event.reason else "")
    return (
        Text(change, style=CHANGE_STYLES[event.change]),
        _when(event),
        _what(event),
        _who(event),
        _where(event),
        _toll(event.casualties),
        _told_by(event),
    )


def _when(event: Event) -> str:
    start, end = event.date_start or "not stated", event.date_end
    days = start if end in {None, start} else f"{start} to {end}"
    return days if event.realis is Realis.ACTUAL else f"{days}\n({event.realis})"


def _what(event: Event) -> str:
    parts = [str(event.event_type), event.mode or ""]
    return " ".join(part for part in parts if part) + "\n" + (event.acled_sub_event_type or "")


def _who(event: Event) -> str:
    return f"{_names(event.actors)} > {_names(event.recipients)}"


def _names(participants: Sequence[Participant]) -> str:
    names = [participant.name or participant.text for participant in participants]
    more = f" +{len(names) - NAMES_SHOWN}" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more or "?"


def _where(event: Event) -> str:
    places = [place for place in event.locations if place.role is PlaceRole.EVENT]
    named = [f"{place.name or place.text} ({place.country or '?'})" for place in places]
    return "\n".join(dict.fromkeys(named)) or "?"


def _toll(casualties: Casualties) -> str:
    """Only what the text states: an empty cell means that it states nothing."""
    stated = ((name, getattr(casualties, name)) for name in Casualties.__struct_fields__)
    return "\n".join(f"{_number(count)} {name}" for name, count in stated if count is not None)


def _number(count: Count) -> str:
    if count.low != count.high and None not in {count.low, count.high}:
        return f"{count.low}-{count.high}"
    known = next((number for number in (count.best, count.low, count.high) if number is not None), None)
    if known is None:
        return "some"
    return f"{known}" if count.best is not None else f"{known}+"


def _told_by(event: Event) -> str:
    names = [source.name or source.uri for source in event.sources]
    speakers = [said.speaker or said.organisation or said.agency for said in event.attributions]
    told = "\n".join(dict.fromkeys(names))
    said = ", ".join(dict.fromkeys(speaker for speaker in speakers if speaker))
    return f"{told}\nper {said}" if said else told


def ledger_lines(done: Report) -> Iterator[str]:
    """Articles in = done + duplicates + quarantined; what does not add up is said aloud."""
    book = done.ledger
    parts = [f"{book.done} done", f"{book.duplicate} duplicates", f"{book.quarantined} quarantined"]
    if book.held:
        parts.append(f"{book.held} under embargo")
    if book.open:
        parts.append(f"{book.open} OPEN")
    yield f"articles in: {book.accepted - book.split} = {' + '.join(parts)}; event versions out: {book.events}"
    if book.split:
        yield f"({book.split} of {done.fed} files held several articles)"
    if not done.closes:
        yield f"THE LEDGER DOES NOT CLOSE: {done.fed} files were fed"


def report(done: Report) -> None:
    """Events, ledger and what to do next, as `dateline run` ends."""
    lines = list(ledger_lines(done))
    if done.ledger.events > len(done.events):
        lines.insert(0, f"(the first {len(done.events)} of {done.ledger.events} event versions)")
    if done.ledger.quarantined:
        lines.append("`dateline dead list` shows what was refused, and why")
    if done.ledger.duplicate and not done.ledger.events:
        lines.append("all of it was known from earlier runs; --fresh forgets them")
    show(*([event_table(done.events)] if done.events else ["no events"]), *lines)


def show(*renderables: Table | str) -> None:
    """Print tables and lines; at a width that a README takes where the output is no terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    for renderable in renderables:
        console.print(renderable, markup=False, highlight=False)


def event_line(event: StreamEvent) -> str:
    """One event version on one line."""
    record = msgspec.json.decode(event.cloudevent, type=CloudEvent).data
    cells = (str(cell).replace("\n", ", ").strip(", ") for cell in event_row(record))
    return " | ".join((event.entry_id, *cells))


def dead_line(letter: DeadLetter) -> str:
    """One dead letter on one line."""
    size = f"{letter.content_bytes} bytes{', cut' if letter.cut else ''}"
    return f"{letter.letter_id}  {letter.name}  [{letter.stage}]  {letter.reason}  ({size})"


def status_table(status: QueueStatus) -> Table:
    """The queues, in the order an article passes them."""
    table = Table(title="Queues", title_justify="left")
    table.add_column("queue")
    table.add_column("waiting", justify="right")
    table.add_column("oldest", justify="right")
    oldest = "" if status.oldest_s is None else f"{status.oldest_s:.0f} s"
    table.add_row("wire", f"{status.waiting} articles", oldest)
    for stage, depth in status.stages.items():
        table.add_row(stage, f"{depth} batches", "")
    table.add_row("dead letters", f"{status.dead_letters} articles", "")
    for group, behind in status.groups.items():
        table.add_row(f"events for {group}", f"{behind} events", "")
    return table


def status_lines(status: QueueStatus, rates: Mapping[str, float]) -> Iterator[str]:
    """All but the queues."""
    book = status.ledger
    yield f"in flight {status.in_flight}, under embargo {book.held}, reserved messages {status.reserved}"
    yield "now: " + ", ".join(f"{rate:g} {name}/s" for name, rate in rates.items())
    yield (
        f"so far: {book.accepted} accepted = {book.done} done + {book.duplicate} duplicate + {book.quarantined} "
        f"quarantined + {book.split} split + {book.open} open + {book.held} held; {book.events} event versions"
    )
    yield f"workers alive: {', '.join(status.workers) or 'none'}"
    yield f"Redis memory: {status.memory_share:.0%} of its limit (producers wait above 70 %)"
