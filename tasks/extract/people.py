"""Groups of people that a text counts, names or points at: 'at least three police officers', 'a man', 'his uncle'.

Found by tokens alone, so that they are the same whether or not a sentence was parsed; parts of speech and names, where
the model gives them, only say where a group ends.
"""

import csv
import tomllib
from collections.abc import Container, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tasks.extract.numbers import Number
from tasks.extract.reading import NORP_LABELS, PERSON_LABELS, Reading, word_set
from tasks.extract.times.words import time_words

_DATA = Path(__file__).parent / "data"
_MODIFIERS_MOST = 6
_OPEN_POS = word_set("ADJ NOUN PROPN X NUM ADV VERB") | {""}
_ARTICLES = frozenset({"a", "an", "another"})
_POINTERS = word_set("the this that whose his her their its our my 's ’s")
_OWNERS = word_set("his her its their our my")
_SINGLE_PRONOUNS = frozenset({"he", "she", "him"})
_PLURAL_PRONOUNS = frozenset({"they", "them", "those"})
_SUBSETS = frozenset({"including", "include", "includes", "included"})
_WHOLE_MARKS = frozenset({"more", "other", "others", "additional", "further", "another"})
_STOP = frozenset(
    [
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        "(",
        ")",
        "[",
        "]",
        '"',
        "“",
        "”",
        "'",
        "‘",
        "—",
        "--",
        "–",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "to",
        "into",
        "of",
        "off",
        "over",
        "under",
        "near",
        "after",
        "before",
        "during",
        "since",
        "until",
        "while",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "that",
        "than",
        "and",
        "or",
        "but",
        "as",
        "if",
        "because",
        "through",
        "against",
        "between",
        "among",
        "amid",
        "was",
        "were",
        "is",
        "are",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "could",
        "should",
        "may",
        "might",
        "can",
        "must",
        "not",
        "n't",
        "it",
        "he",
        "she",
        "they",
        "we",
        "you",
        "i",
        "this",
        "these",
        "those",
        "there",
        "here",
        "also",
        "including",
        "according",
        "said",
        "says",
        "say",
        "told",
        "reported",
        "following",
        "inside",
        "outside",
        "across",
        "around",
        "about",
        "up",
        "down",
        "out",
        "when",
        "dead",
        "alive",
        "missing",
        "yesterday",
        "today",
        "tonight",
        "last",
        "is",
        "having",
    ]
)
_OF = frozenset({"of", "among"})
_DETERMINERS = word_set("the its his her their our these those them whom all")
_WHOLES = frozenset({"the", "these", "those", "them", "whom"})
_KIN_COUNTED = frozenset({"family", "group", "team", "crew", "household", "gang"})


class Group(NamedTuple):
    """People as one phrase of the text speaks of them; tokens `[first, end)`, None where a number is open."""

    first: int
    end: int
    head: int
    low: int | None
    best: int | None
    high: int | None
    counted: bool
    """A number stands in the text; otherwise one person is meant, or a number is not given."""
    part: bool = False
    """Said of a part of a group counted elsewhere: 'including three children', 'two of them'."""
    known: bool = True
    """The head is known to mean people."""
    members: tuple["Group", ...] = ()
    """The groups it was put together from; empty if it is one."""


class _People(NamedTuple):
    singular: frozenset[str]
    plural: frozenset[str]
    things: frozenset[str]
    sizes: Mapping[str, int | None]
    """How many people a noun in the singular means, where that is not one: a couple is two, a family nobody knows."""


def groups_in(reading: Reading, numbers: Sequence[Number], cues: Container[str]) -> list[Group]:
    """All groups of people in the text, in order; `cues` are the words that end a group."""
    taken = [False] * len(reading.lower)
    groups: list[Group] = []
    for number in numbers:
        group = _counted(reading, number, cues)
        if group:
            groups.append(group)
            taken[group.first : group.end] = [True] * (group.end - group.first)
    people = people_words()
    for index, word in enumerate(reading.lower):
        if not taken[index]:
            group = _uncounted(reading, index, word, people, cues)
            if group:
                groups.append(group)
                taken[group.first : group.end] = [True] * (group.end - group.first)
    return sorted(groups, key=lambda group: (group.first, group.end))


def _counted(reading: Reading, number: Number, cues: Container[str]) -> Group | None:
    people = people_words()
    lower, end = reading.lower, reading.bounds_of(number.core)[1]
    start, part = number.end, _is_subset(lower, number.first)
    if start + 1 < end and lower[start] in _OF and lower[start - 1] != "of":
        part = part or lower[start + 1] in _WHOLES
        start += 2 if lower[start + 1] in _DETERMINERS else 1
    if lower[start - 1] in _KIN_COUNTED:
        return None
    first = _start_of_family(lower, number)
    if first == number.first and first and lower[first - 1] in _OWNERS and number.core == first:
        first -= 1
    head, stop, known = _head(reading, start, end, cues, people)
    if known is False or (start < end and lower[start] in ("%", "-", "–", "per", "percent")):
        return None
    if head is None and _is_of_date(lower, number):
        return None
    if first < number.first - 1 and head is None:
        head, known = first + 1, True
    values = (_whole(number.low), _whole(number.best), _whole(number.high))
    stop = max(stop, number.end)
    head = number.core if head is None else head
    return Group(first, stop, head, *values, counted=True, part=part, known=bool(known))


def _is_of_date(lower: Sequence[str], number: Number) -> bool:
    """'in 1908', 'Dec 23, 2020': a bare figure after a preposition of time, a month or a day of one counts nobody."""
    core, months = number.core, time_words().months
    if number.best is None or not lower[core].isdigit():
        return False
    before = lower[core - 1] if core else ""
    year = 1500 <= number.best <= 2100
    in_date = before in months or (before == "." and lower[core - 2] in months)
    after_day = before == "," and core > 2 and lower[core - 2].isdigit() and lower[core - 3] in (*months, ".")
    return (year and (before in _TIME_WORDS or after_day)) or (in_date and (year or number.best <= _LAST_DAY))


_LAST_DAY = 31


_TIME_WORDS = word_set("in since from of by until after before during and ( to -")


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


_OF_WHOM = (["of"], ["among"])


def _is_subset(lower: Sequence[str], first: int) -> bool:
    before = lower[max(0, first - 3) : first]
    if "mostly" in before or (before[-2:-1] in _OF_WHOM and before[-1] in ("them", "whom")):
        return True
    return any(word in _SUBSETS for word in before) and "and" not in before


def _start_of_family(lower: Sequence[str], number: Number) -> int:
    """'a family of five' starts at the article."""
    first = number.first
    if (
        first >= 3
        and lower[first - 1] == "of"
        and lower[first - 2] in _KIN_COUNTED
        and lower[first - 3] in ("a", "the")
    ):
        return first - 3
    return first


def _head(
    reading: Reading, start: int, end: int, cues: Container[str], people: _People
) -> tuple[int | None, int, bool | None]:
    """Head token, end and whether it means people (None: nothing follows the number) of the noun phrase at a token."""
    lower, pos = reading.lower, reading.pos
    head: int | None = None
    known: bool | None = None
    index = start
    limit = min(end, start + _MODIFIERS_MOST + 1)
    while index < limit:
        word = lower[index]
        if index + 1 < end and lower[index + 1] == "-":
            limit, index = min(end, limit + 2), index + 2
            continue
        if word == "and" and _joins_adjectives(reading, index, limit):
            index += 1
            continue
        person = word in people.plural or word in people.singular
        if word in _STOP or word in cues or (known and not person and pos[index] not in ("", "NOUN", "PROPN")):
            break
        if word in people.things and not _modifies(reading, index, end, people):
            people_end = known and head is not None and lower[head] in people.plural and lower[head] != "police"
            return (head, index, True) if people_end else (None, index, False)
        if not person and (pos[index] not in _OPEN_POS or (pos[index] == "VERB" and not word.endswith(("ed", "ing")))):
            break
        if person or word in _WHOLE_MARKS:
            head, known = index, True
        elif known:
            break
        elif pos[index] in ("NOUN", "PROPN", "") or reading.label[index] in NORP_LABELS:
            head = index
        index += 1
    if head is None:
        return None, start, None
    stop = head + 1 if known else index
    if known is None and _looks_like_people(reading, head):
        known = True
    return head, stop, bool(known) if known is not None else None


def _joins_adjectives(reading: Reading, index: int, limit: int) -> bool:
    """'nine Philippine and Indonesian workers': the 'and' stands inside the phrase."""
    around = (index - 1, index + 1)
    return index + 2 < limit and all(
        reading.pos[token] == "ADJ" or reading.label[token] in NORP_LABELS for token in around
    )


def _modifies(reading: Reading, index: int, end: int, people: _People) -> bool:
    """Whether a thing is only part of a name for people: 'tank driver', 'hospital workers'."""
    following = reading.lower[index + 1] if index + 1 < end else ""
    return following in people.plural or following in people.singular


def _looks_like_people(reading: Reading, head: int) -> bool:
    word = reading.lower[head]
    if reading.label[head] in NORP_LABELS | PERSON_LABELS:
        return True
    return (reading.capital(head) and word.endswith(("ans", "is", "ese", "ists", "ites"))) or word.endswith(
        ("men", "women")
    )


def _uncounted(reading: Reading, index: int, word: str, people: _People, cues: Container[str]) -> Group | None:
    """One person or several whose number is not given, starting at a token."""
    if word in _SINGLE_PRONOUNS:
        return Group(index, index + 1, index, 1, 1, 1, counted=False)
    if word in _PLURAL_PRONOUNS:
        return Group(index, index + 1, index, None, None, None, counted=False)
    if word in _ARTICLES or word in _POINTERS:
        return _determined(reading, index, reading.bounds_of(index)[1], people, cues)
    if _starts_name(reading, index) or (word in people.singular and _is_title(reading, index)):
        stop = _end_of_name(reading, index + 1)
        return Group(index, stop, stop - 1, 1, 1, 1, counted=False)
    if word in people.plural and reading.lower[index - 1 : index] != ["-"]:
        part = _is_subset(reading.lower, index)
        return Group(index, index + 1, index, None, None, None, counted=False, part=part)
    return None


def _starts_name(reading: Reading, index: int) -> bool:
    return reading.label[index] in PERSON_LABELS and (not index or reading.label[index - 1] not in PERSON_LABELS)


def _is_title(reading: Reading, index: int) -> bool:
    """'Minister Engonga', 'Sheikh Ahmed': the title and the name are one person."""
    following = reading.label[index + 1] if index + 1 < len(reading.label) else ""
    return reading.capital(index) and following in PERSON_LABELS


def _end_of_name(reading: Reading, stop: int) -> int:
    end = reading.bounds_of(stop - 1)[1]
    while stop < end and reading.label[stop] in PERSON_LABELS:
        stop += 1
    return stop


def _determined(reading: Reading, index: int, end: int, people: _People, cues: Container[str]) -> Group | None:
    """'a 12-year-old girl', 'the driver', 'his wife', 'the protesters'."""
    head, stop, known = _head(reading, index + 1, end, cues, people)
    names_follow = index + 1 < end and reading.label[index + 1] in PERSON_LABELS and reading.lower[index] == "that"
    if head is None or not known or names_follow:
        return None
    word = reading.lower[head]
    part = _is_subset(reading.lower, index)
    article = reading.lower[index] in _ARTICLES
    if word in people.singular or reading.label[head] in PERSON_LABELS:
        stop = _end_of_name(reading, stop)
        size = people.sizes.get(word, 1)
        return Group(index, stop, stop - 1, size, size, size, counted=article and size is not None, part=part)
    return Group(index, stop, head, None, None, None, counted=False, part=part)


@cache
def people_words() -> _People:
    """The nouns for people and the nouns for things that numbers also count."""
    with (_DATA / "toll_people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (_DATA / "toll_words.toml").open("rb") as file:
        things = tomllib.load(file)["not_people"]["words"]
    singular = frozenset(row["singular"] for row in rows)
    plural = frozenset(row["plural"] for row in rows)
    sizes = {row["singular"]: int(row["size"]) if row["size"].isdigit() else None for row in rows if row["size"]}
    return _People(singular - {"staff"}, plural - singular | {"police", "personnel"}, frozenset(things), sizes)
