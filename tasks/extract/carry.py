"""The place under discussion carries on until the text changes it.

'Gunmen attacked a bus near Goma. Two passengers were shot and the driver was abducted.' An event that names no place of
its own happened where the one before it did, in the same paragraph surely enough to count, in the next one barely.
"""

from collections.abc import Sequence

from tasks.extract.cues import Cue, Toponym
from tasks.extract.syntax import Tree
from tasks.records import Realis

_SETTING = frozenset({"in", "near", "target"})
_FIRM = 0.4
"""The tie from which a place sets the scene for what follows."""
_KEPT_SHARE = 0.6
_SAME_PARAGRAPH, _NEXT_PARAGRAPH = 0.34, 0.22
_TOLD = frozenset({Realis.ACTUAL, Realis.ONGOING})


def carried(tree: Tree, told: Sequence[tuple[int, Realis, tuple[Cue, ...]]]) -> list[tuple[Cue, ...]]:
    """The cues of every event in order, given its trigger, its reality and its own cues, with the places carried on."""
    paragraphs = _paragraphs(tree)
    held: tuple[Toponym, ...] = ()
    since = -2
    found: list[tuple[Cue, ...]] = []
    for trigger, realis, cues in told:
        paragraph = paragraphs[tree.reading.sentence[trigger]]
        own = _own(tree, trigger, cues)
        if own and realis in _TOLD:
            held, since = own, paragraph
        weight = _SAME_PARAGRAPH if paragraph == since else _NEXT_PARAGRAPH
        carries = not own and realis in _TOLD and paragraph - since <= 1
        found.append((*cues, *(Cue(place, "scene", weight) for place in held)) if carries else cues)
    return found


def _own(tree: Tree, trigger: int, cues: tuple[Cue, ...]) -> tuple[Toponym, ...]:
    """The places that an event's own sentence firmly ties to it."""
    sentence = tree.reading.sentence[trigger]
    firm = [
        cue
        for cue in cues
        if cue.relation in _SETTING
        and cue.weight >= _FIRM
        and (tree.reading.sentence[cue.toponym.first] == sentence or cue.weight >= 2 * _KEPT_SHARE * _FIRM)
    ]
    strongest = max((cue.weight for cue in firm), default=0.0)
    return tuple(cue.toponym for cue in firm if cue.weight >= _KEPT_SHARE * strongest)


def _paragraphs(tree: Tree) -> list[int]:
    """The number of the paragraph that each sentence stands in."""
    reading = tree.reading
    found: list[int] = []
    number = 0
    for first, _ in reading.bounds:
        before = reading.text[reading.ends[first - 1] : reading.starts[first]] if first else ""
        closed = tree.lower[first - 1] if first else ""
        number += "\n\n" in before or "\n\n" in closed
        found.append(number)
    return found
