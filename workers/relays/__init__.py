"""Sinks beyond the event stream, one file each: they read it through a consumer group of their own, in order."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Event
from typing import Protocol

import structlog
from redis import Redis

from config.settings import Settings
from tasks.errors import WorldError

log = structlog.get_logger()

BLOCK_MS = 500
PAUSE_S = 2.0


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

    openers: dict[str, Opener] = {"jsonl": JsonlRelay.open, "topic": TopicRelay.open}
    return openers[name](client, settings)


def run_relay(relay: Relay, stop: Event) -> None:
    """Pass events on until told to stop; what a bad world interrupts is tried again, from the last acknowledged."""
    while not stop.is_set():
        try:
            relay.pump(block_ms=BLOCK_MS)
        except WorldError as error:
            log.warning("relay_postponed", relay=relay.name, reason=str(error))
            stop.wait(PAUSE_S)


def drain(relays: Sequence[Relay]) -> int:
    """Pass on all that waits now; how many events."""
    total = 0
    with ExitStack() as stack:
        for relay in relays:
            stack.callback(relay.close)
            while passed := relay.pump(block_ms=1):
                total += passed
    return total
