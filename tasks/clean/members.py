"""Members of a container: named after it, with what the sender of the container said of all of them."""

from collections.abc import Iterable, Iterator

from tasks.clean.limits import Limits
from tasks.errors import ArticleTooLarge
from tasks.records import WireItem


def member(parent: WireItem, content: bytes, name: str, *, media_type: str | None = None) -> WireItem:
    """One member, to be read as a document of its own."""
    return WireItem(
        content=content,
        name=f"{parent.name}#{name}",
        media_type=media_type,
        depth=parent.depth + 1,
        source=parent.source,
        received=parent.received,
        language=parent.language,
        time_zone=parent.time_zone,
    )


def bounded(
    members: Iterable[WireItem], parent: WireItem, limits: Limits, *, size: int | None = None
) -> Iterator[WireItem]:
    """The members, as long as number, bytes and depth keep within the limits; `size` is that of a parent in a file.

    Raises: ArticleTooLarge.
    """
    if parent.depth >= limits.max_depth:
        raise ArticleTooLarge(f"{parent.name}: containers nested deeper than {limits.max_depth}")
    allowed = min(
        limits.max_container_bytes, limits.max_unpacked_bytes + limits.max_ratio * (size or len(parent.content))
    )
    total = 0
    for number, one in enumerate(members, start=1):
        total += len(one.content)
        if number > limits.max_members:
            raise ArticleTooLarge(f"{parent.name}: more than {limits.max_members} members")
        if total > allowed:
            raise ArticleTooLarge(f"{parent.name}: members of more than {allowed} bytes in all")
        yield one


def broken(parent: WireItem, name: str, reason: str) -> WireItem:
    """A member that cannot be read, yielded all the same, so that it is quarantined by itself and with its reason."""
    return member(parent, b"\0\0\0\0" + reason.encode("utf-8", "replace")[:200], name)
