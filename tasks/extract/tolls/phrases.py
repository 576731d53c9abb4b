"""Set phrases of human cost: death tolls, lives claimed, hostages taken, homes fled, custody."""

from collections.abc import Callable, Mapping

from tasks.extract.numbers import Number
from tasks.extract.reading import word_set
from tasks.extract.tolls.forms import FORMS, counted_noun, of_participle
from tasks.extract.tolls.scene import Scene, toll_of
from tasks.extract.tolls.toll import Toll
from tasks.extract.tolls.victims import auxiliary_start, directly_before, object_after, subject_before
from tasks.extract.tolls.words import cue_words, fighters

_TOLL_VERBS = word_set(
    "to at of is was are were stands stood stand reached reaches reach rose risen rises rise climbed climbs "
    "passed topped hit hits exceeds exceeded has had now currently up from surpassed as standing jumped surged "
    "total official latest overall confirmed increased increases soared soars"
)


def _of_toll(scene: Scene, cue: int) -> list[Toll]:
    """'the death toll rose to 12', 'raising the toll to 12', 'a toll of 12 dead and 30 injured'."""
    reading = scene.reading
    lower = reading.lower
    end = reading.bounds_of(cue)[1]
    index = cue + 1
    while index < min(end, cue + 12):
        number = scene.numbers_by_first.get(index)
        if number:
            return _toll_number(scene, cue, number)
        if lower[index] not in _TOLL_VERBS and not lower[index].endswith("ly"):
            break
        index += 1
    return _of_raised_toll(scene, cue, end)


def _of_raised_toll(scene: Scene, cue: int, end: int) -> list[Toll]:
    """'raising the toll in Wednesday's ambush to 12', 'the death toll from the blast has risen to 40'."""
    lower = scene.reading.lower
    raised = any(word in _RAISING for word in lower[max(0, cue - 4) : cue])
    for index in range(cue + 1, min(end, cue + _RAISED_MOST) - 1):
        raised = raised or lower[index] in _RAISED
        if lower[index] in _ENDS:
            break
        number = scene.numbers_by_first.get(index + 1) if raised and lower[index] in ("to", "at") else None
        if number is not None:
            return _toll_number(scene, cue, number)
    return []


_RAISING = word_set("raising bringing taking pushing putting brings raises takes puts pushes brought raised put took")
_RAISED = word_set("risen rose rises climbed climbs stood stands stand jumped soared increased reached now")
_ENDS = word_set(", ; : . who which")
_RAISED_MOST = 22


def _toll_number(scene: Scene, cue: int, number: Number) -> list[Toll]:
    group = scene.by_first.get(number.first)
    following = scene.reading.lower[number.end : number.end + 1]
    if following and following[0] in cue_words() and cue_words()[following[0]].kind != "killed":
        return []
    if group is None:
        return []
    lower = scene.reading.lower
    first = scene.reading.bounds_of(cue)[0]
    if any(word in SUPERSEDED for word in lower[max(first, cue - _SUPERSEDED_REACH) : cue]):
        return [toll_of(scene, "killed", cue, group._replace(part=True))]
    return [toll_of(scene, "killed", cue, group, total=True)]


SUPERSEDED = word_set("earlier previous previously initial initially provisional preliminary")
"""'revising an earlier toll of 12', 'had earlier put the toll at 32': a number that another one replaces."""
_SUPERSEDED_REACH = 6


def _of_lives(scene: Scene, cue: int) -> list[Toll]:
    """'claimed the lives of 12 people', 'cost 12 lives', 'three people lost their lives'."""
    lower = scene.reading.lower
    before = lower[max(0, cue - 6) : cue]
    given = [at for at in range(max(0, cue - 3), cue) if lower[at] == "lost" or lower[at : at + 2] == ["laid", "down"]]
    if given and lower[cue - 1] in ("their", "his", "her", "the"):
        at = given[-1]
        groups = subject_before(scene, auxiliary_start(scene.reading, at), at)
    elif not any(word in _TAKERS for word in before):
        return []
    elif lower[cue + 1 : cue + 2] == ["of"]:
        groups = object_after(scene, cue + 1)
    else:
        groups = counted_noun(scene, cue)
    return [toll_of(scene, "killed", cue, group) for group in groups]


_TAKERS = word_set("claimed claims claiming claim cost costs costing took takes taking taken take lost loss")


def _of_hostage(scene: Scene, cue: int) -> list[Toll]:
    """'were taken hostage', 'took 20 people hostage'."""
    lower = scene.reading.lower
    if lower[cue - 1] in ("taken", "held", "took"):
        groups = of_participle(scene, cue - 1)
    elif any(word in ("took", "taking", "take", "taken", "holding", "held") for word in lower[max(0, cue - 10) : cue]):
        groups = directly_before(scene, cue)
    else:
        groups = []
    return [toll_of(scene, "abducted", cue, group) for group in groups]


def _of_flight(scene: Scene, cue: int) -> list[Toll]:
    """'20,000 people have fled their homes', 'forced 500 families to flee'."""
    lower = scene.reading.lower
    after = lower[cue + 1 : cue + 6]
    if lower[cue - 1] == "to":
        groups = directly_before(scene, cue - 1)
        forced = next((at for at in range(cue - 2, max(-1, cue - 4), -1) if lower[at] in ("forced", "compelled")), None)
        if not groups and forced is not None:
            groups = of_participle(scene, forced)
    elif any(word in ("home", "homes", "houses", "villages", "village", "fighting", "violence") for word in after):
        groups = subject_before(scene, auxiliary_start(scene.reading, cue), cue)
    else:
        groups = []
    return [toll_of(scene, "displaced", cue, group) for group in groups if group.counted]


def _of_custody(scene: Scene, cue: int) -> list[Toll]:
    """'were rounded up', 'thousands rounded up', 'taken into custody'."""
    lower = scene.reading.lower
    if lower[cue] == "custody" and lower[max(0, cue - 2) : cue] != ["taken", "into"]:
        return []
    if lower[cue] == "rounded" and lower[cue + 1 : cue + 2] != ["up"]:
        return []
    at = cue if lower[cue] == "rounded" else cue - 2
    groups = of_participle(scene, at) or object_after(scene, cue + 1, strict=True)
    return [toll_of(scene, "arrested", cue, group) for group in groups]


def _of_harm(scene: Scene, cue: int) -> list[Toll]:
    """'three people suffered injuries', 'sustained burns': from the verb."""
    if not any(word in _HARMS for word in scene.reading.lower[cue + 1 : cue + 6]):
        return []
    groups = subject_before(scene, auxiliary_start(scene.reading, cue), cue)
    return [toll_of(scene, "injured", cue, group) for group in groups]


_HARMS = word_set("injury injuries wound wounds burns fractures bruises inhalation concussion shrapnel")


def _of_wounds(scene: Scene, cue: int) -> list[Toll]:
    """'survived with injuries', 'were taken to hospital with gunshot wounds', 'were treated for burns'."""
    lower = scene.reading.lower
    first = scene.reading.bounds_of(cue)[0]
    at = next((at for at in range(cue - 1, max(first, cue - 5), -1) if lower[at] in ("with", "for")), None)
    if at is None:
        return _of_hurt(scene, cue)
    verb = next((at for at in range(at - 1, max(first, at - _WOUNDS_MOST), -1) if lower[at] in _WITH_WOUNDS), None)
    if verb is None:
        return _of_hurt(scene, cue)
    passive = _WITH_WOUNDS[lower[verb]]
    groups = (
        of_participle(scene, verb) if passive else subject_before(scene, auxiliary_start(scene.reading, verb), verb)
    )
    return [toll_of(scene, "injured", cue, group) for group in groups if group.counted or group.best == 1]


def _of_hurt(scene: Scene, cue: int) -> list[Toll]:
    """'12 injuries', 'injuries to three', 'wounds 12': what the word says by itself."""
    entry = cue_words().get(scene.reading.lower[cue])
    return [toll_of(scene, "injured", cue, group) for group in FORMS[entry.form](scene, cue)] if entry else []


_WOUNDS_MOST = 10
_WITH_WOUNDS = dict.fromkeys(
    word_set("taken rushed admitted treated hospitalised hospitalized brought airlifted evacuated left transferred"),
    True,
) | dict.fromkeys(word_set("survived escaped remained remain lay were are"), False)
"""Verbs of which wounds are told, and whether they are told of whom they are done to."""


def _of_loss(scene: Scene, cue: int) -> list[Toll]:
    """'the army lost two soldiers': who fights is lost by dying."""
    groups = object_after(scene, cue, strict=True)
    return [
        toll_of(scene, "killed", cue, group)
        for group in groups
        if group.counted and scene.reading.lower[group.head] in fighters()
    ]


def _of_shot(scene: Scene, cue: int) -> list[Toll]:
    """'was shot in the leg'."""
    lower = scene.reading.lower
    if lower[cue + 1 : cue + 2] != ["in"] or not set(lower[cue + 2 : cue + 5]) & _LIMBS:
        return []
    return [toll_of(scene, "injured", cue, group) for group in of_participle(scene, cue) if group.best != 0]


_LIMBS = word_set("leg legs arm arms foot feet knee knees shoulder hand hands thigh thighs ankle ankles buttocks")


def _of_number(scene: Scene, cue: int) -> list[Toll]:
    """'the number of dead rose to 12', 'raising to 50 the number of those killed'."""
    lower = scene.reading.lower
    counted = next((at for at in range(cue + 2, min(len(lower), cue + 5)) if lower[at] in cue_words()), None)
    if lower[cue + 1 : cue + 2] != ["of"] or counted is None:
        return []
    kind = cue_words()[lower[counted]].kind
    before = scene.by_end.get(cue - 1) if lower[cue - 1] == "the" else None
    if before and lower[before.first - 1] == "to":
        return [toll_of(scene, kind, counted, before, total=True)]
    return [toll._replace(kind=kind) for toll in _of_toll(scene, counted)]


SPECIAL: Mapping[str, Callable[[Scene, int], list[Toll]]] = {
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
    "lost": _of_loss,
    "loses": _of_loss,
    "losing": _of_loss,
    "shot": _of_shot,
    "injuries": _of_wounds,
    "wounds": _of_wounds,
    "burns": _of_wounds,
}
