"""A folder that somebody drops files into: each file once it has settled, and again when it has changed."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tasks.clean import Limits
from tasks.records import WireItem
from workers.files import read_file
from workers.sources.description import SourceDescription
from workers.sources.memory import SourceMemory

SETTLED_S = 2.0
"""A file changed more recently is still being written; copying tools write in bursts of under a second."""
# Names that tools give to what is not finished.
_UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", "~")
_FILES_MAX = 100_000


def watch_folder(
    source: SourceDescription,
    memory: SourceMemory,
    *,
    now: Callable[[], dt.datetime],
    settled_s: float = SETTLED_S,
) -> Iterator[WireItem]:
    """One look at a source's folder (or file): items of the files that are new or changed, oldest first.

    What has been seen is saved after the last item was taken: a consumer that dies before gets all of them again.
    """
    moment = now()
    files = sorted(
        _settled(Path(source.path or "."), moment.timestamp() - settled_s),
        key=lambda pair: (pair[1].st_mtime_ns, pair[0]),
    )
    for path, stat in files:
        if not memory.is_new(f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}"):
            continue
        try:
            with path.open("rb") as file:
                for item in read_file(file, path.name, limits=Limits(max_item_bytes=source.max_bytes)):
                    yield source.describe(msgspec.structs.replace(item, received=item.received or moment))
        except OSError:
            continue  # taken away between look and read
    memory.save()


def _settled(root: Path, before: float) -> Iterator[tuple[Path, os.stat_result]]:
    """Files that have not changed lately; links are not followed, they may lead out of the folder."""
    found = 0
    for path in [root] if root.is_file() else _walk(root):
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        try:
            stat = path.lstat()
        except OSError:
            continue
        if not path.is_symlink() and path.is_file() and stat.st_mtime <= before:
            found += 1
            if found > _FILES_MAX:
                return
            yield path, stat


def _walk(root: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in files)
