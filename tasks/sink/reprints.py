"""The same text from another outlet: a further source of the events that its twin tells, never further events.

Pure. The spans of such a source refer to the reprint's own text; `n_mentions` and `n_independent` count texts and stay
as they are.
"""

from collections.abc import Sequence

import msgspec

from tasks.records import Change, Event, Source
from tasks.sink.reconcile import Reconciled, match, substance
from tasks.sink.sources import with_sources

MOST_REPRINTS = 40
"""Of one story that are kept as sources; each sends its events out once more, with all sources in them."""
ADDED = "reprint"
REMOVED = "reprint withdrawn"


def reprinted(
    known: Sequence[Event], told: Sequence[Event], *, uri: str, cluster: str, revises: str | None = None
) -> Reconciled:
    """The events of a story after the article `uri` has told its text again.

    Where it says that it revises (the reason: update or correction), they say what it says. Events that it left out
    lose it as a source; what it tells beyond the story is not taken from it.
    """
    pairs, _ = match(known, told)
    after: list[Event] = []
    for index, old in enumerate(known):
        new = pairs.get(index)
        if new is None or not new.sources:
            after.append(_without(old, uri))
            continue
        sources = _clustered((*_others(old, uri), new.sources[0]), cluster)
        after.append(_revised(old, new, sources, reason=revises) or _sourced(old, sources, reason=ADDED))
    return _collected(known, after)


def without_reprint(known: Sequence[Event], *, uri: str) -> Reconciled:
    """The events of a story after its reprint `uri` was killed or became another text."""
    return _collected(known, [_without(old, uri) for old in known])


def _collected(before: Sequence[Event], after: Sequence[Event]) -> Reconciled:
    issued = [new for old, new in zip(before, after, strict=True) if new.event_version != old.event_version]
    return Reconciled(issued=tuple(issued), events=tuple(after))


def _others(event: Event, uri: str) -> tuple[Source, ...]:
    return tuple(source for source in event.sources if source.uri != uri)


def _clustered(sources: Sequence[Source], cluster: str) -> tuple[Source, ...]:
    return tuple(msgspec.structs.replace(source, text_cluster=cluster) for source in sources)


def _without(event: Event, uri: str) -> Event:
    kept = _others(event, uri)
    return _sourced(event, kept, reason=REMOVED) if kept else event


def _sourced(old: Event, sources: Sequence[Source], *, reason: str) -> Event:
    """The event with these sources: a new version where it stands and their number has changed, else without a word."""
    new = with_sources(old, sources)
    if new.n_sources == old.n_sources or old.change is Change.WITHDRAWN:
        return new
    return msgspec.structs.replace(new, event_version=old.event_version + 1, change=Change.UPDATED, reason=reason)


def _revised(old: Event, new: Event, sources: Sequence[Source], *, reason: str | None) -> Event | None:
    if reason is None or old.change is Change.WITHDRAWN or substance(old) == substance(new):
        return None
    return msgspec.structs.replace(
        with_sources(new, sources),
        event_id=old.event_id,
        event_version=old.event_version + 1,
        change=Change.UPDATED,
        reason=reason,
        n_mentions=old.n_mentions,
    )
