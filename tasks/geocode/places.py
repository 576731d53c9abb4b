"""From an answered question to the place on the record: coordinates, level, precision, score, runners-up."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from tasks.geocode.gazetteer import Gazetteer
from tasks.geocode.mentions import Named, Offset
from tasks.geocode.rank import GROUP_NAMES, GROUPS, Answer, Question, Ranker, confidence
from tasks.geocode.sides import Side, side_of
from tasks.records import Candidate, Place, PlaceLevel

RUNNERS_UP = 3
LEVELS = {
    "country": PlaceLevel.COUNTRY,
    "admin1": PlaceLevel.ADMIN1,
    "admin2": PlaceLevel.ADMIN2,
    "settlement": PlaceLevel.CITY,
    "region": PlaceLevel.REGION,
    "water": PlaceLevel.REGION,
    "land": PlaceLevel.REGION,
    "spot": PlaceLevel.POINT,
}
_CLASSES = {
    "country": "A", "admin1": "A", "admin2": "A", "settlement": "P", "region": "L", "water": "H",
    "land": "T", "spot": "S",
}  # fmt: skip
"""GeoNames feature class by group; exact enough for a reader, the feature code says the rest."""
_CLASS_OF_CODE = {"PEN": "T", "VAL": "T", "PLN": "T", "DSRT": "T", "DLTA": "T", "FRST": "V", "AREA": "L",
                  "INSM": "L", "ST": "R", "SQR": "S"}  # fmt: skip
MIN_SCORE = 0.3
"""Below this the best candidate is more likely wrong than not by far: the name stays unresolved."""


def resolve(mention: Named, question: Question | None, answer: Answer | None, ranker: Ranker) -> Place:
    """The place of a mention, or why it has none."""
    if question is None or answer is None:
        return unresolved(mention, "no place of this name in the gazetteer")
    kept = range(min(RUNNERS_UP + 1, len(answer.order)))
    scores = [confidence(question, answer, position, ranker.weights) for position in kept]
    rows = [int(question.hits.rows[at]) for at in answer.order[: len(scores)]]
    candidates = tuple(_candidate(row, score, ranker.gazetteer) for row, score in zip(rows, scores, strict=True))
    if scores[0] < MIN_SCORE:
        reason = f"ambiguous: best of {len(answer.order)} places of this name has score {scores[0]:.2f}"
        return unresolved(mention, reason, candidates[:RUNNERS_UP])
    return place_at(mention, rows[0], scores[0], candidates[1:], ranker.gazetteer)


_SITE = re.compile(
    r"(?i)\b(?:street|st\.|avenue|ave\.?|road|rd\.?|lane|drive|boulevard|blvd\.?|highway|square|plaza|park|bridge|mall"
    r"|schools?|college|university|academy|institute|hospital|clinic|church|chapel|mosque|temple|synagogue|cathedral"
    r"|airport|airfield|station|terminal|stadium|arena|theat(?:er|re)|museum|library|hotel|restaurant|hall|courthouse"
    r"|court|prison|jail|market|cemetery|neighbou?rhood|estate|barracks|checkpoint|crossing|embassy|consulate)\b"
)
_SIDED = frozenset({PlaceLevel.COUNTRY, PlaceLevel.REGION, PlaceLevel.ADMIN1})
SIDE_SHARE = 0.55
"""'Eastern Ethiopia' is placed so far, in radii of the country, from its centre."""
_OF_TOWN = re.compile(r"(?i)\s+[a-z]+\s+of\s+(?:the\s+)?")
QUARTER_KM = 60.0
"""How far from a town its quarters may lie: assumed."""
_SEATS = frozenset({"PPLC", "PPLA", "PPLA2"})
"""'A Beirut suburb' is in Beirut, whatever other towns are named."""
NEARBY_CHARS = 400
"""How far before or behind a site's name the town that it stands in is looked for."""
STAND_IN_SCORE = 0.35


def stand_ins(mentions: Sequence[Named], places: list[Place], text: str) -> list[Place]:
    """Places for what the gazetteer does not know but the text places: all of precision 2.

    'Zorvandia, 30 km north of Mosul' is that far from Mosul; a site ('Main Street') and a quarter ('the Escalon
    neighborhood') are in the town named nearest.
    """
    quarters = _quarters(mentions, text)
    towns = [place for place in places if place.level == PlaceLevel.CITY and place.start not in quarters]
    found = []
    for mention, place in zip(mentions, places, strict=True):
        if place.name is None and mention.beside:
            found.append(_measured(mention, place, places))
        elif towns and (_is_lost(place, towns) if mention.start in quarters else _is_site(place)):
            found.append(_stand_in(place, towns, text))
        else:
            found.append(place)
    return found


def _quarters(mentions: Sequence[Named], text: str) -> set[int]:
    """Where quarters of towns stand; in 'the Normandia neighborhood of Bogota' the second is the town."""
    names: set[str] = set()
    end = -1
    for mention in mentions:
        if mention.is_quarter and not (0 <= end <= mention.start and _OF_TOWN.fullmatch(text, end, mention.start)):
            names.add(mention.core)
            end = mention.end
    return {mention.start for mention in mentions if mention.core in names}


def _is_site(place: Place) -> bool:
    return place.name is None and _SITE.search(place.text) is not None


def _is_lost(quarter: Place, towns: Sequence[Place]) -> bool:
    """Whether a quarter is not known, or is known as some small place far from all towns of the article."""
    if quarter.lat is None or quarter.lon is None:
        return True
    if quarter.feature_code in _SEATS and quarter.country in {town.country for town in towns}:
        return False
    return all(
        _km(quarter.lat, quarter.lon, town.lat, town.lon) > QUARTER_KM
        for town in towns
        if town.lat is not None and town.lon is not None
    )


def _km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Distance as far as it matters here."""
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return 111.0 * math.hypot(lat - other_lat, east)


def _measured(mention: Named, place: Place, places: list[Place]) -> Place:
    anchor = next((p for p in places if p.start <= mention.beside_at < p.end and p.lat is not None), None)
    if anchor is None or mention.beside is None or anchor.lat is None or anchor.lon is None:
        return place
    lat, lon = shifted(anchor.lat, anchor.lon, mention.beside)
    radius = mention.beside.km * (0.3 if mention.beside.bearing is not None else 1.0)
    return _borrowed(anchor, place, lat=round(lat, 5), lon=round(lon, 5), radius_km=round(max(radius, 1.0), 1))


def _borrowed(anchor: Place, place: Place, *, lat: float | None, lon: float | None, radius_km: float) -> Place:
    """The anchor's place under the name of one that is not known."""
    return msgspec.structs.replace(
        anchor,
        start=place.start,
        end=place.end,
        text=place.text,
        role=place.role,
        lat=lat,
        lon=lon,
        level=PlaceLevel.POINT,
        geo_precision=2,
        radius_km=radius_km,
        score=STAND_IN_SCORE,
        candidates=(),
    )


def _stand_in(site: Place, towns: list[Place], text: str) -> Place:
    near = [town for town in towns if abs(town.start - site.start) <= NEARBY_CHARS]
    counts = Counter(town.geonameid for town in towns)
    town = min(
        near or towns, key=lambda town: (_steps(site, town, text) if near else -counts[town.geonameid], town.start)
    )
    return _borrowed(town, site, lat=town.lat, lon=town.lon, radius_km=10.0)


def _steps(site: Place, town: Place, text: str) -> int:
    """Sentences between them, then characters."""
    first, last = sorted((site.start, town.start))
    return text.count(". ", first, last) * NEARBY_CHARS + last - first


def unresolved(mention: Named, reason: str, candidates: tuple[Candidate, ...] = ()) -> Place:
    """A mention without a place, and why."""
    return Place(
        start=mention.start, end=mention.end, text=mention.text, unresolved_reason=reason, candidates=candidates
    )


def place_at(mention: Named, row: int, score: float, others: tuple[Candidate, ...], gazetteer: Gazetteer) -> Place:
    """The place of a row of the gazetteer as a mention qualifies it."""
    index = gazetteer.index
    code, group = index.codes[index.code[row]], group_name(index.codes[index.code[row]])
    lat, lon, radius = float(index.lat[row]), float(index.lon[row]), float(index.radius[row])
    level = LEVELS[group]
    if mention.offset:
        lat, lon = shifted(lat, lon, mention.offset)
        radius = max(mention.offset.km * (0.3 if mention.offset.bearing is not None else 1.0), 1.0)
        level = PlaceLevel.POINT
    elif mention.side is not None and level in _SIDED:
        side = _side(row, mention.side, level, gazetteer) or Side(
            *shifted(lat, lon, Offset(radius * SIDE_SHARE, mention.side)), radius / 2
        )
        lat, lon, radius = side
        level = PlaceLevel.ADMIN1 if level is PlaceLevel.ADMIN1 else PlaceLevel.REGION
    country = gazetteer.countries.get(index.countries[index.country[row]])
    admin1 = index.division_rows[index.admin1[row]] if index.admin1[row] else -1
    return Place(
        start=mention.start,
        end=mention.end,
        text=mention.text,
        name=index.label(row),
        geonameid=int(index.id[row]) or None,
        lat=round(lat, 5),
        lon=round(lon, 5),
        country=country.iso3 if country else None,
        admin1=index.label(admin1) if admin1 >= 0 else None,
        admin2=index.label(row) if group == "admin2" else None,
        feature_class=_CLASS_OF_CODE.get(code, _CLASSES[group]),
        feature_code=code,
        level=level,
        geo_precision=precision(level, partial=mention.partial or mention.offset is not None),
        radius_km=round(radius, 1) or None,
        score=round(score, 3),
        candidates=others,
    )


def _side(row: int, bearing: float, level: PlaceLevel, gazetteer: Gazetteer) -> Side | None:
    """The side of a country or division; of a sea or desert nothing is known."""
    if level is PlaceLevel.REGION:
        return None
    return side_of(gazetteer, row, bearing, within_division=level is PlaceLevel.ADMIN1)


def group_name(code: str) -> str:
    """The ranking's group of a feature code."""
    return next((name for name, codes in GROUPS.items() if code in codes), GROUP_NAMES[-1])


def precision(level: PlaceLevel, *, partial: bool) -> int:
    """ACLED geo precision: 1 the town or point, 2 near it or part of a region, 3 a larger region."""
    if level in {PlaceLevel.POINT, PlaceLevel.CITY}:
        return 2 if partial else 1
    if level == PlaceLevel.ADMIN2 or (level == PlaceLevel.ADMIN1 and partial):
        return 2
    return 3


def shifted(lat: float, lon: float, offset: Offset) -> tuple[float, float]:
    """The point so far off in that direction; without a direction the place itself."""
    if offset.bearing is None:
        return lat, lon
    angle, bearing = offset.km / 6371.0, math.radians(offset.bearing)
    start = math.radians(lat)
    there = math.asin(math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(bearing))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(start), math.cos(angle) - math.sin(start) * math.sin(there)
    )
    return math.degrees(there), (lon + math.degrees(turn) + 180) % 360 - 180


def _candidate(row: int, score: float, gazetteer: Gazetteer) -> Candidate:
    index = gazetteer.index
    country = gazetteer.countries.get(index.countries[index.country[row]])
    return Candidate(
        geonameid=int(index.id[row]),
        name=index.label(row),
        country=country.iso3 if country else None,
        lat=round(float(index.lat[row]), 5),
        lon=round(float(index.lon[row]), 5),
        score=round(score, 3),
    )
