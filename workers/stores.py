"""The ports of the stages, on Redis: wire, progress, stories, ledger."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from redis import Redis

from tasks.errors import WorldError
from tasks.ports import Settlement, StoryState, StoryView
from tasks.records import Fingerprint, Outcome, WireItem, to_json
from workers import keys
from workers.connection import script, world
from workers.queue import MEMORY_SHARE, from_fields, memory_share, to_fields

CANDIDATES = 50
"""Stories compared with an article at most."""
CHUNK_MEMBERS = 32


class RedisWire:
    """The bytes of accepted entries."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._members = script(client, "members")

    def read(self, entry_ids: Sequence[str]) -> list[WireItem | None]:
        """One item per id; None for an entry that is settled."""
        with world():
            pipe = self._client.pipeline(transaction=False)
            for entry_id in entry_ids:
                pipe.xrange(keys.WIRE, entry_id, entry_id)
            found = pipe.execute() if entry_ids else []
        return [
            from_fields(entry_id, rows[0][1]) if rows else None for entry_id, rows in zip(entry_ids, found, strict=True)
        ]

    def add_members(self, entry_id: str, members: Iterable[WireItem]) -> int:
        """Members go in chunks; a counter beside the container says how many are on the queue already."""
        first = 0
        iterator = iter(members)
        while chunk := list(islice(iterator, CHUNK_MEMBERS)):
            if memory_share(self._client) > MEMORY_SHARE:
                raise WorldError(f"{entry_id}: no room for its members; Redis is over {MEMORY_SHARE:.0%} of its memory")
            with world():
                done = self._members(
                    keys=[keys.WIRE, keys.SPLIT], args=[entry_id, first, len(chunk), *_member_arguments(chunk)]
                )
            first += len(chunk)
            if int(done) < 0:
                break
        return first


def _member_arguments(members: Sequence[WireItem]) -> Iterator[Any]:
    for member in members:
        fields = to_fields(member)
        yield 2 * len(fields)
        for name, value in fields.items():
            yield name
            yield value


class RedisProgress:
    """Who works on what: the consumers of the wire queue's group. Claiming an entry also resets its idle time."""

    def __init__(self, client: Redis, *, consumer: str) -> None:
        self._client = client
        self._consumer = consumer

    def started(self, entry_ids: Sequence[str]) -> set[str]:
        """Entries that are settled are not pending any more and stay out of the answer."""
        return self._claim(entry_ids, self._consumer)

    def finished(self, entry_ids: Sequence[str]) -> None:
        """Back to those that wait for a stage; a worker that dies later takes nothing of them along."""
        self._claim(entry_ids, keys.QUEUED)

    def lost(self, entry_ids: Sequence[str], *, reason: str) -> None:
        """To those that are dispatched again at once."""
        claimed = self._claim(entry_ids, keys.LOST)
        if claimed:
            with world():
                self._client.hset(keys.TROUBLE, mapping=dict.fromkeys(claimed, reason))

    def _claim(self, entry_ids: Sequence[str], consumer: str) -> set[str]:
        if not entry_ids:
            return set()
        with world():
            claimed: Any = self._client.xclaim(keys.WIRE, keys.GROUP, consumer, 0, list(entry_ids), justid=True)
        return {entry_id.decode() for entry_id in claimed}


class RedisStories:
    """Stories and their fingerprints; everything expires with the time window."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    def look(self, uri: str, fingerprint: Fingerprint) -> StoryView:
        """Two round trips: who shares a band or the exact text, then their states; a third for a reprint."""
        own = keys.story_id(uri)
        with world():
            owner, *bands = self._bands(fingerprint)
            wanted = sorted({name for band in bands for name in band} | ({owner} if owner else set()) - {b""})
            others = [name.decode() for name in wanted if name.decode() != own][:CANDIDATES]
            states = self._states([own, *others])
            host_uri = states[0].reprint_of if states[0] else None
            hosts = self._states([keys.story_id(host_uri)]) if host_uri else [None]
        return StoryView(
            story=states[0],
            candidates=tuple(sorted((state for state in states[1:] if state), key=lambda state: state.uri)),
            exact_owner=owner.decode() if owner else None,
            band_sizes=tuple(len(band) for band in bands),
            host=hosts[0],
        )

    def _bands(self, fingerprint: Fingerprint) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        pipe.get(keys.exact(fingerprint.exact))
        for band in fingerprint.bands:
            pipe.smembers(keys.band(band))
        return pipe.execute()

    def _states(self, identities: Sequence[str]) -> list[StoryState | None]:
        pipe = self._client.pipeline(transaction=False)
        for identity in identities:
            pipe.hget(keys.story(identity), "state")
        return [msgspec.json.decode(state, type=StoryState) if state else None for state in pipe.execute()]


class RedisLedger:
    """Where entries end: one script writes all that belongs to an outcome."""

    def __init__(self, client: Redis, *, window: dt.timedelta, dead_letter_bytes: int) -> None:
        self._settle = script(client, "settle")
        self._hold = script(client, "hold")
        self._window_ms = int(window.total_seconds() * 1000)
        self._dead_letter_bytes = dead_letter_bytes

    def settle(self, settlement: Settlement) -> bool:
        """See workers/lua/settle.lua, which does it."""
        names = [keys.WIRE, keys.EVENTS, keys.DEAD, keys.COUNTS, keys.ATTEMPTS, keys.HELD, keys.SPLIT, keys.TROUBLE]
        arguments: list[Any] = [keys.GROUP, settlement.entry_id, settlement.outcome.value]
        arguments += [settlement.failed_stage or "", _plain(settlement.reason), dt.datetime.now(dt.UTC).isoformat()]
        arguments += [self._dead_letter_bytes, self._window_ms, len(settlement.messages), len(settlement.others)]
        for message in settlement.messages:
            arguments += [message.routing_key, message.body]
        for other in settlement.others:
            names.append(keys.story(keys.story_id(other.uri)))
            arguments += [to_json(other), str(other.revision - 1)]
        if settlement.story:
            names += _story_keys(settlement.story)
            arguments += _story_arguments(settlement.story, settlement.view)
        with world():
            return bool(self._settle(keys=names, args=arguments) != b"conflict")

    def hold(self, entry_id: str, until: dt.datetime) -> None:
        """The entry stays in the stream, and with it in the ledger."""
        with world():
            self._hold(
                keys=[keys.WIRE, keys.HELD, keys.ATTEMPTS],
                args=[keys.GROUP, keys.WAITING, entry_id, until.timestamp()],
            )


def _story_keys(story: StoryState) -> list[str]:
    prints = story.fingerprint
    return [keys.story(keys.story_id(story.uri)), keys.exact(prints.exact), *(keys.band(band) for band in prints.bands)]


def _story_arguments(story: StoryState, view: StoryView) -> list[Any]:
    sizes = view.band_sizes or (0,) * len(story.fingerprint.bands)
    return [keys.story_id(story.uri), to_json(story), str(story.revision - 1), view.exact_owner or "", *sizes]


def _plain(reason: str | None) -> bytes:
    return (reason or "").encode("utf-8", "backslashreplace")


def quarantine(ledger: RedisLedger, entry_id: str, *, reason: str, stage: str = "unknown") -> None:
    """Put an entry away that no stage gave an outcome."""
    ledger.settle(Settlement(entry_id=entry_id, outcome=Outcome.QUARANTINED, failed_stage=stage, reason=reason))
