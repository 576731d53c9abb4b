"""Where an event happened: from the toponyms that syntax ties to it to places with roles.

The rules, in order (docs/gazetteer.md gives the figures):
- a cue counts for the event from MIN_WEIGHT on, with a name that no gazetteer knows from MIN_UNKNOWN_WEIGHT on, and
  only beside the strongest: below KEPT_SHARE of it is mentioned
- 'from' is the place the event came from: role origin, never where it happened
- of places that lie in one another only the most specific stay
- with no cue at all, the place of the dateline stands in, in the role of dateline: a weak guess, kept apart
"""

from collections.abc import Iterable, Sequence

import msgspec

from tasks.geocode.mentions import is_direction
from tasks.records import Mention, Place, PlaceCue, PlaceLevel, PlaceRole

MIN_WEIGHT = 0.2
MIN_UNKNOWN_WEIGHT = 0.35
KEPT_SHARE = 0.6
MAX_CONTAINER_GAP = 40
"""Characters between a name and what holds it: 'Zakho, a town in Dohuk'."""
ORIGINS = frozenset({"from"})
_RANK = {
    PlaceLevel.POINT: 0, PlaceLevel.CITY: 1, PlaceLevel.ADMIN2: 2, PlaceLevel.ADMIN1: 3, PlaceLevel.REGION: 4,
    PlaceLevel.COUNTRY: 5,
}  # fmt: skip


def locate(mention: Mention, places: Sequence[Place], *, dateline: Place | None = None) -> tuple[Place, ...]:
    """The event's places, where it happened first; `places` are all of the article."""
    tied = _tied(mention.place_cues, places)
    happened = _happened(tied)
    if not happened and dateline is not None:
        happened = [_with_role(dateline, PlaceRole.DATELINE)]
    origins = [_with_role(place, PlaceRole.ORIGIN) for cue, place in tied if cue.relation in ORIGINS]
    return tuple(_distinct([*happened, *origins]))


def _tied(cues: Iterable[PlaceCue], places: Sequence[Place]) -> list[tuple[PlaceCue, Place]]:
    """Cues with the place that overlaps each most, strongest first."""
    found = []
    for cue in cues:
        overlaps = [(min(cue.span.end, place.end) - max(cue.span.start, place.start), place) for place in places]
        inside = [(overlap, place) for overlap, place in overlaps if overlap > 0]
        found += [(cue, place) for _, place in sorted(inside, key=lambda pair: (-pair[0], pair[1].start))[:2]]
    return sorted(found, key=lambda pair: (-pair[0].weight, pair[1].start))


def _happened(tied: list[tuple[PlaceCue, Place]]) -> list[Place]:
    able = [(cue, place) for cue, place in tied if cue.relation not in ORIGINS and cue.weight >= _least(place)]
    able = [(cue, place) for cue, place in able if not is_direction(place.text)]
    if not able:
        return []
    strongest = able[0][0].weight
    kept = [place for cue, place in able if cue.weight >= KEPT_SHARE * strongest or cue.relation == "container"]
    containers = {place.start for cue, place in able if cue.relation == "container"}
    return [_with_role(place, PlaceRole.EVENT) for place in most_specific(_without_containers(kept, containers))]


def _least(place: Place) -> float:
    """The tie from which a place counts; one that no gazetteer knows may be no place at all."""
    return MIN_WEIGHT if place.name is not None else MIN_UNKNOWN_WEIGHT


def _without_containers(places: list[Place], containers: set[int]) -> list[Place]:
    """'Zakho, Dohuk': the second name only says where the first is, and stays only where the first is unresolved."""
    known = sorted(place.end for place in places if place.name is not None and place.start not in containers)
    return [place for place in places if place.start not in containers or not _follows(place, known)]


def _follows(place: Place, ends: list[int]) -> bool:
    return any(0 <= place.start - end <= MAX_CONTAINER_GAP for end in ends)


def most_specific(places: Sequence[Place]) -> list[Place]:
    """Those that no other one lies in."""
    return [place for place in places if not any(lies_in(other, place) for other in places if other is not place)]


def lies_in(inner: Place, outer: Place) -> bool:
    """Whether the inner place is a smaller one within the outer, or says so itself: 'Zakho, Dohuk'."""
    if inner.name is not None and inner.text.casefold().endswith(f", {outer.text.casefold()}"):
        return True
    if inner.level is None or outer.level is None or inner.country is None:
        return False
    if _RANK[inner.level] >= _RANK[outer.level]:
        return False
    if outer.level == PlaceLevel.COUNTRY:
        return inner.country == outer.country
    if outer.level == PlaceLevel.ADMIN1:
        return inner.country == outer.country and inner.admin1 == outer.name
    return _near(inner, outer)


def _near(inner: Place, outer: Place) -> bool:
    if inner.lat is None or inner.lon is None or outer.lat is None or outer.lon is None:
        return False
    reach = max(outer.radius_km or 0.0, 30.0) / 111.0
    return abs(inner.lat - outer.lat) < reach and abs(inner.lon - outer.lon) < 1.5 * reach


def _with_role(place: Place, role: PlaceRole) -> Place:
    return msgspec.structs.replace(place, role=role)


def _distinct(places: Iterable[Place]) -> list[Place]:
    seen: set[tuple[object, ...]] = set()
    found = []
    for place in places:
        key = (place.geonameid or (place.name, place.lat, place.lon), place.text if place.name is None else "")
        if key not in seen:
            seen.add(key)
            found.append(place)
    return found
