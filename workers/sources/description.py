"""What is known of a source: one small TOML file each, read strictly."""

import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tasks.errors import DatelineError
from tasks.records import WireItem

Seconds = Annotated[float, msgspec.Meta(ge=1)]
Bytes = Annotated[int, msgspec.Meta(gt=0)]


class SourceError(DatelineError):
    """Descriptions of sources are wrong; the message lists every problem of every file."""


class SourceDescription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source. Exactly one of `url` and `path` is given."""

    id: str = ""
    """Names it in articles; the file's stem unless given."""
    url: str | None = None
    path: str | None = None
    format: str | None = None
    """Media type to declare for its items; a hint only, the content decides."""
    cadence_s: Seconds = 300.0
    """How often it is looked at."""
    licence: str | None = None
    language: str | None = None
    time_zone: str | None = None
    expected_per_day: Annotated[float, msgspec.Meta(ge=0)] | None = None
    max_bytes: Bytes = 8_000_000
    timeout_s: Seconds = 30.0
    allow_private: bool = False
    """Whether its address may be one of this machine or its own network."""
    fields: dict[str, str] = {}
    """For JSON with names of its own: our field to its path, as in docs/formats.md."""

    @property
    def media_type(self) -> str | None:
        """The media type its items are declared with, the mapping of fields among its parameters."""
        if not self.fields:
            return self.format
        mapping = "; ".join(f"{name}={path}" for name, path in sorted(self.fields.items()))
        return f"{self.format or 'application/json'}; {mapping}"

    def describe(self, item: WireItem) -> WireItem:
        """An item with what the source says of all its items."""
        return msgspec.structs.replace(
            item,
            source=self.id,
            media_type=self.media_type or item.media_type,
            language=item.language or self.language,
            time_zone=item.time_zone or self.time_zone,
        )


def read_sources(path: Path) -> list[SourceDescription]:
    """The sources described in a TOML file, or in all those of a folder in name order.

    Raises: SourceError.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    found: list[SourceDescription] = []
    problems: list[str] = []
    for file in files:
        try:
            found.append(_read(file))
        except SourceError as error:
            problems.append(str(error))
    problems += [f"{name}: {count} sources have this id" for name, count in _counts(found).items() if count > 1]
    if problems or not files:
        raise SourceError("\n".join(problems) or f"{path}: no *.toml file there")
    return found


def _counts(found: list[SourceDescription]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found:
        counts[one.id] = counts.get(one.id, 0) + 1
    return counts


def _read(file: Path) -> SourceDescription:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        source = msgspec.convert({"id": file.stem} | values, SourceDescription)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SourceError(f"{file.name}: {error}") from error
    problems = _problems(source)
    if problems:
        raise SourceError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return source


def _problems(source: SourceDescription) -> list[str]:
    problems = []
    if (source.url is None) == (source.path is None):
        problems.append("exactly one of url and path was expected")
    if source.url is not None and (
        urlsplit(source.url).scheme not in {"http", "https"} or not urlsplit(source.url).hostname
    ):
        problems.append(f"url {source.url!r}: an http or https address was expected")
    try:
        ZoneInfo(source.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(f"time_zone {source.time_zone!r}: an IANA zone such as Asia/Baghdad was expected")
    return problems
