"""The human cost that a text states: killed, injured, arrested, abducted, displaced, missing.

A toll is a cue ('killed', 'dead', 'injuries', 'death toll') and the group of people that grammar ties to it. Rules read
tokens, so that tolls are found in sentences nobody parsed and in upper-case copy; where a parse exists it settles what
tokens leave open. The words stand in `data/toll_words.toml` and `data/toll_people.csv`.

A sum is made only of a coordination ('two policemen and a child'); every other number stands in the text as it is.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tasks.extract.numbers import find_numbers
from tasks.extract.reading import Reading, read, word_set
from tasks.extract.tolls.counts import ClaimedToll, to_count
from tasks.extract.tolls.forms import FORMS
from tasks.extract.tolls.phrases import SPECIAL, SUPERSEDED
from tasks.extract.tolls.scene import Scene, scene_of, toll_of, with_parts
from tasks.extract.tolls.ties import Tie, ties_of, tolls_of
from tasks.extract.tolls.toll import Toll
from tasks.extract.tolls.victims import ANYBODY, along_with, parts_of, people_at
from tasks.extract.tolls.words import BETWEEN, HAVE, KINDS, PASSIVE, cue_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["KINDS", "ClaimedToll", "Tie", "Toll", "find_tolls", "ties_of", "to_count", "toll_of_heads", "tolls_of"]

_MODALS = word_set("would could might may can should must will shall")
_NEGATIONS = frozenset({"not", "n't", "never"})


def find_tolls(doc: "Doc") -> tuple[Toll, ...]:
    """All statements of human cost in the text, in order of their cues."""
    reading = read(doc)
    cues = cue_words()
    at = [index for index, word in enumerate(reading.lower) if word in cues or word in SPECIAL]
    if not at:
        return ()
    scene = scene_of(reading, find_numbers(doc))
    found: dict[tuple[str, int], Toll] = {}
    for index in at:
        for toll in _tolls_at(scene, index):
            found.setdefault((toll.kind, toll.first), toll)
    return _beside(reading, sorted(found.values(), key=lambda toll: (toll.cue, toll.kind)))


def _beside(reading: Reading, tolls: Sequence[Toll]) -> tuple[Toll, ...]:
    """'Six soldiers died while seven rebels were killed': the second are told to be added to the first."""
    told: list[Toll] = []
    for toll in tolls:
        before = next((other for other in reversed(told) if other.kind == toll.kind), None)
        added = before is not None and _is_added(reading, before, toll)
        told.append(toll._replace(beside=before.cue) if before and added else toll)
    return tuple(told)


def _is_added(reading: Reading, one: Toll, two: Toll) -> bool:
    """Whether two tolls of one sentence count different people in clauses that 'and' or 'while' joins."""
    if reading.sentence[one.cue] != reading.sentence[two.cue] or not one.cue < two.first or one.beside is not None:
        return False
    if one.total or two.total or one.part or two.part or not (one.counted and two.counted):
        return False
    nouns = {reading.lower[one.noun], reading.lower[two.noun]}
    link = reading.lower[one.cue + 1 : two.first]
    joined = len(link) <= _LINK_MOST and any(word in ("and", "while") for word in link[-_LINK_NEAR:])
    return joined and len(nouns) == 2 and not nouns & ANYBODY and ":" not in link


_LINK_MOST, _LINK_NEAR = 12, 2


def toll_of_heads(doc: "Doc", kind: str, cue: int, heads: Sequence[int]) -> tuple[Toll, ...]:
    """What a cue says of the people whose heads syntax gives it, where no rule for tolls saw them."""
    if not heads:
        return ()
    reading = read(doc)
    scene = scene_of(reading, find_numbers(doc))
    groups = [group for head in heads for group in people_at(scene, head)]
    return tuple(toll_of(scene, kind, cue, group) for group in groups if group.counted or group.best == 1)


def _tolls_at(scene: Scene, cue: int) -> list[Toll]:
    word = scene.reading.lower[cue]
    special = SPECIAL.get(word)
    if special is not None:
        return special(scene, cue)
    entry = cue_words()[word]
    if _is_unreal(scene.reading, cue, entry.form):
        return []
    groups = FORMS[entry.form](scene, cue)
    if entry.form == "participle" and groups:
        groups = [*groups, *along_with(scene, cue)]
    kinds = ("killed", "injured") if word in ("casualty", "casualties") else (entry.kind,)
    if kinds[1:] and any(group.best != 0 for group in groups):
        return []
    groups = [group._replace(part=True) if _is_superseded(scene.reading, group.first) else group for group in groups]
    groups = [
        group for group in groups if group.counted or scene.reading.lower[group.first - 2 : group.first] != _NUMBER_OF
    ]
    return [with_parts(scene, toll_of(scene, kind, cue, g), parts_of(scene, g)) for kind in kinds for g in groups]


def _is_superseded(reading: Reading, first: int) -> bool:
    """'correcting an earlier figure of 41 dead', 'up from 12 killed': a number that another one replaces."""
    before = reading.lower[max(reading.bounds_of(first)[0], first - _SUPERSEDED_REACH) : first]
    return before[-2:] == ["up", "from"] or bool(set(before) & SUPERSEDED and set(before) & _COUNTS)


_COUNTS = word_set("toll figure figures count tally estimate estimates number total report reports")
_SUPERSEDED_REACH = 5
_NUMBER_OF = ["number", "of"]
"""'we do not know the number of people killed' counts nobody."""


def _is_unreal(reading: Reading, cue: int, form: str) -> bool:
    """'did not kill', 'would be killed', 'to kill': no toll. 'was not hurt' is none either: nobody is counted.

    'burned to death' is told by 'death'.
    """
    if form in ("noun", "state"):
        return False
    if reading.lower[cue + 1 : cue + 3] == ["to", "death"]:
        return True
    before = reading.lower[max(0, cue - 4, reading.bounds_of(cue)[0]) : cue]
    for word in reversed(before):
        if word in _MODALS or word in _NEGATIONS:
            return True
        if word == "to":
            return form == "active" or before[-1:] == ["be"]
        if word not in PASSIVE and word not in HAVE and word not in BETWEEN and not word.endswith("ly"):
            return False
    return False
