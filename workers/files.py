"""Files, folders and standard input as wire items."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from tasks.errors import DatelineError
from tasks.records import WireItem

if TYPE_CHECKING:
    from tasks.clean import Limits

STDIN = "-"
_PIECE_BYTES = 1 << 20


class NoSuchPath(DatelineError):  # noqa: N818 - read by the user of the command line
    """A path given by the user cannot be read."""


def find_files(paths: Iterable[str]) -> Iterator[Path | None]:
    """The files behind the given paths: folders in name order and recursively, hidden files left out; None is stdin.

    Raises: NoSuchPath before the first file is yielded, naming every path that does not exist.
    """
    wanted = list(paths)
    missing = [path for path in wanted if path != STDIN and not Path(path).exists()]
    if missing:
        raise NoSuchPath("no such file or folder: " + ", ".join(missing))
    for path in wanted:
        if path == STDIN:
            yield None
        elif Path(path).is_dir():
            yield from _walk(Path(path))
        else:
            yield Path(path)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in sorted(files) if not name.startswith("."))


def read_items(paths: Iterable[Path | None], *, limits: "Limits") -> Iterator[WireItem]:
    """The files (None: standard input) as wire items; a container too large for one item as its members."""
    for path in paths:
        if path is None:
            yield from _from_stdin(limits)
        else:
            with path.open("rb") as file:
                yield from read_file(file, path.name, limits=limits)


def read_file(file: BinaryIO, name: str, *, limits: "Limits") -> Iterator[WireItem]:
    """A seekable file as one item, or a large container as its members, one in memory at a time.

    What is too large and no container is read one byte past the limit, so that cleaning can refuse it.
    """
    item = WireItem(content=file.read(limits.max_item_bytes + 1), name=name)
    if len(item.content) <= limits.max_item_bytes:
        yield item
        return
    from tasks.clean import split_file

    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    members = split_file(item, file, limits=limits, size=size)
    yield next(members, item)
    yield from members


def _from_stdin(limits: "Limits") -> Iterator[WireItem]:
    """Standard input, kept in a temporary file where it is long; cut off where a container is too large as well."""
    with SpooledTemporaryFile(max_size=limits.max_item_bytes + 1) as file:
        left = limits.max_container_bytes
        while left > 0 and (piece := sys.stdin.buffer.read(min(_PIECE_BYTES, left))):
            file.write(piece)
            left -= len(piece)
        file.seek(0)
        yield from read_file(cast("BinaryIO", file), "stdin", limits=limits)
