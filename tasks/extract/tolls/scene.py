"""A text as the toll rules see it: its groups of people by where they begin and end, and names of single people."""

from collections.abc import Sequence
from typing import NamedTuple

from tasks.extract.numbers import Number
from tasks.extract.people import Group, groups_in, people_words
from tasks.extract.reading import PERSON_LABELS, Reading
from tasks.extract.tolls.toll import Harmed, Toll
from tasks.extract.tolls.words import border_words, cue_words


class Scene(NamedTuple):
    """What the rules look at: the reading, its numbers and groups, by where they begin and end."""

    reading: Reading
    groups: list[Group]
    by_first: dict[int, Group]
    by_end: dict[int, Group]
    numbers_by_end: dict[int, Number]
    numbers_by_first: dict[int, Number]
    numbers: tuple[Number, ...]


def scene_of(reading: Reading, numbers: tuple[Number, ...]) -> Scene:
    """The scene of a text."""
    groups = groups_in(reading, numbers, border_words())
    return Scene(
        reading,
        groups,
        {group.first: group for group in groups},
        {group.end: group for group in groups},
        {number.end: number for number in numbers},
        {number.first: number for number in numbers},
        numbers,
    )


def is_person(scene: Scene, group: Group) -> bool:
    """Whether a group is one person, by name or noun."""
    return (
        scene.reading.label[group.head] in PERSON_LABELS or scene.reading.lower[group.head] in people_words().singular
    )


def named_after(scene: Scene, index: int) -> list[Group]:
    """'of Liberal candidate Luis Carlos Galan', 'of Minister Porth': a title and a name without an article."""
    reading = scene.reading
    end = min(reading.bounds_of(index)[1], index + 9) if index < len(reading.lower) else index
    stop, known, names = index, False, 0
    while stop < end and reading.pos[stop] in ("PROPN", "NOUN", "ADJ", "") and reading.lower[stop] not in cue_words():
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


def name_at(scene: Scene, last: int) -> list[Group]:
    """The name of a person that ends at a token."""
    reading = scene.reading
    first = last
    while first > 0 and reading.pos[first - 1] == "PROPN" and reading.capital(first - 1):
        first -= 1
    if last < 0 or reading.pos[last] != "PROPN" or reading.label[last] not in PERSON_LABELS | {""}:
        return []
    placed = first > 0 and reading.pos[first - 1] == "ADP" and reading.lower[first - 1] != "of"
    return [] if placed else [Group(first, last + 1, last, 1, 1, 1, counted=False)]


def bare_singular(scene: Scene, index: int) -> Group | None:
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


def added(one: Group, other: Group) -> Group:
    """Two groups of one coordination as one."""

    def add(left: int | None, right: int | None) -> int | None:
        return None if left is None or right is None else left + right

    return one._replace(
        end=other.end,
        low=add(one.low, other.low),
        best=add(one.best, other.best),
        high=add(one.high, other.high),
        counted=one.counted or other.counted,
        members=(*(one.members or (one,)), *(other.members or (other,))),
    )


def from_number(number: Number, cue: int) -> Group:
    """The group that a bare number counts; its noun is the cue."""

    def whole(value: float | None) -> int | None:
        return None if value is None else int(value)

    return Group(number.first, number.end, cue, whole(number.low), whole(number.best), whole(number.high), counted=True)


def unlisted_person(reading: Reading, token: int) -> list[Group]:
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


def toll_of(scene: Scene, kind: str, cue: int, group: Group, *, total: bool = False) -> Toll:
    """The statement that a cue makes about a group."""
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
        groups=tuple(_harmed(scene.reading, member) for member in group.members or (group,)),
    )


def with_parts(scene: Scene, toll: Toll, parts: Sequence[Group]) -> Toll:
    """A statement with those of its people who are told apart."""
    told = tuple(_harmed(scene.reading, part)._replace(part=True) for part in parts)
    return toll._replace(groups=(*toll.groups, *told))


def _harmed(reading: Reading, group: Group) -> Harmed:
    start, end = reading.span(group.first, group.end)
    name = _name_in(reading, group) if group.best == 1 else None
    return Harmed(group.best, start, end, reading.text[start:end], name)


def _name_in(reading: Reading, group: Group) -> str | None:
    """The name of the person that a group of one is."""
    labelled = [token for token in range(group.first, group.end) if reading.label[token] in PERSON_LABELS]
    if labelled:
        return " ".join(reading.phrase(labelled[0], labelled[-1] + 1).split())
    first = group.end
    while first > group.first and reading.pos[first - 1] == "PROPN" and not reading.label[first - 1]:
        first -= 1
    return " ".join(reading.phrase(first, group.end).split()) if group.end - first > 1 else None
