"""Which toponyms the text ties to an event mention, and how strongly; resolving them is geocode's work."""

from typing import NamedTuple

from tasks.extract.syntax import Tree
from tasks.extract.words import verb_lemma, words

PLACE_LABELS = frozenset({"Location", "Facility"})
_IN = frozenset(
    {
        "in",
        "at",
        "inside",
        "within",
        "outside",
        "across",
        "throughout",
        "on",
        "along",
        "through",
        "around",
        "over",
        "off",
        "of",
    }
)
_NEAR = frozenset({"near", "nearby", "close", "around", "outside", "beside", "between"})
_TO = frozenset({"to", "into", "towards", "toward", "onto"})
_FROM = frozenset({"from", "out"})
_TARGET = frozenset({"against", "upon"})
_SPEAKERS_PREPOSITIONS = frozenset({"in", "at", "from", "to", "on"})


class Toponym(NamedTuple):
    """A place name of the document: token range and the token it hangs by."""

    first: int
    end: int
    head: int
    label: str


class Cue(NamedTuple):
    """A toponym, its relation to a trigger and the weight of it."""

    toponym: Toponym
    relation: str
    weight: float


def toponyms_of(tree: Tree) -> tuple[Toponym, ...]:
    """All place names, in order."""
    found: list[Toponym] = []
    for index in sorted(tree.entity_of):
        first, end, label = tree.entity_of[index]
        if index == first and label in PLACE_LABELS:
            heads = [
                token for token in range(first, end) if not first <= tree.head[token] < end or tree.head[token] == token
            ]
            found.append(Toponym(first, end, heads[0] if heads else first, label))
    return tuple(found)


def cues_of(
    tree: Tree, triggers: tuple[int, ...], arguments: tuple[int, ...], places: tuple[Toponym, ...]
) -> tuple[Cue, ...]:
    """Cues of one mention, from its sentence, the one before, and the headline."""
    sentence = tree.reading.sentence[triggers[0]]
    found: list[Cue] = []
    for place in places:
        at = tree.reading.sentence[place.first]
        if at == sentence:
            found.append(_in_sentence(tree, triggers, arguments, place))
        elif sentence - 2 <= at < sentence:
            found.append(Cue(place, "previous", 0.2 if at == sentence - 1 else 0.12))
        elif at == 0:
            found.append(Cue(place, "headline", 0.2))
    return tuple(_with_containers(tree, [cue for cue in found if cue.weight > 0]))


def _in_sentence(tree: Tree, triggers: tuple[int, ...], arguments: tuple[int, ...], place: Toponym) -> Cue:
    anchors = set(triggers) | set(arguments)
    node, preposition = place.head, tree.preposition(place.head)
    via_argument = False
    for _ in range(8):
        if node in triggers:
            return Cue(place, "target", 0.7)
        head = tree.head[node]
        if head == node:
            break
        if head in triggers:
            return _attached(tree, node, place, preposition, direct=not via_argument)
        if head in arguments:
            return _to_argument(tree, node, place, preposition)
        if node in arguments:
            return Cue(place, "target", 0.8) if node == place.head else Cue(place, *_by_preposition(preposition, 0.75))
        if _is_speech(tree, head) and head not in anchors:
            return Cue(place, "sentence", 0.1 if preposition in _SPEAKERS_PREPOSITIONS or not preposition else 0.2)
        if tree.is_verb(head):
            return _in_clause(tree, triggers, head, node, place, preposition)
        preposition = tree.preposition(head) or preposition
        node, via_argument = head, True
    return Cue(place, "sentence", 0.35)


def _attached(tree: Tree, node: int, place: Toponym, preposition: str, *, direct: bool) -> Cue:
    """On the trigger itself, by a preposition, as object, or as modifier."""
    dep = tree.dep[node]
    if dep in {"nmod:poss", "poss"} and direct:
        return Cue(place, "owner", 0.3)
    if dep in {"compound", "amod", "nmod:desc", "nmod", "nmod:unmarked"} and not preposition and direct:
        return Cue(place, "target", 0.6)
    if dep in {"obj", "dobj", "nsubj:pass", "nsubjpass"}:
        return Cue(place, "target", 0.85)
    if dep in {"nsubj", "obl:agent"} or preposition == "by":
        return Cue(place, "from", 0.15)
    if not preposition:
        return Cue(place, "sentence", 0.45)
    return Cue(place, *_by_preposition(preposition, 0.95))


def _to_argument(tree: Tree, node: int, place: Toponym, preposition: str) -> Cue:
    """On a participant: 'civilians in Zakho', 'the prison in Guayaquil', 'Damascus residents'."""
    dep = tree.dep[node]
    if dep in {"conj", "appos"}:
        return Cue(place, "target", 0.7)
    if dep in {"nmod:poss", "poss", "compound", "amod", "nmod:desc", "nmod:unmarked"} or not preposition:
        return Cue(place, "owner", 0.4)
    return Cue(place, *_by_preposition(preposition, 0.75 if preposition != "of" else 0.5))


def _by_preposition(preposition: str, weight: float) -> tuple[str, float]:
    first = preposition.split(" ")[0]
    if first in _FROM:
        return "from", 0.2
    if first in _NEAR:
        return "near", weight * 0.95
    if first in _TO:
        return "to", weight * 0.65
    if first in _TARGET:
        return "target", weight * 0.8
    if first in _IN:
        return "in", weight
    if first in {"by", "with", "for", "as", "about", "than"}:
        return "sentence", 0.25
    return "sentence", 0.4


def _in_clause(tree: Tree, triggers: tuple[int, ...], verb: int, node: int, place: Toponym, preposition: str) -> Cue:
    """On the verb that governs the trigger (light verb, result verb), or on another clause of the sentence."""
    shares = any(verb in tree.ancestors(trigger)[:3] or trigger in tree.ancestors(verb)[:2] for trigger in triggers)
    if not shares:
        return Cue(place, "sentence", 0.3)
    if tree.dep[node] in {"nsubj", "obl:agent"} and not preposition:
        return Cue(place, "from", 0.15)
    light = verb_lemma(tree.lower[verb]) in words().verbs["light"] | words().verbs["occurring"]
    if preposition:
        return Cue(place, *_by_preposition(preposition, 0.85 if light else 0.6))
    if tree.dep[node] in {"obj", "dobj"}:
        return Cue(place, "target", 0.6 if light else 0.4)
    return Cue(place, "sentence", 0.4)


def _is_speech(tree: Tree, verb: int) -> bool:
    return verb_lemma(tree.lower[verb]) in words().verbs["speech"]


def _with_containers(tree: Tree, cues: list[Cue]) -> list[Cue]:
    """'Zakho, Dohuk': the second name says where the first one is, and gets less weight than it."""
    found: list[Cue] = []
    for cue in cues:
        before = found[-1] if found else None
        gap = tree.lower[before.toponym.end : cue.toponym.first] if before else []
        if (
            before
            and gap == [","]
            and tree.reading.sentence[cue.toponym.first] == tree.reading.sentence[before.toponym.first]
            and before.weight >= 0.4
        ):
            found.append(Cue(cue.toponym, "container", min(cue.weight, before.weight * 0.5)))
        else:
            found.append(cue)
    return found
