"""The words of calendar and clock, from `data/time_words.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parents[1] / "data" / "time_words.toml"


class TimeWords(NamedTuple):
    """The tables of the data file, by what they are for."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    doubtful: frozenset[str]
    capital_is_enough: frozenset[str]
    days: Mapping[str, int]
    parts: Mapping[str, str]
    units: Mapping[str, str]
    zones: Mapping[str, str]
    future: frozenset[str]
    reporting: frozenset[str]
    occurring: frozenset[str]
    occasions: frozenset[str]
    answering: frozenset[str]


@cache
def time_words() -> TimeWords:
    """The tables, read once."""
    with _DATA.open("rb") as file:
        table = tomllib.load(file)
    units = dict(table["units"])
    units.update({f"{unit}s": meaning for unit, meaning in table["units"].items()} | {"centuries": "century"})
    return TimeWords(
        months=_with_stop(table["months"]),
        weekdays=_with_stop(table["weekdays"]),
        doubtful=frozenset(table["doubtful"]["words"]),
        capital_is_enough=frozenset(table["doubtful"]["capital_is_enough"]),
        days=table["days"],
        parts=table["parts"],
        units=units,
        zones=table["zones"],
        future=frozenset(table["signs"]["future"]),
        reporting=frozenset(table["signs"]["reporting"]),
        occurring=frozenset(table["signs"]["occurring"]),
        occasions=frozenset(table["signs"]["occasions"]),
        answering=frozenset(table["signs"]["answering"]),
    )


def _with_stop(table: Mapping[str, int]) -> Mapping[str, int]:
    return dict(table) | {f"{word}.": value for word, value in table.items()}
