"""Set phrases of human cost: death tolls, lives claimed, hostages taken, homes fled, custody."""

from collections.abc import Callable, Mapping

from tasks.extract.numbers import Number
from tasks.extract.reading import word_set
from tasks.extract.tolls.forms import counted_noun, of_participle
from tasks.extract.tolls.scene import Scene, toll_of
from tasks.extract.tolls.toll import Toll
from tasks.extract.tolls.victims import auxiliary_start, directly_before, object_after, subject_before
from tasks.extract.tolls.words import cue_words

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
        number = next((number for number in scene.numbers if number.first == index), None)
        if number:
            return _toll_number(scene, cue, number)
        if lower[index] not in _TOLL_VERBS and not lower[index].endswith("ly"):
            break
        index += 1
    return []


def _toll_number(scene: Scene, cue: int, number: Number) -> list[Toll]:
    group = scene.by_first.get(number.first)
    following = scene.reading.lower[number.end : number.end + 1]
    if following and following[0] in cue_words() and cue_words()[following[0]].kind != "killed":
        return []
    if group is None:
        return []
    return [toll_of(scene, "killed", cue, group, total=True)]


def _of_lives(scene: Scene, cue: int) -> list[Toll]:
    """'claimed the lives of 12 people', 'cost 12 lives', 'three people lost their lives'."""
    lower = scene.reading.lower
    before = lower[max(0, cue - 6) : cue]
    if "lost" in before[-3:] and lower[cue - 1] in ("their", "his", "her", "the"):
        at = max(index for index in range(max(0, cue - 3), cue) if lower[index] == "lost")
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


_HARMS = frozenset(["injury", "injuries", "wound", "wounds", "burns", "fractures", "bruises"])


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
}
