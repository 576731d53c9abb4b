"""Sinks beyond the event stream, one file each: they read it through a consumer group of their own, in order."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from threading import Event
from typing import Protocol

import structlog
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import DatelineError, WorldError

log = structlog.get_logger()

BLOCK_MS = 500
PAUSE_S = 2.0
"""Between two looks whether a relay that stands by is needed; the first pause of one whose world is bad."""
PAUSE_MAX_S = 60.0
DRAIN_TRIES = 8
"""Failures in a row after which a job that wants to end gives up."""


class Standby(WorldError):  # noqa: N818 - nothing is wrong
    """Another process does this relay's work."""


class Postponed(WorldError):  # noqa: N818 - nothing is lost
    """The other side did not take an event: it is to be tried again, after `wait_s` at the earliest."""

    def __init__(self, reason: str, *, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class RelayStopped(DatelineError):  # noqa: N818 - read by the operator
    """This relay cannot go on until somebody has looked; what it has not passed on waits in the stream."""


class Relay(Protocol):
    """Something that passes events on."""

    name: str

    def pump(self, *, block_ms: int) -> int:
        """Pass on what waits, for at most `block_ms` if nothing does; how many events."""

    def close(self) -> None:
        """Give back file or connection."""


Opener = Callable[[Redis, Settings], Sequence[Relay]]


def open_relays(client: Redis, settings: Settings) -> list[Relay]:
    """The relays of all names in `settings.sinks`; of webhooks one for each address."""
    from workers.relays.jsonl import JsonlRelay
    from workers.relays.topic import TopicRelay

    openers: dict[str, Opener] = {
        "jsonl": lambda *world: [JsonlRelay.open(*world)],
        "topic": lambda *world: [TopicRelay.open(*world)],
        "postgres": lambda *world: [_open_postgres(*world)],
        "webhook": _open_webhooks,
    }
    return [relay for name in dict.fromkeys(settings.sinks) for relay in openers[name](client, settings)]


def _open_postgres(client: Redis, settings: Settings) -> Relay:
    try:
        from workers.relays.postgres import PostgresRelay
    except ImportError as error:
        word = "sinks names 'postgres', but its driver is not installed: pip install 'dateline[postgres]'"
        raise SettingsError(word) from error
    return PostgresRelay.open(client, settings)


def _open_webhooks(client: Redis, settings: Settings) -> Sequence[Relay]:
    from workers.relays.webhook import WebhookRelay

    return WebhookRelay.open_all(client, settings)


def run_relay(relay: Relay, stop: Event, *, uniform: Callable[[float, float], float] = random.uniform) -> None:
    """Pass events on until told to stop; what a bad world interrupts is tried again, from the last acknowledged."""
    failures, standing_by = 0, False
    while not stop.is_set():
        try:
            relay.pump(block_ms=BLOCK_MS)
            failures, standing_by = 0, False
        except Standby as word:
            if not standing_by:
                log.info("relay_stands_by", relay=relay.name, reason=str(word))
            standing_by = True
            stop.wait(PAUSE_S)
        except WorldError as error:
            failures += 1
            pause_s = _pause_s(error, failures, uniform=uniform)
            log.warning("relay_postponed", relay=relay.name, reason=str(error), pause_s=round(pause_s, 1))
            stop.wait(pause_s)


def run_relays(relays: Sequence[Relay], stop: Event) -> None:
    """Run all, each in a thread of its own, until told to stop; one that cannot go on leaves the others at work.

    Raises: what the first of those said, when all have ended; at once what nobody expected.
    """
    with ThreadPoolExecutor(len(relays)) as pool:
        running = {pool.submit(run_relay, relay, stop): relay for relay in relays}
        for future in as_completed(running):
            error = future.exception()
            if isinstance(error, (DatelineError, SettingsError)):
                log.error("relay_stopped", relay=running[future].name, reason=str(error))
            else:
                stop.set()
    for future in running:
        future.result()


def _pause_s(error: WorldError, failures: int, *, uniform: Callable[[float, float], float]) -> float:
    wait_s = error.wait_s if isinstance(error, Postponed) else 0.0
    return max(wait_s, back_off_s(failures, uniform=uniform))


def back_off_s(failures: int, *, uniform: Callable[[float, float], float]) -> float:
    """How long to wait after so many failures in a row: doubling, bounded, and never in step with others."""
    most = min(PAUSE_MAX_S, PAUSE_S * 2 ** min(failures - 1, 10))
    return uniform(most / 2, most)


def drain(relays: Sequence[Relay], *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Pass on all that waits now; how many events.

    Raises: WorldError where the other side cannot be reached; Postponed where it takes nothing for long.
    """
    with ExitStack() as stack:
        for relay in relays:
            stack.callback(relay.close)
        return sum(_drained(relay, sleep) for relay in relays)


def _drained(relay: Relay, sleep: Callable[[float], None]) -> int:
    total = failures = 0
    while True:
        try:
            passed = relay.pump(block_ms=1)
        except Postponed as error:
            failures += 1
            pause_s = _pause_s(error, failures, uniform=random.uniform)
            if failures >= DRAIN_TRIES or pause_s > PAUSE_MAX_S:
                raise
            sleep(pause_s)
            continue
        failures = 0
        total += passed
        if not passed:
            return total
