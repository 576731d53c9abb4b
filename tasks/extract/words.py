"""Word forms and word classes: what an inflected form can be a form of, and which classes a word belongs to.

The model's lemmatizer is not asked: rules that look a word up must find it in upper-case copy, in headlines and in
sentences that were not parsed, with any model.
"""

import csv
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
PROTESTERS = frozenset(
    [
        "protester",
        "protesters",
        "protestor",
        "protestors",
        "demonstrator",
        "demonstrators",
        "rioters",
        "marchers",
        "strikers",
    ]
)
"""Who protests by name: as a trigger these words tell of people, not of an occasion of its own."""
PLENTY = frozenset(
    {"series", "wave", "spate", "string", "barrage", "number", "round", "reports", "report", "dozens", "hundreds"}
)
"""What counts events that hang on it: 'a wave of arrests'."""
_VOWELS = frozenset("aeiou")
_IRREGULAR_PLURALS = {
    "men": "man", "women": "woman", "children": "child", "people": "people", "policemen": "policeman",
    "policewomen": "policewoman", "militiamen": "militiaman", "gunmen": "gunman", "servicemen": "serviceman",
    "guardsmen": "guardsman", "wives": "wife", "knives": "knife", "lives": "life", "thieves": "thief",
    "fishermen": "fisherman", "businessmen": "businessman", "clergymen": "clergyman", "tribesmen": "tribesman",
    "spokesmen": "spokesman", "airmen": "airman", "marksmen": "marksman", "wolves": "wolf", "criteria": "criterion",
    "bacteria": "bacterium", "leaves": "leaf", "loaves": "loaf", "series": "series", "persons": "person",
    "forces": "force", "troops": "troop", "arms": "arm", "headquarters": "headquarter", "buses": "bus",
    "viruses": "virus", "police": "police", "hostilities": "hostility", "media": "media", "crises": "crisis",
    "ties": "tie", "lies": "lie", "movies": "movie",
}  # fmt: skip


class Words(NamedTuple):
    """The word classes and lists of words.toml, and verb forms."""

    classes: dict[str, frozenset[str]]
    verbs: dict[str, frozenset[str]]
    modals: dict[str, frozenset[str]]
    hints: dict[str, frozenset[str]]
    cues: frozenset[str]
    verb_lemmas: dict[str, str]


@cache
def words() -> Words:
    """The word lists of the data folder, read once."""
    table = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
    verbs = _lists(table["verbs"])
    lemmas = {form: lemma for verb in sorted(set().union(*verbs.values())) for form, lemma in _forms_of(verb)}
    return Words(
        classes=_lists(table["classes"]),
        verbs=verbs,
        modals=_lists(table["modals"]),
        hints=_lists(table["hints"]),
        cues=frozenset(table["parse"]["cues"].split()),
        verb_lemmas=lemmas,
    )


def _lists(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(text.split()) for name, text in table.items()}


def _forms_of(verb: str) -> Iterator[tuple[str, str]]:
    return ((form, verb) for form in verb_forms(verb))


@cache
def irregular_verbs() -> dict[str, tuple[str, ...]]:
    """Irregular forms by lemma."""
    lines = (line for line in _lines(DATA / "irregular.csv"))
    return {row["lemma"]: tuple(row["forms"].split()) for row in csv.DictReader(lines)}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the data folder; lines that start with # are comments."""
    return list(csv.DictReader(_lines(DATA / name)))


@cache
def verb_forms(verb: str) -> frozenset[str]:
    """All forms a verb may take, a few impossible ones among them."""
    forms = {verb, *irregular_verbs().get(verb, ())}
    if verb.endswith("e"):
        forms |= {verb + "s", verb + "d", verb[:-1] + "ing"}
    elif verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        forms |= {verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    elif verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        forms |= {verb + "es", verb + "ed", verb + "ing"}
    else:
        forms |= {verb + "s", verb + "ed", verb + "ing"}
    if len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS:
        forms |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return frozenset(forms)


@cache
def noun_forms(noun: str) -> frozenset[str]:
    """Singular and plural of a noun."""
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return frozenset({noun, noun[:-1] + "ies"})
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return frozenset({noun, noun + "es"})
    if noun.endswith("man"):
        return frozenset({noun, noun[:-3] + "men", noun + "s"})
    return frozenset({noun, noun + "s"})


@cache
def singular(noun: str) -> str:
    """The likely singular of a lower-case noun."""
    if noun in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[noun]
    if len(noun) < 4 or not noun.endswith("s") or noun.endswith(("ss", "us", "is", "'s")):
        return noun
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("ches", "shes", "xes", "sses", "zes")):
        return noun[:-2]
    return noun[:-1]


@cache
def verb_lemma(form: str) -> str:
    """The lemma of a form of a verb that the rules name; the form itself where none is."""
    return words().verb_lemmas.get(form, form)


def members(names: Iterable[str]) -> frozenset[str]:
    """Words and @classes as one set of words."""
    found: set[str] = set()
    for name in names:
        found |= words().classes[name[1:]] if name.startswith("@") else {name}
    return frozenset(found)
