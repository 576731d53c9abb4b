"""Events as lines of a file, each exactly once: the file itself says how far it has come."""

import fcntl
import os
from io import SEEK_END
from pathlib import Path
from typing import IO, Any, Self

import msgspec
from redis import Redis

from config.settings import Settings
from tasks.errors import DatelineError, WorldError
from workers import event_stream as stream
from workers import keys
from workers.connection import world

GROUP = "jsonl"
TAIL_BYTES = 1_000_000


class FileInUse(DatelineError):  # noqa: N818 - read by the user of the command line
    """Another process writes this file."""


class _Position(msgspec.Struct):
    sequence: str


class JsonlRelay:
    """Each line is the CloudEvent with the extension attribute `sequence`, its id in the event stream.

    Source: CloudEvents "Sequence" extension. After a crash, a line without its end is cut off, and reading goes on
    after the last whole line.
    """

    name = "jsonl"

    def __init__(self, client: Redis, path: Path) -> None:
        self._client = client
        self._path = path
        self._group = f"{GROUP}:{path.resolve()}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise FileInUse(f"{path} is being written by another process") from None
        self._resume()

    @classmethod
    def open(cls, client: Redis, settings: Settings) -> Self:
        """As the settings say."""
        return cls(client, settings.jsonl_path)

    def pump(self, *, block_ms: int) -> int:
        """Write, sync, then acknowledge."""
        events = stream.read_group(self._client, self._group, consumer="writer", block_ms=block_ms)
        if not events:
            return 0
        try:
            self._file.write(b"".join(_line(event) for event in events))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._resume()
            raise WorldError(f"{self._path}: {error}") from error
        stream.acknowledge(self._client, self._group, events)
        return len(events)

    def close(self) -> None:
        """Close the file and with it its lock."""
        self._file.close()

    def _resume(self) -> None:
        """Set the group to what the file says."""
        last = _last_sequence(self._file) or "0-0"
        stream.ensure_group(self._client, self._group)
        with world():
            pending: Any = self._client.xpending_range(keys.EVENTS, self._group, min="-", max="+", count=10_000)
            if pending:
                self._client.xack(keys.EVENTS, self._group, *(entry["message_id"] for entry in pending))
            self._client.xgroup_setid(keys.EVENTS, self._group, last)


def _line(event: stream.StreamEvent) -> bytes:
    """The envelope with `sequence` as its first attribute; the event's own bytes stay as they are."""
    return b'{"sequence":"' + event.entry_id.encode() + b'",' + event.cloudevent[1:] + b"\n"


def _last_sequence(file: IO[bytes]) -> str | None:
    """The stream id of the last whole line; what follows it is cut off."""
    end = file.seek(0, SEEK_END)
    reach = TAIL_BYTES
    while True:
        start = max(0, end - reach)
        file.seek(start)
        tail = file.read(end - start)
        whole = tail.rfind(b"\n") + 1
        before = tail.rfind(b"\n", 0, max(0, whole - 1)) + 1
        if before or start == 0:
            break
        reach *= 2
    file.truncate(start + whole)
    line = tail[before:whole]
    return msgspec.json.decode(line, type=_Position).sequence if line.strip() else None
