"""What comes out and how it stands: `events`, `status`, `dead`, `undelivered`."""

from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer

from workers.cli.options import Json, Out
from workers.cli.session import redis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

    from workers.dead import DeadLetter
    from workers.undelivered import UndeliveredEvent

SAMPLE_S = 1.0
"""Time over which `status` measures rates."""

Follow = Annotated[bool, typer.Option("--follow", "-f", help="Stay and print new events as they come.")]
From = Annotated[str, typer.Option("--from", help="Id to start after: 0 is the beginning, $ the end.")]
Group = Annotated[str | None, typer.Option("--group", help="Consumer group: goes on where the group left off.")]
LetterId = Annotated[str, typer.Argument(metavar="ID", help="Id of a dead letter, from `dead list`.")]
EventId = Annotated[str, typer.Argument(metavar="ID", help="Id of an undelivered event, from `undelivered list`.")]
EventIds = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of undelivered events.")]
LetterIds = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of dead letters.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]

dead = typer.Typer(name="dead", help="What could not be processed: list, show, redrive, drop.", no_args_is_help=True)

undelivered = typer.Typer(
    name="undelivered",
    help="Events that a webhook's receiver refused: list, show, redrive, drop.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(events)
    app.command()(status)
    app.add_typer(dead)
    app.add_typer(undelivered)


def events(*, follow: Follow = False, start: From = "0", group: Group = None, as_json: Json = False) -> None:
    """Print the event stream; with --group from where that group left off, acknowledging what was printed."""
    from workers.cli.output import print_raw
    from workers.cli.tables import event_line
    from workers.subscribe import subscribe

    with redis() as client:
        for event in subscribe(client, after=start, group=group, follow=follow):
            if as_json:
                print_raw(event.cloudevent)
            else:
                print(event_line(event), flush=follow)


def status(*, as_json: Json = False) -> None:
    """Depth and age of every queue, what is under way, rates, dead letters."""
    import time

    from workers.cli.output import print_json
    from workers.cli.tables import show, status_lines, status_table
    from workers.status import ledger, queue_status

    with redis() as client:
        before = ledger(client)
        time.sleep(SAMPLE_S)
        now = queue_status(client)
    rates = {
        "articles": (now.ledger.accepted - now.ledger.open - before.accepted + before.open) / SAMPLE_S,
        "events": (now.ledger.events - before.events) / SAMPLE_S,
    }
    if as_json:
        print_json({"status": now, "per_s": rates})
    else:
        show(status_table(now), *status_lines(now, rates))


@dead.command("list")
def dead_list(*, as_json: Json = False) -> None:
    """List dead letters: id, article, stage, reason."""
    from workers.cli.output import print_line
    from workers.cli.tables import dead_line
    from workers.dead import DeadLetters

    with redis() as client:
        for letter in DeadLetters(client).list():
            if as_json:
                print_line(letter)
            else:
                print(dead_line(letter))


@dead.command("show")
def dead_show(letter_id: LetterId, *, out: Out = None, as_json: Json = False) -> None:
    """Print one dead letter's reason, and its original bytes (to --out where given)."""
    import sys

    from workers.cli.output import open_out, print_json
    from workers.cli.tables import dead_line
    from workers.dead import DeadLetters

    with redis() as client:
        letter, item = DeadLetters(client).show(letter_id)
    if as_json:
        print_json(letter)
        return
    print(dead_line(letter), file=sys.stderr)
    with open_out(out) as file:
        file.write(item.content)


@dead.command("redrive")
def dead_redrive(letter_ids: LetterIds = None, *, everything: All = False) -> None:
    """Put dead letters back onto the wire queue, as they came."""
    from workers.dead import DeadLetters

    _each(letter_ids, DeadLetters.redrive, store_of=DeadLetters, everything=everything, word="redriven")


@dead.command("drop")
def dead_drop(letter_ids: LetterIds = None, *, everything: All = False) -> None:
    """Delete dead letters for good."""
    from workers.dead import DeadLetters

    _each(letter_ids, DeadLetters.drop, store_of=DeadLetters, everything=everything, word="dropped")


@undelivered.command("list")
def undelivered_list(*, as_json: Json = False) -> None:
    """List undelivered events: id, event, receiver, reason."""
    from workers.cli.output import print_line
    from workers.cli.tables import undelivered_line
    from workers.undelivered import UndeliveredEvents

    with redis() as client:
        for letter in UndeliveredEvents(client).list():
            if as_json:
                print_line(letter)
            else:
                print(undelivered_line(letter))


@undelivered.command("show")
def undelivered_show(letter_id: EventId) -> None:
    """Print one undelivered event's reason, and the CloudEvent as it was sent."""
    import sys

    from workers.cli.output import print_raw
    from workers.cli.tables import undelivered_line
    from workers.undelivered import UndeliveredEvents

    with redis() as client:
        letter, cloudevent = UndeliveredEvents(client).show(letter_id)
    print(undelivered_line(letter), file=sys.stderr)
    print_raw(cloudevent)


@undelivered.command("redrive")
def undelivered_redrive(letter_ids: EventIds = None, *, everything: All = False) -> None:
    """Have events sent once more, oldest first; not one of which the receiver has a newer version."""
    from workers.undelivered import UndeliveredEvents

    act = UndeliveredEvents.redrive
    _each(letter_ids, act, store_of=UndeliveredEvents, everything=everything, word="redriven")


@undelivered.command("drop")
def undelivered_drop(letter_ids: EventIds = None, *, everything: All = False) -> None:
    """Delete undelivered events for good."""
    from workers.undelivered import UndeliveredEvents

    act = UndeliveredEvents.drop
    _each(letter_ids, act, store_of=UndeliveredEvents, everything=everything, word="dropped")


class _Letters(Protocol):
    def list(self) -> "Iterator[DeadLetter | UndeliveredEvent]":
        """Oldest first."""


Store = TypeVar("Store", bound=_Letters)


def _each(
    letter_ids: list[str] | None,
    act: "Callable[[Store, str], object]",
    *,
    store_of: "Callable[[Redis], Store]",
    everything: bool,
    word: str,
) -> None:
    """Do it for the letters named or for all; with all, one that cannot be redriven is named and left where it is."""
    from workers.dead import NoSuchLetter

    if bool(letter_ids) == everything:
        raise typer.BadParameter("give either ids or --all")
    done = 0
    with redis() as client:
        store = store_of(client)
        for letter_id in letter_ids or [letter.letter_id for letter in store.list()]:
            try:
                act(store, letter_id)
                done += 1
            except NoSuchLetter as error:
                if not everything:
                    raise
                print(error)
    print(f"{done} {word}")
