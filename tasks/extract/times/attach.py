"""Which expression of time dates an event."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.reading import Reading, read, word_set
from tasks.extract.times.words import time_words

if TYPE_CHECKING:
    from spacy.tokens import Token

    from tasks.extract.times import TimeExpression

DATING = frozenset({"point", "range", "since"})
_CLAUSE_MARKS = word_set(
    "who which that when where while whom whose after before because although though since as if but ; : — --"
)
_CLOSE = 20
_SUBORDINATE = frozenset({"acl", "acl:relcl", "relcl", "advcl", "ccomp", "parataxis"})


class Link(NamedTuple):
    """An expression and how well it dates a trigger."""

    expression: "TimeExpression"
    score: float


def links(trigger: "Token", times: Sequence["TimeExpression"]) -> list[Link]:
    """Expressions of the trigger's own sentence that may date it, best first."""
    reading = read(trigger.doc)
    first, end = reading.bounds_of(trigger.i)
    own = [time for time in times if first <= time.first < end and time.kind in DATING]
    scored = [Link(time, _score(reading, trigger.i, time)) for time in own]
    return sorted(scored, key=lambda link: (-link.score, abs(link.expression.first - trigger.i)))


def _score(reading: Reading, trigger: int, time: "TimeExpression") -> float:
    after = range(time.end, min(time.end + 4, len(reading.lower)))
    if trigger in after and _is_genitive(reading, time, trigger):
        return 1.0
    governor = _governor(reading, time)
    if governor is None:
        return _by_tokens(reading, trigger, time)
    score = _by_syntax(reading, trigger, time, governor)
    return max(score, 0.7) if _follows_closely(reading, trigger, time) else score


def _follows_closely(reading: Reading, trigger: int, time: "TimeExpression") -> bool:
    """Whether only nouns stand between a trigger and an expression behind it, whatever the parse says.

    'the assassination of the minister by suspected guerrillas early this morning'.
    """
    if not 0 <= time.first - trigger - 1 <= _CLOSE:
        return False
    return all(
        reading.pos[token] not in ("VERB", "AUX", "PRON", "SCONJ") and reading.lower[token] not in _CLAUSE_MARKS
        for token in range(trigger + 1, time.first)
    )


def is_statement(reading: Reading, time: "TimeExpression") -> bool:
    """Whether an expression dates what somebody said ('police said on Tuesday'), not what happened."""
    reporting = time_words().reporting
    governor = _governor(reading, time)
    if governor is not None:
        return reading.lower[governor] in reporting
    first, end = reading.bounds_of(time.first)
    around = reading.lower[max(first, time.first - 3) : time.first] + reading.lower[time.end : min(end, time.end + 2)]
    return any(word in reporting for word in around)


def _is_genitive(reading: Reading, time: "TimeExpression", trigger: int) -> bool:
    """'Wednesday's shelling', 'the Wednesday shelling', 'a 1979 coup'."""
    between = reading.lower[time.end : trigger]
    if between[:1] in (["'s"], ["’s"]):
        return True
    article = reading.lower[time.first - 1] if time.first else ""
    return article in ("the", "a", "an", "this", "last") and all(
        reading.pos[token] in ("ADJ", "NOUN", "PROPN", "") for token in range(time.end, trigger)
    )


def _governor(reading: Reading, time: "TimeExpression") -> int | None:
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
        return 1.0
    said = reading.lower[governor] in time_words().reporting
    up = _path(reading, trigger)
    if governor in up:
        crossed = sum(reading.dep[token] in _SUBORDINATE for token in [trigger, *up[: up.index(governor)]])
        if said:
            return 0.3
        return 0.85 if not crossed else 0.6 if crossed == 1 else 0.45
    down = _path(reading, governor)
    if trigger in down:
        crossed = sum(reading.dep[token] in _SUBORDINATE for token in [governor, *down[: down.index(trigger)]])
        return 0.75 if not crossed else 0.35
    shared = next((token for token in up if token in down), None)
    if shared is None or said:
        return 0.25
    return 0.5 * _by_tokens(reading, trigger, time) + 0.15


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
