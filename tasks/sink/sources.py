"""Who tells an event: the article it was coded from, and the outlets that print the same text."""

from collections.abc import Collection, Iterable

import msgspec

from tasks.records import Event, Source
from tasks.stories import outlet, same_outlet


def with_sources(event: Event, sources: Iterable[Source]) -> Event:
    """The event told by these. Reprints of one text are one independent source, however many outlets bring it."""
    kept = tuple(sources)
    return msgspec.structs.replace(event, sources=kept, n_sources=count_outlets(kept))


def count_outlets(sources: Iterable[Source]) -> int:
    """How many outlets these tellings come from; those that cannot be told apart count as one."""
    known: list[str] = []
    for source in sources:
        name = outlet(source.publisher, source.agency, source.uri) or ""
        if not any(same_outlet(name, other) for other in known if bool(name) == bool(other)):
            known.append(name)
    return max(1, len(known))


def carried(old: Event, new: Event, *, reprints: Collection[str]) -> Event:
    """The new telling of an event, with the reprints that stand as sources of the old one."""
    kept = [source for source in old.sources if source.uri in reprints]
    if not kept:
        return new
    own = [msgspec.structs.replace(source, text_cluster=kept[0].text_cluster) for source in new.sources]
    return with_sources(new, [*own, *kept])
