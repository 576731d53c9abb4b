"""The human cost that a text states: killed, injured, arrested, abducted, displaced, missing.

A toll is a cue ('killed', 'dead', 'injuries', 'death toll') and the group of people that grammar ties to it. Rules read
tokens, so that tolls are found in sentences nobody parsed and in upper-case copy; where a parse exists it settles what
tokens leave open. The words stand in `data/toll_words.toml` and `data/toll_people.csv`.

A sum is made only of a coordination ('two policemen and a child'); every other number stands in the text as it is.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.numbers import Number, find_numbers
from tasks.extract.people import Group, groups_in, people_words
from tasks.extract.reading import PERSON_LABELS, Reading, read, word_set
from tasks.records import Claim, Count, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DATA = Path(__file__).parent / "data" / "toll_words.toml"
KINDS = ("killed", "injured", "arrested", "abducted", "displaced", "missing")
_PASSIVE = word_set("was were is are be been being get got gets getting")
_HAVE = frozenset({"have", "has", "had", "having"})
_MODALS = word_set("would could might may can should must will shall")
_NEGATIONS = frozenset({"not", "n't", "never"})
_CONJUNCTIONS = frozenset({"and", "or", "/", "&"})
_JOINTS = frozenset({"and", ",", "plus", "&", "or"})
_BETWEEN = word_set(
    "reportedly allegedly also later already then fatally seriously critically severely slightly lightly badly"
)
_TOLL_VERBS = word_set(
    "to at of is was are were stands stood stand reached reaches reach rose risen rises rise climbed climbs "
    "passed topped hit hits exceeds exceeded has had now currently up from surpassed as standing jumped surged "
    "total official latest overall confirmed increased increases soared soars"
)
_RELATIVES = frozenset({"who", "that", "which"})
_OBJECTS = frozenset({"obj", "dobj"})
_SUBJECTS = frozenset({"nsubj"})
_PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "nsubjpass"})
_REFLEXIVES = frozenset({"himself", "herself", "themselves", "itself"})
_NOUN_REACH = 4


class Toll(NamedTuple):
    """People harmed, as one phrase of the text counts or names them; offsets into the text, tokens `[first, end)`."""

    kind: str
    low: int | None
    best: int | None
    high: int | None
    cue: int
    """Token of the word that says what happened to them."""
    noun: int
    """Token of the noun that says who they are, or of the number."""
    first: int
    end: int
    start_char: int
    end_char: int
    text: str
    """The phrase that counts them, as it stands."""
    counted: bool
    """A number stands in the text; else one person is named or pointed at, or the number is not given."""
    total: bool = False
    """A running total ('the death toll rose to 12'): it supersedes earlier numbers."""
    part: bool = False
    """A part of a group counted elsewhere ('including three children')."""


class Tie(NamedTuple):
    """How strongly the text ties a toll to a trigger: 1 the same word, below 0.5 only near it."""

    toll: Toll
    score: float
    relation: str
    """'cue', 'syntax', 'sentence', 'next-sentence'."""


class ClaimedToll(NamedTuple):
    """A toll and who says so."""

    toll: Toll
    claimant: str | None = None
    agency: str | None = None


class _Cue(NamedTuple):
    kind: str
    form: str


class _Scene(NamedTuple):
    """What the rules look at: the reading, its numbers and groups, by where they begin and end."""

    reading: Reading
    groups: list[Group]
    by_first: dict[int, Group]
    by_end: dict[int, Group]
    numbers_by_end: dict[int, Number]
    numbers: tuple[Number, ...]


def find_tolls(doc: "Doc") -> tuple[Toll, ...]:
    """All statements of human cost in the text, in order of their cues."""
    reading = read(doc)
    cues = _cues()
    at = [index for index, word in enumerate(reading.lower) if word in cues or word in _SPECIAL]
    if not at:
        return ()
    scene = _scene(reading, find_numbers(doc))
    found: dict[tuple[str, int], Toll] = {}
    for index in at:
        for toll in _tolls_at(scene, index):
            found.setdefault((toll.kind, toll.first), toll)
    return tuple(sorted(found.values(), key=lambda toll: (toll.cue, toll.kind)))


def _scene(reading: Reading, numbers: tuple[Number, ...]) -> _Scene:
    groups = groups_in(reading, numbers, _borders())
    return _Scene(
        reading,
        groups,
        {group.first: group for group in groups},
        {group.end: group for group in groups},
        {number.end: number for number in numbers},
        numbers,
    )


def _tolls_at(scene: _Scene, cue: int) -> list[Toll]:
    word = scene.reading.lower[cue]
    special = _SPECIAL.get(word)
    if special is not None:
        return special(scene, cue)
    entry = _cues()[word]
    if _is_unreal(scene.reading, cue, entry.form):
        return []
    groups = _FORMS[entry.form](scene, cue)
    if entry.form == "participle" and groups:
        groups = [*groups, *_along_with(scene, cue)]
    kinds = ("killed", "injured") if word in ("casualty", "casualties") else (entry.kind,)
    if kinds[1:] and any(group.best != 0 for group in groups):
        return []
    groups = [
        group for group in groups if group.counted or scene.reading.lower[group.first - 2 : group.first] != _NUMBER_OF
    ]
    return [_toll(scene, kind, cue, group) for kind in kinds for group in groups]


_NUMBER_OF = ["number", "of"]
"""'we do not know the number of people killed' counts nobody."""


def _is_unreal(reading: Reading, cue: int, form: str) -> bool:
    """'did not kill', 'would be killed', 'to kill': no toll. 'was not hurt' is none either: nobody is counted."""
    if form in ("noun", "state"):
        return False
    before = reading.lower[max(0, cue - 4, reading.bounds_of(cue)[0]) : cue]
    for word in reversed(before):
        if word in _MODALS or word in _NEGATIONS:
            return True
        if word == "to":
            return form == "active" or before[-1:] == ["be"]
        if word not in _PASSIVE and word not in _HAVE and word not in _BETWEEN and not word.endswith("ly"):
            return False
    return False


# --- one rule per form of cue -------------------------------------------------------------------------------


def _of_active(scene: _Scene, cue: int) -> list[Group]:
    """'killing three': what follows; the noun reading ('the killing of three') where 'of' follows."""
    lower = scene.reading.lower
    if lower[cue + 1 : cue + 2] == ["of"] or (cue and lower[cue - 1] in ("the", "'s", "’s")):
        return _of_noun(scene, cue)
    return _object_after(scene, cue)


def _of_participle(scene: _Scene, cue: int) -> list[Group]:
    """'were killed' looks back, 'killed three' looks on, 'three killed' looks back again."""
    auxiliary = _auxiliary(scene.reading, cue)
    if auxiliary is None:
        auxiliary = _parsed_auxiliary(scene.reading, cue)
    if auxiliary is not None:
        return _subject_before(scene, auxiliary, cue)
    after = _object_after(scene, cue, strict=True)
    if after:
        return after
    direct = _directly_before(scene, cue)
    if direct:
        return direct
    return _parsed(scene, cue, _OBJECTS, unlisted=True) or _shared(scene, cue) or _after_aside(scene, cue)


def _along_with(scene: _Scene, cue: int) -> list[Group]:
    """'was killed near his home, along with two of his bodyguards'."""
    lower = scene.reading.lower
    end = min(scene.reading.bounds_of(cue)[1], cue + _ALONG_MOST)
    for at in range(cue + 1, end - 1):
        if lower[at] in ("along", "together") and lower[at + 1] == "with":
            return [
                group
                for group in _object_after(scene, at + 1, strict=True)
                if _is_person(scene, group) or group.counted
            ]
        if lower[at] in _cues() or lower[at] == "and":
            return []
    return []


_ALONG_MOST = 30


def _after_aside(scene: _Scene, cue: int) -> list[Group]:
    """'murdered, at gunpoint, a soldier'."""
    lower = scene.reading.lower
    if lower[cue + 1 : cue + 2] != [","]:
        return []
    comma = next((at for at in range(cue + 2, min(len(lower), cue + 9)) if lower[at] == ","), None)
    return _object_after(scene, comma, strict=True) if comma is not None else []


def _of_intransitive(scene: _Scene, cue: int) -> list[Group]:
    """'three people died', 'in which twelve have died'."""
    start = _auxiliary_start(scene.reading, cue)
    return _subject_before(scene, start, cue)


def _of_state(scene: _Scene, cue: int) -> list[Group]:
    """'12 dead', 'left five people dead', 'three are missing', 'the dead include', 'shot dead'."""
    reading = scene.reading
    lower = reading.lower
    if lower[cue - 1 : cue] and lower[cue - 1] in (
        "shot",
        "found",
        "pronounced",
        "declared",
        "hacked",
        "stabbed",
        "gunned",
    ):
        return _of_participle(scene, cue - 1) or _object_after(scene, cue, strict=True)
    direct = _directly_before(scene, cue)
    if direct:
        return direct
    auxiliary = _auxiliary(
        reading,
        cue,
        more=("remain", "remained", "remains", "still", "left", "reported", "feared", "go", "gone", "went"),
    )
    return [] if auxiliary is None else _subject_before(scene, auxiliary, cue)


def _of_noun(scene: _Scene, cue: int) -> list[Group]:
    """'12 deaths', 'the death of a man', 'his murder', 'were stabbed to death'."""
    lower = scene.reading.lower
    following = lower[cue + 1] if cue + 1 < len(lower) else ""
    if following in _COMPOUNDS or (lower[cue] in _REMAINS and not _are_remains(scene.reading, cue)):
        return []
    if lower[cue] == "death" and lower[cue - 1] == "to" and cue >= 2:
        return _of_participle(scene, cue - 2)
    return _counted_noun(scene, cue) or _possessor(scene, cue) or _of_whom(scene, cue)


_COMPOUNDS = word_set(
    "threat threats penalty row squad squads sentence sentences certificate anniversary rate rates trial weapon"
    " case cases charge charges suspect suspects warrant warrants attempt attempts toll camp camps bid plot"
)


def _of_whom(scene: _Scene, cue: int) -> list[Group]:
    """'the murder of a man', 'the assassination on 22 March of Jaramillo', 'injuries to three'."""
    lower = scene.reading.lower
    following = lower[cue + 1] if cue + 1 < len(lower) else ""
    if following == "of":
        named = [_joined_on(scene, group) for group in _named_after(scene, cue + 2)]
        return _object_after(scene, cue + 1) or named or _parsed(scene, cue, _OF_RELATIONS, unlisted=True)
    if following in ("on", "in", "at", "last", "this", "yesterday", "today", "early"):
        link = next((at for at in range(cue + 2, min(len(lower), cue + 8)) if lower[at] == "of"), None)
        if link is not None:
            return [
                group for group in _object_after(scene, link, strict=True) if group.counted or _is_person(scene, group)
            ]
    if lower[cue - 3 : cue] in (["no", "reports", "of"], ["no", "report", "of"], ["no", "word", "of"]):
        number = scene.numbers_by_end.get(cue - 2)
        return [_from_number(number, cue)] if number else []
    if following == "to" and lower[cue].startswith("injur"):
        return _object_after(scene, cue + 1)
    return []


_OF_RELATIONS = frozenset({"nmod", "pobj"})


def _is_person(scene: _Scene, group: Group) -> bool:
    return (
        scene.reading.label[group.head] in PERSON_LABELS or scene.reading.lower[group.head] in people_words().singular
    )


def _possessor(scene: _Scene, cue: int) -> list[Group]:
    """'Pecci's murder', 'his body': whose it is, if that is one person."""
    reading = scene.reading
    before = reading.lower[cue - 1] if cue else ""
    if reading.lower[cue] not in _OWNED or before not in ("his", "her", "'s", "’s", "'", "’"):
        return []
    if before in ("his", "her"):
        return [Group(cue - 1, cue, cue - 1, 1, 1, 1, counted=False)]
    group = scene.by_end.get(cue - 1)
    if group is not None:
        return [group] if group.best == 1 and _is_person(scene, group) else []
    return _name_at(scene, cue - 2)


_OWNED = word_set(
    "murder assassination killing slaying execution death body corpse abduction kidnapping arrest detention capture"
)


def _named_after(scene: _Scene, index: int) -> list[Group]:
    """'of Liberal candidate Luis Carlos Galan', 'of Minister Porth': a title and a name without an article."""
    reading = scene.reading
    end = min(reading.bounds_of(index)[1], index + 9) if index < len(reading.lower) else index
    stop, known, names = index, False, 0
    while stop < end and reading.pos[stop] in ("PROPN", "NOUN", "ADJ", "") and reading.lower[stop] not in _cues():
        if reading.lower[stop] in people_words().plural:
            return []
        known = known or reading.lower[stop] in people_words().singular or reading.label[stop] in PERSON_LABELS
        names += reading.pos[stop] == "PROPN" and not reading.label[stop]
        stop += 1
    known = known or names >= 2
    if (
        not known
        or stop == index
        or not (reading.capital(stop - 1) or reading.lower[stop - 1] in people_words().singular)
    ):
        return []
    return [Group(index, stop, stop - 1, 1, 1, 1, counted=False)]


def _name_at(scene: _Scene, last: int) -> list[Group]:
    """The name of a person that ends at a token."""
    reading = scene.reading
    first = last
    while first > 0 and reading.pos[first - 1] == "PROPN" and reading.capital(first - 1):
        first -= 1
    if last < 0 or reading.pos[last] != "PROPN" or reading.label[last] not in PERSON_LABELS | {""}:
        return []
    placed = first > 0 and reading.pos[first - 1] == "ADP" and reading.lower[first - 1] != "of"
    return [] if placed else [Group(first, last + 1, last, 1, 1, 1, counted=False)]


_REMAINS = frozenset({"body", "bodies", "corpse", "corpses"})
_FOUND = word_set(
    "found recovered discovered retrieved pulled buried charred burned burnt bullet-riddled mutilated "
    "decapitated headless identified dumped spotted collected counted rubble morgue mortuary dead scattered "
    "lifeless lying"
)


def _are_remains(reading: Reading, cue: int) -> bool:
    """Whether a body is a dead one: it was found, recovered, buried."""
    first, end = reading.bounds_of(cue)
    return any(word in _FOUND for word in reading.lower[max(first, cue - 12) : min(end, cue + 20)])


_FORMS: Mapping[str, Callable[[_Scene, int], list[Group]]] = {
    "active": _of_active,
    "participle": _of_participle,
    "intransitive": _of_intransitive,
    "state": _of_state,
    "noun": _of_noun,
}


def _of_toll(scene: _Scene, cue: int) -> list[Toll]:
    """'the death toll rose to 12', 'raising the toll to 12', 'a toll of 12 dead and 30 injured'."""
    reading = scene.reading
    lower = reading.lower
    end = reading.bounds_of(cue)[1]
    index = cue + 1
    while index < min(end, cue + 12):
        number = next((number for number in scene.numbers if number.first == index), None)
        if number:
            return _toll_number(scene, cue, number)
        if lower[index] not in _TOLL_VERBS and not lower[index].endswith("ly"):
            break
        index += 1
    return []


def _toll_number(scene: _Scene, cue: int, number: Number) -> list[Toll]:
    group = scene.by_first.get(number.first)
    following = scene.reading.lower[number.end : number.end + 1]
    if following and following[0] in _cues() and _cues()[following[0]].kind != "killed":
        return []
    if group is None:
        return []
    return [_toll(scene, "killed", cue, group, total=True)]


def _of_lives(scene: _Scene, cue: int) -> list[Toll]:
    """'claimed the lives of 12 people', 'cost 12 lives', 'three people lost their lives'."""
    lower = scene.reading.lower
    before = lower[max(0, cue - 6) : cue]
    if "lost" in before[-3:] and lower[cue - 1] in ("their", "his", "her", "the"):
        at = max(index for index in range(max(0, cue - 3), cue) if lower[index] == "lost")
        groups = _subject_before(scene, _auxiliary_start(scene.reading, at), at)
    elif not any(word in _TAKERS for word in before):
        return []
    elif lower[cue + 1 : cue + 2] == ["of"]:
        groups = _object_after(scene, cue + 1)
    else:
        groups = _counted_noun(scene, cue)
    return [_toll(scene, "killed", cue, group) for group in groups]


_TAKERS = word_set("claimed claims claiming claim cost costs costing took takes taking taken take lost loss")


def _of_hostage(scene: _Scene, cue: int) -> list[Toll]:
    """'were taken hostage', 'took 20 people hostage'."""
    lower = scene.reading.lower
    if lower[cue - 1] in ("taken", "held", "took"):
        groups = _of_participle(scene, cue - 1)
    elif any(word in ("took", "taking", "take", "taken", "holding", "held") for word in lower[max(0, cue - 10) : cue]):
        groups = _directly_before(scene, cue)
    else:
        groups = []
    return [_toll(scene, "abducted", cue, group) for group in groups]


def _of_flight(scene: _Scene, cue: int) -> list[Toll]:
    """'20,000 people have fled their homes', 'forced 500 families to flee'."""
    lower = scene.reading.lower
    after = lower[cue + 1 : cue + 6]
    if lower[cue - 1] == "to":
        groups = _directly_before(scene, cue - 1)
        forced = next((at for at in range(cue - 2, max(-1, cue - 4), -1) if lower[at] in ("forced", "compelled")), None)
        if not groups and forced is not None:
            groups = _of_participle(scene, forced)
    elif any(word in ("home", "homes", "houses", "villages", "village", "fighting", "violence") for word in after):
        groups = _subject_before(scene, _auxiliary_start(scene.reading, cue), cue)
    else:
        groups = []
    return [_toll(scene, "displaced", cue, group) for group in groups if group.counted]


def _of_custody(scene: _Scene, cue: int) -> list[Toll]:
    """'were rounded up', 'thousands rounded up', 'taken into custody'."""
    lower = scene.reading.lower
    if lower[cue] == "custody" and lower[max(0, cue - 2) : cue] != ["taken", "into"]:
        return []
    if lower[cue] == "rounded" and lower[cue + 1 : cue + 2] != ["up"]:
        return []
    at = cue if lower[cue] == "rounded" else cue - 2
    groups = _of_participle(scene, at) or _object_after(scene, cue + 1, strict=True)
    return [_toll(scene, "arrested", cue, group) for group in groups]


def _of_harm(scene: _Scene, cue: int) -> list[Toll]:
    """'three people suffered injuries', 'sustained burns': from the verb."""
    if not any(word in _HARMS for word in scene.reading.lower[cue + 1 : cue + 6]):
        return []
    groups = _subject_before(scene, _auxiliary_start(scene.reading, cue), cue)
    return [_toll(scene, "injured", cue, group) for group in groups]


_HARMS = frozenset(["injury", "injuries", "wound", "wounds", "burns", "fractures", "bruises"])


def _of_number(scene: _Scene, cue: int) -> list[Toll]:
    """'the number of dead rose to 12', 'raising to 50 the number of those killed'."""
    lower = scene.reading.lower
    counted = next((at for at in range(cue + 2, min(len(lower), cue + 5)) if lower[at] in _cues()), None)
    if lower[cue + 1 : cue + 2] != ["of"] or counted is None:
        return []
    kind = _cues()[lower[counted]].kind
    before = scene.by_end.get(cue - 1) if lower[cue - 1] == "the" else None
    if before and lower[before.first - 1] == "to":
        return [_toll(scene, kind, counted, before, total=True)]
    return [toll._replace(kind=kind) for toll in _of_toll(scene, counted)]


_SPECIAL: Mapping[str, Callable[[_Scene, int], list[Toll]]] = {
    "toll": _of_toll,
    "number": _of_number,
    "lives": _of_lives,
    "life": _of_lives,
    "hostage": _of_hostage,
    "fled": _of_flight,
    "flee": _of_flight,
    "rounded": _of_custody,
    "custody": _of_custody,
    "suffered": _of_harm,
    "sustained": _of_harm,
}


# --- where the victims stand --------------------------------------------------------------------------------


def _object_after(scene: _Scene, cue: int, *, strict: bool = False) -> list[Group]:
    """The group that begins right after a token, with all it is coordinated with."""
    lower = scene.reading.lower
    end = scene.reading.bounds_of(cue)[1]
    index = cue + 1
    while index < end and (lower[index] in _BETWEEN or (lower[index].endswith("ly") and index == cue + 1)):
        index += 1
    if index + 1 < end and lower[index] in _REFLEXIVES and lower[index + 1] in ("and", ",", "along", "as"):
        index += 2
    if index + 1 < end and lower[index] in _CONJUNCTIONS and lower[index + 1] in _cues():
        entry = _cues()[lower[index + 1]]
        return _object_after(scene, index + 1, strict=True) if entry.form in ("active", "participle") else []
    group = scene.by_first.get(index) or _bare_singular(scene, index)
    if group is None:
        return [] if strict else _parsed(scene, cue, _OBJECTS, unlisted=True)
    if strict and not group.counted and lower[index] in ("he", "she", "they"):
        return []
    return [_joined_on(scene, group)]


def _bare_singular(scene: _Scene, index: int) -> Group | None:
    """'Blast kills policeman', 'killing of journalist': one person without an article, as in headlines."""
    lower, people = scene.reading.lower, people_words()
    end = min(len(lower), index + 3)
    while (
        index < end
        and lower[index] in people.singular
        and index + 1 < len(lower)
        and lower[index + 1] in people.singular
    ):
        index += 1
    if index >= len(lower) or lower[index] not in people.singular or lower[index] in people.plural:
        return None
    if index + 1 < len(lower) and scene.reading.pos[index + 1] in ("NOUN", "PROPN", "PART"):
        return None
    return Group(index, index + 1, index, 1, 1, 1, counted=False)


def _joined_on(scene: _Scene, group: Group) -> Group:
    """A group and those that follow it in the same coordination, as one: 'two policemen and a child' are three.

    A comma alone joins nothing ('his uncle, President Macias'): a list ends with an 'and'.
    """
    lower = scene.reading.lower
    whole = pending = group
    while True:
        index = pending.end
        while index < len(lower) and lower[index] in _JOINTS:
            index += 1
        other = _next_member(scene, index) if index > pending.end else None
        if other is None or other.part or "or" in lower[pending.end : index] or not _can_follow(scene, group, other):
            return whole
        pending = _sum(pending, other)
        if lower[index - 1] != ",":
            whole = pending


def _next_member(scene: _Scene, index: int) -> Group | None:
    """The member of a list of people that begins at a token; a number without a noun is none."""
    group = scene.by_first.get(index)
    if group is not None:
        return group if group.known or group.head >= group.first + 1 or not group.counted else None
    named = _named_after(scene, index)
    if not named or scene.reading.pos[named[0].head] == "NOUN":
        return None
    return named[0]


def _can_follow(scene: _Scene, group: Group, other: Group) -> bool:
    """Whether the second of two neighbouring groups is not the subject of a verb of its own."""
    lower = scene.reading.lower
    after = lower[other.end] if other.end < len(lower) else ""
    if after in _PASSIVE or after in _HAVE or after in _cues():
        return False
    return scene.reading.sentence[other.first] == scene.reading.sentence[group.first]


def _joined_back(scene: _Scene, group: Group) -> Group:
    """A group and those that stand before it in the same coordination, as one."""
    lower, cues = scene.reading.lower, _cues()
    joined = False
    while True:
        index = group.first
        while index and lower[index - 1] in _JOINTS:
            index -= 1
        index = _over_dashes(lower, index)
        other = scene.by_end.get(index) if index < group.first else None
        if other is None or other.part or scene.reading.sentence[other.first] != scene.reading.sentence[group.first]:
            return group
        if other.counted and other.best == group.best and lower[group.first - 1] == "," and (group.best or 0) > 1:
            return other
        before = lower[other.first - 1] if other.first else ""
        comma_only = lower[group.first - 1] == "," and not (joined and other.counted == group.counted)
        if before in cues or "or" in lower[index : group.first] or comma_only:
            return group
        joined = True
        group = _sum(other, group)


def _over_dashes(lower: Sequence[str], index: int) -> int:
    """Past an aside between dashes or brackets that ends at a token."""
    if index and lower[index - 1] in _ASIDE_ENDS:
        for at in range(index - 2, max(-1, index - _DASHED_MOST), -1):
            if lower[at] in ("--", "—", "–", "("):
                return at
    return index


_ASIDE_ENDS = frozenset({"--", "—", "–", ")"})
_DASHED_MOST = 16


def _sum(one: Group, other: Group) -> Group:
    def add(left: int | None, right: int | None) -> int | None:
        return None if left is None or right is None else left + right

    return one._replace(
        end=other.end,
        low=add(one.low, other.low),
        best=add(one.best, other.best),
        high=add(one.high, other.high),
        counted=one.counted or other.counted,
    )


def _auxiliary(reading: Reading, cue: int, *, more: Sequence[str] = ()) -> int | None:
    """Start of the passive auxiliary before a participle, past adverbs and coordinated participles; None if active."""
    lower = reading.lower
    first = reading.bounds_of(cue)[0]
    index = cue - 1
    seen = None
    while index >= first:
        word = lower[index]
        if word in _PASSIVE or word in more:
            seen = index
        elif word in _HAVE or word in ("had", "to"):
            return index if seen is not None else None
        elif (
            not (
                word in _BETWEEN or word.endswith("ly") or word in _CONJUNCTIONS or word in _cues() or word in _VIOLENT
            )
            or seen is not None
        ):
            return seen
        index -= 1
    return seen


def _parsed_auxiliary(reading: Reading, cue: int) -> int | None:
    """'were this week arrested': the auxiliary that the parse gives."""
    for token in range(cue - 1, max(reading.bounds_of(cue)[0], cue - 8) - 1, -1):
        if reading.head[token] == cue and reading.dep[token] in ("aux:pass", "auxpass"):
            return token
    return None


_VIOLENT = word_set(
    "shot stabbed beaten hacked attacked bombed ambushed tortured burned burnt hanged kidnapped raped gunned down"
)


def _auxiliary_start(reading: Reading, cue: int) -> int:
    """Start of the verb group that ends in a token: 'have since died'."""
    lower, first = reading.lower, reading.bounds_of(cue)[0]
    index = cue
    while index > first and (
        lower[index - 1] in _HAVE
        or lower[index - 1] in _BETWEEN
        or lower[index - 1].endswith("ly")
        or lower[index - 1] in ("since", "later", "also", "been", "who")
    ):
        if lower[index - 1] == "who":
            break
        index -= 1
    return index


def _directly_before(scene: _Scene, cue: int) -> list[Group]:
    """The group that ends right before a token ('three people killed', 'two others injured', '12 dead')."""
    index = cue
    lower = scene.reading.lower
    while index and (lower[index - 1] in _BETWEEN or lower[index - 1].endswith("ly")):
        index -= 1
    if index > 1 and lower[index - 1] in _CONJUNCTIONS and lower[index - 2] in _cues():
        return _directly_before(scene, index - 2)
    group = scene.by_end.get(index) or (_bare_singular(scene, index - 1) if index else None)
    if group is None or lower[group.first] in ("he", "she", "they", "him", "them"):
        return []
    if not group.counted and scene.reading.lower[cue] in _active_pasts():
        return _headline(scene, group, cue)
    return [_joined_back(scene, group)]


def _headline(scene: _Scene, group: Group, cue: int) -> list[Group]:
    """'Maoist killed in encounter': without a number only if no object follows and nothing stands before the group."""
    first, end = scene.reading.bounds_of(cue)
    following = scene.reading.lower[cue + 1] if cue + 1 < end else ""
    if (
        following in ("in", "by", "at", "near", "after", "on", "during", "when", "as", "", ".")
        and group.first - first <= 1
    ):
        return [group]
    return []


def _subject_before(scene: _Scene, index: int, cue: int) -> list[Group]:
    """The subject of a verb group that starts at a token: right before it, by the parse, or the last counted group."""
    lower = scene.reading.lower
    first = scene.reading.bounds_of(cue)[0]
    at = _end_of_subject(lower, first, index)
    plural = lower[index] in _PLURAL_VERBS
    for groups in _subjects(scene, first, at, cue):
        if groups and not (plural and groups[0].best == 1):
            return groups
    return []


def _subjects(scene: _Scene, first: int, at: int, cue: int) -> Iterator[list[Group]]:
    """Candidates for the subject that ends at a token, best first."""
    group = _adjacent_subject(scene, first, at)
    yield [_joined_back(scene, group)] if group else []
    yield _name_at(scene, at - 1)
    yield _parsed(scene, cue, _PASSIVE_SUBJECTS | _SUBJECTS)
    if scene.reading.lower[at : at + 1] == [","]:
        yield _over_aside(scene, first, at)
    yield _shared_subject(scene, cue)
    yield _counted_left(scene, first, at)
    yield _parsed(scene, cue, _PASSIVE_SUBJECTS | _SUBJECTS, unlisted=True)


def _adjacent_subject(scene: _Scene, first: int, at: int) -> Group | None:
    """The group that ends where a verb group begins, or before the aside that ends there."""
    lower = scene.reading.lower
    if lower[at : at + 1] == [","]:
        antecedent = _before_relative(scene, first, at)
        if antecedent is not None:
            return antecedent
    group = scene.by_end.get(at) or _coordinated_bare(scene, at)
    if group is not None and group.part and lower[group.first - 1] in _ASIDE_WORDS:
        return _before_aside(scene, first, group)
    return None if group is None or lower[group.first] in _OBJECT_PRONOUNS else group


def _before_relative(scene: _Scene, first: int, at: int) -> Group | None:
    """'two peasants, who were accused of helping police, were shot', 'five people, including reporters, were hurt'."""
    lower = scene.reading.lower
    for comma in range(at - 2, max(first, at - _ASIDE_MOST), -1):
        if lower[comma] == "," and lower[comma + 1] in _ASIDE_OPENERS:
            group = scene.by_end.get(comma)
            return group if group is not None and (group.counted or group.best == 1) else None
    return None


_PLURAL_VERBS = frozenset({"were", "have", "are"})
_ASIDE_OPENERS = word_set("who which whose whom including among most some all mostly mainly many")


def _end_of_subject(lower: Sequence[str], first: int, index: int) -> int:
    """Where the subject of a verb group ends: before adverbs, a relative pronoun, an age ('Garcia, 39, who')."""
    at = index
    while at > first and (lower[at - 1] in _BETWEEN or lower[at - 1].endswith("ly") or lower[at - 1] in _FLOATING):
        at -= 1
    if at > first and lower[at - 1] in _RELATIVES:
        at -= 1
        while at > first and lower[at - 1] == ",":
            at -= 1
            if at - 2 > first and lower[at - 1].isdigit() and lower[at - 2] == ",":
                at -= 2
    return at


def _coordinated_bare(scene: _Scene, at: int) -> Group | None:
    """'his bodyguard and driver': the second noun needs no article."""
    lower = scene.reading.lower
    if at < 3 or lower[at - 2] != "and" or lower[at - 1] not in people_words().singular:
        return None
    group = scene.by_end.get(at - 2)
    return _sum(group, Group(at - 1, at, at - 1, 1, 1, 1, counted=False)) if group else None


_FLOATING = frozenset({",", "both", "all"})
_OBJECT_PRONOUNS = frozenset({"him", "them"})


def _over_aside(scene: _Scene, first: int, at: int) -> list[Group]:
    """'Vargas, second secretary at the embassy, was shot', 'Barillas, who wrote columns, was murdered'."""
    lower = scene.reading.lower
    for comma in range(at - 1, max(first, at - _ASIDE_MOST), -1):
        if lower[comma] != ",":
            continue
        group = scene.by_end.get(comma)
        if group is not None and (group.counted or _is_person(scene, group)):
            return [group]
        if group is None and (named := _name_at(scene, comma - 1)):
            return named
    return []


def _shared_subject(scene: _Scene, cue: int) -> list[Group]:
    """'was shot six times and died': the subject of the verb that the cue is coordinated with."""
    reading = scene.reading
    if reading.dep[cue] != "conj" or reading.head[cue] == cue:
        return []
    return _parsed(scene, reading.head[cue], _PASSIVE_SUBJECTS | _SUBJECTS, unlisted=True)


_ASIDE_MOST = 25
_ASIDE_WORDS = frozenset({"including", "mostly", "them", "whom", "mainly", ","})


def _before_aside(scene: _Scene, first: int, group: Group) -> Group | None:
    """'three people, including a woman, were killed': the group before the aside."""
    for index in range(group.first - 1, first, -1):
        other = scene.by_end.get(index)
        if other is not None and not other.part:
            return other
    return group


def _counted_left(scene: _Scene, first: int, at: int) -> list[Group]:
    """The nearest counted group to the left that no other clause cuts off; relative clauses are passed over."""
    reading = scene.reading
    index = at - 1
    while index >= first:
        word = reading.lower[index]
        if reading.pos[index] in ("VERB", "AUX") and not word.endswith("ing"):
            relative = next(
                (x for x in range(index, max(first, index - 4), -1) if reading.lower[x] in _RELATIVES), None
            )
            if relative is None:
                return []
            index = relative - 1
            continue
        if word in _cues() or word in _PASSIVE:
            return []
        group = scene.by_end.get(index + 1)
        if group is not None and group.counted and not group.part:
            return [_joined_back(scene, group)]
        index -= 1
    return []


def _counted_noun(scene: _Scene, cue: int) -> list[Group]:
    """A number before the cue noun itself, with at most a few modifiers between: 'no civilian casualties'."""
    reading = scene.reading
    first = max(reading.bounds_of(cue)[0], cue - _NOUN_REACH)
    plural = reading.lower[cue].endswith(("s", "ies"))
    for end in range(cue, first, -1):
        number = scene.numbers_by_end.get(end)
        if number is not None:
            if not plural and number.best != 0:
                return []
            return [_from_number(number, cue)]
        word = reading.lower[end - 1]
        if word in (",", ".", "of", "the", "in", "and", "a", "an", "or") or reading.pos[end - 1] in (
            "VERB",
            "ADP",
            "AUX",
        ):
            if word in ("and", "or") and reading.lower[end - 2] in _cues():
                continue
            return []
        if word in _cues() and _cues()[word].form != "noun":
            continue
    return []


def _from_number(number: Number, cue: int) -> Group:
    def whole(value: float | None) -> int | None:
        return None if value is None else int(value)

    return Group(number.first, number.end, cue, whole(number.low), whole(number.best), whole(number.high), counted=True)


def _shared(scene: _Scene, cue: int) -> list[Group]:
    """'killed and wounded 12': the first participle shares the object of the second."""
    lower = scene.reading.lower
    if cue + 2 < len(lower) and lower[cue + 1] in _CONJUNCTIONS and lower[cue + 2] in _cues():
        return _object_after(scene, cue + 2, strict=True)
    return []


def _parsed(scene: _Scene, cue: int, relations: frozenset[str], *, unlisted: bool = False) -> list[Group]:
    """The group whose head the parse makes an argument of the cue (or, for a relative clause, its antecedent)."""
    reading = scene.reading
    if not reading.dep[cue]:
        return []
    first, end = reading.bounds_of(cue)
    for index in range(first, end):
        if reading.head[index] == cue and index != cue and reading.dep[index] in relations:
            target = index
            if reading.lower[index] in _RELATIVES and reading.dep[cue] in ("acl:relcl", "relcl", "acl"):
                target = reading.head[cue]
            return _group_at(scene, target) or (_unlisted(reading, target) if unlisted else [])
    return []


def _unlisted(reading: Reading, token: int) -> list[Group]:
    """A name that no name finder marked, or a noun for a person that no list holds, as the victim of a verb."""
    if reading.pos[token] == "PROPN" and reading.label[token] in PERSON_LABELS | {""}:
        first = token
        while first and reading.pos[first - 1] == "PROPN" and reading.head[first - 1] == token:
            first -= 1
        placed = first > 0 and reading.pos[first - 1] == "ADP" and reading.lower[first - 1] != "of"
        return [] if placed else [Group(first, token + 1, token, 1, 1, 1, counted=False)]
    if reading.pos[token] == "NOUN" and reading.lower[token].endswith(("er", "or", "ist", "man", "ian")):
        return [Group(token, token + 1, token, 1, 1, 1, counted=False)]
    return []


def _group_at(scene: _Scene, token: int) -> list[Group]:
    for group in scene.groups:
        if group.first <= token < group.end:
            return [_joined_on(scene, group)]
        if group.first > token:
            return []
    return []


def _toll(scene: _Scene, kind: str, cue: int, group: Group, *, total: bool = False) -> Toll:
    start, end = scene.reading.span(group.first, group.end)
    return Toll(
        kind=kind,
        low=group.low,
        best=group.best,
        high=group.high,
        cue=cue,
        noun=group.head,
        first=group.first,
        end=group.end,
        start_char=start,
        end_char=end,
        text=scene.reading.text[start:end],
        counted=group.counted,
        total=total,
        part=group.part,
    )


# --- which event a toll belongs to --------------------------------------------------------------------------


def ties_of(trigger: "Token", tolls: Sequence[Toll], doc: "Doc", *, rivals: Sequence[int] = ()) -> tuple[Tie, ...]:
    """How each toll hangs on a trigger; `rivals` are the tokens of the other triggers of the text."""
    reading = read(doc)
    ties = (_tie(reading, trigger.i, toll, rivals) for toll in tolls)
    return tuple(tie for tie in ties if tie is not None)


def tolls_of(trigger: "Token", tolls: Sequence[Toll], doc: "Doc", *, rivals: Sequence[int] = ()) -> tuple[Toll, ...]:
    """The tolls that syntax ties to a trigger: it is the cue, governs it, or stands nearest to it in the sentence."""
    return tuple(tie.toll for tie in ties_of(trigger, tolls, doc, rivals=rivals) if tie.score >= 0.5)


def _tie(reading: Reading, trigger: int, toll: Toll, rivals: Sequence[int]) -> Tie | None:
    distance = reading.sentence[toll.cue] - reading.sentence[trigger]
    if distance == 0:
        return _tie_in_sentence(reading, trigger, toll, rivals)
    if distance != 1:
        return None
    own = [rival for rival in rivals if reading.sentence[rival] == reading.sentence[toll.cue]]
    if toll.cue in own:
        return None
    return Tie(toll, 0.2 if own else 0.4, "next-sentence")


def _tie_in_sentence(reading: Reading, trigger: int, toll: Toll, rivals: Sequence[int]) -> Tie | None:
    if abs(trigger - toll.cue) <= 1:
        return Tie(toll, 1.0, "cue")
    others = [rival for rival in rivals if rival != trigger and reading.sentence[rival] == reading.sentence[trigger]]
    if any(abs(rival - toll.cue) <= 1 for rival in others):
        return Tie(toll, 0.3, "sentence")
    if toll.first <= trigger < toll.end:
        return Tie(toll, 0.7, "cue")
    down = _ancestors(reading, toll.cue)
    if trigger in down:
        score = _depth_score(reading, [toll.cue, *down[: down.index(trigger)]], others)
        return Tie(toll, score, "syntax")
    up = _ancestors(reading, trigger)
    if toll.cue in up:
        between = [trigger, *up[: up.index(toll.cue)]]
        return Tie(toll, 0.3 if any(reading.dep[token] in _RELATIVE_CLAUSES for token in between) else 0.8, "syntax")
    nearer = any(abs(rival - toll.cue) < abs(trigger - toll.cue) for rival in others)
    return Tie(toll, 0.3 if nearer or _is_apart(reading, trigger, toll) else 0.6, "sentence")


def _is_apart(reading: Reading, trigger: int, toll: Toll) -> bool:
    """Whether a word between a trigger and a cue behind it tells that the cue came before or is the topic of a clause."""
    return trigger < toll.cue and any(word in _APART for word in reading.lower[trigger + 1 : toll.cue])


_APART = frozenset(
    {"after", "following", "since", "linked", "connection", "suspected", "accused", "charged", "investigation"}
)


def _depth_score(reading: Reading, between: Sequence[int], others: Sequence[int]) -> float:
    """How well a cue below a trigger belongs to it; `between` are the tokens from the cue up to the trigger.

    'attacked the town, killing three' does; 'arrested after the deaths of 21', 'the man who killed two' do not.
    """
    if any(token in others for token in between[1:]):
        return 0.4
    if any(reading.dep[token] in _RELATIVE_CLAUSES for token in between) or _is_prior(reading, between[-1]):
        return 0.35
    return 0.9 if len(between) <= 3 else 0.5


def _is_prior(reading: Reading, token: int) -> bool:
    """Whether what hangs on a trigger by this token came before it or is its reason: 'after', 'for', 'over'."""
    first, _ = reading.bounds_of(token)
    return any(
        reading.head[at] == token and reading.dep[at] in ("case", "mark") and reading.lower[at] in _PRIOR
        for at in range(max(first, token - 8), token)
    )


_PRIOR = frozenset({"after", "following", "for", "over", "since", "despite", "to"})
_RELATIVE_CLAUSES = frozenset({"acl:relcl", "relcl"})


def _ancestors(reading: Reading, token: int) -> list[int]:
    path: list[int] = []
    while reading.head[token] != token and len(path) < 100:
        token = reading.head[token]
        path.append(token)
    return path


# --- from tolls to a count ----------------------------------------------------------------------------------


def to_count(claimed: Sequence[ClaimedToll], *, locate: Callable[[int, int], Span] | None = None) -> Count | None:
    """One count over all claims of one kind; None without any.

    A later running total supersedes what stands before it; parts of a group never count beside the whole. Among the
    rest the number most often given is the best, the greater of two equally frequent ones. Bounds are the least and the
    greatest that anyone claims, open where the greatest claim is open. `locate` maps offsets to the article's text.
    """
    if not claimed:
        return None
    place = locate or (lambda start, end: Span(start=start, end=end))
    claims = tuple(_claim(entry, place) for entry in _distinct(claimed))
    whole = _wholes([entry.toll for entry in claimed])
    best = _best(whole)
    lows = [toll.low if toll.low is not None else toll.best for toll in whole]
    highs = [toll.high if toll.high is not None else toll.best for toll in whole]
    low = min((value for value in lows if value is not None), default=None)
    high = max((value for value in highs if value is not None), default=None)
    open_ended = any(toll.high is None and toll.best == high for toll in whole)
    return Count(best=best, low=low, high=None if open_ended else high, claims=claims)


def _distinct(claimed: Sequence[ClaimedToll]) -> list[ClaimedToll]:
    seen: dict[tuple[int, int], ClaimedToll] = {}
    for entry in claimed:
        seen.setdefault((entry.toll.start_char, entry.toll.end_char), entry)
    return sorted(seen.values(), key=lambda entry: entry.toll.start_char)


def _wholes(tolls: Sequence[Toll]) -> list[Toll]:
    """The tolls that speak of the whole: after the last running total only that and what follows it."""
    ordered = sorted(tolls, key=lambda toll: toll.start_char)
    totals = [index for index, toll in enumerate(ordered) if toll.total]
    if totals:
        ordered = ordered[totals[-1] :]
    whole = [toll for toll in ordered if not toll.part]
    counted = [toll for toll in whole if toll.counted]
    return counted or whole or ordered


def _best(tolls: Sequence[Toll]) -> int | None:
    values = _by_cue(tolls)
    if not values:
        return None
    totals = [toll.best for toll in tolls if toll.total and toll.best is not None]
    if totals:
        return totals[-1]
    return max(set(values), key=lambda value: (values.count(value), value))


def _by_cue(tolls: Sequence[Toll]) -> list[int]:
    """Best values, those of one cue added up ('killed along with two bodyguards')."""
    sums: dict[int, int] = {}
    for toll in {(toll.start_char, toll.end_char): toll for toll in tolls if toll.best is not None}.values():
        sums[toll.cue] = sums.get(toll.cue, 0) + (toll.best or 0)
    return list(sums.values())


def _claim(entry: ClaimedToll, place: Callable[[int, int], Span]) -> Claim:
    toll = entry.toll
    return Claim(
        number_low=toll.low,
        number_high=toll.high,
        number=toll.best,
        text=toll.text,
        span=place(toll.start_char, toll.end_char),
        claimant=entry.claimant,
        agency=entry.agency,
    )


@cache
def _cues() -> dict[str, _Cue]:
    with _DATA.open("rb") as file:
        table = tomllib.load(file)
    cues: dict[str, _Cue] = {}
    for kind in KINDS:
        for form in _FORMS:
            for word in table[kind][form]:
                cues.setdefault(word, _Cue(kind, form))
    return cues


@cache
def _borders() -> frozenset[str]:
    """Words that end a group of people."""
    return frozenset(_cues()) | {"hostage", "captive"}


@cache
def _active_pasts() -> frozenset[str]:
    """Participles that are also active pasts: 'police killed', 'the man killed'."""
    return frozenset(word for word, cue in _cues().items() if cue.form == "participle")
