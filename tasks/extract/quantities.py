"""Other counted things of an event: targets, munitions, facilities, aircraft, vehicles, crowds, money, durations.

A quantity is a number and the noun it counts, a few modifiers between. Which nouns count, and beside which words a kind
is worth keeping, stands in `data/number_units.toml`.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.numbers import Number, find_numbers
from tasks.extract.reading import Reading, read, word_set

if TYPE_CHECKING:
    from spacy.tokens import Doc

_DATA = Path(__file__).parent / "data" / "number_units.toml"
_REACH = 4
_STOP = word_set(
    ". , ; : ! ? ( ) and or in on at by from to with was were is are have has had that who which when while , — "
    "-- killed wounded injured dead arrested"
)
_OF = frozenset({"of", "the", "its", "their", "his", "'s"})


class FoundQuantity(NamedTuple):
    """A counted thing; characters `[start_char, end_char)`, tokens `[first, end)`."""

    kind: str
    number: float | None
    low: float | None
    high: float | None
    unit: str
    text: str
    first: int
    end: int
    start_char: int
    end_char: int


class _Units(NamedTuple):
    kinds: dict[str, tuple[str, ...]]
    needs: dict[str, frozenset[str]]
    signs: frozenset[str]


def find_quantities(doc: "Doc") -> tuple[FoundQuantity, ...]:
    """All counted things of the text, in order."""
    reading = read(doc)
    found = []
    for number in find_numbers(doc):
        if number.vague and number.low is None:
            continue
        quantity = _money(reading, number) or _counted(reading, number)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _money(reading: Reading, number: Number) -> FoundQuantity | None:
    """'$50 million', 'US$83 million'."""
    before = reading.lower[number.core - 1] if number.core else ""
    if before not in _units().signs or not _is_wanted(reading, number, "money"):
        return None
    return _quantity(
        reading, number, (number.core - 1, number.end), "money", reading.phrase(number.core - 1, number.core)
    )


def _counted(reading: Reading, number: Number) -> FoundQuantity | None:
    kinds = _units().kinds
    end = reading.bounds_of(number.core)[1]
    for index in range(number.end, min(end, number.end + _REACH + 1)):
        word = reading.lower[index]
        for kind in kinds.get(word, ()):
            if _is_wanted(reading, number, kind) and not _goes_on(reading, index, end):
                return _quantity(reading, number, (number.first, index + 1), kind, reading.phrase(index, index + 1))
        if word in _STOP or (reading.pos[index] in ("VERB", "AUX", "PRON") and not word.endswith(("ed", "ing"))):
            return None
    return None


def _goes_on(reading: Reading, index: int, end: int) -> bool:
    """Whether the noun is only the first part of a compound: '12 police officers', '30 minute talks'."""
    following = reading.lower[index + 1] if index + 1 < end else ""
    return following in _units().kinds or following in ("-", "old")


def _is_wanted(reading: Reading, number: Number, kind: str) -> bool:
    needs = _units().needs.get(kind)
    if needs is None:
        return True
    first, end = reading.bounds_of(number.core)
    return any(
        reading.lower[index] in needs for index in range(max(first, number.first - 25), min(end, number.end + 25))
    )


def _quantity(reading: Reading, number: Number, span: tuple[int, int], kind: str, unit: str) -> FoundQuantity:
    first, end = span
    start_char, end_char = reading.span(first, end)
    return FoundQuantity(
        kind=kind,
        number=number.best,
        low=number.low,
        high=number.high,
        unit=unit.lower(),
        text=reading.text[start_char:end_char],
        first=first,
        end=end,
        start_char=start_char,
        end_char=end_char,
    )


@cache
def _units() -> _Units:
    with _DATA.open("rb") as file:
        table = tomllib.load(file)
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, words in table["kinds"].items():
        for word in words:
            kinds[word] = (*kinds.get(word, ()), kind)
    needs = {kind: frozenset(words) for kind, words in table["needs"].items()}
    return _Units(kinds, needs, frozenset(table["currency"]["signs"]))
