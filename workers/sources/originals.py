"""Original bytes, kept by hash: a folder a day, an index of what came when, days past their time removed."""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tasks.records import WireItem

_INDEX = "index.jsonl"
_FIELDS = ("name", "media_type", "uri", "source", "language", "time_zone")


class Originals:
    """A folder of originals."""

    def __init__(self, folder: Path, *, keep_d: int = 30) -> None:
        self._folder = folder
        self._keep_d = keep_d

    def put(self, item: WireItem, received: dt.datetime) -> str:
        """Keep an item; its hash. Bytes that are there already are not written again."""
        digest = hashlib.sha256(item.content).hexdigest()
        day = self._folder / received.date().isoformat()
        if not day.exists():
            day.mkdir(parents=True)
            self._forget(received.date())
        file = day / digest
        if not file.exists():
            temporary = file.with_suffix(f".{os.getpid()}.new")
            temporary.write_bytes(item.content)
            os.replace(temporary, file)
        line = {"hash": digest, "received": received.isoformat()} | {
            name: value for name in _FIELDS if (value := getattr(item, name)) is not None
        }
        with (day / _INDEX).open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=True) + "\n")
        return digest

    def get(self, digest: str) -> bytes | None:
        """The bytes of a hash, None where they are not kept."""
        if len(digest) != 64 or not digest.isalnum():
            return None
        return next((path.read_bytes() for path in self._folder.glob(f"*/{digest}")), None)

    def read(self, *, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[WireItem]:
        """Items in the order they came, of the days given; a broken line of an index costs that item only."""
        for day in sorted(path for path in self._folder.glob("????-??-??") if path.is_dir()):
            if (since and day.name < since.isoformat()) or (until and day.name > until.isoformat()):
                continue
            yield from self._read_day(day)

    def _read_day(self, day: Path) -> Iterator[WireItem]:
        with (day / _INDEX).open(encoding="utf-8") as index:
            for line in index:
                try:
                    entry = json.loads(line)
                    content = (day / str(entry["hash"])).read_bytes()
                    received = dt.datetime.fromisoformat(entry["received"])
                except (ValueError, KeyError, TypeError, OSError):
                    continue
                fields = {name: entry[name] for name in _FIELDS if name in entry}
                yield WireItem(content=content, received=received, **fields)

    def _forget(self, today: dt.date) -> None:
        oldest = (today - dt.timedelta(days=self._keep_d)).isoformat()
        for path in self._folder.glob("????-??-??"):
            if path.name < oldest:
                shutil.rmtree(path, ignore_errors=True)


def keeping(items: Iterable[WireItem], originals: Originals, now: dt.datetime) -> Iterator[WireItem]:
    """The items, each kept before it goes on."""
    for item in items:
        originals.put(item, item.received or now)
        yield item
