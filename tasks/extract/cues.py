"""Which toponyms the text ties to an event mention, and how strongly; resolving them is geocode's work."""

from typing import NamedTuple

from tasks.extract.actors import known_in, role_of, state_names
from tasks.extract.numbers import value_of
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
_NEAR = frozenset({"near", "nearby", "close", "around", "outside", "beside"})
_POSSESSIVES = frozenset({"nmod:poss", "poss"})
_MODIFIERS = frozenset({"compound", "amod", "nmod:desc", "nmod", "nmod:unmarked"})
_APPOSITION = 9
"""Most words of ', a small outpost in' between a place and the one that holds it."""
_MEASURE = 9
"""Most words of 'about 75 miles (120 kilometers) north of the capital' on either side of the unit."""
_UNITS = frozenset({"km", "kms", "kilometer", "kilometers", "kilometre", "kilometres", "mile", "miles"})
_AREAS = frozenset(
    {"area", "region", "province", "district", "county", "governorate", "camp", "city", "town", "village"}
)
_PLACE_NOUNS = _AREAS | frozenset(
    {
        "areas",
        "camps",
        "capital",
        "cities",
        "countries",
        "country",
        "counties",
        "districts",
        "localities",
        "locations",
        "municipalities",
        "municipality",
        "neighborhood",
        "neighborhoods",
        "neighbourhood",
        "neighbourhoods",
        "outskirts",
        "part",
        "parts",
        "places",
        "provinces",
        "regions",
        "settlement",
        "settlements",
        "sites",
        "spots",
        "state",
        "states",
        "suburb",
        "suburbs",
        "towns",
        "townships",
        "villages",
        "zones",
    }
)
"""Nouns that stand for the places they are said with: 'in several cities, including Goma and Beni'."""
_DEMONSTRATIVES = frozenset({"the", "this", "that"})
_POINTERS = _AREAS | {"neighborhood", "neighbourhood", "suburb", "settlement", "municipality", "island"}
"""Nouns that with an article alone point at a place named before: 'in the village'."""
_CAPITAL = "capital"
_TOWNS = frozenset({"city", "town", "capital"})
"""What 'this' points at where the story was filed."""
_BORDERS = frozenset({"border", "borders", "frontier"})
_BEYOND = 0.25
"""What is left of a tie to the state on the other side: 'near the border with Syria'."""
_STATES = frozenset({"country", "nation", "kingdom", "republic"})
_POINTED = 0.8
"""What is left of a tie where a noun stands for the name: 'in the village'."""
_REACH = 4
"""Sentences before in which the place is sought that 'the village' stands for."""
_FRONTED = 0.6
_FRONTED_SPOKEN = 0.35
"""'In Goma, police said three were killed': the place opens the sentence, and all of it lies there; less surely so
where it may be the place of the speaker."""
_OPENERS = frozenset(
    {
        "also",
        "and",
        "but",
        "earlier",
        "elsewhere",
        "meanwhile",
        "later",
        "separately",
        "similarly",
        "then",
        "yesterday",
        "today",
        ",",
        '"',
        "“",
        "while",
    }
)
_FILED = 60
"""Tokens, headline and all, after which no story begins any more."""
_DASHES = ("-", "--", "–", "—")
_LOOSE, _NEXT = 0.4, 0.55
_WINDOW = 16
"""A place so few words behind a trigger, without a verb between, is tied by more than standing in the sentence."""
_INCIDENTS = frozenset(
    {"incident", "it", "this", "tragedy", "crime", "episode", "event", "ordeal", "atrocity", "which"}
)
_RANGE = 12
"""Most words between 'from' and 'to' of a range of places."""
_FURTHER = 0.6
"""What is left of a tie over a verb between: 'was held, and kept from going to a meeting in Goma'."""
_AT_HOP = 0.9
"""'at her home in Goma', 'near a market in Goma': the noun between says where, too."""
_WHOSE = 0.45
"""'Goma police', 'Kivu rebels': says whose they are more than where they were."""
_FORCES = frozenset({"COP", "MIL", "GOV", "JUD"})
_OF_HOP = 0.85
_HOP = 0.7
"""What is left of a tie for each noun that stands between the place and the event."""
_LISTING = frozenset(
    {"including", "like", "such", "such as", "notably", "especially", "particularly", "namely", "among"}
)
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
    is_state: bool
    """A state or its capital, which may stand for the government."""


class About(NamedTuple):
    """The event that cues are sought for."""

    triggers: tuple[int, ...]
    recipients: tuple[int, ...]
    strikes: bool
    """What it is aimed at is where it happens: so with violence, not with protests or words."""


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
        if index == first and label in PLACE_LABELS and not _is_number(tree, first, end):
            heads = [
                token for token in range(first, end) if not first <= tree.head[token] < end or tree.head[token] == token
            ]
            found.append(Toponym(first, end, heads[0] if heads else first, label, _stands_for_state(tree, first, end)))
    return tuple(sorted((*found, *_described(tree))))


def _described(tree: Tree) -> list[Toponym]:
    """'the capital', 'the Salvadoran capital', 'this city': places of their own, though no names."""
    if _CAPITAL not in tree.lower and "this" not in tree.lower:
        return []
    return [
        Toponym(first, token + 1, token, "Location", is_state=False)
        for token, word in enumerate(tree.lower)
        if (word == _CAPITAL or word in _TOWNS) and (first := _description(tree, token)) >= 0
    ]


def _description(tree: Tree, token: int) -> int:
    """The first token of what describes a town without its name; -1 where it has one, or is none."""
    after = min(token + 1, len(tree.lower) - 1)
    if token == 0 or token in tree.entity_of or tree.lower[after] == "of" or tree.label[after] in PLACE_LABELS:
        return -1
    before = tree.lower[token - 1]
    if before == "this":
        return token - 1
    modifies = tree.dep[token] in _MODIFIERS and tree.lower[after] != "city" and not _preposition(tree, token)
    if tree.lower[token] != _CAPITAL or modifies:
        return -1
    if before == "the":
        return token
    return token - 1 if tree.label[token - 1] == "NORP" else -1


def _is_number(tree: Tree, first: int, end: int) -> bool:
    """'Thirteen', which a headline writes like a name."""
    return end - first == 1 and (tree.pos[first] == "NUM" or value_of(tree.lower[first]) is not None)


def _stands_for_state(tree: Tree, first: int, end: int) -> bool:
    name = tree.reading.phrase(first, end)
    whole = name.removeprefix("the ").removeprefix("The ")
    return any(entry.kind in {"state", "capital"} for entry in known_in(name)) and whole.lower() in state_names()


def cues_of(tree: Tree, about: About, places: tuple[Toponym, ...]) -> tuple[Cue, ...]:
    """Cues of one mention, from its sentence, the one before, and the headline."""
    sentence = tree.reading.sentence[about.triggers[0]]
    opening = _opening(tree, sentence)
    found: list[Cue] = _pointed(tree, about, places)
    for place in places:
        at = tree.reading.sentence[place.first]
        if _is_filed_from(tree, place):
            continue
        if at == sentence:
            cue = _opened(tree, about, _in_sentence(tree, about, place), opening)
            is_tied = cue.weight >= _LOOSE and cue.relation != "owner"
            found.append(cue if is_tied or not _follows(tree, about, place, places) else _following(cue))
        elif (place.is_state and not _is_locative(tree, place)) or _is_measured_from(tree, place):
            continue
        elif sentence - 2 <= at < sentence:
            found.append(Cue(place, "previous", 0.2 if at == sentence - 1 else 0.12))
        elif at == 0:
            found.append(Cue(place, "headline", 0.2))
    return tuple(_with_containers(tree, [cue for cue in found if cue.weight > 0]))


def _is_filed_from(tree: Tree, place: Toponym) -> bool:
    """'(New York) - ...' in front of a story: where it was filed."""
    opening = 0 < place.first < _FILED and tree.lower[place.first - 1] == "("
    return opening and tree.lower[place.end : place.end + 2] in ([")", dash] for dash in _DASHES)


def _opening(tree: Tree, sentence: int) -> range:
    """The tokens before the first verb of a sentence that opens with a preposition; else none."""
    first, end = tree.reading.bounds[sentence]
    start = next((token for token in range(first, end) if tree.lower[token] not in _OPENERS), end)
    if start == end or tree.lower[start] not in _IN | _NEAR | _FROM | {"from"}:
        return range(0)
    return range(start, next((token for token in range(start, end) if _is_finite(tree, token)), end))


def _is_finite(tree: Tree, token: int) -> bool:
    return tree.is_verb(token) or tree.pos[token] == "AUX"


def _opened(tree: Tree, about: About, cue: Cue, opening: range) -> Cue:
    """A place that opens the sentence ('In Goma, ...', 'From Goma to Beni, ...') is where all of it happens."""
    place = cue.toponym
    if place.first not in opening or cue.weight >= _FRONTED or _is_measured_from(tree, place):
        return cue
    before = tree.lower[opening.start : place.first]
    ranged = before[0] == "from" and _is_range(tree, opening, place)
    if not ranged and not (before[0] in (_IN - {"of"}) | _NEAR and _is_locative(tree, place)):
        return cue
    spoken = any(_is_speech(tree, token) for token in (opening.stop, *tree.ancestors(about.triggers[0])[:4]))
    return Cue(place, "in", max(cue.weight, _FRONTED_SPOKEN if spoken and not ranged else _FRONTED))


def _is_range(tree: Tree, opening: range, place: Toponym) -> bool:
    """'From Goma in the east to Boma': both ends of it."""
    to = next((token for token in opening if tree.lower[token] == "to" and token - opening.start <= _RANGE), None)
    if to is None or tree.label[min(to + 1, len(tree.label) - 1)] not in PLACE_LABELS:
        return False
    return place.first in {opening.start + 1, to + 1}


def _following(cue: Cue) -> Cue:
    return Cue(cue.toponym, "in", _NEXT)


def _follows(tree: Tree, about: About, place: Toponym, places: tuple[Toponym, ...]) -> bool:
    """'attacked overnight a convoy of traders in Kivu, especially in Goma': what follows with no verb between.

    It holds whatever noun the tree hangs the place on, or where it hangs the noun.
    """
    first = next((place for place in _listed(tree, place, places) if _is_locative(tree, place)), None)
    if first is None or _is_measured_from(tree, place) or _is_hyphenated(tree, place):
        return False
    near = [trigger for trigger in about.triggers if 0 < first.first - trigger <= _WINDOW]
    return bool(near) and not any(_is_finite(tree, token) for token in range(max(near) + 1, place.first))


def _listed(tree: Tree, place: Toponym, places: tuple[Toponym, ...]) -> list[Toponym]:
    """A place and those before it in one list, nearest first: 'in Kivu and Ituri, especially Goma'."""
    found = [place]
    for before in reversed([other for other in places if other.end <= place.first]):
        between = set(tree.lower[before.end : found[-1].first]) - _LISTING - _AREAS
        if between - {",", "and", "as", "in", "the", "eastern", "western", "northern", "southern", "central"}:
            break
        found.append(before)
    return found


def _pointed(tree: Tree, about: About, places: tuple[Toponym, ...]) -> list[Cue]:
    """'in the village', 'there': the place named last, where a noun that stands for it is tied to the event."""
    first, end = tree.reading.bounds_of(about.triggers[0])
    for token in range(first, end):
        if _points(tree, token) and (named := _named_before(tree, token, places)) is not None:
            cue = _in_sentence(tree, about, Toponym(token, token + 1, token, "Location", is_state=False))
            if cue.relation in {"in", "near", "target"}:
                return [Cue(named, "in", cue.weight * _POINTED)]
    return []


def _points(tree: Tree, token: int) -> bool:
    """Whether a noun with nothing but an article stands for a place named before."""
    if tree.lower[token] == "there":
        return tree.dep[token] == "advmod"
    if tree.lower[token] not in _POINTERS | _STATES or token == 0 or tree.lower[token - 1] not in _DEMONSTRATIVES:
        return False
    return tree.dep[token] not in _MODIFIERS and not (
        token + 1 < len(tree.lower) and (tree.lower[token + 1] == "of" or tree.label[token + 1] in PLACE_LABELS)
    )


def _named_before(tree: Tree, token: int, places: tuple[Toponym, ...]) -> Toponym | None:
    """The last name in the sentences before, or earlier in the sentence, that is no state's."""
    sentence = tree.reading.sentence[token]
    near = [p for p in places if p.end <= token and sentence - _REACH <= tree.reading.sentence[p.first] <= sentence]
    if tree.lower[token] in _STATES:
        return next((p for p in reversed(places) if p.end <= token and p.is_state), None)
    located = [p for p in near if not p.is_state and _is_locative(tree, p)]
    return located[-1] if located else None


def said_to_occur(tree: Tree, places: tuple[Toponym, ...]) -> list[tuple[int, Cue]]:
    """'The incident took place at a hotel in Goma': the verb, and its places, for the event told before it."""
    found: list[tuple[int, Cue]] = []
    for place in places:
        verb = tree.clause_verb(place.head)
        if verb == place.head or verb_lemma(tree.lower[verb]) not in words().verbs["occurring"]:
            continue
        if any(tree.lower[subject] in _INCIDENTS for subject in tree.subjects(verb)):
            cue = _in_sentence(tree, About((verb,), (), strikes=True), place)
            if cue.relation in {"in", "near"} and cue.weight >= _LOOSE:
                found.append((verb, cue))
    return found


def _in_sentence(tree: Tree, about: About, place: Toponym) -> Cue:  # noqa: PLR0911 - one case after the other
    """Climbs from the toponym until it meets the event; every noun on the way loosens the tie."""
    if _is_hyphenated(tree, place) or _is_measured_from(tree, place):
        return Cue(place, "sentence", 0.05)
    named_before = tree.dep[place.head] in _POSSESSIVES | _MODIFIERS and not _preposition(tree, place.head)
    if place.is_state and named_before:
        return Cue(place, "owner", 0.15 if tree.head[place.head] in about.triggers else 0.05)
    node, preposition, tie = place.head, _preposition(tree, place.head), 1.0
    for _ in range(8):
        if node in about.triggers:
            return Cue(place, "target", 0.7 * tie)
        head = tree.head[node]
        if head == node:
            break
        if head in about.triggers:
            return _loosened(_attached(tree, about, node, place, preposition), tie)
        if head in about.recipients or node in about.recipients:
            return _loosened(_to_recipient(tree, about, node, place, preposition), tie)
        spoken = _is_speech(tree, head) and not set(tree.ancestors(head)[:3]) & set(about.triggers)
        if spoken and place.is_state and not _is_locative(tree, place):
            return Cue(place, "sentence", 0.05)
        if spoken:
            return Cue(place, "sentence", 0.1 if preposition in _SPEAKERS_PREPOSITIONS or not preposition else 0.2)
        if tree.is_verb(head):
            return _loosened(_in_clause(tree, about, head, node, place, preposition), tie)
        above = _preposition(tree, head)
        preposition = preposition if above == "by" and preposition else above or preposition
        tie *= _hop(tree, place, node, head)
        node = head
    return Cue(place, "sentence", (0.3 if _is_locative(tree, place) or not place.is_state else 0.1) * tie)


def _hop(tree: Tree, place: Toponym, node: int, head: int) -> float:
    """What is left of a tie behind the noun that a place, or what it hangs by, hangs on itself."""
    if tree.dep[node] in {"conj", "appos", "flat"} or (node == place.head and _is_named_area(tree, place)):
        return 1.0
    if tree.lower[head] in _BORDERS and _preposition(tree, node) == "with":
        return _BEYOND
    if (tree.lower[head] in _PLACE_NOUNS or tree.label[head] in PLACE_LABELS) and tree.dep[node] not in _POSSESSIVES:
        return 1.0
    if tree.dep[node] in _MODIFIERS and not _preposition(tree, node) and role_of(tree.lower[head]):
        return _WHOSE
    if _preposition(tree, head).split(" ", maxsplit=1)[0] in (_IN - {"of"}) | _NEAR:
        return _AT_HOP
    return _OF_HOP if _preposition(tree, node) == "of" else _HOP


def _is_locative(tree: Tree, place: Toponym) -> bool:
    """Whether a preposition of place governs the name, or what it is coordinated with."""
    node = place.head
    while tree.dep[node] == "conj" and tree.head[node] != node:
        node = tree.head[node]
    return _preposition(tree, node).split(" ")[0] in (_IN - {"of"}) | _NEAR


def _preposition(tree: Tree, noun: int) -> str:
    """The preposition of a noun, 'in' of 'including in Goma'; none where a word like 'including' only lists it."""
    found = tree.preposition(noun)
    if found not in _LISTING:
        return found
    cases = [tree.lower[child] for child in tree.children[noun] if tree.dep[child] == "case"]
    return next((word for word in cases if word not in _LISTING), "")


def _is_hyphenated(tree: Tree, place: Toponym) -> bool:
    """'Iran-linked', 'US-backed', 'Saudi-led': says who is behind a party, not where anything happened."""
    return place.end + 1 < len(tree.lower) and tree.lower[place.end] == "-" and tree.lower[place.end + 1].isalpha()


def _is_measured_from(tree: Tree, place: Toponym) -> bool:
    """'near his house in Yojoa, 75 miles (120 km) north of Tegucigalpa': the last only says how far the place is."""
    start = tree.reading.bounds_of(place.first)[0]
    before = range(max(start, place.first - _MEASURE), place.first)
    units = [token for token in before if tree.lower[token].lstrip("0123456789.,") in _UNITS]
    if not units or not any(tree.lower[token] in {"of", "from", "outside"} for token in range(units[-1], place.first)):
        return False
    nearby = range(max(start, units[0] - _MEASURE), units[0])
    return any(tree.label[token] in PLACE_LABELS for token in nearby)


def _loosened(cue: Cue, tie: float) -> Cue:
    return cue._replace(weight=cue.weight * tie)


def _attached(tree: Tree, about: About, node: int, place: Toponym, preposition: str) -> Cue:
    """On the trigger itself, by a preposition, as object, or as modifier."""
    dep = tree.dep[node]
    if dep in _POSSESSIVES:
        return Cue(place, "owner", 0.15 if place.is_state else 0.5)
    if dep in _MODIFIERS and not preposition:
        return Cue(place, "target", 0.15 if place.is_state else 0.6)
    if dep in {"obj", "dobj", "nsubj:pass", "nsubjpass"}:
        return Cue(place, "target", 0.85 if about.strikes else 0.3)
    if dep in {"nsubj", "obl:agent"} or "by" in {preposition, _preposition(tree, node)}:
        where = node != place.head and preposition.split(" ", maxsplit=1)[0] in _IN | _NEAR - {"of"}
        return Cue(place, *_by_preposition(preposition, 0.9, about)) if where else Cue(place, "from", 0.15)
    if not preposition:
        return Cue(place, "sentence", 0.45)
    return Cue(place, *_by_preposition(preposition, 0.95, about))


def _is_named_area(tree: Tree, place: Toponym) -> bool:
    """'the al-Qaem area', 'Sadao district'."""
    return place.end < len(tree.lower) and tree.lower[place.end] in _AREAS


def _to_recipient(tree: Tree, about: About, node: int, place: Toponym, preposition: str) -> Cue:
    """On who or what it was done to: 'civilians in Zakho', 'the prison in Guayaquil', 'Damascus residents'."""
    dep = tree.dep[node]
    if node in about.recipients:
        if node == place.head and about.strikes:
            return Cue(place, "target", 0.8 if preposition != "by" else 0.2)
        return Cue(place, *_by_preposition(preposition, 0.75, about))
    if dep in {"conj", "appos"}:
        return Cue(place, "target", 0.7)
    if dep in _POSSESSIVES or not preposition:
        whose = place.is_state or role_of(tree.lower[tree.head[node]]) in _FORCES
        return Cue(place, "owner", 0.15 if whose else 0.4)
    return Cue(place, *_by_preposition(preposition, 0.75 if preposition != "of" else 0.5, about))


def _by_preposition(preposition: str, weight: float, about: About) -> tuple[str, float]:  # noqa: PLR0911 - one case after the other
    first = preposition.split(" ", maxsplit=1)[0]
    if first in _FROM:
        return "from", 0.2
    if first in _NEAR:
        return "near", weight * 0.95
    if first in _TO:
        return "to", weight * 0.65
    if first in _TARGET or (first == "on" and not about.strikes):
        return "target", weight * (0.8 if about.strikes else 0.15)
    if first in _IN:
        return "in", weight
    if first in {"by", "with", "for", "as", "about", "than", "between"}:
        return "sentence", 0.25
    return "sentence", 0.4


def _in_clause(tree: Tree, about: About, verb: int, node: int, place: Toponym, preposition: str) -> Cue:  # noqa: PLR0913, PLR0917
    """On the verb that governs the trigger (light verb, result verb), or on another clause of the sentence."""
    tie = _of_clause(tree, about, verb)
    if tie == 0.0:
        return Cue(place, "sentence", 0.3 if _is_locative(tree, place) or not place.is_state else 0.1)
    if tree.dep[node] in {"nsubj", "obl:agent"} and not preposition:
        return Cue(place, "from", 0.15)
    light = verb_lemma(tree.lower[verb]) in words().verbs["light"] | words().verbs["occurring"]
    if preposition.split(" ", maxsplit=1)[0] in _TO and not light and tree.is_verb(about.triggers[0]):
        return Cue(place, "sentence", 0.15)
    if preposition:
        return _loosened(Cue(place, *_by_preposition(preposition, 0.85 if light else 0.6, about)), tie)
    if tree.dep[node] in {"obj", "dobj"}:
        return _loosened(Cue(place, "target", 0.6 if light else 0.4), tie)
    return Cue(place, "sentence", 0.4 * tie)


def _of_clause(tree: Tree, about: About, verb: int) -> float:
    """How much of what hangs on a verb of the sentence holds for the event: 'fled to Goma after he was shot' is no tie.

    All of it where the verb governs the trigger or hangs on it, less where another verb stands between.
    """
    if any(verb in tree.ancestors(trigger)[:3] or tree.head[verb] == trigger for trigger in about.triggers):
        return 1.0
    return _FURTHER if any(trigger in tree.ancestors(verb)[:2] for trigger in about.triggers) else 0.0


def _is_speech(tree: Tree, verb: int) -> bool:
    return tree.is_verb(verb) and verb_lemma(tree.lower[verb]) in words().verbs["speech"]


def _with_containers(tree: Tree, cues: list[Cue]) -> list[Cue]:
    """'Zakho, Dohuk', 'Tower 22, an outpost in Jordan': the later name says where the first one is, and weighs less."""
    found: list[Cue] = []
    for cue in cues:
        inner = next((before for before in reversed(found[-3:]) if _contains(tree, before, cue)), None)
        if inner is None:
            found.append(cue)
        else:
            found.append(Cue(cue.toponym, "container", max(min(cue.weight, inner.weight * 0.5), inner.weight * 0.45)))
    return found


def _contains(tree: Tree, inner: Cue, outer: Cue) -> bool:
    """Whether the text between two names says that the second holds the first."""
    first, end = inner.toponym.end, outer.toponym.first
    if inner.weight < 0.4 or tree.reading.sentence[first - 1] != tree.reading.sentence[end]:
        return False
    between = tree.lower[first:end]
    if between == [","]:
        return True
    described = (
        len(between) > 3 and len(between) <= _APPOSITION and between[0] == "," and between[1] in {"a", "an", "the"}
    )
    return described and between[-1] == "in" and not any(tree.is_verb(token) for token in range(first, end))
