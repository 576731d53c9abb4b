"""zip archives of documents of any format."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from tasks.clean.draft import Draft
from tasks.clean.limits import Limits
from tasks.clean.members import bounded, broken, member
from tasks.errors import MalformedArticle
from tasks.records import WireItem

# What operating systems add to archives.
_ADDED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """Zip's mark of a local file, or of an empty archive."""
    return 0.9 if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The files in the archive, in its order."""
    yield from split_file(item, io.BytesIO(item.content), limits, size=len(item.content))


def split_file(item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
    """The same for an archive that is read where it lies."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise MalformedArticle(f"{item.name}: broken zip archive: {error}") from error
    with archive:
        if any(one.filename == "[Content_Types].xml" for one in archive.infolist()[:50]):
            raise MalformedArticle(f"{item.name}: an office document; text, markup or JSON was expected")
        yield from bounded(_members(item, archive, limits), item, limits, size=size)


def decode(item: WireItem, limits: Limits) -> Draft:  # noqa: ARG001 - every format takes both
    """Never an article itself."""
    raise MalformedArticle(f"{item.name}: a zip archive; its files come as items of their own")


def _members(item: WireItem, archive: zipfile.ZipFile, limits: Limits) -> Iterator[WireItem]:
    for one in archive.infolist():
        if one.is_dir() or one.filename.startswith(_ADDED[0]) or one.filename.endswith(_ADDED[1:]):
            continue
        name = one.filename.replace("#", "_")
        if one.flag_bits & 0x1:
            yield broken(item, name, "encrypted zip member; a key was not given")
            continue
        yield _read(item, archive, one, name, limits)


def _read(item: WireItem, archive: zipfile.ZipFile, one: zipfile.ZipInfo, name: str, limits: Limits) -> WireItem:
    """One file, at most as much of it as may be; the sizes that the archive states are not believed."""
    allowed = limits.max_unpacked_bytes
    if one.compress_size > 1000:
        allowed = min(allowed, limits.max_ratio * one.compress_size)
    try:
        with archive.open(one) as file:
            content = file.read(allowed + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        return broken(item, name, f"broken zip member: {error}")
    if len(content) > allowed:
        return broken(item, name, f"zip member unpacks to more than {allowed} bytes; taken for a bomb")
    return member(item, content, name)
