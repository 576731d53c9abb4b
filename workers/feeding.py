"""Putting items on the wire queue: once from files and addresses, or for as long as sources are followed."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import structlog

from config.settings import Settings
from tasks.records import WireItem
from workers.equipment import Equipment
from workers.files import NoSuchPath, find_files, read_items
from workers.sources import (
    Fetcher,
    FileMemory,
    Look,
    Memory,
    Originals,
    SourceDescription,
    SourceMemory,
    follow,
    keeping,
    looks_at,
    read_sources,
)

log = structlog.get_logger()

FOLDER_CADENCE_S = 2.0
"""How often a folder named on the command line is looked into."""
FEED_CADENCE_S = 300.0


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def is_url(place: str) -> bool:
    """Whether it is an address and no path."""
    return place.startswith(("http://", "https://"))


def describe(place: str) -> SourceDescription:
    """A path or address named on the command line, as a source."""
    if is_url(place):
        return SourceDescription(id=urlsplit(place).hostname or "url", url=place, cadence_s=FEED_CADENCE_S)
    if not Path(place).exists():
        raise NoSuchPath(f"no such file or folder: {place}")
    return SourceDescription(id=Path(place).resolve().name, path=place, cadence_s=FOLDER_CADENCE_S)


def described(places: Sequence[str], sources: Path | None) -> list[SourceDescription]:
    """The sources named on the command line and those described in TOML files."""
    return [describe(place) for place in places] + (read_sources(sources) if sources else [])


def once(places: Sequence[str], sources: Path | None, *, settings: Settings) -> Iterator[WireItem]:
    """Everything that is there now."""
    paths = find_files([place for place in places if not is_url(place)])
    yield from read_items(paths, limits=Equipment(settings).limits)
    addresses = described([place for place in places if is_url(place)], sources)
    yield from follow(_looks(addresses, lambda _: Memory()), sleep=lambda _: True, once=True, on_problem=_warn)


def for_long(places: Sequence[str], sources: Path | None, *, settings: Settings, stop: Event) -> Iterator[WireItem]:
    """What is new, whenever it comes, until told to stop; what was seen is remembered in the data folder."""
    folder = settings.data_dir / "sources"

    def memory_of(source: SourceDescription) -> SourceMemory:
        digest = hashlib.sha256(f"{source.url}|{source.path}".encode()).hexdigest()[:8]
        return FileMemory(folder / f"{source.id}-{digest}.json")

    yield from follow(_looks(described(places, sources), memory_of), sleep=stop.wait, on_problem=_warn)


def kept(items: Iterable[WireItem], *, settings: Settings) -> Iterator[WireItem]:
    """The items, their original bytes kept for `dateline replay`."""
    return keeping(items, Originals(settings.data_dir / "originals", keep_d=settings.originals_keep_d), now())


def _looks(sources: Sequence[SourceDescription], memory_of: Callable[[SourceDescription], SourceMemory]) -> list[Look]:
    return looks_at(sources, memory_of, Fetcher(), now=now)


def _warn(source: SourceDescription, problem: str) -> None:
    log.warning("source_failed", source=source.id, reason=problem)
