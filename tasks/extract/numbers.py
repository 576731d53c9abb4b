"""Numbers in running text: figures, number words, vague numbers, hedges and ranges.

What a word is worth stands in `data/number_words.toml`. A number knows its bounds: 'at least three' has a low and a
best value but no high one, 'dozens' has only a low one, 'between 10 and 15' has bounds but no best value.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.reading import Reading, read

if TYPE_CHECKING:
    from spacy.tokens import Doc

_DATA = Path(__file__).parent / "data" / "number_words.toml"
_FIGURE = re.compile(r"\d{1,3}(?:,\d{2,3})+|\d{1,12}(?:\.\d{1,6})?")
_FIGURE_SCALE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)(m|mn|k|bn)")
_SHORT_SCALES = {"m": 10**6, "mn": 10**6, "k": 10**3, "bn": 10**9}
_KEY = "dateline.numbers"
_MOST = 10**12
_JOINT = {"-", "–", "and"}


class Number(NamedTuple):
    """A number as the text states it; `None` bounds are open."""

    first: int
    """First token, hedge included."""
    core: int
    """First token of the number itself."""
    end: int
    """Token after the last."""
    low: float | None
    best: float | None
    high: float | None
    hedge: str | None = None
    vague: bool = False


class _Words(NamedTuple):
    units: Mapping[str, int]
    tens: Mapping[str, int]
    scales: Mapping[str, int]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], int, bool], ...]]
    hedges: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    hedges_after: Mapping[tuple[str, ...], str]
    starts: frozenset[str]


def find_numbers(doc: "Doc") -> tuple[Number, ...]:
    """Every number of the text, in order, not overlapping; read once and kept with the document."""
    reading = read(doc)
    kept = doc.user_data.get(_KEY)
    if kept is None or kept[0] is not reading:
        kept = doc.user_data[_KEY] = (reading, numbers_in(reading))
    numbers: tuple[Number, ...] = kept[1]
    return numbers


def numbers_in(reading: Reading) -> tuple[Number, ...]:
    """Every number of a reading, in order, not overlapping."""
    words = _words()
    lower = reading.lower
    found: list[Number] = []
    free = 0
    for index, word in enumerate(lower):
        if index < free or not (word in words.starts or "0" <= word[:1] <= "9"):
            continue
        number = _number(reading, index, words)
        if number:
            found.append(number)
            free = number.end
    return tuple(found)


def value_of(text: str) -> float | None:
    """The value of one word or figure ('12', '1,200', 'seven'), None if it is no number."""
    word = text.strip().lower()
    words = _words()
    for table in (words.units, words.tens, words.scales):
        if word in table:
            return table[word]
    return _figure(word)


def _number(reading: Reading, index: int, words: _Words) -> Number | None:
    phrase = _phrase(reading.lower, index, words)
    if phrase:
        return phrase
    cardinal = _cardinal(reading.lower, index, words)
    if cardinal is None or _is_part_of_code(reading, index, cardinal[1]):
        return None
    value, end = cardinal
    ranged = _range(reading, index, value, end, words)
    return ranged or _hedged(reading, index, end, value, words)


def _phrase(lower: list[str], index: int, words: _Words) -> Number | None:
    for pattern, value, vague in words.phrases.get(lower[index], ()):
        end = index + len(pattern)
        if tuple(lower[index:end]) != pattern:
            continue
        if vague and lower[index - 1 : index] == ["as"] and pattern == ("many",):
            return None
        if vague:
            return Number(index, index, end, value if value >= 0 else None, None, None, None, vague=True)
        if pattern == ("no",) and lower[end : end + 1] in (
            ["longer"],
            ["more"],
            ["fewer"],
            ["less"],
            ["later"],
            ["."],
            [","],
            ["doubt"],
            ["further"],
            ["other"],
            ["additional"],
            ["new"],
        ):
            return None
        if value:
            first, hedge = _before(lower, index, words)
            return _bounded(first, index, end, value, hedge)
        return Number(index, index, end, 0, 0, 0)
    return None


def _cardinal(lower: list[str], index: int, words: _Words) -> tuple[float, int] | None:
    """Value and end of the cardinal that starts at a token."""
    word = lower[index]
    figure = _figure(word)
    if figure is not None:
        return _scaled(lower, index + 1, figure, words)
    if "-" in word:
        return _hyphenated(word, index, words)
    if word in words.tens:
        return _tens(lower, index, words)
    if word in words.units:
        return _scaled(lower, index + 1, words.units[word], words)
    if word in ("a", "an") and lower[index + 1 : index + 2] and lower[index + 1] in words.scales:
        return _scaled(lower, index + 1, 1, words)
    return None


def _tens(lower: list[str], index: int, words: _Words) -> tuple[float, int] | None:
    value, end = float(words.tens[lower[index]]), index + 1
    skip = end + 1 if lower[end : end + 1] == ["-"] else end
    if skip < len(lower) and 0 < words.units.get(lower[skip], 0) < 10 and lower[skip] not in ("both", "single", "lone"):
        value, end = value + words.units[lower[skip]], skip + 1
    return _scaled(lower, end, value, words)


def _hyphenated(word: str, index: int, words: _Words) -> tuple[float, int] | None:
    tens, _, unit = word.partition("-")
    if tens in words.tens and 0 < words.units.get(unit, 0) < 10:
        return float(words.tens[tens] + words.units[unit]), index + 1
    return None


def _scaled(lower: list[str], end: int, value: float, words: _Words) -> tuple[float, int]:
    """Multiply by the scale words that follow and add what stands below them: 'two thousand one hundred and five'."""
    scale = words.scales.get(lower[end]) if end < len(lower) else None
    while scale is not None and value * scale <= _MOST:
        value, end = value * scale, end + 1
        rest = end + 1 if lower[end : end + 1] == ["and"] else end
        below = words.units.get(lower[rest], 0) or words.tens.get(lower[rest], 0) if rest < len(lower) else 0
        if scale >= 100 and 0 < below < scale and (rest > end or lower[end] not in ("both", "single", "lone")):
            added = _cardinal(lower, rest, words)
            if added and added[0] < scale:
                return value + added[0], added[1]
        scale = words.scales.get(lower[end]) if end < len(lower) else None
    return value, end


def _figure(word: str) -> float | None:
    if not "0" <= word[:1] <= "9":
        return None
    if _FIGURE.fullmatch(word):
        return float(word.replace(",", ""))
    match = _FIGURE_SCALE.fullmatch(word)
    return float(match[1]) * _SHORT_SCALES[match[2]] if match else None


def _is_part_of_code(reading: Reading, first: int, end: int) -> bool:
    """Whether a figure is glued to a neighbour ('G-7', 'F-16', '1:30', '17/2', 'No. 5') rather than a count."""
    before = reading.lower[first - 1] if first else ""
    if before in ("no.", "nos.", "number", "article", "section", "chapter", "resolution", "highway", "route", "aged"):
        return True
    if _is_age(reading, first, end):
        return True
    if first >= 2 and before in ("-", "/", ":", "–") and reading.ends[first - 2] == reading.starts[first] - 1:
        return not reading.lower[first - 2][:1].isdigit() or before in ":/"
    after = reading.lower[end] if end < len(reading.lower) else ""
    return after in ("/", ":") and reading.ends[end - 1] == reading.starts[end]


def _is_age(reading: Reading, first: int, end: int) -> bool:
    """'Nelson Garcia, 39, who …', 'Reagan (16)': between a name and a comma or bracket."""
    if (
        end - first != 1
        or first < 2
        or reading.lower[first - 1] not in (",", "(")
        or not reading.lower[first].isdigit()
    ):
        return False
    after = reading.lower[end] if end < len(reading.lower) else "."
    return after in (",", ")", ".", ";") and reading.capital(first - 2) and len(reading.lower[first]) <= 3


def _range(reading: Reading, index: int, value: float, end: int, words: _Words) -> Number | None:
    """'between 10 and 15', '10 to 15', '10-15', 'two or three'."""
    lower = reading.lower
    if end + 1 >= len(lower):
        return None
    before = lower[index - 1] if index else ""
    joint = lower[end]
    if not (joint in ("to", "or", "-", "–") or (joint == "and" and before == "between")):
        return None
    other = _cardinal(lower, end + 1, words)
    if other is None or not value < other[0] or (joint == "to" and before == "from" and _is_year(value)):
        return None
    if joint in ("-", "–") and _is_year(value):
        return None
    first = index - 1 if before in ("between", "from") else index
    return Number(first, index, other[1], value, None, other[0], "range")


def _is_year(value: float) -> bool:
    return 1000 <= value <= 2100 and value == int(value)


def _hedged(reading: Reading, index: int, end: int, value: float, words: _Words) -> Number:
    first, hedge = _before(reading.lower, index, words)
    after = words.hedges_after.get(tuple(reading.lower[end : end + 2]))
    if after and hedge in (None, "exact"):
        return _bounded(first, index, end + 2, value, after)
    return _bounded(first, index, end, value, hedge)


def _before(lower: list[str], index: int, words: _Words) -> tuple[int, str | None]:
    """Start and kind of the hedge before a number."""
    if not index:
        return index, None
    for pattern, kind in words.hedges.get(lower[index - 1], ()):
        first = index - len(pattern)
        if first >= 0 and tuple(lower[first:index]) == pattern:
            return first, kind
    return index, None


def _bounded(first: int, core: int, end: int, value: float, hedge: str | None) -> Number:
    low = value if hedge in (None, "exact", "at_least") else None
    high = value if hedge in (None, "exact", "at_most", "below", "nearly") else None
    best = None if hedge == "below" else value
    return Number(first, core, end, low, best, high, None if hedge == "exact" else hedge)


@cache
def _words() -> _Words:
    with _DATA.open("rb") as file:
        table = tomllib.load(file)
    phrases: dict[str, list[tuple[tuple[str, ...], int, bool]]] = {}
    for name in ("exact", "vague"):
        for text, value in table[name].items():
            pattern = tuple(text.split())
            phrases.setdefault(pattern[0], []).append((pattern, value, name == "vague"))
    hedges: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for text, kind in table["hedges"].items():
        hedges.setdefault(text.split()[-1], []).append((tuple(text.split()), kind))
    return _Words(
        units=table["units"],
        tens=table["tens"],
        scales=table["scales"],
        phrases={key: tuple(sorted(rows, key=lambda row: -len(row[0]))) for key, rows in phrases.items()},
        hedges={key: tuple(sorted(rows, key=lambda row: -len(row[0]))) for key, rows in hedges.items()},
        hedges_after={tuple(text.split()): kind for text, kind in table["hedges_after"].items()},
        starts=frozenset(table["units"])
        | frozenset(table["tens"])
        | frozenset(phrases)
        | {"a"}
        | frozenset(f"{tens}-{unit}" for tens in table["tens"] for unit in table["units"]),
    )
