"""Where the victims of a verb stand: after it, before it, past asides, in a list."""

from collections.abc import Iterator, Sequence

from tasks.extract.people import Group, people_words
from tasks.extract.reading import PERSON_LABELS, Reading, word_set
from tasks.extract.times.words import time_words
from tasks.extract.tolls.scene import Scene, added, bare_singular, is_person, name_at, named_after, unlisted_person
from tasks.extract.tolls.words import BETWEEN, CONJUNCTIONS, HAVE, PASSIVE, RELATIVES, active_pasts, cue_words

_JOINTS = frozenset({"and", ",", "plus", "&", "or"})
_OWNERS = word_set("his her its their")
_OPENERS = frozenset({":", "--", "—", "–"})
"""Marks before names that say who a group is."""
OBJECTS = frozenset({"obj", "dobj"})
_SUBJECTS = frozenset({"nsubj"})
_PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "nsubjpass"})
_REFLEXIVES = frozenset({"himself", "herself", "themselves", "itself"})


def along_with(scene: Scene, cue: int) -> list[Group]:
    """'was killed near his home, along with two of his bodyguards'."""
    lower = scene.reading.lower
    end = min(scene.reading.bounds_of(cue)[1], cue + _ALONG_MOST)
    for at in range(cue + 1, end - 1):
        if lower[at] in ("along", "together") and lower[at + 1] == "with":
            return [
                group for group in object_after(scene, at + 1, strict=True) if is_person(scene, group) or group.counted
            ]
        if lower[at] in cue_words() or lower[at] == "and":
            return []
    return []


_ALONG_MOST = 30


def after_aside(scene: Scene, cue: int) -> list[Group]:
    """'murdered, at gunpoint, a soldier'."""
    lower = scene.reading.lower
    if lower[cue + 1 : cue + 2] != [","]:
        return []
    comma = next((at for at in range(cue + 2, min(len(lower), cue + 9)) if lower[at] == ","), None)
    return object_after(scene, comma, strict=True) if comma is not None else []


def object_after(scene: Scene, cue: int, *, strict: bool = False) -> list[Group]:
    """The group that begins right after a token, with all it is coordinated with."""
    lower = scene.reading.lower
    end = scene.reading.bounds_of(cue)[1]
    index = cue + 1
    while (
        index < end
        and index not in scene.by_first
        and (
            lower[index] in BETWEEN
            or (index == cue + 1 and (lower[index].endswith("ly") or lower[index] in _CLOSING_QUOTES))
        )
    ):
        index += 1
    if index + 1 < end and lower[index] in _REFLEXIVES and lower[index + 1] in ("and", ",", "along", "as"):
        index += 2
    if index + 1 < end and lower[index] in CONJUNCTIONS and lower[index + 1] in cue_words():
        entry = cue_words()[lower[index + 1]]
        return object_after(scene, index + 1, strict=True) if entry.form in ("active", "participle") else []
    group = scene.by_first.get(index) or bare_singular(scene, index) or _bare_plural(scene, index, end)
    titled = named_after(scene, index) if group is None else []
    if titled:
        return [joined_on(scene, titled[0])]
    if group is None:
        return [] if strict else argument_of(scene, cue, OBJECTS, unlisted=True)
    if strict and not group.counted and lower[index] in ("he", "she", "they"):
        return []
    return [joined_on(scene, _possessed(scene, group))]


_CLOSING_QUOTES = frozenset({'"', "”", "''", "’", "'"})
"""'The army "neutralised" 37 rebels'."""


def _possessed(scene: Scene, group: Group) -> Group:
    """'a reporter's wife': the wife, not the reporter."""
    other = scene.by_first.get(group.end)
    if other is None or scene.reading.lower[group.end] not in _POSSESSIVES:
        return group
    return other._replace(first=group.first)


_POSSESSIVES = frozenset({"'s", "’s"})


def _bare_plural(scene: Scene, index: int, end: int) -> Group | None:
    """'opposition leaders', 'innocent peasants': the plural without an article, its modifiers before it."""
    reading = scene.reading
    for at in range(index + 1, min(end, index + 4)):
        if reading.pos[at - 1] not in ("ADJ", "NOUN", "PROPN") or reading.label[at - 1] in PERSON_LABELS:
            return None
        group = scene.by_first.get(at)
        if group is not None:
            return group._replace(first=index) if group.best is None and group.head == at else None
    return None


def joined_on(scene: Scene, group: Group) -> Group:
    """A group and those that follow it in the same coordination, as one: 'two policemen and a child' are three.

    A comma alone joins nothing ('his uncle, President Macias'): a list ends with an 'and'. Names that say who a group
    is count nobody twice: 'two reporters, Novak and Berg'.
    """
    whole = _listed(scene, group)
    return _as_told_apart(scene, group, whole) or _as_named(scene, group, whole)


def _as_told_apart(scene: Scene, group: Group, whole: Group) -> Group | None:
    """'13 people, twelve men and one woman' are 13: the list says who they are."""
    rest = whole.members[1:]
    if len(rest) <= 1 or scene.reading.lower[group.head] not in ANYBODY or scene.reading.lower[group.end] == "and":
        return None
    if group.best is None or sum(member.best or 0 for member in rest) != group.best:
        return None
    return group._replace(end=whole.end, members=rest)


ANYBODY = word_set("people persons others civilians victims residents villagers passengers workers members individuals")


def _as_named(scene: Scene, group: Group, whole: Group) -> Group:
    """A list whose first member is told by name in the rest: as many names as it has, or a title without a number."""
    names = whole.members[1:]
    lower = scene.reading.lower
    by_name = bool(names) and all(_is_name(scene, name) for name in names) and lower[group.end] not in CONJUNCTIONS
    if (
        group.best == 1
        or not by_name
        or (group.best != len(names) and (group.best is not None or group.head != group.end - 1))
    ):
        return group if names and lower[group.end] in _OPENERS else whole
    count = len(names)
    low, best, high = (group.low, group.best, group.high) if group.best is not None else (count, count, count)
    return whole._replace(low=low, best=best, high=high, counted=group.counted, members=names)


def _is_name(scene: Scene, group: Group) -> bool:
    return group.best == 1 and scene.reading.pos[group.end - 1] == "PROPN"


def _listed(scene: Scene, group: Group) -> Group:
    """A group with those that follow it in a list; a plural title may stand right before names ('judges A and B')."""
    lower = scene.reading.lower
    whole = pending = group
    while True:
        index = _past_place(scene, _past_age(lower, pending.end))
        opened = pending is group and group.best != 1 and lower[index : index + 1] and lower[index] in _OPENERS
        index += bool(opened)
        while index < len(lower) and (lower[index] in _JOINTS or lower[index] == ";"):
            index += 1
        titled = pending is group and group.best != 1 and index == pending.end and _starts_with_name(scene, index)
        other = _next_member(scene, index) if index > pending.end or titled else None
        if other is None and lower[index - 1] == "and" and _is_owned(lower, pending):
            other = bare_singular(scene, index)
        if other is None or other.part or "or" in lower[pending.end : index] or not _can_follow(scene, group, other):
            return whole
        pending = added(pending, other)
        if lower[index - 1] not in (",", ";") and not titled:
            whole = pending


def _is_owned(lower: Sequence[str], group: Group) -> bool:
    """Whether a group is somebody's: what follows needs no article ('his wife and son')."""
    return lower[group.first] in _OWNERS or any(word in _POSSESSIVES for word in lower[group.first : group.end])


def _past_age(lower: Sequence[str], index: int) -> int:
    """'Mena, 45, and Duarte', 'Mena (45), Duarte': past what stands after a name."""
    aged = lower[index : index + 1] in ([","], ["("]) and lower[index + 1 : index + 2] and _is_age(lower[index + 1])
    if not aged:
        return index
    return index + 3 if lower[index + 2 : index + 3] == [")"] else index + 2


def _past_place(scene: Scene, index: int) -> int:
    """'the governor of Antioquia, a judge and ...': past the name that says whose governor, if the list goes on."""
    reading = scene.reading
    if reading.lower[index : index + 1] != ["of"]:
        return index
    at = index + 1
    while at < min(len(reading.pos), index + _OF_MOST) and reading.pos[at] in ("PROPN", "DET"):
        at += 1
    return at if at > index + 1 and reading.lower[at : at + 1] in ([","], ["and"]) else index


_OF_MOST = 6


def _is_age(word: str) -> bool:
    return word.isdigit() and len(word) <= 2


def _starts_with_name(scene: Scene, index: int) -> bool:
    group = scene.by_first.get(index)
    return group is not None and _is_name(scene, group)


def _next_member(scene: Scene, index: int) -> Group | None:
    """The member of a list of people that begins at a token; a number without a noun is none."""
    group = scene.by_first.get(index)
    if group is not None:
        return group if group.known or group.head >= group.first + 1 or not group.counted else None
    named = named_after(scene, index)
    if not named or scene.reading.pos[named[0].head] == "NOUN":
        return None
    return named[0]


def _can_follow(scene: Scene, group: Group, other: Group) -> bool:
    """Whether the second of two neighbouring groups is not the subject of a verb of its own ('police said')."""
    lower = scene.reading.lower
    after = lower[other.end] if other.end < len(lower) else ""
    if not other.counted and after in time_words().reporting:
        return False
    is_object = lower[group.first - 1 : group.first] != ["of"]
    if is_object and (after in PASSIVE or after in HAVE or after in cue_words()):
        return False
    return scene.reading.sentence[other.first] == scene.reading.sentence[group.first]


def _joined_back(scene: Scene, group: Group) -> Group:
    """A group and those that stand before it in the same coordination, as one."""
    lower, cues = scene.reading.lower, cue_words()
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
        nearest = group.members[0] if group.members else group
        comma_only = lower[group.first - 1] == "," and not (joined and other.counted == nearest.counted)
        if (
            (before == "of" and lower[other.first - 2] in _COUNTED_NOUNS)
            or before in cues
            or "or" in lower[index : group.first]
            or comma_only
        ):
            return group
        joined = True
        group = added(other, group)


_COUNTED_NOUNS = word_set("body bodies corpse corpses death deaths killing arrest arrests")


def _over_dashes(lower: Sequence[str], index: int) -> int:
    """Past an aside between dashes or brackets that ends at a token."""
    if index and lower[index - 1] in _ASIDE_ENDS:
        for at in range(index - 2, max(-1, index - _DASHED_MOST), -1):
            if lower[at] in ("--", "—", "–", "("):
                return at
    return index


_ASIDE_ENDS = frozenset({"--", "—", "–", ")"})
_DASHED_MOST = 16


def auxiliary_of(reading: Reading, cue: int, *, more: Sequence[str] = ()) -> int | None:
    """Start of the passive auxiliary before a participle, past adverbs and coordinated participles; None if active."""
    lower = reading.lower
    first = reading.bounds_of(cue)[0]
    index = cue - 1
    seen = None
    while index >= first:
        word = lower[index]
        if word in PASSIVE or word in more:
            seen = index
        elif word in HAVE or word in ("had", "to"):
            return index if seen is not None else None
        elif (
            not (
                word in BETWEEN
                or word.endswith("ly")
                or word in CONJUNCTIONS
                or word in cue_words()
                or word in _VIOLENT
            )
            or seen is not None
        ):
            return seen
        index -= 1
    return seen


def parsed_auxiliary(reading: Reading, cue: int) -> int | None:
    """'were this week arrested': the auxiliary that the parse gives."""
    for token in range(cue - 1, max(reading.bounds_of(cue)[0], cue - 8) - 1, -1):
        if reading.head[token] == cue and reading.dep[token] in ("aux:pass", "auxpass"):
            return token
    return None


_VIOLENT = word_set(
    "shot stabbed beaten hacked attacked bombed ambushed tortured burned burnt hanged kidnapped raped gunned down"
)


def auxiliary_start(reading: Reading, cue: int) -> int:
    """Start of the verb group that ends in a token: 'have since died'."""
    lower, first = reading.lower, reading.bounds_of(cue)[0]
    index = cue
    while index > first and (
        lower[index - 1] in HAVE
        or lower[index - 1] in BETWEEN
        or lower[index - 1].endswith("ly")
        or lower[index - 1] in ("since", "later", "also", "been", "who")
    ):
        if lower[index - 1] == "who":
            break
        index -= 1
    return index


def directly_before(scene: Scene, cue: int) -> list[Group]:
    """The group that ends right before a token ('three people killed', 'two others injured', '12 dead')."""
    index = cue
    lower = scene.reading.lower
    while index and (lower[index - 1] in BETWEEN or lower[index - 1].endswith("ly")):
        index -= 1
    if index > 1 and lower[index - 1] in CONJUNCTIONS and lower[index - 2] in cue_words():
        return directly_before(scene, index - 2)
    group = scene.by_end.get(index) or (bare_singular(scene, index - 1) if index else None)
    if group is None or lower[group.first] in ("he", "she", "they", "him", "them"):
        return []
    if not group.counted and scene.reading.lower[cue] in active_pasts():
        return _headline(scene, group, cue)
    return [_joined_back(scene, group)]


def _headline(scene: Scene, group: Group, cue: int) -> list[Group]:
    """'Maoist killed in encounter': without a number only if no object follows and nothing stands before the group."""
    first, end = scene.reading.bounds_of(cue)
    following = scene.reading.lower[cue + 1] if cue + 1 < end else ""
    if (
        following in ("in", "by", "at", "near", "after", "on", "during", "when", "as", "", ".")
        and group.first - first <= 1
    ):
        return [group]
    return []


def subject_before(scene: Scene, index: int, cue: int) -> list[Group]:
    """The subject of a verb group that starts at a token: right before it, by the parse, or the last counted group."""
    lower = scene.reading.lower
    first = scene.reading.bounds_of(cue)[0]
    at = _end_of_subject(lower, first, index)
    plural = lower[index] in _PLURAL_VERBS
    for groups in _subjects(scene, first, at, cue):
        if groups and not (plural and groups[0].best == 1):
            return [_told_by_name(scene, group) for group in groups]
    return []


def _told_by_name(scene: Scene, group: Group) -> Group:
    """'Two reporters, Novak and Berg, were killed': the number, with the names that say who they are."""
    if group.members or group.best == 1:
        return group
    named = joined_on(scene, group)
    return named if named.members and all(_is_name(scene, name) for name in named.members) else group


def parts_of(scene: Scene, group: Group) -> tuple[Group, ...]:
    """Who of a group is told apart: 'nine people, including a judge', 'six priests -- five Spaniards and a Pole --'."""
    lower = scene.reading.lower
    index = group.end
    mark = lower[index] if index < len(lower) else ""
    index += mark in _ASIDE_MARKS
    opened = next((words for words in _SUBSET_OPENERS if tuple(lower[index : index + len(words)]) == words), None)
    if opened is None and (mark not in _ASIDE_MARKS or mark == "," or group.members):
        return ()
    at = index + len(opened or ())
    first = scene.by_first.get(at)
    found = [joined_on(scene, first)] if first else [joined_on(scene, named) for named in named_after(scene, at)]
    parts = tuple(part for whole in found for part in whole.members or (whole,) if part.counted or part.best == 1)
    if opened is None and sum(part.best or 0 for part in parts) != group.best:
        return ()
    return parts if sum(part.best or 0 for part in parts) <= (group.best or 0) else ()


_ASIDE_MARKS = frozenset({",", "--", "—", "–", "("})
_SUBSET_OPENERS = (("including",), ("among", "them"), ("among", "whom", "were"), ("among", "whom", "was"))


def told_later(scene: Scene, cue: int) -> list[Group]:
    """'the dead include two nurses', 'the dead were identified as Mena and Soto', 'among the wounded was a child'."""
    lower = scene.reading.lower
    end = scene.reading.bounds_of(cue)[1]
    among = "among" in lower[max(0, cue - 4) : cue]
    if not among and lower[cue - 1 : cue] != ["the"]:
        return []
    at = cue + 1
    while at < end and (lower[at] in PASSIVE or lower[at] in _NAMING or lower[at] in ("here", "also")):
        at += 1
    said = lower[cue + 1 : at]
    if not said or not (among or set(said) & _NAMING):
        return []
    found = object_after(scene, at - 1, strict=True) or [joined_on(scene, group) for group in named_after(scene, at)]
    told = [group for group in found if group.counted or group.best == 1 or group.members]
    return [group._replace(part=True) for group in told] if among or said[0].startswith("includ") else told


_NAMING = word_set("include includes included identified named as numbered numbering totalled totaled")


def _subjects(scene: Scene, first: int, at: int, cue: int) -> Iterator[list[Group]]:
    """Candidates for the subject that ends at a token, best first."""
    group = _adjacent_subject(scene, first, at)
    yield [_joined_back(scene, group)] if group else []
    yield name_at(scene, at - 1)
    yield argument_of(scene, cue, _PASSIVE_SUBJECTS | _SUBJECTS)
    if scene.reading.lower[at : at + 1] == [","]:
        yield _over_aside(scene, first, at)
    yield _shared_subject(scene, cue)
    yield _counted_left(scene, first, at)
    yield argument_of(scene, cue, _PASSIVE_SUBJECTS | _SUBJECTS, unlisted=True)


def _adjacent_subject(scene: Scene, first: int, at: int) -> Group | None:
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


def _before_relative(scene: Scene, first: int, at: int) -> Group | None:
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
    while at > first and (lower[at - 1] in BETWEEN or lower[at - 1].endswith("ly") or lower[at - 1] in _FLOATING):
        at -= 1
    if at > first and lower[at - 1] in RELATIVES:
        at -= 1
        while at > first and lower[at - 1] == ",":
            at -= 1
            if at - 2 > first and lower[at - 1].isdigit() and lower[at - 2] == ",":
                at -= 2
    return at


def _coordinated_bare(scene: Scene, at: int) -> Group | None:
    """'his bodyguard and driver': the second noun needs no article."""
    lower = scene.reading.lower
    if at < 3 or lower[at - 2] != "and" or lower[at - 1] not in people_words().singular:
        return None
    group = scene.by_end.get(at - 2)
    return added(group, Group(at - 1, at, at - 1, 1, 1, 1, counted=False)) if group else None


_FLOATING = frozenset({",", "both", "all"})
_OBJECT_PRONOUNS = frozenset({"him", "them"})


def _over_aside(scene: Scene, first: int, at: int) -> list[Group]:
    """'Vargas, second secretary at the embassy, was shot', 'Barillas, who wrote columns, was murdered'."""
    lower = scene.reading.lower
    for comma in range(at - 1, max(first, at - _ASIDE_MOST), -1):
        if lower[comma] != ",":
            continue
        group = scene.by_end.get(comma)
        if group is not None and (group.counted or is_person(scene, group)):
            return [group]
        if group is None and (named := name_at(scene, comma - 1)):
            return named
    return []


def _shared_subject(scene: Scene, cue: int) -> list[Group]:
    """'was shot six times and died': the subject of the verb that the cue is coordinated with."""
    reading = scene.reading
    if reading.dep[cue] != "conj" or reading.head[cue] == cue:
        return []
    return argument_of(scene, reading.head[cue], _PASSIVE_SUBJECTS | _SUBJECTS, unlisted=True)


_ASIDE_MOST = 25
_ASIDE_WORDS = frozenset({"including", "mostly", "them", "whom", "mainly", ","})


def _before_aside(scene: Scene, first: int, group: Group) -> Group | None:
    """'three people, including a woman, were killed': the group before the aside."""
    for index in range(group.first - 1, first, -1):
        other = scene.by_end.get(index)
        if other is not None and not other.part:
            return other
    return group


def _counted_left(scene: Scene, first: int, at: int) -> list[Group]:
    """The nearest counted group to the left that no other clause cuts off; relative clauses are passed over."""
    reading = scene.reading
    index = at - 1
    while index >= first:
        word = reading.lower[index]
        if reading.pos[index] in ("VERB", "AUX") and not word.endswith("ing"):
            relative = next((x for x in range(index, max(first, index - 4), -1) if reading.lower[x] in RELATIVES), None)
            if relative is None:
                return []
            index = relative - 1
            continue
        if word in cue_words() or word in PASSIVE or word in _OTHER_CLAUSES:
            return []
        group = scene.by_end.get(index + 1)
        if group is not None and group.counted and not group.part:
            return [_joined_back(scene, group)]
        index -= 1
    return []


_OTHER_CLAUSES = frozenset({"before", "after", "while"})


def shared_object(scene: Scene, cue: int) -> list[Group]:
    """'killed and wounded 12': the first participle shares the object of the second."""
    lower = scene.reading.lower
    if cue + 2 < len(lower) and lower[cue + 1] in CONJUNCTIONS and lower[cue + 2] in cue_words():
        return object_after(scene, cue + 2, strict=True)
    return []


def argument_of(scene: Scene, cue: int, relations: frozenset[str], *, unlisted: bool = False) -> list[Group]:
    """The group whose head the parse makes an argument of the cue (or, for a relative clause, its antecedent)."""
    reading = scene.reading
    if not reading.dep[cue]:
        return []
    first, end = reading.bounds_of(cue)
    for index in range(first, end):
        if reading.head[index] == cue and index != cue and reading.dep[index] in relations:
            target = index
            if reading.lower[index] in RELATIVES and reading.dep[cue] in ("acl:relcl", "relcl", "acl"):
                target = reading.head[cue]
            return _group_at(scene, target) or (unlisted_person(reading, target) if unlisted else [])
    return []


def people_at(scene: Scene, token: int) -> list[Group]:
    """The people whose head a token is; one person where it is a name or noun that no list holds."""
    return _group_at(scene, token) or unlisted_person(scene.reading, token)


def _group_at(scene: Scene, token: int) -> list[Group]:
    for group in scene.groups:
        if group.first <= token < group.end:
            return [joined_on(scene, group)]
        if group.first > token:
            return []
    return []
