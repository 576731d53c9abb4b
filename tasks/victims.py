"""Who the claims of an event count, each once: the groups of people that a text tells apart.

Stories name the same victims again and again ('a judge', 'Carlos Ruiz', 'the judge', 'he'). Members of one list are
different people; across claims a name is known by its last word, a number by itself, and what neither names nor counts
('the victims', 'he') is somebody told of already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks.records import Claim, People


@dataclass(slots=True)
class _Known:
    """A group as known so far, and the claims that speak of it."""

    people: People
    claims: set[int] = field(default_factory=set)


def distinct_groups(claims: Sequence[Claim]) -> tuple[People, ...]:
    """The groups of all claims, each once, in the order of the text; 'no casualties' are nobody."""
    known: list[_Known] = []
    told = [(number, group) for number, claim in enumerate(claims) for group in claim.groups if group.number != 0]
    for number, group in sorted(told, key=lambda entry: _vagueness(entry[1])):
        same = _same(group, (entry for entry in known if number not in entry.claims))
        if same is None:
            known.append(_Known(group, {number}))
        else:
            same.claims.add(number)
    return tuple(sorted((entry.people for entry in known), key=lambda people: people.span.start))


def _vagueness(people: People) -> int:
    """Names come first, then numbers, then single people, then people of no number."""
    if people.name is not None:
        return 0
    if people.number is None:
        return 3
    return 1 if people.number > 1 else 2


def _same(people: People, known: Iterable[_Known]) -> _Known | None:
    fits = [(fit, -number, entry) for number, entry in enumerate(known) if (fit := _fit(people, entry.people))]
    return max(fits, key=lambda entry: entry[:2])[2] if fits else None


def _fit(people: People, other: People) -> int:
    """How well two phrases may mean the same people; 0 if they do not."""
    if people.name is not None and other.name is not None:
        return 3 * (_last(people.name) == _last(other.name))
    if people.number is None:
        return (1 if other.number is None or other.number > 1 else 0) + (_last(people.text) == _last(other.text))
    if people.number != other.number:
        return 0
    return 1 + (_last(people.text) == _last(other.text))


def _last(text: str) -> str:
    words = text.lower().split()
    return words[-1].removesuffix("s") if words else ""
