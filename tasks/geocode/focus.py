"""What an article is about: its main country, and its main place within it.

Every placed mention counts once, twice where headline and lead stand; adjectives count half. A country that only its
publisher suggests is the answer where the text names none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tasks.records import Place, PlaceLevel, PlaceRole

LEAD_CHARS = 400
ADJECTIVE_WEIGHT = 0.7
HOME_WEIGHT = 0.9
"""Less than one mention: the publisher's country stands where the text names no other."""


def main_country(places: Iterable[Place], demonyms: Mapping[str, int], home: str | None) -> str | None:
    """ISO alpha-3 of the country most of the article happens in; `demonyms` and `home` are alpha-3 too."""
    counts: dict[str, float] = defaultdict(float)
    for place in places:
        if place.country and place.role != PlaceRole.DATELINE:
            counts[place.country] += _weight(place)
    for country, count in demonyms.items():
        counts[country] += ADJECTIVE_WEIGHT * count
    if home:
        counts[home] += HOME_WEIGHT
    return max(sorted(counts), key=lambda country: counts[country]) if counts else None


def main_place(places: Sequence[Place], country: str | None) -> Place | None:
    """The place below country level most mentioned in that country, its first mention; None where there is none."""
    counts: dict[tuple[object, ...], float] = defaultdict(float)
    first: dict[tuple[object, ...], Place] = {}
    for place in places:
        if place.name is not None and place.country == country and place.level != PlaceLevel.COUNTRY:
            key = (place.name, place.lat, place.lon)
            first.setdefault(key, place)
            counts[key] += _weight(place)
    if not counts:
        return None
    return first[max(counts, key=lambda key: (counts[key], -first[key].start))]


def _weight(place: Place) -> float:
    return (2.0 if place.start < LEAD_CHARS else 1.0) * (place.score or 0.5)
