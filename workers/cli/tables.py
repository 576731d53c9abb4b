"""Events and ledgers as people read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from tasks.records import Casualties, Change, Count, Event, Participant, PlaceRole, Realis
from tasks.sink.envelope import CloudEvent
from workers.dead import DeadLetter
from workers.event_stream import StreamEvent
from workers.run import Report
from workers.status import QueueStatus
from workers.undelivered import UndeliveredEvent

if TYPE_CHECKING:
    from workers.sources import Check

CHANGE_STYLES = {Change.CREATED: "green", Change.UPDATED: "yellow", Change.WITHDRAWN: "red"}
NAMES_SHOWN = 2
NAME_CHARS = 32
COLUMNS = {"change": 5, "when": 5, "what": 8, "who > whom": 10, "where": 9, "toll": 8, "told by": 7}
"""Headings, and the share each has of the width."""
PLAIN_WIDTH = 130


def event_table(events: Iterable[Event]) -> Table:
    """One row per event version, in the order given."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
    for heading, share in COLUMNS.items():
        table.add_column(heading, ratio=share, overflow="fold")
    for event in events:
        table.add_row(*event_row(event), style=CHANGE_STYLES[event.change])
    return table


def event_row(event: Event) -> tuple[str, ...]:
    """The cells of one event version; an empty one means that the text does not say."""
    return (_change(event), _when(event), _what(event), _who(event), _where(event), _toll(event), _told_by(event))


def _change(event: Event) -> str:
    return f"{event.change} v{event.event_version}" + (f" ({event.reason})" if event.reason else "")


def _when(event: Event) -> str:
    start, end = event.date_start or "", event.date_end
    days = start if end in {None, start} else f"{start or '...'} to {end}"
    return days if event.realis is Realis.ACTUAL else f"{days} ({event.realis})".strip()


def _what(event: Event) -> str:
    finer = event.acled_sub_event_type or event.mode
    return f"{event.event_type}: {finer}" if finer else str(event.event_type)


def _who(event: Event) -> str:
    return f"{_names(event.actors) or '?'} > {_names(event.recipients) or '?'}"


def _names(participants: Sequence[Participant]) -> str:
    names = dict.fromkeys(_short(participant.name or participant.text) for participant in participants)
    return _few(list(names))


def _few(names: Sequence[str]) -> str:
    more = f" +{len(names) - NAMES_SHOWN}" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARS else name[: NAME_CHARS - 1] + "…"


def _where(event: Event) -> str:
    places = [place for place in event.locations if place.role is PlaceRole.EVENT]
    named = [f"{place.name or place.text} ({place.country or '?'})" for place in places]
    return ", ".join(dict.fromkeys(named))


def _toll(event: Event) -> str:
    stated = ((name, getattr(event.casualties, name)) for name in Casualties.__struct_fields__)
    return ", ".join(f"{_number(count)} {name}{_per(count)}" for name, count in stated if count is not None)


def _number(count: Count) -> str:
    if count.low != count.high and None not in {count.low, count.high}:
        return f"{count.low}-{count.high}"
    known = next((number for number in (count.best, count.low, count.high) if number is not None), None)
    if known is None:
        return "some"
    return f"{known}" if count.best is not None else f"{known}+"


def _per(count: Count) -> str:
    claimants = dict.fromkeys(_short(claim.claimant) for claim in count.claims if claim.claimant)
    return f" (per {_few(list(claimants))})" if claimants else ""


def _told_by(event: Event) -> str:
    return ", ".join(dict.fromkeys(source.name or source.uri for source in event.sources))


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
    lines += [f"quarantined in {letter.stage}: {letter.name}: {letter.reason}" for letter in done.refused]
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
    return " | ".join((event.entry_id, *event_row(record)))


def dead_line(letter: DeadLetter) -> str:
    """One dead letter on one line."""
    size = f"{letter.content_bytes} bytes{', cut' if letter.cut else ''}"
    return f"{letter.letter_id}  {letter.name}  [{letter.stage}]  {letter.reason}  ({size})"


def undelivered_line(letter: UndeliveredEvent) -> str:
    """One event that was set aside on one line."""
    return f"{letter.letter_id}  {letter.event}  {letter.relay}  {letter.reason}  ({letter.attempts} tries)"


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
    table.add_row("undelivered", f"{status.undelivered} events", "")
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


def check_line(check: "Check") -> str:
    """What one look at a source found, on one line."""
    pace = f"{check.per_day or '?'} a day of {check.expected_per_day or '?'} expected"
    found = f"{check.readable} of {check.items} readable, {pace}, newest {check.newest or '?'}"
    kinds = ", ".join((*check.formats, *check.languages)) or "nothing known"
    return f"{'ok ' if check.is_well else 'BAD'} {check.id}  {check.problem or found}  ({kinds}; {check.address})"
