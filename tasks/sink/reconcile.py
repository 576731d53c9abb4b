"""What a new version of a story changes in the events that were issued from the version before.

Unchanged events keep id and version and are not sent again; changed ones go out with the next version; those that the
story no longer tells are withdrawn.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from tasks.records import Change, Event, Record
from tasks.sink.sources import carried

POSITIONS = {"span", "spans", "start", "end", "date_span"}
BOOKKEEPING = {
    "event_id",
    "event_version",
    "change",
    "reason",
    "sources",
    "coder",
    "confidence",
    "score",
    "candidates",
    "n_mentions",
    "n_sources",
    "n_independent",
    "attributions",
    "date_basis",
    "record_version",
}
"""Fields whose change alone is no news: where the words stand in this version's text, and how sure we are."""


class Reconciled(Record, frozen=True, kw_only=True):
    """What goes out, and what is remembered."""

    issued: tuple[Event, ...] = ()
    events: tuple[Event, ...] = ()
    """The newest version of every event ever issued from the story."""


def reconcile(
    previous: Sequence[Event], events: Sequence[Event], *, reason: str, reprints: Collection[str] = ()
) -> Reconciled:
    """Match the events of the new version with those issued before, each at most once, best matches first.

    Sources under the uris in `reprints` stay with the events they tell.
    """
    pairs, new = match(previous, events)
    issued: list[Event] = []
    remembered: list[Event] = []
    for index, old in enumerate(previous):
        successor = _next_version(old, pairs.get(index), reason=reason, reprints=reprints)
        remembered.append(successor or old)
        if successor:
            issued.append(successor)
    taken = {event.event_id for event in previous}
    for event in new:
        created = _with_free_id(event, taken)
        taken.add(created.event_id)
        issued.append(created)
        remembered.append(created)
    return Reconciled(issued=tuple(issued), events=tuple(remembered))


def withdraw_all(previous: Sequence[Event], *, reason: str) -> Reconciled:
    """Every event of the story taken back."""
    return reconcile(previous, (), reason=reason)


def _next_version(old: Event, new: Event | None, *, reason: str, reprints: Collection[str]) -> Event | None:
    """The version that follows, or None where nothing has changed."""
    withdrawn = old.change is Change.WITHDRAWN
    if new is None:
        if withdrawn:
            return None
        return msgspec.structs.replace(old, event_version=old.event_version + 1, change=Change.WITHDRAWN, reason=reason)
    if not withdrawn and substance(old) == substance(new):
        return None
    return msgspec.structs.replace(
        carried(old, new, reprints=reprints),
        event_id=old.event_id,
        event_version=old.event_version + 1,
        change=Change.UPDATED,
        reason=reason,
    )


def _with_free_id(event: Event, taken: set[str]) -> Event:
    """Ids are never reused: an event that is not the one of old gets another id than that one had."""
    event_id, number = event.event_id, 2
    while event_id in taken:
        event_id, number = f"{event.event_id}-{number}", number + 1
    return msgspec.structs.replace(event, event_id=event_id, event_version=1, change=Change.CREATED, reason=None)


def match(previous: Sequence[Event], events: Sequence[Event]) -> tuple[dict[int, Event], list[Event]]:
    """The new telling of each event before, by its number, and the events that are new."""
    scored = sorted(
        (-_likeness(old, new), i, j)
        for i, old in enumerate(previous)
        for j, new in enumerate(events)
        if _likeness(old, new) > 0
    )
    pairs: dict[int, Event] = {}
    used: set[int] = set()
    for _, i, j in scored:
        if i not in pairs and j not in used:
            pairs[i] = events[j]
            used.add(j)
    return pairs, [event for j, event in enumerate(events) if j not in used]


def _likeness(old: Event, new: Event) -> int:
    """How much speaks for two tellings being of one event; 0 for no match. A type apart is another event."""
    if old.event_type is not new.event_type:
        return 0
    date = old.date_start == new.date_start
    place = _places(old) == _places(new) or bool(_places(old) & _places(new))
    trigger = bool(_triggers(old) & _triggers(new))
    if date + place + trigger < 2:
        return 0
    return (
        100 * (substance(old) == substance(new))
        + 10 * (date + place + trigger)
        + (old.mode == new.mode)
        + (old.event_id == new.event_id)
    )


def _places(event: Event) -> frozenset[str]:
    return frozenset(str(place.geonameid or place.text) for place in event.locations)


def _triggers(event: Event) -> frozenset[str]:
    return frozenset(source.trigger_text.casefold() for source in event.sources)


def substance(event: Event) -> bytes:
    """What the event says, without where it says so: equal for two versions that tell the same."""
    return msgspec.json.encode(_bare(msgspec.to_builtins(event)))


def _bare(value: Any) -> Any:  # noqa: ANN401 - walks JSON
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items() if key not in POSITIONS | BOOKKEEPING}
    if isinstance(value, list | tuple):
        return [_bare(part) for part in value]
    return value
