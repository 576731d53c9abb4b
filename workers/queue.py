"""The wire queue: the one door articles come in by, a Redis Stream. Its fields are described in docs/wire-queue.md."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import sleep

from redis import Redis
from redis.exceptions import ResponseError

from tasks.records import WireItem
from workers import keys
from workers.connection import world

CHUNK_ENTRIES = 64
CHUNK_BYTES = 1_000_000
"""Sent in one round trip, and the most that a producer overshoots the backlog limit by."""
MEMORY_SHARE = 0.7
"""Of maxmemory: producers are held back above it, so that stages and sink can still write."""
WAIT_S = 0.1
TEXT_FIELDS = ("name", "media_type", "uri", "source", "language", "time_zone")

Waiting = Callable[[int], None]
"""Called with the backlog each time a producer has to wait."""


def to_fields(item: WireItem) -> dict[str, bytes]:
    """An item as the fields of a stream entry; what is not known is left out."""
    fields = {"content": item.content}
    for name in TEXT_FIELDS:
        value = getattr(item, name)
        if value is not None:
            fields[name] = value.encode("utf-8", "surrogateescape")
    if item.received is not None:
        fields["received"] = item.received.isoformat().encode()
    if item.depth:
        fields["depth"] = str(item.depth).encode()
    return fields


def from_fields(entry_id: str, fields: Mapping[bytes, bytes]) -> WireItem:
    """The item of an entry that any producer may have written: nothing in it is relied on."""
    texts = {name: fields[key].decode("utf-8", "replace") for name in TEXT_FIELDS if (key := name.encode()) in fields}
    depth = fields.get(b"depth", b"0")
    return WireItem(
        content=fields.get(b"content", b""),
        received=_moment(fields.get(b"received")),
        depth=int(depth) if depth.isdigit() and len(depth) < 4 else 0,
        **{"name": entry_id, **texts},
    )


def _moment(value: bytes | None) -> dt.datetime | None:
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value.decode())
    except (UnicodeDecodeError, ValueError):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


class WireQueue:
    """The producers' side of the stream."""

    def __init__(self, client: Redis, *, backlog_limit: int) -> None:
        self._client = client
        self._backlog_limit = backlog_limit

    def ensure(self) -> None:
        """Create stream and group where they are missing; a group made later still sees every entry."""
        with world():
            try:
                self._client.xgroup_create(keys.WIRE, keys.GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def push(self, items: Iterable[WireItem], *, on_wait: Waiting | None = None) -> Iterator[int]:
        """Put items on the queue, waiting where it is over its limit; yields how many went in with each round trip.

        Raises: WorldError where Redis stays away. An interrupted round trip may be sent twice; deduplication sees it.
        """
        for chunk in _chunks(items):
            self._wait_for_room(on_wait)
            with world():
                pipe = self._client.pipeline(transaction=False)
                for item in chunk:
                    pipe.xadd(keys.WIRE, to_fields(item))  # type: ignore[arg-type]
                pipe.execute()
            yield len(chunk)

    def backlog(self) -> int:
        """Entries accepted and neither settled nor under embargo."""
        with world():
            pipe = self._client.pipeline(transaction=False)
            pipe.xlen(keys.WIRE)
            pipe.zcard(keys.HELD)
            total, held = pipe.execute()
        return max(0, int(total) - int(held))

    def is_full(self) -> bool:
        """Whether producers are to wait: too many entries, or too much of Redis' memory in use."""
        return self.backlog() >= self._backlog_limit or memory_share(self._client) > MEMORY_SHARE

    def _wait_for_room(self, on_wait: Waiting | None) -> None:
        while self.is_full():
            if on_wait:
                on_wait(self.backlog())
            sleep(WAIT_S)


def memory_share(client: Redis) -> float:
    """Share of maxmemory in use; 0 where none is set."""
    with world():
        memory = client.info("memory")
    limit = int(memory.get("maxmemory", 0))
    return int(memory["used_memory"]) / limit if limit else 0.0


def _chunks(items: Iterable[WireItem]) -> Iterator[list[WireItem]]:
    chunk: list[WireItem] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.content)
        if len(chunk) >= CHUNK_ENTRIES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
