"""The state of everything at one moment, for `dateline status` and for closing ledgers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from config.celeryconfig import STAGES
from tasks.records import Record
from workers import keys
from workers.connection import world
from workers.queue import memory_share


class Ledger(Record, frozen=True, kw_only=True):
    """What came in and what became of it: accepted = done + duplicate + quarantined + split + open, always."""

    accepted: int
    done: int
    duplicate: int
    quarantined: int
    split: int
    open: int
    """Neither settled nor under embargo."""
    held: int
    """Under embargo."""
    events: int
    """Event versions written."""
    redriven: int
    """Dead letters sent again."""


class QueueStatus(Record, frozen=True, kw_only=True):
    """Depth and age of every queue."""

    ledger: Ledger
    waiting: int
    """On the wire queue, not taken by the dispatcher."""
    in_flight: int
    """Dispatched and not settled."""
    oldest_s: float | None
    """Age of the oldest open entry."""
    stages: dict[str, int]
    """Messages waiting per stage."""
    reserved: int
    """Messages that workers have fetched and not begun."""
    workers: tuple[str, ...]
    """Workers that live."""
    dead_letters: int
    undelivered: int
    """Events that a receiver refuses."""
    event_stream: int
    """Events kept."""
    groups: dict[str, int]
    """Events each consumer group has still to read or to acknowledge."""
    memory_share: float


def counts(client: Redis) -> dict[str, int]:
    """How many entries ended how, and how many event versions were written."""
    with world():
        found: Any = client.hgetall(keys.COUNTS)
    return _as_numbers(found)


def _as_numbers(found: Mapping[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(value) for name, value in found.items()}


def ledger(client: Redis) -> Ledger:
    """The ledger at one moment."""
    with world():
        pipe = client.pipeline()
        pipe.hgetall(keys.COUNTS)
        pipe.xlen(keys.WIRE)
        pipe.zcard(keys.HELD)
        found, unsettled, held = pipe.execute()
    numbers = _as_numbers(found)
    ended = {name: numbers.get(name, 0) for name in keys.OUTCOMES}
    return Ledger(
        accepted=sum(ended.values()) + unsettled,
        open=unsettled - held,
        held=held,
        events=numbers.get("events", 0),
        redriven=numbers.get("redriven", 0),
        **ended,
    )


def queue_status(client: Redis) -> QueueStatus:
    """Everything `dateline status` shows."""
    book = ledger(client)
    pending = _pending(client)
    with world():
        pipe = client.pipeline(transaction=False)
        for stage in STAGES:
            pipe.llen(keys.CELERY_PREFIX + stage)
        pipe.hlen(keys.CELERY_PREFIX + "unacked")
        pipe.xlen(keys.DEAD)
        pipe.xlen(keys.UNDELIVERED)
        pipe.xlen(keys.EVENTS)
        *depths, reserved, dead_letters, undelivered, event_stream = pipe.execute()
    return QueueStatus(
        ledger=book,
        waiting=max(0, book.open + book.held - pending),
        in_flight=max(0, pending - book.held),
        oldest_s=_oldest_s(client),
        stages=dict(zip(STAGES, depths, strict=True)),
        reserved=reserved,
        workers=_workers(client),
        dead_letters=dead_letters,
        undelivered=undelivered,
        event_stream=event_stream,
        groups=_groups(client),
        memory_share=memory_share(client),
    )


def _pending(client: Redis) -> int:
    with world():
        try:
            summary: Any = client.xpending(keys.WIRE, keys.GROUP)
        except ResponseError:
            # Nobody has made the group yet.
            return 0
    return int(summary["pending"])


def _oldest_s(client: Redis) -> float | None:
    with world():
        held = set(client.zrange(keys.HELD, 0, 100))
        rows: Any = client.xrange(keys.WIRE, count=len(held) + 1)
    ids = [entry_id for entry_id, _ in rows if entry_id not in held]
    if not ids:
        return None
    accepted_s = int(ids[0].partition(b"-")[0]) / 1000
    return max(0.0, dt.datetime.now(dt.UTC).timestamp() - accepted_s)


def _workers(client: Redis) -> tuple[str, ...]:
    prefix = keys.alive("")
    with world():
        names = [name.decode().removeprefix(prefix) for name in client.scan_iter(match=f"{prefix}*", count=1000)]
    return tuple(sorted(names))


def _groups(client: Redis) -> dict[str, int]:
    with world():
        try:
            groups: Any = client.xinfo_groups(keys.EVENTS)
        except ResponseError:
            return {}
        return {group["name"].decode(): _behind(client, group) for group in groups}


def _behind(client: Redis, group: dict[str, Any]) -> int:
    """Redis 7 knows the lag; an older one is asked for what lies after the group's position, up to 10,000."""
    lag = group.get("lag")
    if lag is None:
        rows: Any = client.xrange(keys.EVENTS, min=f"({group['last-delivered-id'].decode()}", count=10_000)
        lag = len(rows)
    return int(lag) + int(group["pending"])
