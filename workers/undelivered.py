"""Events that their receiver refuses for good: each with the reason, to be sent again or dropped."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from redis import Redis

from tasks.records import Record
from workers import keys
from workers.connection import script, world
from workers.dead import NoSuchLetter

PAGE = 100


class UndeliveredEvent(Record, frozen=True, kw_only=True):
    """One event version that was set aside."""

    letter_id: str
    relay: str
    """Whose receiver refused it."""
    entry_id: str
    """Id it has in the event stream."""
    event: str
    """CloudEvents id."""
    reason: str
    time: dt.datetime
    attempts: int


class UndeliveredEvents:
    """List, show, redrive, drop."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._resend = script(client, "resend")

    def list(self) -> Iterator[UndeliveredEvent]:
        """Oldest first."""
        after = "-"
        while True:
            with world():
                page: Any = self._client.xrange(keys.UNDELIVERED, min=after, count=PAGE)
            for letter_id, fields in page:
                yield _letter(letter_id.decode(), fields)
            if not page:
                return
            after = f"({page[-1][0].decode()}"

    def show(self, letter_id: str) -> tuple[UndeliveredEvent, bytes]:
        """One of them, with the CloudEvent as it was sent.

        Raises: NoSuchLetter.
        """
        with world():
            rows: Any = self._client.xrange(keys.UNDELIVERED, letter_id, letter_id)
        if not rows:
            raise NoSuchLetter(f"no undelivered event {letter_id}")
        return _letter(letter_id, rows[0][1]), rows[0][1][b"cloudevent"]

    def redrive(self, letter_id: str) -> None:
        """Give it back to its relay, which sends it before anything else unless a newer version has been taken.

        Raises: NoSuchLetter.
        """
        self._take(letter_id, "redrive")

    def drop(self, letter_id: str) -> None:
        """Delete it for good.

        Raises: NoSuchLetter.
        """
        self._take(letter_id, "drop")

    def _take(self, letter_id: str, purpose: str) -> None:
        letter, _ = self.show(letter_id)
        own = [keys.UNDELIVERED, keys.redriven(letter.relay), keys.newest(letter.relay)]
        with world():
            answer = self._resend(keys=own, args=[letter_id, purpose])
        if answer == b"gone":
            raise NoSuchLetter(f"no undelivered event {letter_id}")


def _letter(letter_id: str, fields: Mapping[bytes, bytes]) -> UndeliveredEvent:
    texts = {name.decode(): value.decode("utf-8", "replace") for name, value in fields.items() if name != b"cloudevent"}
    return UndeliveredEvent(
        letter_id=letter_id,
        relay=texts["relay"],
        entry_id=texts["entry_id"],
        event=texts["event"],
        reason=texts["reason"],
        time=dt.datetime.fromisoformat(texts["time"]),
        attempts=int(texts["attempts"]),
    )
