"""The dispatcher: takes what waits on the wire queue and starts one chain of tasks per batch.

Several may run; the consumer group shares the entries out. It bounds what is under way, so that Celery's queues stay
short and the stream is the only place where a backlog builds up.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from time import monotonic

import structlog
from celery import Celery, chain, signature
from redis import Redis

from config.celeryconfig import STAGES
from config.settings import Settings
from tasks.errors import WorldError
from workers import keys
from workers.connection import script, world
from workers.event_stream import trim_events
from workers.queue import WireQueue
from workers.stores import RedisLedger
from workers.sweeper import Sweeper

log = structlog.get_logger()

BATCH_BYTES = 256_000
"""Raw bytes in one message at most, unless one article alone is larger: bounds messages to a few MB."""
IDLE_S = 0.1
"""Between two looks at the queue where nothing was sent; several batches are under way meanwhile."""
SWEEP_S = 1.0
HOUSEKEEPING_S = 10.0
DUE_AT_ONCE = 64

Send = Callable[[Sequence[str]], None]


def send_chain(app: Celery) -> Send:
    """Start the chain for a batch of entry ids; the dispatcher needs to know no stage but by name."""

    def send(entry_ids: Sequence[str]) -> None:
        batch = [list(entry_ids), ""]
        first = signature(f"dateline.{STAGES[0]}", args=(batch,), app=app)
        rest = [signature(f"dateline.{stage}", app=app) for stage in STAGES[1:]]
        chain(first, *rest, app=app).apply_async(argsrepr=" ".join(entry_ids))

    return send


class Dispatcher:
    """Steps through taking, sweeping and releasing; `run` does so until told to stop."""

    def __init__(
        self, client: Redis, *, send: Send, ledger: RedisLedger, settings: Settings, clock: Callable[[], float]
    ) -> None:
        self._client = client
        self._send = send
        self._settings = settings
        self._clock = clock
        self._take = script(client, "take")
        self._due = script(client, "due")
        self._sweeper = Sweeper(client, ledger=ledger, stall_s=settings.stall_s, max_attempts=settings.max_attempts)
        self._swept_at = self._cleaned_at = float("-inf")
        self._seen_at: float | None = None
        """Since when entries wait that do not fill a batch."""
        self.queue = WireQueue(client, backlog_limit=settings.backlog_limit)

    def run(self, stop: Event, *, until_drained: bool = False, on_step: Callable[[], None] | None = None) -> None:
        """Work until told to stop, or until every accepted entry is settled or under embargo."""
        ready = False
        while not stop.is_set():
            try:
                if not ready:
                    self.queue.ensure()
                    ready = True
                sent = self.step()
                if until_drained and not sent and self.queue.backlog() == 0:
                    return
            except WorldError as error:
                log.warning("dispatch_postponed", reason=str(error))
                # An emptied Redis has no group any more.
                ready, sent = False, 0
            if on_step:
                on_step()
            if not sent:
                stop.wait(IDLE_S)

    def step(self) -> int:
        """One round; how many entries were sent on their way."""
        sent = self._keep_house()
        count = self._wanted()
        taken = self._take_new(count) if count else []
        for batch in batches(taken, limit_bytes=BATCH_BYTES):
            self._dispatch(batch)
        return sent + len(taken)

    def _wanted(self) -> int:
        """How many entries to take now: a full batch where one waits, or what waits if it has waited long enough.

        Small batches cost much and gain nothing while workers are busy; when none is, an article is not kept waiting.
        """
        size = self._settings.batch_size
        waiting, in_flight = self.depth()
        if not waiting or in_flight > (self._settings.in_flight_batches - 1) * size:
            return 0
        now = self._clock()
        self._seen_at = self._seen_at if self._seen_at is not None else now
        patient = (now - self._seen_at) * 1000 < self._settings.batch_wait_ms
        if waiting < size and in_flight and patient:
            return 0
        self._seen_at = None
        return size

    def depth(self) -> tuple[int, int]:
        """Entries not taken yet, and entries dispatched and neither settled nor under embargo."""
        with world():
            pipe = self._client.pipeline(transaction=False)
            pipe.xlen(keys.WIRE)
            pipe.xpending(keys.WIRE, keys.GROUP)
            pipe.zcard(keys.HELD)
            total, summary, held = pipe.execute()
        pending = int(summary["pending"])
        return max(0, int(total) - pending), max(0, pending - int(held))

    def _take_new(self, count: int) -> list[tuple[str, int]]:
        with world():
            flat = self._take(keys=[keys.WIRE], args=[keys.GROUP, keys.QUEUED, count])
        return [(entry_id.decode(), int(size)) for entry_id, size in zip(flat[::2], flat[1::2], strict=True)]

    def _dispatch(self, entry_ids: Sequence[str]) -> None:
        """Send; where the broker refuses, the entries are pending already and the sweeper will find them."""
        try:
            self._send(entry_ids)
        except Exception as error:
            raise WorldError(f"broker: {error!r}") from error

    def _keep_house(self) -> int:
        """Every second: what is lost or due is dispatched; how many entries."""
        now = self._clock()
        if now - self._swept_at < SWEEP_S:
            return 0
        self._swept_at = now
        if now - self._cleaned_at > HOUSEKEEPING_S:
            self._cleaned_at = now
            trim_events(self._client, most=self._settings.event_stream_max)
        again = [*self._sweeper.sweep().again, *self._due_now()]
        for entry_id in again:
            self._dispatch([entry_id])
        return len(again)

    def _due_now(self) -> list[str]:
        """What was under embargo and is due."""
        now = dt.datetime.now(dt.UTC).timestamp()
        with world():
            due = self._due(keys=[keys.WIRE, keys.HELD], args=[keys.GROUP, keys.QUEUED, now, DUE_AT_ONCE])
        return [entry_id.decode() for entry_id in due]


def batches(taken: Sequence[tuple[str, int]], *, limit_bytes: int) -> Iterator[list[str]]:
    """Entries in order, as many per batch as fit into the limit; one that is larger goes alone."""
    batch: list[str] = []
    size = 0
    for entry_id, content_bytes in taken:
        if batch and size + content_bytes > limit_bytes:
            yield batch
            batch, size = [], 0
        batch.append(entry_id)
        size += content_bytes
    if batch:
        yield batch


def make_dispatcher(client: Redis, *, app: Celery, ledger: RedisLedger, settings: Settings) -> Dispatcher:
    """A dispatcher that works."""
    return Dispatcher(client, send=send_chain(app), ledger=ledger, settings=settings, clock=monotonic)
