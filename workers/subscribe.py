"""Following the event stream: from a point of one's own, or as a member of a consumer group."""

import socket
from collections.abc import Iterator

from redis import Redis

from workers.event_stream import StreamEvent, acknowledge, ensure_group, read_events, read_group

BLOCK_MS = 1000


def subscribe(client: Redis, *, after: str, group: str | None, follow: bool) -> Iterator[StreamEvent]:
    """Events in order; ends at the end of the stream unless `follow`."""
    if group is not None:
        yield from _as_member(client, group, after=after, follow=follow)
        return
    while True:
        for event in read_events(client, after=after, block_ms=BLOCK_MS if follow else None):
            yield event
            after = event.entry_id
        if not follow:
            return


def _as_member(client: Redis, group: str, *, after: str, follow: bool) -> Iterator[StreamEvent]:
    """First what this member was given and has not acknowledged, then what is new.

    An event is acknowledged when the next one is asked for, so that one that was not dealt with comes again.
    """
    ensure_group(client, group, start=after)
    consumer = socket.gethostname()
    pending = True
    while True:
        batch = read_group(client, group, consumer=consumer, block_ms=BLOCK_MS if follow else 1, pending=pending)
        for event in batch:
            yield event
            acknowledge(client, group, [event])
        if not batch and not pending and not follow:
            return
        pending = pending and bool(batch)
