"""The dead-letter store: what could not be processed, with its reason and its original bytes."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from redis import Redis

from tasks.errors import DatelineError
from tasks.records import Record, WireItem
from workers import keys
from workers.connection import script, world
from workers.queue import from_fields

PAGE = 100


class NoSuchLetter(DatelineError):  # noqa: N818 - read by the user of the command line
    """No dead letter has this id, or it cannot be sent again."""


class DeadLetter(Record, frozen=True, kw_only=True):
    """One quarantined entry."""

    letter_id: str
    entry_id: str
    """Id it had on the wire queue."""
    name: str
    stage: str
    reason: str
    time: dt.datetime
    attempts: int
    content_bytes: int
    cut: bool
    """Whether it was too large to be kept whole."""


class DeadLetters:
    """List, show, redrive, drop."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._redrive = script(client, "redrive")

    def count(self) -> int:
        """How many there are."""
        with world():
            return int(self._client.xlen(keys.DEAD))

    def list(self, *, limit: int | None = None) -> Iterator[DeadLetter]:
        """Oldest first."""
        after, left = "-", limit
        while left is None or left > 0:
            with world():
                page: Any = self._client.xrange(keys.DEAD, min=after, count=min(PAGE, left or PAGE))
            for letter_id, fields in page:
                yield _letter(letter_id.decode(), fields)
            if not page:
                return
            after = f"({page[-1][0].decode()}"
            left = left - len(page) if left is not None else None

    def show(self, letter_id: str) -> tuple[DeadLetter, WireItem]:
        """One letter with its item as it came.

        Raises: NoSuchLetter.
        """
        with world():
            rows: Any = self._client.xrange(keys.DEAD, letter_id, letter_id)
        if not rows:
            raise NoSuchLetter(f"no dead letter {letter_id}")
        return _letter(letter_id, rows[0][1]), from_fields(letter_id, rows[0][1])

    def redrive(self, letter_id: str) -> str:
        """Put it back onto the wire queue; its new entry id.

        Raises: NoSuchLetter where there is none, or where it was too large to be kept whole.
        """
        with world():
            answer = self._redrive(keys=[keys.WIRE, keys.DEAD, keys.COUNTS], args=[letter_id]).decode()
        if answer == "gone":
            raise NoSuchLetter(f"no dead letter {letter_id}")
        if answer == "cut":
            raise NoSuchLetter(f"dead letter {letter_id} was too large to be kept whole; feed the original again")
        return str(answer)

    def drop(self, letter_id: str) -> None:
        """Delete it; in the ledger it stays counted as quarantined.

        Raises: NoSuchLetter.
        """
        with world():
            deleted = self._client.xdel(keys.DEAD, letter_id)
        if not deleted:
            raise NoSuchLetter(f"no dead letter {letter_id}")


def _letter(letter_id: str, fields: Mapping[bytes, bytes]) -> DeadLetter:
    texts = {name.decode("utf-8", "replace"): value for name, value in fields.items() if name != b"content"}
    cut = texts.get("dead_cut", b"").decode()
    return DeadLetter(
        letter_id=letter_id,
        entry_id=texts["dead_entry"].decode(),
        name=texts.get("name", texts["dead_entry"]).decode("utf-8", "replace"),
        stage=texts["dead_stage"].decode(),
        reason=texts["dead_reason"].decode("utf-8", "replace"),
        time=dt.datetime.fromisoformat(texts["dead_time"].decode()),
        attempts=int(texts["dead_attempts"]),
        content_bytes=int(cut.split()[-1]) if cut.startswith("content ") else len(fields.get(b"content", b"")),
        cut=bool(cut),
    )
