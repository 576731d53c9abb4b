"""Which expression of time dates an event."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.reading import Reading, read, word_set
from tasks.extract.times.words import time_words
from tasks.records import DatePrecision

if TYPE_CHECKING:
    from spacy.tokens import Token

    from tasks.extract.times import TimeExpression
    from tasks.extract.times.scope import Raw

DATING = frozenset({"point", "range", "since"})
_CLAUSE_MARKS = word_set(
    "who which that when where while whom whose after before because although though since as if but ; : — --"
)
_CLOSE = 20
_SET_OFF = 0.95
_OF_STATEMENT = 0.25
_RELATIVE = frozenset({"acl:relcl", "relcl"})
_AHEAD = frozenset({"next", "tomorrow", "coming", "upcoming"})
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "its", "their"})
_OPENERS = word_set("on in at since by early late earlier during from over the and but then later meanwhile also")
_FUNCTION = word_set("in on at by of to for from with and or but was were is are has had have that which who said told")
_SUBORDINATE = frozenset({"acl", "acl:relcl", "relcl", "advcl", "ccomp", "parataxis"})


class Link(NamedTuple):
    """An expression and how well it dates a trigger."""

    expression: "TimeExpression"
    score: float


def links(trigger: "Token", times: Sequence["TimeExpression"]) -> list[Link]:
    """Expressions of the trigger's own sentence that may date it, best first."""
    reading = read(trigger.doc)
    first, end = reading.bounds_of(trigger.i)
    near = [time for time in times if first <= time.first < end]
    own = [time for time in near if time.kind in DATING or _is_set_off(reading, trigger.i, time)]
    scored = [Link(time, _score(reading, trigger.i, time)) for time in own]
    return sorted(scored, key=lambda link: (-link.score, abs(link.expression.first - trigger.i)))


def _is_set_off(reading: Reading, trigger: int, time: "TimeExpression") -> bool:
    """Whether a trigger is what 'a day after' counts from, or, where that opens the sentence, what came then."""
    if time.kind not in ("offset", "onset") or trigger < time.end:
        return False
    comma = next((at for at in range(time.end, trigger) if reading.lower[at] in (",", ";")), None)
    return comma is not None if time.kind == "onset" else reading.lower[comma or 0] != ";"


def _score(reading: Reading, trigger: int, time: "TimeExpression") -> float:
    if time.kind in ("offset", "onset") or opens_clause_of(reading, trigger, time):
        return _SET_OFF
    noun = _modified(reading, time)
    if noun is not None:
        return _of_noun(reading, trigger, noun, time)
    if reading.lower[time.first] in _AHEAD or (time.kind == "since" and _is_single(reading, trigger)):
        return 0.2
    governor = _governor(reading, time)
    score = _by_tokens(reading, trigger, time) if governor is None else _by_syntax(reading, trigger, time, governor)
    if _follows_closely(reading, trigger, time) and not (governor is not None and _is_of_toll(reading, governor)):
        return max(score, 0.9)
    return max(score, 0.55) if _is_fronted(reading, time) else score


def opens_clause_of(reading: Reading, trigger: int, time: "TimeExpression") -> bool:
    """'the deadliest since November, when 22 were killed': the day of what stands in a clause of its own."""
    after = [word for word in reading.lower[time.end : time.end + 2] if word != ","]
    return trigger > time.end and after[:1] == ["when"] and reading.sentence[trigger] == reading.sentence[time.first]


def _is_single(reading: Reading, trigger: int) -> bool:
    """'The strike was the 17th since 2018': one occasion does not last since then."""
    return reading.pos[trigger] == "NOUN" and not reading.lower[trigger].endswith(("s", "ing"))


def _modified(reading: Reading, time: "TimeExpression") -> int | None:
    """The noun that an expression belongs to: 'Wednesday's shelling', 'the Wednesday shelling', 'a 1979 coup'."""
    end = reading.bounds_of(time.first)[1]
    at = time.end
    if at < end and reading.lower[at] in ("'s", "’s", "'"):
        at += 1
    elif not (time.first and reading.lower[time.first - 1] in _DETERMINERS) or time.time_of_day:
        return None
    last = None
    while at < min(end, time.end + 6) and reading.pos[at] in ("ADJ", "NOUN", "PROPN", ""):
        if reading.lower[at] in _CLAUSE_MARKS or (reading.pos[at] == "" and reading.lower[at] in _FUNCTION):
            break
        last = at
        at += 1
    return last


def _of_noun(reading: Reading, trigger: int, noun: int, time: "TimeExpression") -> float:
    """How well a date that belongs to a noun dates a trigger: fully if it is that noun, hardly otherwise."""
    if noun - 3 <= trigger <= noun:
        return 1.0
    coarse = time.precision in (DatePrecision.YEAR, DatePrecision.MONTH) and _follows_closely(reading, trigger, time)
    return 0.5 if coarse or trigger in _path(reading, noun)[:3] else 0.15


def _is_fronted(reading: Reading, time: "TimeExpression") -> bool:
    """'On Monday, …': an expression that opens a sentence dates all of it."""
    first = reading.bounds_of(time.first)[0]
    before = [word for word in reading.lower[first : time.first] if not word.isspace() and word not in ('"', "“")]
    return len(before) <= 2 and all(word in _OPENERS for word in before)


def _follows_closely(reading: Reading, trigger: int, time: "TimeExpression") -> bool:
    """Whether only nouns stand between a trigger and an expression behind it, whatever the parse says.

    'the assassination of the minister by suspected guerrillas early this morning'.
    """
    if not 0 <= time.first - trigger - 1 <= _CLOSE or not reading.pos[trigger]:
        return False
    return all(
        reading.pos[token] not in ("VERB", "AUX", "PRON", "SCONJ") and reading.lower[token] not in _CLAUSE_MARKS
        for token in range(trigger + 1, time.first)
    )


def is_statement(reading: Reading, time: "TimeExpression | Raw") -> bool:
    """Whether an expression dates what somebody said ('police said on Tuesday'), not what happened."""
    reporting = time_words().reporting
    if _follows_report(reading, time):
        return True
    governor = _governor(reading, time)
    if governor is not None:
        return reading.lower[governor] in reporting or _is_of_toll(reading, governor)
    first, end = reading.bounds_of(time.first)
    around = reading.lower[max(first, time.first - 3) : time.first] + reading.lower[time.end : min(end, time.end + 2)]
    return any(word in reporting for word in around)


def _follows_report(reading: Reading, time: "TimeExpression | Raw") -> bool:
    """'The army said on Sunday its forces had killed ...': whatever the parse makes of it."""
    first = reading.bounds_of(time.first)[0]
    at = time.first - 1
    at -= at > first and reading.lower[at] == "on"
    return at > first and reading.pos[at] == "VERB" and reading.lower[at] in time_words().reporting


def _is_of_toll(reading: Reading, verb: int) -> bool:
    """'the death toll from the strike rose to 45 on Tuesday': the day of a count, not of what happened."""
    if reading.lower[verb] not in _RISING:
        return False
    first = reading.bounds_of(verb)[0]
    return any(reading.lower[token] in ("toll", "tolls", "number") for token in range(first, verb))


_RISING = word_set(
    "rose risen rises rising climbed climbs increased jumped reached reaches stood stands grew hit passed"
)


def is_of_occurrence(reading: Reading, time: "TimeExpression", trigger: int) -> bool:
    """Whether an expression says when what a trigger tells of happened: 'The attack took place on Monday'."""
    verb = _governor(reading, time)
    if verb is None or time.kind not in ("point", "range") or time.precision is not DatePrecision.DAY:
        return False
    words = time_words()
    if reading.lower[verb] not in words.occurring and reading.lower[verb : verb + 2] not in _TOOK_PLACE:
        return False
    if reading.sentence[verb] == reading.sentence[trigger]:
        return reading.dep[verb] in _RELATIVE and _is_occasion_of(reading, reading.head[verb], trigger)
    first = reading.bounds_of(verb)[0]
    return any(reading.lower[token] in words.occasions for token in range(max(first, verb - _SUBJECT_MOST), verb))


_TOOK_PLACE = (["took", "place"], ["taken", "place"])
_SUBJECT_MOST = 8


def _is_occasion_of(reading: Reading, noun: int, trigger: int) -> bool:
    """'arrested 12 people in an operation': the noun is the trigger, or that in the course of which it came about."""
    first = reading.bounds_of(noun)[0]
    return noun == trigger or (
        reading.head[noun] == trigger
        and any(
            reading.head[token] == noun and reading.lower[token] in ("in", "during")
            for token in range(max(first, noun - _SUBJECT_MOST), noun)
        )
    )


def _governor(reading: Reading, time: "TimeExpression | Raw") -> int | None:
    """The word outside the expression that it depends on; prepositions are looked through."""
    for token in range(time.first, time.end):
        head = reading.head[token]
        if head == token or time.first <= head < time.end or reading.dep[token] in ("", "dep"):
            continue
        for _ in range(3):
            if reading.pos[head] == "ADP" and reading.head[head] != head:
                head = reading.head[head]
        return head
    return None


def _by_syntax(reading: Reading, trigger: int, time: "TimeExpression", governor: int) -> float:
    if governor == trigger:
        return _OF_STATEMENT if time.end <= trigger and _follows_report(reading, time) else 1.0
    if _is_of_toll(reading, governor):
        return _OF_STATEMENT
    said = reading.lower[governor] in time_words().reporting
    up, down = _path(reading, trigger), _path(reading, governor)
    if governor in up and reading.lower[governor] in time_words().answering and time.end <= trigger:
        said = said or _comes_after(reading, [trigger, *up[: up.index(governor)]])
    if governor in up:
        crossed = sum(reading.dep[token] in _SUBORDINATE for token in [trigger, *up[: up.index(governor)]])
        return 0.3 if said else (0.85, 0.6, 0.45)[min(crossed, 2)]
    if trigger in down:
        between = {reading.dep[token] for token in [governor, *down[: down.index(trigger)]]}
        return 0.2 if between & _RELATIVE else 0.4 if between & _SUBORDINATE else 0.75
    if said or not set(up) & set(down):
        return 0.25
    return 0.5 * _by_tokens(reading, trigger, time) + 0.15


def _comes_after(reading: Reading, path: Sequence[int]) -> bool:
    """'extended a curfew on Monday after violent protests': the day is that of the answer."""
    first = reading.bounds_of(path[0])[0]
    near = range(max(first, min(path) - _SUBJECT_MOST), path[0])
    return any(reading.head[at] in path and reading.lower[at] in ("after", "following") for at in near)


def _path(reading: Reading, token: int) -> list[int]:
    path: list[int] = []
    while reading.head[token] != token and len(path) < 60:
        token = reading.head[token]
        path.append(token)
    return path


def _by_tokens(reading: Reading, trigger: int, time: "TimeExpression") -> float:
    """Without a parse: near and in the same clause."""
    low, high = (time.end, trigger) if time.first < trigger else (trigger + 1, time.first)
    between = reading.lower[low:high]
    reporting = time_words().reporting
    marks = sum(word in _CLAUSE_MARKS for word in between)
    around = reading.lower[max(0, time.first - 3) : time.first] + reading.lower[time.end : time.end + 3]
    said = any(word in reporting for word in around) and reading.lower[trigger] not in reporting
    if said or any(word in reporting for word in between):
        return 0.3
    return max(0.2, 0.8 - 0.25 * marks - 0.01 * len(between))
