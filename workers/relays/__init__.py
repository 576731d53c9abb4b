"""Sinks beyond the event stream, one file each: they read it through a consumer group of their own, in order."""

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Event
from typing import Protocol

import structlog
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import WorldError

log = structlog.get_logger()

BLOCK_MS = 500
PAUSE_S = 2.0
"""Between two looks whether a relay that stands by is needed; the first pause of one whose world is bad."""
PAUSE_MAX_S = 60.0


class Standby(WorldError):  # noqa: N818 - nothing is wrong
    """Another process does this relay's work."""


class Relay(Protocol):
    """Something that passes events on."""

    name: str

    def pump(self, *, block_ms: int) -> int:
        """Pass on what waits, for at most `block_ms` if nothing does; how many events."""

    def close(self) -> None:
        """Give back file or connection."""


Opener = Callable[[Redis, Settings], Relay]


def open_relay(name: str, client: Redis, settings: Settings) -> Relay:
    """The relay of a name in `settings.sinks`."""
    from workers.relays.jsonl import JsonlRelay
    from workers.relays.topic import TopicRelay

    openers: dict[str, Opener] = {"jsonl": JsonlRelay.open, "topic": TopicRelay.open, "postgres": _open_postgres}
    return openers[name](client, settings)


def _open_postgres(client: Redis, settings: Settings) -> Relay:
    try:
        from workers.relays.postgres import PostgresRelay
    except ImportError as error:
        word = "sinks names 'postgres', but its driver is not installed: pip install 'dateline[postgres]'"
        raise SettingsError(word) from error
    return PostgresRelay.open(client, settings)


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
            pause_s = back_off_s(failures, uniform=uniform)
            log.warning("relay_postponed", relay=relay.name, reason=str(error), pause_s=round(pause_s, 1))
            stop.wait(pause_s)


def back_off_s(failures: int, *, uniform: Callable[[float, float], float]) -> float:
    """How long to wait after so many failures in a row: doubling, bounded, and never in step with others."""
    most = min(PAUSE_MAX_S, PAUSE_S * 2 ** min(failures - 1, 10))
    return uniform(most / 2, most)


def drain(relays: Sequence[Relay]) -> int:
    """Pass on all that waits now; how many events."""
    total = 0
    with ExitStack() as stack:
        for relay in relays:
            stack.callback(relay.close)
            while passed := relay.pump(block_ms=1):
                total += passed
    return total
