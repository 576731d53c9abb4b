"""Files, folders and standard input as wire items."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tasks.errors import DatelineError
from tasks.records import WireItem

STDIN = "-"


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


def read_item(path: Path | None, *, max_bytes: int) -> WireItem:
    """One file (None: standard input) as a wire item; read one byte past the limit, so that cleaning can refuse it."""
    if path is None:
        return WireItem(content=sys.stdin.buffer.read(max_bytes + 1), name="stdin")
    with path.open("rb") as file:
        return WireItem(content=file.read(max_bytes + 1), name=path.name)
