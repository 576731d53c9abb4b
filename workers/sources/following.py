"""Many sources, each looked at when it is due."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from tasks.records import WireItem
from workers.sources.description import SourceDescription
from workers.sources.folder import watch_folder
from workers.sources.memory import SourceMemory
from workers.sources.polling import Fetcher, Poller

Sleep = Callable[[float], bool]
"""Waits for so many seconds; True where the wait was broken off and all should stop."""


class Look(Protocol):
    """A source that can be looked at."""

    source: SourceDescription
    wait_s: float
    problem: str | None

    def poll(self) -> Iterator[WireItem]:
        """What is new since the last look."""
        ...


class FolderLook:
    """A folder as something to look at."""

    def __init__(self, source: SourceDescription, memory: SourceMemory, *, now: Callable[[], dt.datetime]) -> None:
        self.source = source
        self.wait_s = source.cadence_s
        self.problem: str | None = None
        self._memory = memory
        self._now = now

    def poll(self) -> Iterator[WireItem]:
        """Items of the files that are new or changed."""
        yield from watch_folder(self.source, self._memory, now=self._now)


def looks_at(
    sources: Sequence[SourceDescription],
    memory_of: Callable[[SourceDescription], SourceMemory],
    fetcher: Fetcher,
    *,
    now: Callable[[], dt.datetime],
) -> list[Look]:
    """What to look at, by the kind of each source."""
    return [
        Poller(one, memory_of(one), fetcher, now=now) if one.url else FolderLook(one, memory_of(one), now=now)
        for one in sources
    ]


def follow(
    looks: Sequence[Look],
    *,
    sleep: Sleep,
    once: bool = False,
    on_problem: Callable[[SourceDescription, str], None] | None = None,
) -> Iterator[WireItem]:
    """Items of all sources, each looked at when it is due; with `once` each a single time."""
    due = [0.0] * len(looks)
    elapsed = 0.0
    while looks:
        for number, look in enumerate(looks):
            if due[number] > elapsed:
                continue
            yield from look.poll()
            due[number] = elapsed + look.wait_s
            if look.problem and on_problem:
                on_problem(look.source, look.problem)
        pause = max(1.0, min(due) - elapsed)
        if once or sleep(pause):
            return
        elapsed += pause
