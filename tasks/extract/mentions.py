"""Event mentions: the triggers of a document, what they mean, who and what is tied to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from tasks.extract.actors import role_of
from tasks.extract.carry import carried
from tasks.extract.cues import About, Cue, Toponym, cues_of, said_to_occur, toponyms_of
from tasks.extract.lexicon import Company, Sense, choose, lexicon
from tasks.extract.participants import Roles, roles_of
from tasks.extract.parties import Cast
from tasks.extract.realis import realis_of
from tasks.extract.syntax import Tree
from tasks.extract.words import singular, verb_lemma, words
from tasks.extract.works import told_in_works
from tasks.records import Realis

if TYPE_CHECKING:
    from spacy.tokens import Doc

_DOMAINS = {"@sport": ("sport", 0.016), "@finance": ("finance", 0.02), "@film": ("film", 0.02)}
"""Share of a domain's words from which a document is taken to be about it."""
_HARM = frozenset({"kill", "injure", "wound", "maim", "slay"})
_PEACEFUL, _STOPPED = "Peaceful protest", "Protest with intervention"
_LOOTING = "Looting/property destruction"
_INTERVENTIONS = frozenset({_STOPPED, "Excessive force against protesters"})
_GERUNDS = frozenset((before, "between") for before in ("in", "of", "after", "during", "from", "the", "heavy", "by"))
_NEXT = 2
"""Sentences between a protest and what police do to it."""
_DURING = frozenset({"in", "during"})
_OCCASIONS = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "RETREAT"})
_DESCRIPTIVE = frozenset({"amod", "compound"})


@dataclass(slots=True)
class Draft:
    """One mention under construction; tokens are indices."""

    token: int
    sense: Sense
    realis: Realis
    roles: Roles
    cues: tuple[Cue, ...] = ()
    group: int | None = None
    weight: float = 0.5
    extra: list[int] = field(default_factory=list)
    """Further tokens of the trigger (light verb, particle)."""


class Scene:
    """A document with its tree, places and cast: what drafting looks at."""

    def __init__(self, doc: "Doc") -> None:
        self.doc = doc
        self.tree = Tree(doc)
        _trust_lexicon(self.tree)
        self.places: tuple[Toponym, ...] = toponyms_of(self.tree)
        self.cast = Cast(self.tree)
        self.domains = _domains(self.tree.lower)
        self.works = told_in_works(self.tree)


def _trust_lexicon(tree: Tree) -> None:
    """The lexicon is surer than any tagger that 'unrest' is a noun and 'camped' a verb."""
    senses = lexicon().senses
    for token, word in enumerate(tree.lower):
        if word not in senses:
            continue
        tag = tree.tag[token][:1]
        if tree.tag[token] == "VBG" and _is_gerund_noun(tree, token):
            tree.tag[token] = "NN"
            continue
        if tag in {"V", "J"} and _only_pos(word) == "n":
            tree.tag[token] = "NNS" if word.endswith("s") and not word.endswith("ss") else "NN"
        elif tag == "N" and word.endswith("ed") and _only_pos(word) == "v":
            tree.tag[token] = "VBD"


def _is_gerund_noun(tree: Tree, token: int) -> bool:
    """'in fighting between gangs': what happened there, though the parser reads a clause."""
    around = (tree.lower[token - 1] if token else "", tree.lower[token + 1] if token + 1 < len(tree.lower) else "")
    return "n" in {sense.pos for sense in lexicon().senses[tree.lower[token]]} and around in _GERUNDS


def _domains(lower: Sequence[str]) -> frozenset[str]:
    """Which domains besides conflict a document is about, as the words of its class."""
    classes = words().classes
    found: set[str] = set()
    for name, (key, share) in _DOMAINS.items():
        del name
        hits = sum(word in classes[key] for word in lower)
        if hits >= 3 and hits >= share * len(lower):
            found |= classes[key]
    return frozenset(found)


def drafts_of(scene: Scene) -> list[Draft]:
    """All mentions of a document, in order; those known to be one event share a group."""
    found: list[Draft] = []
    told: set[str] = set()
    senses = lexicon().senses
    for token in [index for index, form in enumerate(scene.tree.lower) if form in senses]:
        draft = _draft(scene, token, told)
        if draft is not None:
            found.append(draft)
            if draft.sense.mode and draft.realis not in {Realis.GENERIC, Realis.NEGATED}:
                told.add(draft.sense.mode)
    _resolve_violence(scene.tree, found)
    _resolve_interventions(scene.tree, found)
    _replace_events(scene.tree, found)
    _link(scene.tree, found)
    for draft in found:
        strikes = draft.sense.event_type in {"ASSAULT", "COERCE"}
        about = About((draft.token, *draft.extra), draft.roles.recipients, strikes)
        draft.cues = cues_of(scene.tree, about, scene.places)
    for verb, cue in said_to_occur(scene.tree, scene.places):
        told_before = [draft for draft in found if draft.token < verb and draft.sense.event_type in _OCCASIONS]
        if told_before:
            told_before[-1].cues = (*told_before[-1].cues, cue)
    own = [(draft.token, draft.realis, draft.cues) for draft in found]
    for draft, cues in zip(found, carried(scene.tree, own), strict=True):
        draft.cues = cues
    return found


def _draft(scene: Scene, token: int, told: set[str]) -> Draft | None:
    tree = scene.tree
    senses = lexicon().senses.get(tree.lower[token])
    if senses is None or not tree.tag[token]:
        return None
    pos = _part_of_speech(tree, token)
    if pos is None or _is_part_of_name(tree, token):
        return None
    company = Company(tree, token, scene.cast.kind, scene.domains, told)
    sense = choose(company, senses, pos)
    if sense is None or _describes(tree, token, pos):
        return None
    light = _light_verb(tree, token)
    return Draft(
        token=token,
        sense=sense,
        realis=Realis.GENERIC if tree.reading.sentence[token] in scene.works else realis_of(tree, token),
        roles=roles_of(tree, token, sense.event_type),
        weight=_sureness(tree, token, light),
        extra=light,
    )


def _sureness(tree: Tree, token: int, light: list[int]) -> float:
    """How surely the word's form tells an occasion: finite verbs and what is 'carried out' most, bare nouns least."""
    if light or tree.tag[token] in {"VBD", "VBN", "MD"}:
        return 1.0
    if tree.is_verb(token):
        return 0.7
    if tree.dep[token] in {"obj", "dobj"} and verb_lemma(tree.lower[tree.head[token]]) in words().verbs["witnessing"]:
        return 0.7
    preposition = tree.preposition(token).split(" ")[0]
    return 0.6 if preposition in {"after", "during", "in", "following"} or tree.dep[token].startswith("nsubj") else 0.3


def _part_of_speech(tree: Tree, token: int) -> str | None:
    tag = tree.tag[token]
    if tag.startswith("V"):
        return "v"
    if tag.startswith("N"):
        return "n"
    if tag.startswith("JJ"):
        return "a"
    if tag == "MD":
        return "m"
    return None


@cache
def _only_pos(form: str) -> str | None:
    """The one part of speech a form can have as a trigger: the lexicon is surer of 'unrest' than any tagger."""
    kinds = {sense.pos for sense in lexicon().senses[form]}
    return next(iter(kinds)) if kinds in ({"n"}, {"v"}) else None


def _is_part_of_name(tree: Tree, token: int) -> bool:
    """Words inside names ('Strike Force', 'Attack on Titan') tell nothing; a title-case headline is no name."""
    entity = tree.entity_of.get(token)
    return (
        entity is not None
        and entity[2] in {"Person", "Organization", "Facility", "Product", "Location", "Date"}
        and entity[1] - entity[0] > 1
    )


def _describes(tree: Tree, token: int, pos: str) -> bool:
    """Whether a noun only describes another ('protest leader', 'arrest warrant', 'attack helicopter')."""
    if pos != "n" or tree.dep[token] not in _DESCRIPTIVE:
        return False
    head = tree.head[token]
    return head > token and tree.label[head] != "Date"


def _light_verb(tree: Tree, token: int) -> list[int]:
    if tree.is_verb(token):
        return []
    verb = tree.head[token]
    is_light = tree.is_verb(verb) and verb_lemma(tree.lower[verb]) in words().verbs["light"]
    return [verb] if is_light and tree.dep[token] in {"obj", "dobj", "nsubj:pass", "nsubjpass"} else []


# --- one event told by several words of a sentence ---------------------------------------------------------


def _link(tree: Tree, drafts: list[Draft]) -> None:
    """Give mentions that syntax shows to be one event a common group."""
    by_token = {token: draft for draft in drafts for token in draft.extra} | {draft.token: draft for draft in drafts}
    for number, draft in enumerate(drafts):
        if draft.group is None:
            draft.group = number
        for partner in _partners(tree, draft, drafts):
            other = by_token.get(partner)
            if other is not None and other is not draft and _compatible(draft, other):
                _merge(drafts, draft, other)
                _share_past(draft, other)


def _merge(drafts: list[Draft], draft: Draft, other: Draft) -> None:
    old = other.group
    if old is None:
        other.group = draft.group
        return
    for each in drafts:
        if each.group == old:
            each.group = draft.group


def _share_past(draft: Draft, other: Draft) -> None:
    """What is background for the cause is background for its result."""
    if draft.sense.lemma in _HARM and other.realis is Realis.HISTORICAL:
        draft.realis = Realis.HISTORICAL
        draft.roles = Roles(other.roles.actors, draft.roles.recipients)


def _compatible(draft: Draft, other: Draft) -> bool:
    happened = {Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL}
    same = draft.realis == other.realis or {draft.realis, other.realis} <= happened
    return draft.sense.event_type == other.sense.event_type and same


def _partners(tree: Tree, draft: Draft, drafts: list[Draft]) -> list[int]:
    """Tokens that would tell the same event as a draft if they are triggers themselves."""
    token = draft.token
    head, dep = tree.head[token], tree.dep[token]
    if draft.sense.lemma in _HARM and tree.tag[token] == "VBG" and tree.lower[token - 1] == ",":
        return _last_told(tree, token, drafts)
    found: list[int] = []
    if tree.is_verb(token):
        found += [
            child
            for child in tree.children[token]
            if tree.dep[child] in {"nsubj", "obl", "obl:agent", "advcl", "obj", "ccomp", "xcomp", "nmod"}
        ]
        found += tree.agents(token)
        found += [noun for member in tree.conjuncts(token)[1:] for p, noun in tree.obliques(member) if p in _DURING]
        found += [deep for child in found for p, deep in tree.obliques(child) if p == "of" and tree.is_noun(child)]
        if dep in {"acl", "acl:relcl", "relcl", "advcl", "xcomp"}:
            found.append(head)
        if dep == "conj" and not tree.own_subjects(token):
            found.append(head)
    else:
        found += [noun for preposition, noun in tree.obliques(token) if preposition in {"of", "in", "during", "by"}]
        if dep in {"appos", "conj"} and dep == "appos":
            found.append(head)
    return found


def _resolve_violence(tree: Tree, drafts: list[Draft]) -> None:
    """'The violence' after a riot is the riot; so is what it killed."""
    riot: Draft | None = None
    for draft in drafts:
        if draft.sense.mode == "riot":
            riot = draft
        elif draft.sense.mode == "violence" and riot is not None and _is_bare(tree, draft.token):
            draft.sense = draft.sense._replace(event_type="PROTEST", mode="riot", acled=riot.sense.acled)
    for draft in drafts:
        if riot is not None and _is_part_of_riot(tree, draft):
            draft.sense = draft.sense._replace(event_type="PROTEST", mode="riot", acled=riot.sense.acled)
    by_token = {draft.token: draft for draft in drafts}
    for draft in drafts:
        _settle_clash(tree, draft, drafts, by_token)
    riots = {draft.token for draft in drafts if draft.sense.mode == "riot"}
    for draft in drafts:
        if draft.sense.lemma in _HARM and any(partner in riots for partner in _partners(tree, draft, drafts)):
            draft.sense = draft.sense._replace(event_type="PROTEST", mode="riot", acled="Violent demonstration")
            draft.roles = Roles((), ())


def _is_part_of_riot(tree: Tree, draft: Draft) -> bool:
    """'Looting', 'the capital was stormed' by nobody named, where rioters were told of."""
    if draft.roles.actors or draft.realis is Realis.HISTORICAL:
        return False
    return draft.sense.mode == "storm" or (draft.sense.acled == _LOOTING and not tree.is_verb(draft.token))


def _resolve_interventions(tree: Tree, drafts: list[Draft]) -> None:
    """A protest that police break up in its sentence or the next ones is one 'with intervention', in every telling."""
    sentence = tree.reading.sentence
    stopped = [
        sentence[draft.token]
        for draft in drafts
        if draft.sense.acled in _INTERVENTIONS and draft.realis in {Realis.ACTUAL, Realis.ONGOING}
    ]
    for draft in drafts:
        if draft.sense.acled != _PEACEFUL or draft.realis not in {Realis.ACTUAL, Realis.ONGOING}:
            continue
        here = sentence[draft.token]
        if stopped and (here == 0 or any(abs(here - other) <= _NEXT for other in stopped)):
            draft.sense = draft.sense._replace(acled=_STOPPED)


def _replace_events(tree: Tree, drafts: list[Draft]) -> None:
    """'An Israeli air strike killed two': who acts is who struck, not the strike."""
    events = {
        draft.token: draft
        for draft in drafts
        if not tree.is_verb(draft.token) and role_of(tree.lower[draft.token]) is None
    }
    for draft in drafts:
        if not events.keys() & set(draft.roles.actors):
            continue
        doers = [
            doer
            for actor in draft.roles.actors
            for doer in (events[actor].roles.actors if actor in events and actor != draft.token else (actor,))
        ]
        draft.roles = draft.roles._replace(actors=tuple(dict.fromkeys(doers)))


def _settle_clash(tree: Tree, harm: Draft, drafts: list[Draft], by_token: dict[int, Draft]) -> None:
    """'killed in an encounter with police': who the victims clashed with is who killed them."""
    if harm.sense.lemma not in _HARM or harm.roles.actors or not harm.roles.recipients:
        return
    for partner in _partners(tree, harm, drafts):
        clash = by_token.get(partner)
        if clash is None or clash.sense.mode not in {"clash", "gunfight"} or not clash.roles.directed:
            continue
        others = tuple(token for token in clash.roles.recipients if token not in harm.roles.recipients)
        if others:
            harm.roles = clash.roles = Roles(others, harm.roles.recipients)


def _is_bare(tree: Tree, token: int) -> bool:
    """'the violence': pointed at, and not described."""
    modifiers = [tree.lower[child] for child in tree.left_modifiers(token)]
    return bool(modifiers) and set(modifiers) <= {"the", "this", "that"}


def _last_told(tree: Tree, token: int, drafts: list[Draft]) -> list[int]:
    """', killing three' belongs to the violence told last before it, whatever the parser hangs it on."""
    sentence = tree.reading.sentence[token]
    before = [
        d.token
        for d in drafts
        if d.token < token and tree.reading.sentence[d.token] == sentence and d.sense.event_type == "ASSAULT"
    ]
    return before[-1:]


def trigger_range(tree: Tree, draft: Draft) -> tuple[int, int]:
    """Token range of the trigger's words, with particle and the modifiers that settle its sense ('air strikes')."""
    first = end = draft.token
    if not tree.is_verb(draft.token):
        while (
            first > 0
            and tree.head[first - 1] == draft.token
            and tree.dep[first - 1] in {"compound", "amod"}
            and first - 1 not in tree.entity_of
        ):
            first -= 1
    elif draft.token + 1 < len(tree.lower) and (
        tree.dep[draft.token + 1] in {"compound:prt", "prt"}
        or tree.lower[draft.token + 1] in {"dead", "hostage", "fire", "ablaze"}
    ):
        end += 1
    return first, end + 1


def is_harm(draft: Draft) -> bool:
    """Whether the trigger only says what came of an event ('killed', 'wounded')."""
    return draft.sense.lemma in _HARM


def noun_of(tree: Tree, token: int) -> str:
    """The singular of a token's word."""
    return singular(tree.lower[token])
