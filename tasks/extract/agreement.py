"""One name, one sense: what the places of a name in an article say together of what it names.

A surname that stands alone may look like a town; the full name stands a paragraph above. The evidence of all places of
a name is multiplied, and a person's full name also speaks for its last word. States act as bodies do ("the DRC said"),
so their names speak for a place.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.extract.words import rows

_DOUBT = 1e-3
"""Added to every probability, so that no single place of a name can rule out what all others say."""
_FIRM = frozenset(("Date", "Money"))
"""Told by their form wherever they stand; "May" may also be a person."""
_PERSON, _PLACE = "Person", "Location"
_STATE_VOTE = 3.5
"""What a state's name adds for a place where it is not taken for a person (Jordan, Chad): half of a sure sighting."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name at one place of the text."""

    words: tuple[str, ...]
    label: str
    evidence: npt.NDArray[np.float32]
    """Probability of every label, as the encoder sees it there."""


def agreed(sightings: Sequence[Sighting], labels: Sequence[str]) -> list[str]:
    """The label of every sighting, in order, after all sightings of its name have been heard."""
    person, place = labels.index(_PERSON), labels.index(_PLACE)
    votes: dict[str, npt.NDArray[np.float32]] = defaultdict(lambda: np.zeros(len(labels), dtype=np.float32))
    for sighting in sightings:
        if sighting.label in _FIRM:
            continue
        vote = np.log(sighting.evidence + _DOUBT) - np.log(_DOUBT)
        votes[_key(sighting.words)] += vote
        if sighting.label != _PERSON and _unspaced(sighting.words) in _states():
            votes[_key(sighting.words)][place] += _STATE_VOTE
        if sighting.label == _PERSON and len(sighting.words) > 1:
            votes[_key(sighting.words[-1:])][person] += vote[person]
    return [
        sighting.label if sighting.label in _FIRM else labels[int(votes[_key(sighting.words)].argmax())]
        for sighting in sightings
    ]


def _key(words: Sequence[str]) -> str:
    return " ".join(words).casefold()


@cache
def _states() -> frozenset[str]:
    """The names of states, unspaced."""
    return frozenset(
        _unspaced(name.split()) for row in rows("countries.csv") for name in row["names"].split("|") if name
    )


def _unspaced(words: Sequence[str]) -> str:
    """The name however it was cut into words: 'Guinea-Bissau' is three."""
    return "".join(words).casefold()
