"""The words of `data/toll_words.toml`, and the small words that tolls are read by."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tasks.extract.reading import word_set

_DATA = Path(__file__).parents[1] / "data" / "toll_words.toml"
KINDS = ("killed", "injured", "arrested", "abducted", "displaced", "missing")
PASSIVE = word_set("was were is are be been being get got gets getting")
HAVE = frozenset({"have", "has", "had", "having"})
CONJUNCTIONS = frozenset({"and", "or", "/", "&"})
BETWEEN = word_set(
    "reportedly allegedly also later already then fatally seriously critically severely slightly lightly badly"
)
RELATIVES = frozenset({"who", "that", "which"})


class Cue(NamedTuple):
    """What a word says happened to people, and how it is built."""

    kind: str
    form: str


_FORM_NAMES = ("active", "participle", "intransitive", "state", "noun")


@cache
def cue_words() -> dict[str, Cue]:
    """All cue words."""
    with _DATA.open("rb") as file:
        table = tomllib.load(file)
    cues: dict[str, Cue] = {}
    for kind in KINDS:
        for form in _FORM_NAMES:
            for word in table[kind][form]:
                cues.setdefault(word, Cue(kind, form))
    return cues


@cache
def border_words() -> frozenset[str]:
    """Words that end a group of people."""
    return frozenset(cue_words()) | {"hostage", "captive"}


@cache
def active_pasts() -> frozenset[str]:
    """Participles that are also active pasts: 'police killed', 'the man killed'."""
    return frozenset(word for word, cue in cue_words().items() if cue.form == "participle")


@cache
def fighters() -> frozenset[str]:
    """Nouns for those who fight."""
    with _DATA.open("rb") as file:
        return frozenset(tomllib.load(file)["fighters"]["words"])
