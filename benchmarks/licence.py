"""Whether every number of people that an event reports is licensed by its words.

A number may stand as a figure, as a number word, as a phrase whose worth is documented (`number_words.toml`: 'a couple
of' is two, 'dozens' at least 24; `toll_people.csv`: a trio is three), or be counted: one person who is named or
described, several groups of one list added up.
Read here apart from the code that extracts, so that what one of them gets wrong the other can notice.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tasks.extract.reading import word_set
from tasks.records import Claim, Count, People

_DATA = Path(__file__).parents[1] / "tasks" / "extract" / "data"
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_NOBODY = word_set("no none nobody zero nil nor neither without")
_AGE = re.compile(r"\b\d{1,3}[- ]years?[- ]olds?\b|\baged \d{1,3}\b|, \d{1,3},|\(\d{1,3}\)")
_NEAR_CHARS = 250
"""Claims of one sentence ('killed along with two guards') may be added up."""


def faults_in(kind: str, count: Count) -> Iterator[str]:
    """What no words license, of one kind of human cost."""
    for claim in count.claims:
        yield from (f"{kind}: {value} of {claim.text!r}" for value in _unlicensed(claim))
    allowed = set(_totals(count.claims))
    for value in (count.best, count.low, count.high):
        if value is not None and value not in allowed:
            yield f"{kind}: {value} of {[claim.text for claim in count.claims]}"


def _unlicensed(claim: Claim) -> Iterator[int]:
    """Numbers of a claim that neither its words nor its groups give."""
    wrong = [group.number for group in claim.groups if group.number is not None and not _is_licensed(group)]
    yield from wrong
    lows, bests = _sums(claim.groups)
    allowed = {*bests, *lows, *values_in(claim.text)}
    for value in (claim.number, claim.number_low, claim.number_high):
        if value is not None and value not in allowed and value not in wrong:
            yield value


def _is_licensed(group: People) -> bool:
    if group.number == 0:
        return bool(_NOBODY & set(_words(group.text)))
    values = values_in(group.text)
    if group.number in values:
        return True
    return group.number == 1 and (group.name is not None or not (values - {1} or _is_plural(group.text)))


def _sums(groups: Sequence[People]) -> tuple[set[int], set[int]]:
    """What a list of groups comes to at least, and exactly."""
    wholes = [group for group in groups if not group.part]
    least = [min(values_in(group.text) or {group.number or 0}) for group in wholes]
    exact = [group.number for group in wholes if group.number is not None]
    return ({sum(least)}, {sum(exact)} if len(exact) == len(wholes) else set())


def _totals(claims: Sequence[Claim]) -> Iterator[int]:
    """Numbers of claims, and sums of claims that stand close together."""
    for first, claim in enumerate(claims):
        sums = {v for v in (claim.number, claim.number_low, claim.number_high) if v is not None}
        yield from sums
        for other in claims[first + 1 :]:
            if other.span.start - claim.span.end > _NEAR_CHARS or other.number is None:
                break
            sums = {value + other.number for value in sums}
            yield from sums


def values_in(text: str) -> set[int]:
    """Every number that a phrase states, phrases of documented worth included."""
    words = _words(_AGE.sub(" ", text.lower()))
    joined = f" {' '.join(words)} "
    table = _table()
    found = {value for phrase, value in table["phrases"].items() if f" {phrase} " in joined and value >= 0}
    return found | set(_cardinals(words))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _cardinals(words: Sequence[str]) -> Iterator[int]:
    """Figures and number words, with the scale words after them: '1.5 million', 'two hundred and five'."""
    table = _table()
    total = current = 0.0
    inside = False
    for word in (*words, "."):
        value = _figure(word) if word[0].isdigit() else table["small"].get(word)
        if value is not None:
            if inside and current % 10 and current < 100:
                yield int(total + current)
                total = current = 0.0
            yield int(value)
            current, inside = current + value, True
        elif word in table["scales"]:
            scale = table["scales"][word]
            current = max(current, 1.0) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
            inside = True
            yield int(total + current)
        elif inside and word != "and":
            yield int(total + current)
            total, current, inside = 0.0, 0.0, False


def _figure(word: str) -> float:
    digits = word.replace(",", "")
    return float(digits) if digits.count(".") < 2 else float(digits.replace(".", ""))


def _is_plural(text: str) -> bool:
    """Whether a phrase ends in a noun that means several people."""
    words = _words(text)
    return bool(words) and words[-1] in _plurals()


@cache
def _people() -> list[dict[str, str]]:
    with (_DATA / "toll_people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _plurals() -> frozenset[str]:
    rows = _people()
    return frozenset(row["plural"] for row in rows) - frozenset(row["singular"] for row in rows)


@cache
def _table() -> dict[str, dict[str, int]]:
    with (_DATA / "number_words.toml").open("rb") as file:
        table = tomllib.load(file)
    sizes = {row["singular"]: int(row["size"]) for row in _people() if row["size"].isdigit()}
    return {
        "small": {**table["units"], **table["tens"]},
        "scales": table["scales"],
        "phrases": sizes
        | {" ".join(_words(phrase)): value for part in ("exact", "vague") for phrase, value in table[part].items()},
    }
