"""gzip of one document of any other format."""

import io
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from tasks.clean.draft import Draft
from tasks.clean.formats import json_article
from tasks.clean.limits import Limits
from tasks.clean.members import bounded, member
from tasks.errors import ArticleTooLarge, MalformedArticle
from tasks.records import WireItem

_CHUNK_BYTES = 1 << 20


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """Gzip's two first bytes and its one method."""
    return 0.9 if head.startswith(b"\x1f\x8b\x08") else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The one document inside."""
    name = PurePosixPath(item.name).name
    inner = name.removesuffix(".gz")
    content = unpacked(item, limits)
    yield from bounded([member(item, content, inner)], item, limits)


def split_file(item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
    """What is inside a file: the lines of JSON Lines one at a time, else the one document."""
    try:
        with GzipFile(fileobj=file) as packed:
            head = packed.read(limits.max_item_bytes + 1)
            inner = member(item, head, PurePosixPath(item.name).name.removesuffix(".gz"))
            if len(head) <= limits.max_item_bytes or not json_article.sniff(head, None):
                yield from bounded([inner], item, limits, size=size)
                return
            packed.seek(0)
            yield from json_article.split_file(inner, cast("BinaryIO", packed), limits, size=size)
    except (OSError, EOFError, zlib.error) as error:
        raise MalformedArticle(f"{item.name}: broken gzip: {error}") from error


def decode(item: WireItem, limits: Limits) -> Draft:  # noqa: ARG001 - every format takes both
    """Never an article itself."""
    raise MalformedArticle(f"{item.name}: a gzip file; its content comes as an item of its own")


def unpacked(item: WireItem, limits: Limits) -> bytes:
    """The bytes inside, as far as size and ratio keep within the limits.

    Raises: ArticleTooLarge, MalformedArticle.
    """
    allowed = min(limits.max_unpacked_bytes, max(_CHUNK_BYTES, limits.max_ratio * len(item.content)))
    pieces: list[bytes] = []
    size = 0
    try:
        with GzipFile(fileobj=io.BytesIO(item.content)) as packed:
            while piece := packed.read(_CHUNK_BYTES):
                size += len(piece)
                if size > allowed:
                    raise ArticleTooLarge(
                        f"{item.name}: {len(item.content)} bytes unpack to more than {allowed}; taken for a bomb"
                    )
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise MalformedArticle(f"{item.name}: broken gzip: {error}") from error
    return b"".join(pieces)
