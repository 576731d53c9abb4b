"""One rule for each form of cue: active, participle, intransitive, state, noun."""

from collections.abc import Callable, Mapping

from tasks.extract.numbers import Number
from tasks.extract.people import Group
from tasks.extract.reading import Reading, word_set
from tasks.extract.tolls.scene import Scene, added, from_number, is_person, name_at, named_after
from tasks.extract.tolls.victims import (
    OBJECTS,
    after_aside,
    argument_of,
    auxiliary_of,
    auxiliary_start,
    directly_before,
    joined_on,
    object_after,
    parsed_auxiliary,
    shared_object,
    subject_before,
    told_later,
)
from tasks.extract.tolls.words import PASSIVE, cue_words

_NOUN_REACH = 4


def _of_active(scene: Scene, cue: int) -> list[Group]:
    """'killing three': what follows; the noun reading ('the killing of three') where 'of' follows."""
    lower = scene.reading.lower
    if lower[cue + 1 : cue + 2] == ["of"] or (cue and lower[cue - 1] in _NOMINAL):
        return _of_noun(scene, cue)
    return object_after(scene, cue)


_NOMINAL = word_set("the 's ’s his her a this their")


def of_participle(scene: Scene, cue: int) -> list[Group]:
    """'were killed' looks back, 'killed three' looks on, 'three killed' looks back again."""
    later = told_later(scene, cue)
    if later:
        return later
    lower = scene.reading.lower
    if lower[max(0, cue - 2) : cue] in (["among", "those"], ["among", "the"]) and lower[cue - 3] in PASSIVE:
        return [group._replace(part=True) for group in subject_before(scene, cue - 3, cue)]
    auxiliary = auxiliary_of(scene.reading, cue)
    if auxiliary is None:
        auxiliary = parsed_auxiliary(scene.reading, cue)
    if auxiliary is not None:
        return subject_before(scene, auxiliary, cue)
    after = object_after(scene, cue, strict=True)
    if after:
        return after
    direct = directly_before(scene, cue)
    if direct:
        return direct
    return argument_of(scene, cue, OBJECTS, unlisted=True) or shared_object(scene, cue) or after_aside(scene, cue)


def _of_intransitive(scene: Scene, cue: int) -> list[Group]:
    """'three people died', 'in which twelve have died'."""
    start = auxiliary_start(scene.reading, cue)
    return subject_before(scene, start, cue)


def _of_state(scene: Scene, cue: int) -> list[Group]:
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
        return of_participle(scene, cue - 1) or object_after(scene, cue, strict=True)
    direct = told_later(scene, cue) or directly_before(scene, cue)
    if direct:
        return direct
    if lower[max(0, cue - 2) : cue] == ["among", "the"] and cue > 2 and lower[cue - 3] in PASSIVE:
        return [group._replace(part=True) for group in subject_before(scene, cue - 3, cue)]
    auxiliary = auxiliary_of(
        reading,
        cue,
        more=("remain", "remained", "remains", "still", "left", "reported", "feared", "go", "gone", "went"),
    )
    return [] if auxiliary is None else subject_before(scene, auxiliary, cue)


def _of_noun(scene: Scene, cue: int) -> list[Group]:
    """'12 deaths', 'the death of a man', 'his murder', 'were stabbed to death'."""
    lower = scene.reading.lower
    following = lower[cue + 1] if cue + 1 < len(lower) else ""
    if following in _COMPOUNDS or (lower[cue] in _REMAINS and not _are_remains(scene.reading, cue)):
        return []
    if lower[cue] == "death" and lower[cue - 1] == "to" and cue >= 2:
        after = [] if auxiliary_of(scene.reading, cue - 2) is not None else object_after(scene, cue, strict=True)
        return [group for group in after if group.counted or is_person(scene, group)] or of_participle(scene, cue - 2)
    if lower[cue] in ("martyrdom", "death") and lower[cue - 1] in _EMBRACED:
        return subject_before(scene, auxiliary_start(scene.reading, cue - 1), cue - 1)
    return counted_noun(scene, cue) or _possessor(scene, cue) or _of_whom(scene, cue)


_EMBRACED = word_set("embraced embrace embraces attained achieved met")
_COMPOUNDS = word_set(
    "threat threats penalty row squad squads sentence sentences certificate anniversary rate rates trial weapon"
    " case cases charge charges suspect suspects warrant warrants attempt attempts toll camp camps bid plot"
)


def _of_whom(scene: Scene, cue: int) -> list[Group]:
    """'the murder of a man', 'the assassination on 22 March of Jaramillo', 'injuries to three'."""
    lower = scene.reading.lower
    following = lower[cue + 1] if cue + 1 < len(lower) else ""
    if following == "of":
        named = [joined_on(scene, group) for group in named_after(scene, cue + 2)]
        groups = object_after(scene, cue + 1) or named or _lone_name(scene, cue)
        return _and_of(scene, groups) or argument_of(scene, cue, _OF_RELATIONS, unlisted=True)
    if following in _INTERVENING:
        link = next((at for at in range(cue + 2, min(len(lower), cue + 9)) if lower[at] == "of"), None)
        if link is not None:
            found = object_after(scene, link, strict=True) or named_after(scene, link + 1)
            return [group for group in found if group.counted or group.members or is_person(scene, group)]
    number = _none_reported(scene, cue)
    if number is not None:
        return [from_number(number, cue)]
    if following == "to" and lower[cue].startswith("injur"):
        return object_after(scene, cue + 1)
    return []


def _none_reported(scene: Scene, cue: int) -> Number | None:
    """'no reports of casualties', 'no immediate word of injuries'."""
    lower = scene.reading.lower
    at = cue - 1
    while at > 0 and lower[at] in ("any", "civilian"):
        at -= 1
    if at < 2 or lower[at] != "of" or lower[at - 1] not in _REPORTS:
        return None
    at -= 1 + (lower[at - 2] in _AT_ONCE)
    number = scene.numbers_by_end.get(at)
    return number if number is not None and number.best == 0 else None


_REPORTS = word_set("reports report word news indication signs")
_AT_ONCE = word_set("immediate initial confirmed official early")


def _and_of(scene: Scene, groups: list[Group]) -> list[Group]:
    """'the murder of Mena and of a lawyer': the second 'of' goes on with the list."""
    lower = scene.reading.lower
    whole = groups
    while whole and lower[whole[-1].end : whole[-1].end + 2] == ["and", "of"]:
        last = whole[-1]
        more = object_after(scene, last.end + 1, strict=True) or named_after(scene, last.end + 2)
        if not more:
            break
        whole = [*whole[:-1], added(last, more[0])]
    return whole


def _lone_name(scene: Scene, cue: int) -> list[Group]:
    """'the killing of Alvarez': a single name that no name finder marked."""
    reading = scene.reading
    if reading.lower[cue] not in _OF_ONE or cue + 2 >= len(reading.lower) or reading.label[cue + 2]:
        return []
    return [group for group in name_at(scene, cue + 2) if group.first == cue + 2]


_OF_ONE = word_set("murder assassination killing slaying death kidnapping abduction")
_INTERVENING = word_set("on in at near last this yesterday today early during within")
_OF_RELATIONS = frozenset({"nmod", "pobj"})


def _possessor(scene: Scene, cue: int) -> list[Group]:
    """'Pecci's murder', 'his body': whose it is, if that is one person."""
    reading = scene.reading
    before = reading.lower[cue - 1] if cue else ""
    if reading.lower[cue] not in _OWNED or before not in ("his", "her", "'s", "’s", "'", "’"):
        return []
    if before in ("his", "her"):
        return [Group(cue - 1, cue, cue - 1, 1, 1, 1, counted=False)]
    group = scene.by_end.get(cue - 1)
    if group is not None:
        return [group] if group.best == 1 and is_person(scene, group) else []
    return name_at(scene, cue - 2)


_OWNED = word_set(
    "murder assassination killing slaying execution death body corpse abduction kidnapping arrest detention capture"
)
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


FORMS: Mapping[str, Callable[[Scene, int], list[Group]]] = {
    "active": _of_active,
    "participle": of_participle,
    "intransitive": _of_intransitive,
    "state": _of_state,
    "noun": _of_noun,
}


def counted_noun(scene: Scene, cue: int) -> list[Group]:
    """A number before the cue noun itself, with at most a few modifiers between: 'no civilian casualties'."""
    reading = scene.reading
    first = max(reading.bounds_of(cue)[0], cue - _NOUN_REACH)
    plural = reading.lower[cue].endswith(("s", "ies"))
    for end in range(cue, first, -1):
        number = scene.numbers_by_end.get(end)
        if number is not None:
            if not plural and number.best != 0:
                return []
            return [from_number(number, cue)]
        word = reading.lower[end - 1]
        if word in (",", ".", "of", "the", "in", "and", "a", "an", "or") or reading.pos[end - 1] in (
            "VERB",
            "ADP",
            "AUX",
        ):
            if word in ("and", "or") and reading.lower[end - 2] in cue_words():
                continue
            return []
        if word in cue_words() and cue_words()[word].form != "noun":
            continue
    return []
