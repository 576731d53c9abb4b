"""The formats: every module of `tasks.clean.formats` is one; the content decides which of them reads an item.

A format module has `sniff(head, media_type) -> float` (0 to 1: how surely these are its bytes) and
`decode(item, limits) -> Draft`; a container has `split(item, limits) -> Iterator[WireItem]`, and one that may be larger
than an item `split_file(item, file, limits, size=...)`. Adding a format is adding its file.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, Protocol, cast, runtime_checkable

from tasks.clean.draft import Draft
from tasks.clean.limits import Limits
from tasks.errors import UnknownFormat
from tasks.records import WireItem

HEAD_BYTES = 4096


@runtime_checkable
class Format(Protocol):
    """A module that reads one format."""

    __name__: str

    def sniff(self, head: bytes, media_type: str | None) -> float:
        """How surely bytes that begin so are of this format, 0 to 1."""
        ...

    def decode(self, item: WireItem, limits: Limits) -> Draft:
        """The article in the item. Raises: ArticleError."""
        ...


@runtime_checkable
class Container(Protocol):
    """A module whose items may hold several documents."""

    def split(self, item: WireItem, limits: Limits) -> Iterator[WireItem]:
        """The members, or nothing where the item is a single document. Raises: ArticleError."""
        ...


@runtime_checkable
class Streamed(Protocol):
    """A container that is read where it lies, member by member, however large it is."""

    def split_file(self, item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
        """The members; `item` holds the first bytes of the file. Raises: ArticleError."""
        ...


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """All formats, in the order of their names."""
    package = importlib.import_module("tasks.clean.formats")
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))
    return tuple(cast("Format", importlib.import_module(f"{package.__name__}.{name}")) for name in names)


def recognise(item: WireItem) -> Format:
    """The format of an item, by its content.

    Raises: UnknownFormat.
    """
    head = item.content[:HEAD_BYTES]
    ranked = [(one.sniff(head, item.media_type), one) for one in formats()]
    confidence, best = max(ranked, key=lambda pair: pair[0])
    if confidence <= 0:
        raise UnknownFormat(f"{item.name}: no format recognised in {head[:60]!r}; known: {', '.join(known_formats())}")
    return best


def known_formats() -> tuple[str, ...]:
    """Names of the formats."""
    return tuple(one.__name__.rpartition(".")[2] for one in formats())
