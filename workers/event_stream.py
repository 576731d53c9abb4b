"""The event stream: reading it, and keeping it bounded without taking anything from a slow reader."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.exceptions import ResponseError

from tasks.records import Record
from workers import keys
from workers.connection import world

PAGE = 256


class StreamEvent(Record, frozen=True, kw_only=True):
    """One event as it stands in the stream."""

    entry_id: str
    routing_key: str
    cloudevent: bytes
    """JSON."""


def read_events(client: Redis, *, after: str = "0", block_ms: int | None = None) -> Iterator[StreamEvent]:
    """Events after an id, in order: '0' for all that are kept, '$' for new ones only.

    Ends where the stream ends; with `block_ms`, when no event has come for so long (0: never).
    """
    while entries := read_page(client, after=after, block_ms=block_ms):
        yield from entries
        after = entries[-1].entry_id


def read_page(client: Redis, *, after: str, block_ms: int | None = None) -> list[StreamEvent]:
    """The next events after an id; empty where none comes within `block_ms` (None: where none is there)."""
    with world():
        found: Any = client.xread({keys.EVENTS: after}, count=PAGE, block=block_ms)
    return parse(found)


def read_group(client: Redis, group: str, *, consumer: str, block_ms: int, pending: bool = False) -> list[StreamEvent]:
    """The next events of a consumer group; with `pending`, those it was given before and has not acknowledged."""
    with world():
        found: Any = client.xreadgroup(
            group, consumer, {keys.EVENTS: "0" if pending else ">"}, count=PAGE, block=None if pending else block_ms
        )
    return parse(found)


def acknowledge(client: Redis, group: str, events: list[StreamEvent]) -> None:
    """Say that a group is through with these events."""
    if events:
        with world():
            client.xack(keys.EVENTS, group, *(event.entry_id for event in events))


def ensure_group(client: Redis, group: str, *, start: str = "0") -> None:
    """Create a consumer group where it is missing."""
    with world():
        try:
            client.xgroup_create(keys.EVENTS, group, id=start, mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


def set_position(client: Redis, group: str, entry_id: str) -> None:
    """Note that a group is through with all up to this event: for trimming and for `dateline status`.

    For readers that keep their own position where they write to, and read with `read_page`: two of them never take
    events from each other, as members of one group would.
    """
    with world():
        try:
            client.xgroup_setid(keys.EVENTS, group, entry_id)
        except ResponseError:
            # Neither group nor, perhaps, stream: a new or an emptied Redis.
            client.xgroup_create(keys.EVENTS, group, id=entry_id, mkstream=True)


def position(client: Redis, group: str) -> str:
    """The last event that a group is through with; the group is made where it is missing."""
    ensure_group(client, group)
    with world():
        groups: Any = client.xinfo_groups(keys.EVENTS)
    return next(str(one["last-delivered-id"].decode()) for one in groups if one["name"].decode() == group)


def origin(client: Redis) -> str:
    """The name of this event stream, made up when first asked for: positions in another one mean nothing here."""
    with world():
        client.set(keys.ORIGIN, uuid4().hex, nx=True)
        name: Any = client.get(keys.ORIGIN)
    return str(name.decode())


def parse(found: Any) -> list[StreamEvent]:  # noqa: ANN401 - redis-py's answer, a list or a dict by protocol version
    """What XREAD or XREADGROUP answered; entries deleted meanwhile are left out."""
    streams = found.items() if isinstance(found, dict) else (found or [])
    rows = [row for _, entries in streams for row in (entries[0] if _nested(entries) else entries)]
    return [
        StreamEvent(
            entry_id=entry_id.decode(), routing_key=fields[b"routing_key"].decode(), cloudevent=fields[b"cloudevent"]
        )
        for entry_id, fields in rows
        if fields
    ]


def _nested(entries: Any) -> bool:  # noqa: ANN401
    """RESP3 wraps the entries of a stream in one more list."""
    return bool(entries) and isinstance(entries[0], list)


def trim_events(client: Redis, *, most: int) -> int:
    """Drop the oldest events above `most`, but none that a group has still to read; how many were dropped."""
    with world():
        surplus = int(client.xlen(keys.EVENTS)) - most
        if surplus <= 0:
            return 0
        # A page at a time: the next round of housekeeping takes the rest.
        page: Any = client.xrange(keys.EVENTS, count=min(surplus, PAGE * 4) + 1)
        positions = [_position(client, group) for group in client.xinfo_groups(keys.EVENTS)]
        keep_from = min([page[-1][0].decode(), *positions], key=as_numbers)
        return int(client.xtrim(keys.EVENTS, minid=keep_from, approximate=False))


def _position(client: Redis, group: dict[str, Any]) -> str:
    """The oldest event the group has still to acknowledge, or the last one it was given."""
    if not group["pending"]:
        return str(group["last-delivered-id"].decode())
    oldest: Any = client.xpending(keys.EVENTS, group["name"])
    return str(oldest["min"].decode())


def as_numbers(entry_id: str) -> tuple[int, int]:
    """A stream id in the order Redis keeps."""
    millis, _, number = entry_id.partition("-")
    return int(millis), int(number or 0)
