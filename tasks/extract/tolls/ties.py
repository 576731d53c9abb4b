"""Which event a toll belongs to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.reading import Reading, read
from tasks.extract.tolls.toll import Toll

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class Tie(NamedTuple):
    """How strongly the text ties a toll to a trigger: 1 the same word, below 0.5 only near it."""

    toll: Toll
    score: float
    relation: str
    """'cue', 'syntax', 'sentence', 'next-sentence'."""


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
    if not 1 <= distance <= _SENTENCES_MOST:
        return None
    between = range(reading.sentence[trigger] + 1, reading.sentence[toll.cue] + 1)
    own = [rival for rival in rivals if reading.sentence[rival] in between]
    if toll.cue in own or (own and distance > 1):
        return None
    return Tie(toll, 0.2 if own else _next_score(reading, trigger, toll, rivals), "next-sentence")


_SENTENCES_MOST = 1
"""Sentences without an event of their own over which a toll still belongs to the event told before."""


def _next_score(reading: Reading, trigger: int, toll: Toll, rivals: Sequence[int]) -> float:
    """A toll in a sentence that tells no event of its own is that of the last event told before it."""
    later = any(rival > trigger and reading.sentence[rival] == reading.sentence[trigger] for rival in rivals)
    return 0.5 if toll.kind in ("killed", "injured") and not later else 0.4


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
    """Whether a word between a trigger and a cue behind it says that the cue came before or is another matter."""
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
    if _is_of_persons(reading, between) or _is_prior(reading, between[-1]):
        return 0.35
    return 0.9 if len(between) <= 3 else 0.5


def _is_of_persons(reading: Reading, between: Sequence[int]) -> bool:
    """Whether the cue is told of somebody ('the man who killed two'), not of the event ('which killed two')."""
    for token in between:
        if reading.dep[token] in _RELATIVE_CLAUSES:
            before = reading.lower[max(0, token - _CLAUSE_MOST) : token]
            return any(word in ("who", "whom", "whose", "where") for word in before)
    return False


_CLAUSE_MOST = 6


def _is_prior(reading: Reading, token: int) -> bool:
    """Whether what hangs on a trigger by this token came before it or is its reason: 'after', 'for', 'over'."""
    first, _ = reading.bounds_of(token)
    if reading.lower[token - 1 : token + 1] == ["to", "death"]:
        return False
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
