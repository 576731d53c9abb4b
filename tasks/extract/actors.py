"""Participants normalised: canonical name, country and PLOVER sector of a phrase (data: actors, countries, roles)."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from tasks.extract.words import rows, singular

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?|\(|\)|/")
_LONGEST_ALIAS = 8
_CASED = 4
"""Aliases this short, or all in capitals, must stand in the text with the same case ('US', not 'us')."""
_MADE_OF = re.compile(
    r"(?<=[a-z])-(?:led|born|based|dominated|run|controlled|owned|flagged|registered|administered|majority|held)\b",
    re.IGNORECASE,
)
"""'Vietnamese-led forces' are Vietnamese; 'Turkish-backed rebels' are not Turks."""
_ETHNIC = re.compile(r"\b[Ee]thnic [A-Z]\w+")
"""Ethnic Albanians, Russians, Chinese live in other states than the adjective says."""
_FAMILY_FIRST = frozenset({"CHN", "TWN", "HKG", "KOR", "PRK", "VNM", "KHM", "JPN", "SGP", "MMR", "HUN"})
"""Where a bare family name is the first word or too common to go by."""
_SMALL_SECTORS = frozenset({"CVL", "NGO", "BUS", "UNK"})


_OPEN_END = 9999
_REMEMBERED = 10
"""Years after an office in which its holder is still in the news."""
_OPEN_ROLES = frozenset(
    {
        "officer",
        "chief",
        "commander",
        "leader",
        "member",
        "force",
        "official",
        "spokesman",
        "man",
        "group",
        "personnel",
        "team",
        "unit",
        "head",
        "squad",
        "base",
        "fighter",
        "party",
        "supporter",
        "agent",
        "source",
        "outpost",
        "hideout",
        "patrol",
    }
)
"""Heads whose sector the words before them decide: 'police officer', 'rebel commander', 'opposition leader'."""


class Known(NamedTuple):
    """What an alias stands for."""

    name: str
    country: str | None
    sector: str | None
    kind: str
    """'actor', 'state', 'nationality' or 'capital'."""


class Leader(NamedTuple):
    """One person's time in high office."""

    name: str
    country: str
    first: int
    last: int


class Tables(NamedTuple):
    """Aliases by their words in lower case, and roles by word."""

    aliases: dict[tuple[str, ...], tuple[tuple[tuple[str, ...], Known], ...]]
    firsts: frozenset[str]
    roles: dict[str, str]
    kinds: dict[str, str]


class Identity(NamedTuple):
    """A phrase's actor as far as the tables know it."""

    name: str | None
    country: str | None
    sector: str | None


@cache
def tables() -> Tables:
    """The actor tables of the data folder, read once."""
    aliases: dict[tuple[str, ...], list[tuple[tuple[str, ...], Known]]] = {}
    for alias, known in _entries():
        words = tuple(_words(alias))
        aliases.setdefault(tuple(word.lower() for word in words), []).append((words, known))
    roles, kinds = _roles()
    frozen = {key: tuple(value) for key, value in aliases.items()}
    return Tables(frozen, frozenset(key[0] for key in frozen if key), roles, kinds)


def _entries() -> list[tuple[str, Known]]:
    found: list[tuple[str, Known]] = []
    for row in rows("actors.csv"):
        known = Known(row["name"], row["country"] or None, row["sector"] or None, "actor")
        found.extend((alias, known) for alias in [row["name"], *_split(row["aliases"])])
    for row in rows("countries.csv"):
        names = _split(row["names"])
        found.extend((name, Known(names[0], row["iso3"], "GOV", "state")) for name in names)
        found.extend((word, Known(names[0], row["iso3"], None, "nationality")) for word in _split(row["demonyms"]))
        found.extend((word, Known(names[0], row["iso3"], "GOV", "capital")) for word in _split(row["capitals"]))
    return found


def _roles() -> tuple[dict[str, str], dict[str, str]]:
    roles: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for row in rows("roles.csv"):
        for word in row["words"].split("|"):
            roles.setdefault(word, row["sector"])
            kinds.setdefault(word, row["kind"])
    return roles, kinds


def _split(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _TOKEN.findall(text)]


@cache
def leaders() -> tuple[dict[str, tuple[Leader, ...]], dict[str, tuple[Leader, ...]]]:
    """Those who held high office, by every name that they go by and by the last word of it."""
    named: dict[str, list[Leader]] = {}
    last: dict[str, list[Leader]] = {}
    for row in rows("leaders.csv"):
        for entry in _split(row["leaders"]):
            text, _, years = entry.rpartition(" ")
            first, _, end = years.partition("-")
            names = text.split(";")
            leader = Leader(names[0], row["iso3"], int(first), int(end or _OPEN_END))
            for name in names:
                named.setdefault(folded(name), []).append(leader)
                if row["iso3"] not in _FAMILY_FIRST:
                    last.setdefault(folded(name).rpartition(" ")[2], []).append(leader)
    return {key: tuple(value) for key, value in named.items()}, {key: tuple(value) for key, value in last.items()}


def folded(name: str) -> str:
    """A name without accents and case, for looking it up."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().removesuffix("'s").strip()


def leader_of(name: str, *, titled: bool, year: int | None) -> Leader | None:
    """Who a person's name stands for in a year; a bare last name only says so after a title, and if one is meant."""
    named, last = leaders()
    key = folded(name)
    found = named.get(key) or (last.get(key, ()) if titled and " " not in key else ())
    in_office = [leader for leader in found if year is not None and leader.first <= year <= leader.last + _REMEMBERED]
    chosen = in_office or list(found)
    return chosen[-1] if len({leader.country for leader in chosen}) == 1 else None


@cache
def known_in(phrase: str) -> tuple[Known, ...]:
    """The known names in a phrase, longest match first at every word, in order."""
    phrase = _ETHNIC.sub("ethnic", _MADE_OF.sub(" of", phrase))
    words = [word.removesuffix("'s") for word in _words(phrase)]
    lower = [word.lower() for word in words]
    found: list[Known] = []
    index = 0
    while index < len(words):
        match = _longest(words, lower, index)
        if match is None:
            index += 1
            continue
        found.append(match[1])
        index += match[0]
    return tuple(found)


def _longest(words: list[str], lower: list[str], index: int) -> tuple[int, Known] | None:
    table = tables()
    if lower[index] not in table.firsts:
        return None
    for length in range(min(_LONGEST_ALIAS, len(words) - index), 0, -1):
        for alias, known in table.aliases.get(tuple(lower[index : index + length]), ()):
            if _same_case(alias, words[index : index + length]):
                return length, known
    return None


def _same_case(alias: tuple[str, ...], words: list[str]) -> bool:
    text = "".join(alias)
    if text.isupper() and len(text) <= _CASED + 4:
        return list(alias) == words
    return words[0][0].isupper() or alias[0][0].islower() or words[0].isupper()


@cache
def state_names() -> frozenset[str]:
    """Names of states and of capitals that stand for them, in lower case."""
    return frozenset(alias.lower() for alias, known in _entries() if known.kind in {"state", "capital"})


def is_state(phrase: str) -> bool:
    """Whether a phrase is a state's or its capital's name and no more: 'the United States', 'Israel's'."""
    return (
        phrase.removeprefix("the ").removeprefix("The ").removesuffix("'s").removesuffix("’s").lower() in state_names()
    )


def role_of(head: str, modifiers: tuple[str, ...] = ()) -> str | None:
    """The sector of a description by its head noun and the words before it."""
    roles = tables().roles
    noun = singular(head.lower())
    for modifier in modifiers:
        compound = f"{modifier.lower()}-{noun}"
        if compound in roles:
            return roles[compound]
    if noun in roles:
        sector = roles[noun]
        return _qualified(noun, sector, tuple(singular(word.lower()) for word in modifiers))
    return None


def _qualified(noun: str, sector: str, modifiers: tuple[str, ...]) -> str:
    """What modifiers change: 'police officer', 'rebel commander', 'opposition leader', 'former soldier'."""
    roles = tables().roles
    if noun in _OPEN_ROLES:
        for modifier in reversed(modifiers):
            if modifier in {"army", "military", "naval", "navy", "air"}:
                return "MIL"
            if modifier in {"police", "security"}:
                return "COP"
            if modifier in {
                "armed",
                "militant",
                "rebel",
                "terrorist",
                "insurgent",
                "guerrilla",
                "maoist",
                "separatist",
                "terror",
            }:
                return "REB" if modifier != "armed" else "UAF"
            if modifier in {
                "opposition",
                "government",
                "union",
                "gang",
                "cartel",
                "militia",
                "student",
                "religious",
                "rights",
            }:
                return {"union": "LAB", "rights": "NGO", "religious": "REL"}.get(modifier, roles.get(modifier, sector))
            if modifier == "ruling":
                return "GOV"
    return sector


def identify(phrase: str, head: str, modifiers: tuple[str, ...]) -> Identity:  # noqa: PLR0911 - one case after the other
    """Canonical name, country and sector of a participant's phrase."""
    known = known_in(phrase)
    role = role_of(head, modifiers)
    if "ethnic" in {modifier.lower() for modifier in modifiers}:
        return Identity(None, _country(known), role or "CVL")
    for entry in known:
        if entry.kind == "actor" and not (
            role and entry.sector == "GOV" and role in {"MIL", "COP", "CVL", "REB", "UAF"}
        ):
            return Identity(entry.name, entry.country or _country(known), entry.sector)
    country = _country(known)
    if known and is_state(phrase):
        return Identity(known[0].name, known[0].country, "GOV")
    if role:
        return Identity(None, country, role)
    for entry in known_in(head):
        if entry.kind in {"state", "capital"}:
            return Identity(entry.name, entry.country, "GOV")
        if entry.kind == "nationality":
            return Identity(None, country or entry.country, "CVL")  # Bosnian Serbs are of Bosnia
    whole = [
        entry
        for entry in known
        if entry.kind in {"state", "capital"} and len(_words(phrase)) <= len(_words(entry.name)) + 1
    ]
    if whole:
        return Identity(whole[0].name, whole[0].country, "GOV")
    return Identity(None, country, None)


def _country(known: tuple[Known, ...]) -> str | None:
    for kind in ("nationality", "state", "actor", "capital"):
        for entry in known:
            if entry.kind == kind and entry.country:
                return entry.country
    return None
