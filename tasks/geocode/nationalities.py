"""Countries that a text names without a place name: by adjectives and peoples ('Salvadoran'), or by its dateline.

They are no place mentions, and no event happened in an adjective; but an article that names no place at all still says
which country it is about.
"""

import re

from tasks.geocode.facts import Country
from tasks.geocode.gazetteer import Gazetteer
from tasks.geocode.surroundings import MAX_CHARS
from tasks.records import Article, Place, PlaceLevel, PlaceRole

_WORD = re.compile(r"\b[A-Z][A-Za-z]{2,}(?:[ -][A-Z][A-Za-z]+)?\b")
_MOST = 400
"""Most adjectives that are kept of an article."""
_SCORE = 0.5
"""How surely an adjective or a dateline says where an article is at home."""


def countries_told(article: Article, places: list[Place], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Adjectives in the body as places of country level, in order, and the country of the dateline in front."""
    body = article.body
    found = [*_of_dateline(places, gazetteer)]
    for word in _WORD.finditer(article.text, body.start, min(body.end, body.start + MAX_CHARS)):
        named = _adjective(word.group(), gazetteer.demonyms)
        if named is not None and len(found) < _MOST and not _is_taken(word.start(), places):
            text, code = named
            found.append(_as_country(word.start(), text, gazetteer.countries[code]))
    return tuple(found)


def _adjective(words: str, demonyms: dict[str, str]) -> tuple[str, str] | None:
    """The adjective at the beginning of one or two capitalised words, with its country."""
    first = re.split(r"[ -]", words)[0]
    for form in (words, first):
        code = demonyms.get(form) or demonyms.get(form.title() if form.isupper() else form)
        if code:
            return form, code
    return None


def _is_taken(start: int, places: list[Place]) -> bool:
    return any(place.start <= start < place.end for place in places)


def _of_dateline(places: list[Place], gazetteer: Gazetteer) -> list[Place]:
    line = next((place for place in places if place.role is PlaceRole.DATELINE and place.country), None)
    if line is None:
        return []
    country = next((c for c in gazetteer.countries.values() if c.iso3 == line.country), None)
    return [_as_country(line.start, line.text, country, role=PlaceRole.DATELINE)] if country else []


def _as_country(start: int, text: str, country: Country, *, role: PlaceRole = PlaceRole.MENTIONED) -> Place:
    return Place(
        start=start,
        end=start + len(text),
        text=text,
        name=country.name,
        geonameid=country.geonameid or None,
        lat=country.lat,
        lon=country.lon,
        country=country.iso3,
        feature_class="A",
        feature_code="PCLI",
        level=PlaceLevel.COUNTRY,
        role=role,
        geo_precision=3,
        score=_SCORE,
    )
