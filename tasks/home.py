"""What country an article speaks of: geocoding asks for it before its events are placed, assembly after."""

from collections import defaultdict
from collections.abc import Iterable

from tasks.records import Place, PlaceLevel, PlaceRole

_STATE_SHARE, _DATELINE_SHARE = 0.6, 1.9
"""What a state's name and the dateline weigh beside a town or an adjective (decision 0086)."""


def country_votes(places: Iterable[Place], countries: Iterable[Place]) -> defaultdict[str, float]:
    """Votes by country (alpha-3) of an article's places, and of the countries that adjectives and the dateline name."""
    votes: defaultdict[str, float] = defaultdict(float)
    for place in places:
        if place.country and place.role is not PlaceRole.DATELINE:
            votes[place.country] += _STATE_SHARE if place.level is PlaceLevel.COUNTRY else 1.0
    for place in countries:
        if place.country:
            votes[place.country] += _DATELINE_SHARE if place.role is PlaceRole.DATELINE else 1.0
    return votes


def most_voted(votes: defaultdict[str, float]) -> str | None:
    """The country with the most votes, the first of equals."""
    return max(votes, key=lambda country: votes[country]) if votes else None
