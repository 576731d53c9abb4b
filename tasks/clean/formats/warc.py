"""WARC, as CC-NEWS ships it, plain or compressed record by record; warcio reads it."""

import datetime as dt
import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tasks.clean.draft import Draft
from tasks.clean.fields import time_of
from tasks.clean.limits import Limits
from tasks.clean.members import bounded, broken
from tasks.errors import MalformedArticle
from tasks.records import WireItem


class _Archive(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    INC_RECORD = ""  # warcio's warning about a wrong length would go to standard error


_TEXTUAL = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "application/rss",
    "application/atom",
    "application/ld",
)
_KINDS = frozenset({"response", "resource", "conversion"})


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """A WARC version line, also behind gzip."""
    if head.startswith(b"WARC/"):
        return 1.0
    if not head.startswith(b"\x1f\x8b\x08"):
        return 0.0
    try:
        start = zlib.decompressobj(wbits=31).decompress(head, 16)
    except zlib.error:
        return 0.0
    return 1.0 if start.startswith(b"WARC/") else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The pages that were fetched, each under its address; what is no text is passed over."""
    yield from split_file(item, io.BytesIO(item.content), limits, size=len(item.content))


def split_file(item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
    """The same for an archive that is read where it lies."""
    yield from bounded(_members(item, file, limits), item, limits, size=size)


def decode(item: WireItem, limits: Limits) -> Draft:  # noqa: ARG001 - every format takes both
    """Never an article itself."""
    raise MalformedArticle(f"{item.name}: a WARC file; its records come as items of their own")


def _members(item: WireItem, file: BinaryIO, limits: Limits) -> Iterator[WireItem]:
    number = 0
    try:
        for record in _Archive(file):
            number += 1
            if record.rec_type in _KINDS and _is_page(record):
                yield _page(item, record, number, limits)
    # warcio lets a record without an address or length fail as it may.
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, OSError, AttributeError, TypeError, KeyError) as error:
        yield broken(item, str(number + 1), f"broken WARC record: {error}")


def _is_page(record: Any) -> bool:  # noqa: ANN401 - warcio has no types
    if record.http_headers is not None and not str(record.http_headers.get_statuscode()).startswith("2"):
        return False
    return _media_type(record).startswith(_TEXTUAL)


def _media_type(record: Any) -> str:  # noqa: ANN401
    headers = record.http_headers if record.http_headers is not None else record.rec_headers
    return (headers.get_header("Content-Type") or "").strip().lower()


def _page(item: WireItem, record: Any, number: int, limits: Limits) -> WireItem:  # noqa: ANN401
    uri = record.rec_headers.get_header("WARC-Target-URI")
    fetched: dt.datetime | None = time_of(record.rec_headers.get_header("WARC-Date"))
    try:
        content = record.content_stream().read(limits.max_item_bytes + 1)
    except (zlib.error, EOFError, ValueError, OSError) as error:
        return broken(item, str(number), f"broken WARC record: {error}")
    return WireItem(
        content=content,
        name=f"{item.name}#{number}",
        media_type=_media_type(record) or None,
        uri=uri,
        depth=item.depth + 1,
        source=item.source,
        received=item.received or fetched,
        language=item.language,
        time_zone=item.time_zone,
    )
