"""Places that the gazetteer does not hold but the text says where to look for: in what, beside which town.

A name said to lie in a known place ("Zorvandia, a village near Mosul", "Hillcrest (Durban)") is there, roughly. A site
("Northgate Racecourse", "Cape Elliot") stands where the text is: at the town named nearest, within what its own name
says ("Florida Atlantic University" is in Florida). Each borrows that place with a radius, precision 2 or 3 and a low
score. What neither the gazetteer nor the text places stays unresolved.
"""

import re
from collections.abc import Sequence

import msgspec

from tasks.geocode.mentions import Named
from tasks.geocode.places import NEARBY_CHARS, STAND_IN_SCORE
from tasks.records import Place, PlaceLevel

_WHOSE = r"(?:the )?(?:(?:town|city|village|district|province|state|county) of )?"
_LIES_IN = re.compile(
    rf"(?i)^(?:,? (?:in|near|outside|inside|on the (?:outskirts|edge) of) (?:the )?(?:\w+ )?{_WHOSE}"
    rf"|,? (?:a|an|the) (?:[\w-]+ ){{0,3}}(?:in|of|near|outside) {_WHOSE}|, | \()$"
)
"""Between a name and the name of what it lies in or near."""
_SAID_IN = re.compile(r"(?i), (?:a|an|the) [^.;,\n]{0,60}\bin (?:the )?\Z")
"""The same with more words between, for a country: they may hold names of their own ('a US outpost in')."""

_BUILT = re.compile(
    r"(?i)\b(?:basilica|racecourse|race ?track|raceway|circuit|speedway|palace|castle|towers?|cent(?:er|re)|complex"
    r"|plant|refinery|factory|mill|furnace|furnaces|zoo|gardens?|ballpark|coliseum|colosseum|pier|wharf|dock|docks|dam"
    r"|mine|campus|headquarters|building|pavilion|synagogue|monastery|abbey|shrine|mausoleum|memorial|monument"
    r"|fort|fortress|citadel|farm|ranch|golf|resort|casino|grounds?|elementary|high school|primary"
    r"|inn|pub|depot|yard|works|warehouse|terrace|crescent|close|court|quay|parade|place|row|way|block|roundabout"
    r"|junction|interchange|tunnel|metro|subway|estate|ward|barangay|township|quarter|lga|local government area)\b"
)
_NATURAL = re.compile(
    r"(?i)\b(?:beach|lagoon|point|cape|creek|cove|bay|hills?|ridge|forest|woods|reserve|wetlands?|marsh|swamp"
    r"|national park|state park|conservation area|protected area|protection area|trail|canyon|falls|island|islet"
    r"|mount|mountain|peak"
    r"|valley|lake|pond|river|brook|glen|dunes|caves?|springs?|reservoir)\b"
)
_EMBASSY = re.compile(r"(?i)\b(?:embassy|consulate|high commission|legation|chancery|mission)\b")
_OF_A_REGION = frozenset({PlaceLevel.COUNTRY, PlaceLevel.ADMIN1, PlaceLevel.REGION})
_BUILT_OR_TAUGHT = re.compile(
    _BUILT.pattern[: -len(r")\b")]
    + r"|university|college|school|academy|institute|hospital|clinic|church|cathedral|mosque|temple"
    r"|airport|station|stadium|arena|theat(?:er|re)|museum|library|hotel|prison|jail|market|mall|embassy|consulate"
    r"|high commission|capitol)\b"
)
BUILT_KM, NATURAL_KM = 15.0, 50.0
"""How far from the town named beside it a site may be: assumed."""
_DIVISIONS = frozenset({PlaceLevel.ADMIN1, PlaceLevel.ADMIN2})
_WITHIN = {
    PlaceLevel.CITY: PlaceLevel.POINT,
    PlaceLevel.ADMIN2: PlaceLevel.CITY,
    PlaceLevel.ADMIN1: PlaceLevel.CITY,
}
"""What a name is that lies in something: in a town a spot, in a division most often a town."""
SMALL = frozenset({PlaceLevel.CITY, PlaceLevel.ADMIN2, PlaceLevel.POINT})


def contained(mentions: Sequence[Named], places: Sequence[Place], text: str) -> list[Place]:
    """The places, with stand-ins for those that only the text places."""
    if not any(place.name is None or place.level in _OF_A_REGION for place in places):
        return list(places)
    found = [_in_what_follows(number, places, text) or place for number, place in enumerate(places)]
    towns = [place for place in found if place.level == PlaceLevel.CITY] or [
        place for place in found if place.level == PlaceLevel.ADMIN2
    ]
    return [
        _at_a_town(mention, place, _said_towns(place, towns, found, text), text) or place
        for mention, place in zip(mentions, found, strict=True)
    ]


def _said_towns(site: Place, towns: Sequence[Place], places: Sequence[Place], text: str) -> Sequence[Place]:
    """The towns of the country that the text says a site is in: 'Tower 9, a small outpost in Jordan'."""
    said = [
        place.country
        for place in places
        if place.level == PlaceLevel.COUNTRY
        and place.start - site.end > 0
        and _SAID_IN.match(text, site.end, place.start)
    ]
    return [town for town in towns if town.country in said] if said else towns


# --- said to lie in a place -------------------------------------------------------------------------------


def _in_what_follows(number: int, places: Sequence[Place], text: str) -> Place | None:
    """An unknown name, or one known only abroad, where the next name is what it lies in; a country says too little."""
    place = places[number]
    if number + 1 >= len(places):
        return None
    outer = places[number + 1]
    gap = text[place.end : outer.start] if outer.start >= place.end else "?"
    if place.name is not None and not (gap in {", ", " ("} and _is_elsewhere(place, outer)):
        return None
    if outer.lat is None or outer.level == PlaceLevel.COUNTRY or not _LIES_IN.match(gap):
        return None
    is_listed = gap == ", " and outer.level in SMALL and not _is_apart(outer, text)
    return None if is_listed else _borrowed(outer, place, BUILT_KM)


def _is_elsewhere(place: Place, outer: Place) -> bool:
    """Whether a place was found in another country than the division that follows: 'Merida, Usulutan department'."""
    return outer.level in _DIVISIONS and None not in {place.country, outer.country} and place.country != outer.country


def _is_apart(outer: Place, text: str) -> bool:
    """Whether a town after a comma is what the name before lies in, not the next in a list: a comma or stop follows."""
    return bool(re.match(r"[,.;)]|$| —| --", text[outer.end : outer.end + 3])) and not re.match(
        r",? and ", text[outer.end : outer.end + 6]
    )


# --- sites ------------------------------------------------------------------------------------------------


def _at_a_town(mention: Named, place: Place, towns: Sequence[Place], text: str) -> Place | None:
    """A site that is not known, or known by no more than the region in its name, at the town named nearest."""
    if place.name is None:
        if _BUILT.search(mention.text):
            return _nearest(place, towns, text, BUILT_KM)
        return _nearest(place, towns, text, NATURAL_KM) if _NATURAL.search(mention.text) else None
    if place.level not in _OF_A_REGION or mention.core == mention.text or not mention.partial:
        return None
    if not _BUILT_OR_TAUGHT.search(mention.text):
        return None
    if not _EMBASSY.search(mention.text):
        towns = [town for town in towns if _lies_in(town, place)]
    return _nearest(place, towns, text, BUILT_KM)


def _lies_in(town: Place, region: Place) -> bool:
    if region.level == PlaceLevel.ADMIN1:
        return town.country == region.country and town.admin1 == region.admin1
    return region.country is None or town.country == region.country


def _nearest(site: Place, towns: Sequence[Place], text: str, radius_km: float) -> Place | None:
    """The town named fewest sentences away, then fewest letters; far ones count only if there is no other."""
    if not towns:
        return None
    near = [town for town in towns if abs(town.start - site.start) <= 2 * NEARBY_CHARS] or list(towns)
    return _borrowed(min(near, key=lambda town: (_steps(site, town, text), town.start)), site, radius_km)


def _steps(site: Place, town: Place, text: str) -> int:
    first, last = sorted((site.start, town.start))
    return text.count(". ", first, last) * NEARBY_CHARS + last - first


def _borrowed(outer: Place, place: Place, least_km: float) -> Place:
    """The outer place under the name that it places: a town's within some kilometres, a region's anywhere in it."""
    is_small = outer.level in SMALL
    return msgspec.structs.replace(
        outer,
        start=place.start,
        end=place.end,
        text=place.text,
        role=place.role,
        level=_WITHIN.get(outer.level or PlaceLevel.REGION, outer.level),
        geo_precision=2 if is_small else 3,
        radius_km=max(outer.radius_km or 0.0, least_km),
        score=min(STAND_IN_SCORE, outer.score or STAND_IN_SCORE),
        candidates=(),
    )
