"""The main job in one go: start what is missing, feed, work until drained, report."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from time import sleep
from typing import IO, Any

import msgspec
from redis import Redis

from config.settings import Settings
from tasks.records import Event, Record, WireItem
from tasks.sink.envelope import CloudEvent
from workers import children, keys
from workers.connection import connect, world
from workers.dead import DeadLetter, DeadLetters
from workers.embedded import redis_for
from workers.event_stream import as_numbers, read_events
from workers.queue import WireQueue
from workers.relays import drain, open_relays
from workers.status import Ledger, ledger

SHOWN = 60
"""Event versions in a report; a longer table is not read."""
POLL_S = 0.1

Tell = Callable[[int, int], None]
"""Called with the entries settled and the entries known so far, for a progress bar."""


class Report(Record, frozen=True, kw_only=True):
    """What a run gives back."""

    fed: int
    """Files, and standard input, that this run put on the queue."""
    ledger: Ledger
    """The growth of the ledger during the run; members of containers are entries of their own."""
    events: tuple[Event, ...]
    """The first event versions, at most SHOWN."""
    refused: tuple[DeadLetter, ...] = ()
    """The first articles that were quarantined, at most SHOWN."""

    @property
    def closes(self) -> bool:
        """Whether everything fed was accepted and has its outcome."""
        return self.ledger.open == 0 and self.ledger.accepted >= self.fed


def run(items: Iterable[WireItem], *, settings: Settings, workers: int, out: IO[bytes] | None, tell: Tell) -> Report:
    """Process all items on the configured or a private Redis; event versions go to `out`, one CloudEvent a line.

    Raises: WorldError where Redis or the workers cannot be kept alive.
    """
    with redis_for(settings) as url, closing(connect(url)) as client:
        before, last_event = ledger(client), _last(client, keys.EVENTS)
        known = _last(client, keys.DEAD)
        queue = WireQueue(client, backlog_limit=settings.backlog_limit)
        queue.ensure()
        with _crew(settings, url, workers=workers) as tending:
            job = _Job(client, queue, tending=tending, before=before, tell=tell)
            fed = job.feed(items)
            job.drain()
        drain(open_relays(client, settings))
        events = _write_events(client, after=last_event, out=out)
        book = _growth(before, ledger(client))
        return Report(fed=fed, ledger=book, events=events, refused=_refused(client, since=known))


@contextmanager
def fresh(settings: Settings, *, wanted: bool) -> Iterator[Settings]:
    """The settings as they are, or with a private Redis that knows nothing and is gone afterwards."""
    if not wanted:
        yield settings
        return
    with TemporaryDirectory(prefix="dateline-") as folder:
        # The gazetteer index is no memory of articles: it stays where it is.
        kept = settings.gazetteer or settings.data_dir / "gazetteer"
        yield settings.model_copy(update={"redis_url": None, "data_dir": Path(folder), "gazetteer": kept})


@contextmanager
def _crew(settings: Settings, url: str, *, workers: int) -> Iterator[Future[None]]:
    """Workers and dispatcher, and a thread that looks after them and after a private Redis."""
    stop = Flag()
    private = settings.data_dir if settings.redis_url is None else None
    environment = children.environment(settings, redis_url=url)
    logs = settings.data_dir / "logs"
    crew = children.Children(children.crew(workers), environment=environment, logs=logs, private_redis=private)
    with ThreadPoolExecutor(1, thread_name_prefix="tend") as pool:
        crew.start()
        try:
            yield pool.submit(children.tend, crew, stop, private_redis=private)
        finally:
            stop.set()
            crew.stop()


@dataclass(frozen=True, slots=True)
class _Job:
    client: Redis
    queue: WireQueue
    tending: Future[None]
    before: Ledger
    tell: Tell

    def feed(self, items: Iterable[WireItem]) -> int:
        """Push everything, held back where the queue is full; how many items."""
        fed = 0
        for count in self.queue.push(items, on_wait=self._held_back):
            fed += count
            self.look()
        return fed

    def _held_back(self, _backlog: int) -> None:
        self.look()

    def drain(self) -> None:
        """Wait until every entry has its outcome."""
        while self.look():
            sleep(POLL_S)

    def look(self) -> int:
        """Show how far it is; how many entries are open. Raises: WorldError when workers have been given up."""
        if self.tending.done():
            self.tending.result()
        book = _growth(self.before, ledger(self.client))
        self.tell(book.accepted - book.open - book.held, book.accepted)
        return book.open


def _growth(before: Ledger, after: Ledger) -> Ledger:
    """What was added; open and held entries are those of the later moment."""
    names = ("done", "duplicate", "quarantined", "split", "events", "redriven")
    grown = {name: getattr(after, name) - getattr(before, name) for name in names}
    ended = sum(grown[name] for name in keys.OUTCOMES)
    return Ledger(accepted=ended + after.open + after.held, open=after.open, held=after.held, **grown)


def _last(client: Redis, stream: str) -> str:
    """The id of the newest entry; 0 where there is none."""
    with world():
        newest: Any = client.xrevrange(stream, count=1)
    return newest[0][0].decode() if newest else "0"


def _refused(client: Redis, *, since: str) -> tuple[DeadLetter, ...]:
    new = (letter for letter in DeadLetters(client).list() if as_numbers(letter.letter_id) > as_numbers(since))
    return tuple(islice(new, SHOWN))


def _write_events(client: Redis, *, after: str, out: IO[bytes] | None) -> tuple[Event, ...]:
    events: list[Event] = []
    for event in read_events(client, after=after):
        if out is not None:
            out.write(event.cloudevent + b"\n")
        if len(events) < SHOWN:
            events.append(msgspec.json.decode(event.cloudevent, type=CloudEvent).data)
    return tuple(events)
