"""Towns that a text describes instead of naming them: 'the capital', 'the Salvadoran capital', 'this city'.

They are no place mentions, and stay out of the article's places; an event that is tied to one happened there.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from tasks.geocode.gazetteer import NOTHING, Gazetteer
from tasks.geocode.mentions import Named
from tasks.geocode.places import place_at
from tasks.home import country_votes, most_voted
from tasks.records import Mention, Place, PlaceRole

_DESCRIBED = re.compile(r"(?i)(?:(?P<whose>[^\W\d]+)\s+)?capital|this\s+(?:city|town|capital)")
_SCORE = 0.6
"""How surely 'the capital' is that of the country the article is about."""


def described(
    text: str, mentions: Iterable[Mention], places: Sequence[Place], countries: Sequence[Place], gazetteer: Gazetteer
) -> list[Place]:
    """A place for every cue of an event that describes a town, in order."""
    spans = sorted({(cue.span.start, cue.span.end) for mention in mentions for cue in mention.place_cues})
    found = [(start, end, match) for start, end in spans if (match := _DESCRIBED.fullmatch(text, start, end))]
    if not found:
        return []
    filed = next((place for place in places if place.role is PlaceRole.DATELINE and place.name is not None), None)
    home = most_voted(country_votes(places, countries))
    towns = [
        _filed_from(filed, text, start, end)
        if text[start : start + 4].lower() == "this"
        else _capital(text, (start, end), _country(match["whose"], gazetteer) or home, gazetteer)
        for start, end, match in found
    ]
    return [town for town in towns if town is not None]


def _filed_from(filed: Place | None, text: str, start: int, end: int) -> Place | None:
    """'This city' is the one in the dateline."""
    return msgspec.structs.replace(filed, start=start, end=end, text=text[start:end]) if filed else None


def _country(adjective: str | None, gazetteer: Gazetteer) -> str | None:
    """The alpha-3 code of an adjective's country."""
    form = (adjective or "").title() if (adjective or "").isupper() else adjective or ""
    code = gazetteer.demonyms.get(form)
    return gazetteer.countries[code].iso3 if code else None


def _capital(text: str, span: tuple[int, int], country: str | None, gazetteer: Gazetteer) -> Place | None:
    """The capital of a country, under the words that describe it."""
    name = next((known.capital for known in gazetteer.countries.values() if known.iso3 == country), "")
    index = gazetteer.index
    hits = gazetteer.exact(name) if name else NOTHING
    row = next((row for row in hits.rows.tolist() if index.codes[index.code[row]] == "PPLC"), None)
    if row is None:
        return None
    words = text[slice(*span)]
    return place_at(Named(start=span[0], end=span[1], text=words, core=words, hits=NOTHING), row, _SCORE, (), gazetteer)
