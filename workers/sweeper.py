"""Finds entries that nobody works on any more and has them dispatched again, alone.

An entry is overdue when its last owner is known to be dead, or when nothing was heard of it for `stall_s` and no
message in any queue carries it. Only tries alone are counted: in a storm of kills a poison article must not take its
neighbours of one batch along (`times_delivered` of Redis would). A worker that dies as a whole is hardly the article's
doing (that kills the child that works on it): such deaths are counted apart, and more of them are borne.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from redis import Redis

from config.celeryconfig import STAGES
from tasks.records import Record
from tasks.stage import ENTRY_ID
from workers import keys
from workers.connection import script, world
from workers.stores import RedisLedger, quarantine

log = structlog.get_logger()

BATCH = 64
"""Entries taken from one owner per sweep; the rest has its turn a second later."""
MESSAGE_HEAD = 4_000
"""Characters of a kombu message that are searched for entry ids; the header with them is looked up exactly."""


ORPHANED = ":orphaned"
PATIENCE = 5
"""Deaths of whole workers that are borne for each try alone."""


class Suspect(Record, frozen=True, kw_only=True):
    """An owner of pending entries, and when they are overdue."""

    owner: str
    idle_ms: int
    """Overdue from so long without news."""
    counted_as: str = ""
    """What another try counts as; see workers/lua/adopt.lua."""


class Swept(Record, frozen=True, kw_only=True):
    """What one sweep found."""

    again: tuple[str, ...] = ()
    """To be dispatched again, one by one."""
    quarantined: tuple[str, ...] = ()


class Sweeper:
    """One sweep at a time; several dispatchers may sweep, none gets what another has taken."""

    def __init__(self, client: Redis, *, ledger: RedisLedger, stall_s: float, max_attempts: int) -> None:
        self._client = client
        self._ledger = ledger
        self._stall_ms = int(stall_s * 1000)
        self._max_attempts = max_attempts
        self._adopt = script(client, "adopt")

    def sweep(self) -> Swept:
        """Take what is overdue from its owners."""
        again: list[str] = []
        exhausted: list[str] = []
        for suspect in self._suspects():
            more, done = self._take(suspect, self._overdue(suspect))
            again += more
            exhausted += done
        for entry_id in exhausted:
            self._give_up(entry_id)
        if again or exhausted:
            log.warning("entries_swept", again=len(again), quarantined=len(exhausted), entry_ids=again[:10])
        return Swept(again=tuple(again), quarantined=tuple(exhausted))

    def _suspects(self) -> Iterator[Suspect]:
        """Owners with pending entries; what the dead among them own is overdue at once."""
        with world():
            consumers = self._client.xinfo_consumers(keys.WIRE, keys.GROUP)
        for consumer in consumers:
            owner = consumer["name"].decode()
            if owner == keys.WAITING:
                continue
            dead = owner not in {keys.LOST, keys.QUEUED} and not self._lives(owner)
            if consumer["pending"]:
                idle_ms = 0 if dead or owner == keys.LOST else self._stall_ms
                yield Suspect(owner=owner, idle_ms=idle_ms, counted_as=ORPHANED if dead else "")
            elif dead:
                # A dead worker takes nothing more, so that nothing pending can be deleted along with it.
                with world():
                    self._client.xgroup_delconsumer(keys.WIRE, keys.GROUP, owner)

    def _lives(self, owner: str) -> bool:
        with world():
            return bool(self._client.exists(keys.alive(owner)))

    def _overdue(self, suspect: Suspect) -> list[str]:
        with world():
            pending: Any = self._client.xpending_range(
                keys.WIRE,
                keys.GROUP,
                min="-",
                max="+",
                count=BATCH,
                consumername=suspect.owner,
                idle=suspect.idle_ms,
            )
        entry_ids = [entry["message_id"].decode() for entry in pending]
        if suspect.owner != keys.QUEUED or not entry_ids:
            return entry_ids
        waiting = self._in_queues()
        still = [entry_id for entry_id in entry_ids if entry_id in waiting]
        if still:
            # They are not lost, only late: their message is there. Claiming them anew starts their time afresh.
            with world():
                self._client.xclaim(keys.WIRE, keys.GROUP, keys.QUEUED, 0, still, justid=True)
        return [entry_id for entry_id in entry_ids if entry_id not in waiting]

    def _in_queues(self) -> set[str]:
        """Entry ids in messages that wait in a queue.

        Messages that a worker has fetched and not begun do not count: it may be dead, and kombu gives them back late.
        """
        with world():
            pipe = self._client.pipeline(transaction=False)
            for stage in STAGES:
                pipe.lrange(keys.CELERY_PREFIX + stage, 0, -1)
            queues: Any = pipe.execute()
        return set().union(*(_ids_of(message) for messages in queues for message in messages))

    def _take(self, suspect: Suspect, entry_ids: Sequence[str]) -> tuple[list[str], list[str]]:
        if not entry_ids:
            return [], []
        most = self._max_attempts * (PATIENCE if suspect.counted_as else 1)
        with world():
            again, exhausted = self._adopt(
                keys=[keys.WIRE, keys.ATTEMPTS],
                args=[
                    *(keys.GROUP, suspect.owner, suspect.idle_ms, suspect.counted_as, most, keys.QUEUED),
                    *entry_ids,
                ],
            )
        return [entry_id.decode() for entry_id in again], [entry_id.decode() for entry_id in exhausted]

    def _give_up(self, entry_id: str) -> None:
        with world():
            trouble: Any = self._client.hget(keys.TROUBLE, entry_id)
        cause = trouble.decode("utf-8", "replace") if trouble else "whoever worked on it went silent"
        stage, _, reason = cause.partition(": ") if ": " in cause else ("unknown", "", cause)
        reason = f"no outcome after {self._max_attempts} tries alone; last: {reason}"
        quarantine(self._ledger, entry_id, stage=stage, reason=reason)


def _ids_of(message: bytes) -> set[str]:
    """The entry ids a message names in its `argsrepr` header, without decoding its body."""
    text = message.decode("utf-8", "replace")
    at = text.find("argsrepr")
    return set(ENTRY_ID.findall(text[at : at + MESSAGE_HEAD])) if at >= 0 else set()
