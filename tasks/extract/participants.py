"""Who did it to whom: the heads of the phrases that syntax makes actor and recipient of a trigger."""

from typing import NamedTuple

from tasks.extract.actors import is_state
from tasks.extract.syntax import Tree
from tasks.extract.words import PLENTY, PROTESTERS, verb_lemma, words

_ACTOR_NOUN_PREPOSITIONS = frozenset({"by"})
_RECIPIENT_PREPOSITIONS = frozenset({"on", "against", "upon", "at", "with", "towards", "toward", "into", "over"})
DEALINGS = frozenset(
    [
        "AGREE",
        "CONSULT",
        "SUPPORT",
        "COOPERATE",
        "AID",
        "CONCEDE",
        "REQUEST",
        "ACCUSE",
        "REJECT",
        "THREATEN",
        "SANCTION",
    ]
)
"""Types done towards somebody, who may be named anywhere in what is said, and by whatever verb has their noun for its
object ('voiced its opposition')."""
_UNDONE = frozenset({"condemn", "denounce", "protest", "oppose", "reject", "criticize", "criticise", "investigate"})
_OF_RECIPIENT_TYPES = frozenset({"ASSAULT", "COERCE", "RETREAT", "SANCTION"})
_FACED = frozenset({"against", "outside", "at"})
"""What protests are said to be directed at, or stand before."""
_SEATS = frozenset(
    {
        "embassy",
        "consulate",
        "parliament",
        "ministry",
        "office",
        "offices",
        "headquarters",
        "palace",
        "station",
        "government",
    }
)
_CALENDAR = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "yesterday",
        "today",
        "tomorrow",
        "night",
        "morning",
        "evening",
        "afternoon",
        "week",
        "month",
        "year",
        "day",
        "weekend",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "time",
        "hour",
        "minute",
        "suspicion",
        "charge",
        "connection",
    ]
)


_SETTLEMENTS = frozenset(
    {
        "town",
        "towns",
        "city",
        "cities",
        "village",
        "villages",
        "district",
        "districts",
        "province",
        "provinces",
        "areas",
    }
)
_YIELDING = frozenset({"surrender", "capitulate"})
_SETTING = frozenset({"in", "by", "during", "after", "near", "when", "outside", "as", "while", "over", "for", "dead"})
"""What follows 'killed' in a headline that leaves out 'were': circumstances, and no object."""
_APPEALING = frozenset({"call", "appeal", "press"})
"""Verbs whose 'on' or 'for' names who or what is asked: never a passive, whatever the tagger says."""
_OPPOSED = frozenset({"rival", "warring", "feuding", "two", "opposing", "competing", "three"})
_COMPLEMENTS = frozenset({"ccomp", "xcomp"})
_HAVE = frozenset({"has", "have", "had", "'ve", "having", "did", "does", "do", "will", "would", "can", "could"})
_BEFORE_NOUN = frozenset({"amod", "compound", "nmod", "nmod:desc"})
_NAMES = frozenset({"NORP", "Organization", "Location", "Person"})
_STATEMENTS = frozenset({"statement", "declaration", "letter", "resolution", "communique", "message", "appeal", "note"})
_SUFFERERS = frozenset({"survivor", "survivors", "victim", "victims"})


class Roles(NamedTuple):
    """Heads of the phrases that act and that are acted upon."""

    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    directed: bool = True
    """False where the text only says that two sides met ('clashes between')."""


def roles_of(tree: Tree, trigger: int, event_type: str) -> Roles:
    """Actor and recipient heads of an event told by a verb or a noun."""
    if tree.tag[trigger] == "MD":
        roles = _of_modal(tree, trigger)
    elif tree.is_verb(trigger) or tree.tag[trigger].startswith("JJ"):
        roles = _of_verb(tree, trigger, event_type)
    else:
        roles = _of_noun(tree, trigger, event_type)
    actors = _clean(tree, roles.actors, trigger, spread=roles.directed)
    return Roles(actors, _clean(tree, roles.recipients, trigger), roles.directed)


def _before_date(tree: Tree, head: int) -> int:
    """'Iran today threatened': where the parser takes the day for the subject, the name before it is meant."""
    if tree.lower[head] not in _CALENDAR and tree.label[head] != "Date":
        return head
    first, _ = tree.phrase(head)
    before = [token for token in range(first, head) if token in tree.entity_of and tree.label[token] != "Date"]
    if before:
        return before[-1]
    return head - 1 if head and (head - 1 in tree.entity_of or tree.is_noun(head - 1)) else head


def _clean(tree: Tree, heads: tuple[int, ...], trigger: int, *, spread: bool = True) -> tuple[int, ...]:
    """Without the trigger itself, dates, and repetitions; with what is coordinated."""
    found: list[int] = []
    for named in heads:
        head = _before_date(tree, named)
        for token in tree.conjuncts(head) if spread else [head]:
            date = tree.label[token] in {"Date", "Money"}
            if (
                token not in found
                and (token != trigger or tree.lower[token] in PROTESTERS)
                and not date
                and tree.lower[token] not in _CALENDAR
                and not (token > head and _is_where(tree, head, token))
            ):
                found.append(token)
    return tuple(found[:6])


def _is_where(tree: Tree, head: int, token: int) -> bool:
    """'gunmen in Medellin and three towns': the towns go with the place before them, also where the parser errs."""
    place = tree.label[token] == "Location" or tree.lower[token] in _SETTLEMENTS
    return place and any(tree.label[between] == "Location" for between in range(head + 1, token))


def _of_modal(tree: Tree, modal: int) -> Roles:
    """'X said Y must leave': X asks it of Y."""
    verb = tree.head[modal]
    sayers = [above for above in tree.ancestors(verb) if verb_lemma(tree.lower[above]) in words().verbs["speech"]]
    return Roles(tuple(tree.subjects(sayers[0])) if sayers else (), tuple(tree.subjects(verb)))


def _of_verb(tree: Tree, verb: int, event_type: str) -> Roles:
    subjects = _issuers(tree, tuple(tree.subjects(verb)))
    objects = tuple(tree.direct_objects(verb)) or (_asked(tree, verb) if event_type == "REQUEST" else ())
    obliques = tree.obliques(verb)
    if tree.dep[verb] == "amod" and tree.tag[verb] == "VBN":
        return Roles((), (tree.head[verb],))
    lemma = verb_lemma(tree.lower[verb])
    if event_type != "PROTEST" and _is_suffered(tree, verb, event_type):
        return Roles(tuple(tree.agents(verb)), _owners(tree, verb, subjects) or subjects)
    against = tuple(
        noun
        for preposition, noun in obliques
        if preposition.split(" ")[0] in _RECIPIENT_PREPOSITIONS and _acts(tree, noun)
    )
    if event_type == "PROTEST":
        faced = tuple(noun for preposition, noun in obliques if preposition.split(" ")[0] in _FACED)
        return Roles(subjects, faced or tuple(noun for noun in objects if tree.label[noun] or _is_seat(tree, noun)))
    if not objects and not against and lemma in words().verbs["reciprocal"] and subjects:
        parties = tree.conjuncts(subjects[0])
        return Roles(tuple(parties[:1]), tuple(parties[1:] or _rivals(tree, parties[0])), directed=False)
    moved = event_type == "MOBILIZE" or lemma in words().verbs["suffered"]
    if objects and _is_thing(tree, objects[0]) and against and not moved:
        return Roles(subjects, against)
    if event_type == "RETREAT" and not objects and lemma in _YIELDING:
        against = tuple(noun for preposition, noun in obliques if preposition == "to")
    return Roles(subjects, _owners(tree, verb, objects) or objects or against)


def _rivals(tree: Tree, noun: int) -> list[int]:
    """'clashes between rival gangs': both sides are of one kind."""
    first, end = tree.phrase(noun)
    between = tree.preposition(noun) == "between"
    return [noun] if tree.tag[noun] == "NNS" and (between or _OPPOSED & set(tree.lower[first:end])) else []


def _is_suffered(tree: Tree, verb: int, event_type: str) -> bool:
    """Whether the subject is who it is done to; not 'is committed to talks', nor a verb that has no passive."""
    if event_type == "AGREE" and tree.is_passive(verb) and not tree.agents(verb):
        return not any(tree.dep[child] in {"xcomp", "advcl", "obl"} for child in tree.children[verb])
    return is_suffered(tree, verb)


def is_suffered(tree: Tree, verb: int) -> bool:
    """Whether the verb's subject is who it is done to: a passive, or a headline's ('Soldiers killed in clash').

    'Resigned' never is one, whatever the tagger says.
    """
    lemma = verb_lemma(tree.lower[verb])
    if lemma in _APPEALING and any(
        tree.lower[at] in {"on", "upon", "for"} for at in range(verb + 1, _after(tree, verb))
    ):
        return False
    if tree.is_passive(verb):
        return lemma not in words().verbs["intransitive"] and not _is_finite(tree, verb, lemma)
    if lemma not in words().verbs["suffered"] or tree.tag[verb] not in {"VBD", "VBN"}:
        return False
    shared = any(tree.direct_objects(other) for other in tree.conjuncts(verb))
    clause = [child for child in tree.with_dep(verb, _COMPLEMENTS) if tree.lower[child] != "dead"]
    finite = any(tree.lower[child] in _HAVE for child in tree.children[verb])
    left = tree.lower[verb + 1 : verb + 2]
    return not (shared or clause or finite) and bool(tree.own_subjects(verb)) and bool(set(left) & _SETTING)


def _after(tree: Tree, verb: int) -> int:
    """The end of the words right after a verb, of the same sentence, a day among them."""
    return min(verb + 3, tree.reading.bounds_of(verb)[1])


def _is_finite(tree: Tree, verb: int, lemma: str) -> bool:
    """'The president shortened by one hour the curfew.': a participle for the tagger only, and no headline."""
    if tree.head[verb] != verb or lemma in words().verbs["suffered"]:
        return False
    first, end = tree.reading.bounds_of(verb)
    passive = any(tree.dep[child] in {"aux:pass", "auxpass", "nsubj:pass", "aux"} for child in tree.children[verb])
    forms_of_be = set(tree.lower[max(first, verb - 3) : verb]) & {"was", "were", "been", "being", "is", "are", "be"}
    return not passive and not forms_of_be and not tree.agents(verb) and "." in tree.lower[end - 2 : end]


def _issuers(tree: Tree, subjects: tuple[int, ...]) -> tuple[int, ...]:
    """'the party issued a declaration demanding ...': who issues it demands."""
    if len(subjects) != 1 or tree.dep[subjects[0]] not in {"obj", "dobj"} or tree.label[subjects[0]]:
        return subjects
    above = tree.head[subjects[0]]
    said = tree.lower[subjects[0]] in _STATEMENTS and tree.is_verb(above)
    return (tuple(tree.subjects(above)) if said else ()) or subjects


def _asked(tree: Tree, verb: int) -> tuple[int, ...]:
    """'demanded that Moscow withdraw': who is to do it is asked."""
    return tuple(
        subject for clause in tree.with_dep(verb, frozenset({"ccomp"})) for subject in tree.own_subjects(clause)
    )


def _owners(tree: Tree, verb: int, things: tuple[int, ...]) -> tuple[int, ...]:
    """Whose things are taken or searched: 'his assets were seized', 'police raided the party's office'."""
    if not things or verb_lemma(tree.lower[verb]) not in words().verbs["taking"]:
        return ()
    first, _ = tree.phrase(things[0])
    owners = [child for child in tree.children[things[0]] if tree.dep[child] in {"nmod:poss", "poss"}]
    pronouns = [first] if not owners and tree.lower[first] in {"his", "her", "their"} else []
    return (*owners, *pronouns)


def _is_seat(tree: Tree, noun: int) -> bool:
    return tree.lower[noun] in _SEATS


def _is_thing(tree: Tree, token: int) -> bool:
    """Objects that belong to the verb's meaning ('open fire on', 'throw stones at')."""
    return tree.lower[token] in {
        "fire",
        "shots",
        "stones",
        "rockets",
        "missiles",
        "grenade",
        "bomb",
        "bombs",
        "attack",
        "bullets",
        "rocket",
        "missile",
        "shells",
        "stone",
        "grenades",
        "gas",
        "troops",
        "soldiers",
        "sanctions",
        "talks",
        "rounds",
    }


def _acts(tree: Tree, token: int) -> bool:
    """Whether a noun can be a party: a name or a known role, not a time or an abstraction."""
    return tree.label[token] not in {"Date", "Money"} and tree.lower[token] not in _CALENDAR


def _of_noun(tree: Tree, noun: int, event_type: str) -> Roles:
    if event_type == "PROTEST" and tree.lower[noun] in PROTESTERS:
        return Roles((noun,), _of_governor(tree, noun, event_type).recipients)
    actors: list[int] = []
    recipients: list[int] = []
    for preposition, oblique in tree.obliques(noun):
        first = preposition.split(" ")[0]
        if first in _ACTOR_NOUN_PREPOSITIONS:
            actors.append(oblique)
        elif first in {"on", "against", "upon", "with", "toward", "towards"} or (
            first == "of" and event_type in _OF_RECIPIENT_TYPES
        ):
            recipients.append(oblique)
        elif first == "between":
            actors.append(oblique)
            recipients.extend(tree.conjuncts(oblique)[1:] or _rivals(tree, oblique))
    if tree.lower[tree.head[noun]] in _SUFFERERS and tree.preposition(noun) in {"of", "in", "from"}:
        recipients.append(tree.head[noun])
    recipients.extend(_compound_recipients(tree, noun, event_type))
    done = _done_by(tree, noun)
    actors.extend(done.actors)
    recipients.extend(done.recipients)
    owners = [
        child
        for child in tree.children[noun]
        if tree.dep[child] in {"nmod:poss", "poss"} and tree.lower[child] not in {"its", "his", "her", "their"}
    ]
    pronouns = [child for child in tree.children[noun] if tree.lower[child] in {"its", "his", "her", "their"}]
    suffering = tree.lower[noun] in words().hints["suffered"] and not recipients  # 'his arrest'
    (recipients if suffering else actors).extend(owners or pronouns)
    actors.extend(_nationalities(tree, noun))
    governed = _of_governor(tree, noun, event_type)
    directed = governed.directed and not any(preposition == "between" for preposition, _ in tree.obliques(noun))
    return Roles(
        tuple(actors) or governed.actors,
        tuple(recipients) or (governed.recipients if event_type != "PROTEST" else ()),
        directed,
    )


def _done_by(tree: Tree, noun: int) -> Roles:
    """'an attack carried out by militias': the participle next to the noun, whatever the parser hangs it on."""
    verb = noun + 1
    if (
        verb >= len(tree.lower)
        or verb_lemma(tree.lower[verb]) not in words().verbs["light"]
        or not tree.lower[verb].endswith(("ed", "t", "e", "d"))
    ):
        return Roles((), ())
    agents = tree.agents(verb)
    owners = [verb, *agents]
    on = [n for owner in owners for p, n in tree.obliques(owner) if p.split(" ")[0] in {"on", "against", "upon"}]
    return Roles(tuple(agents), tuple(on))


def _compound_recipients(tree: Tree, noun: int, event_type: str) -> list[int]:
    """'prisoner release', 'troop withdrawal': compounds that name who it is done to."""
    if event_type not in {"RETREAT", "COERCE", "MOBILIZE"}:
        return []
    return [
        child
        for child in tree.children[noun]
        if tree.dep[child] == "compound" and child < noun and tree.label[child] == ""
    ]


def _nationalities(tree: Tree, noun: int) -> list[int]:
    """'the Turkish attack', 'US airstrikes', 'Taliban offensive', 'US Predator attacks'."""
    before = [child for child in tree.children[noun] if child < noun and tree.dep[child] in _BEFORE_NOUN]
    inner = [deep for child in before for deep in tree.children[child] if tree.dep[deep] in _BEFORE_NOUN]
    found = [child for child in before if _is_name_of_party(tree, child)]
    return found or [child for child in inner if _is_name_of_party(tree, child)]


def _is_name_of_party(tree: Tree, token: int) -> bool:
    """'US' of 'US airstrikes', 'Taliban' of 'Taliban raids'; not 'Medellin' of 'Medellin raids'."""
    if tree.label[token] != "Location":
        return tree.label[token] in _NAMES
    first, end, _ = tree.entity_of[token]
    return is_state(tree.reading.phrase(first, end))


def _whole(tree: Tree, noun: int) -> int:
    """'dozens' of 'dozens of raids', which is what the verb governs."""
    head = tree.head[noun]
    return head if tree.lower[head] in PLENTY and tree.preposition(noun) == "of" else noun


def _of_governor(tree: Tree, noun: int, event_type: str) -> Roles:  # noqa: PLR0911 - one case after the other
    """Parties that a noun gets from its verb: 'carried out strikes', 'the blast killed two'."""
    verb = tree.clause_verb(noun)
    if verb == noun:
        return Roles((), ())
    lemma = verb_lemma(tree.lower[verb])
    noun = _whole(tree, noun)
    dep = tree.dep[noun]
    lists = words().verbs
    passive = tree.is_passive(verb)
    if lemma in lists["receiving"] and dep in {"obj", "dobj"}:
        return Roles((), tuple(tree.subjects(verb)))
    doing = lemma in lists["light"] | lists["announcing"] or (event_type in DEALINGS and lemma not in _UNDONE)
    if doing and dep in {"obj", "dobj"} and not passive:
        against = tuple(n for p, n in tree.obliques(verb) if p.split(" ")[0] in {"on", "against", "upon", "at"})
        return Roles(tuple(tree.subjects(verb)), against)
    if doing and dep in {"nsubj:pass", "nsubjpass"}:
        return Roles(tuple(tree.agents(verb)), ())
    if event_type == "RETREAT" and lemma in lists["accepting"] and dep in {"obj", "dobj", "obl"} and not passive:
        sides = [side for subject in tree.subjects(verb) for side in tree.conjuncts(subject)]
        return Roles(tuple(sides[:1]), tuple(sides[1:]), directed=False)
    if dep == "nsubj" and not passive and event_type != "COERCE":
        return Roles((), tuple(tree.direct_objects(verb)))
    if dep in {"obl", "nmod", "obl:agent"} and passive:
        return Roles((), tuple(tree.subjects(verb)) if tree.preposition(noun) in {"in", "by", "during"} else ())
    return Roles((), ())
