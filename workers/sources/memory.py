"""What a source remembers between looks: validators of its address, and which items it has given already."""

import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

import msgspec

SEEN_MAX = 20_000
"""Marks kept per source: a busy feed shows 100 entries at a time, a folder of a day's wire holds 5,000 files."""


class PollState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the polling of one address stands."""

    etag: str | None = None
    modified: str | None = None
    failures: int = 0
    gone: bool = False


class SourceMemory(Protocol):
    """The memory of one source."""

    def is_new(self, mark: str) -> bool:
        """Whether a mark was not there before; it is from now on."""
        ...

    @property
    def state(self) -> PollState:
        """Where polling stands."""
        ...

    def put_state(self, state: PollState) -> None:
        """Remember where polling stands."""
        ...

    def save(self) -> None:
        """Make what is remembered outlive this process, where the memory can."""
        ...


class Memory:
    """Memory that lasts as long as the process; the oldest marks are forgotten first."""

    def __init__(self, *, seen_max: int = SEEN_MAX) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._state = PollState()
        self._seen_max = seen_max

    @property
    def state(self) -> PollState:
        """Where polling stands."""
        return self._state

    def put_state(self, state: PollState) -> None:
        """Remember where polling stands."""
        self._state = state

    def is_new(self, mark: str) -> bool:
        """Whether a mark was not there before; it is from now on."""
        if mark in self._seen:
            self._seen.move_to_end(mark)
            return False
        self._seen[mark] = None
        while len(self._seen) > self._seen_max:
            self._seen.popitem(last=False)
        return True

    def save(self) -> None:
        """Nothing to save."""


class FileMemory(Memory):
    """Memory in a JSON file, replaced as a whole with every save; a broken file is begun anew."""

    def __init__(self, path: Path, *, seen_max: int = SEEN_MAX) -> None:
        super().__init__(seen_max=seen_max)
        self._path = path
        try:
            stored = json.loads(path.read_bytes())
            self._seen = OrderedDict.fromkeys(str(mark) for mark in stored["seen"][-seen_max:])
            self._state = msgspec.convert(stored["state"], PollState)
        except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError):
            self._seen = OrderedDict()

    def save(self) -> None:
        """Write the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = {"state": msgspec.to_builtins(self._state), "seen": list(self._seen)}
        temporary = self._path.with_name(self._path.name + ".new")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        os.replace(temporary, self._path)
