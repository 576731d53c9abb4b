"""The tables that come with Dateline, read into places. See data/NOTICE.md for where they come from."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tasks.geocode.names import plain_key

DATA = Path(__file__).parent / "data"


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """A country: GeoNames' facts, and coordinates, other names and adjectives of our own table."""

    iso2: str
    iso3: str
    name: str
    capital: str
    population: int
    continent: str
    geonameid: int
    neighbours: tuple[str, ...]
    lat: float
    lon: float
    area_km2: float
    names: tuple[str, ...]
    adjectives: tuple[str, ...]


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """A first or second level division."""

    code: str
    name: str
    geonameid: int
    lat: float | None
    lon: float | None
    population: int
    names: tuple[str, ...]

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        return self.code.split(".", 1)[0]

    @property
    def first(self) -> str:
        """Code of the first-level division it is or lies in."""
        return ".".join(self.code.split(".")[:2])

    @property
    def level(self) -> int:
        """1 or 2."""
        return self.code.count(".")


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A region, sea, river, base, building: something with a name that is no city and no division."""

    name: str
    code: str
    countries: tuple[str, ...]
    lat: float
    lon: float
    radius_km: float
    names: tuple[str, ...]
    geonameid: int = 0
    """0 where it is not known."""


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A place too small for GeoNames' cities of 500 that has a post office."""

    name: str
    country: str
    admin1: str
    lat: float
    lon: float


def rows(path: Path) -> Iterator[list[str]]:
    """Lines of a tab-separated table; # starts a comment line."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def read_countries(folder: Path = DATA) -> list[Country]:
    """All countries."""
    own = {row[0]: row for row in rows(folder / "countries.tsv")}
    return [_country(row, own[row[0]]) for row in rows(folder / "countryInfo.txt") if row[0] in own and row[16]]


def _country(row: list[str], own: list[str]) -> Country:
    return Country(
        iso2=row[0],
        iso3=row[1],
        name=row[4],
        capital=row[5].strip(),
        area_km2=float(row[6] or 0),
        population=int(row[7] or 0),
        continent=row[8],
        geonameid=int(row[16]),
        neighbours=tuple(code for code in row[17].split(",") if code),
        lat=float(own[1]),
        lon=float(own[2]),
        names=_split(own[3]),
        adjectives=_split(own[4]) if len(own) > 4 else (),
    )


def read_divisions(folder: Path = DATA) -> Iterator[Division]:
    """All divisions, first level first."""
    for row in rows(folder / "divisions.tsv.gz"):
        yield Division(
            code=row[0],
            name=row[1],
            geonameid=int(row[3]),
            lat=float(row[4]) if row[4] else None,
            lon=float(row[5]) if row[5] else None,
            population=int(row[6]),
            names=(*((row[2],) if row[2] else ()), *_split(row[7])),
        )


def read_features(folder: Path = DATA) -> Iterator[Feature]:
    """Regions, waters, mountains, facilities."""
    for row in rows(folder / "features.tsv"):
        yield Feature(
            name=row[0],
            code=row[1],
            countries=tuple(code for code in row[2].split(",") if code),
            lat=float(row[3]),
            lon=float(row[4]),
            radius_km=float(row[5]),
            names=_split(row[6]) if len(row) > 6 else (),
            geonameid=int(row[7]) if len(row) > 7 else 0,
        )


def read_towns(folder: Path = DATA) -> Iterator[Town]:
    """Small places."""
    for name, country, admin1, lat, lon in rows(folder / "towns.tsv.gz"):
        yield Town(name=name, country=country, admin1=admin1, lat=float(lat), lon=float(lon))


def read_aliases(folder: Path = DATA) -> dict[str, tuple[str, ...]]:
    """Further names by division code, or by city/ISO2 under the city's plain key."""
    return {_target(target): _split(names) for target, names in rows(folder / "aliases.tsv")}


def read_airports(folder: Path = DATA) -> Iterator[Feature]:
    """Airports under their full name and the shorter ones that news uses."""
    for name, city, country, lat, lon, geonameid, others in rows(folder / "airports.tsv.gz"):
        yield Feature(
            name=name,
            code="AIRP",
            countries=(country,),
            lat=float(lat),
            lon=float(lon),
            radius_km=3.0,
            names=tuple(sorted(_airport_names(name, city) | set(_split(others)))),
            geonameid=int(geonameid),
        )


def _airport_names(name: str, city: str) -> set[str]:
    forms = {name, name.replace("International ", "").replace("Regional ", "")}
    if city and name.startswith(f"{city} "):
        forms |= {rest for form in forms if len((rest := form.removeprefix(city).strip()).split()) > 1}
    elif city and "International" in name:
        forms |= {f"{city} International Airport", f"{city} airport"}
    return {form for form in forms if form not in {name, "International Airport", "Regional Airport"}}


def read_centres(folder: Path = DATA) -> dict[str, tuple[float, float]]:
    """Geographic centres of large divisions, whose people's centre lies far off."""
    return {row[0]: (float(row[1]), float(row[2])) for row in rows(folder / "centres.tsv")}


def read_city_codes(folder: Path = DATA) -> dict[int, str]:
    """GeoNames feature codes of cities that are more, or less, than PPL."""
    return {int(number): code for code, ids in rows(folder / "city_codes.tsv.gz") for number in ids.split(",")}


def read_demonyms(folder: Path = DATA) -> dict[str, tuple[str, ...]]:
    """Adjectives and people by division code, '@' and feature, or city/ISO2 under the city's plain key."""
    return {_target(target): _split(names) for target, names in rows(folder / "demonyms.tsv")}


def read_outlets(folder: Path = DATA) -> dict[str, str]:
    """Publishers, in lower case, with the ISO2 code of their country, "" for agencies at home everywhere."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(folder / "outlets.tsv")}


def read_persons(folder: Path = DATA) -> frozenset[str]:
    """Names that persons bear as often as places."""
    return frozenset(word for row in rows(folder / "persons.tsv") for word in row[0].split())


def _target(target: str) -> str:
    city, slash, country = target.rpartition("/")
    return f"{plain_key(city)}/{country}" if slash else target


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split("|") if name.strip())


_GENERIC_AFTER = re.compile(
    r"(?i)\s+(?:governorate|province|oblast|krai|kray|okrug|raion|rayon|district|state|region|department|prefecture"
    r"|county|parish|borough|census area|municipality|metropolitan area|division|voivodeship|republic|canton"
    r"|wilaya|emirate|autonomous region|autonomous oblast|autonomous okrug|autonomous republic|territory|zone"
    r"|city and borough|shire|metropolitan municipality)$"
)
_GENERIC_BEFORE = re.compile(
    r"(?i)^(?:province of|state of|region of|department of|governorate of|republic of|county|muhafazat|mohafazat"
    r"|provincia de|departamento de|estado de|regierungsbezirk|landkreis|kreis|wilaya de|wilayat|okres|powiat|județul"
    r"|ostān-e|ostan-e|city of|district de|département de l[’']|département de la|département des|département du"
    r"|département de|region|province de)\s*"
)


def bare_name(name: str) -> str | None:
    """A division's name without its generic word, None if it has none."""
    bare = _GENERIC_BEFORE.sub("", _GENERIC_AFTER.sub("", name)).strip()
    return bare if bare and bare != name else None
