"""Whether the text says that an event took place: actual, ongoing, planned, hypothetical, negated or generic.

Historical is decided later, by the event's date.
"""

from tasks.extract.syntax import Tree
from tasks.extract.words import PLENTY, PROTESTERS, verb_lemma, words
from tasks.records import Realis

_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "nt"})
_NO = frozenset({"no", "neither", "nor", "zero"})
_NOBODY = frozenset({"nobody", "none", "noone", "nothing"})
_CONDITIONS = frozenset({"if", "unless", "whether", "lest", "should", "once"})
_BEFORE = frozenset({"without", "against", "before", "instead"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "his", "her", "their", "our"})
_CLAUSAL = frozenset({"xcomp", "advcl", "acl", "ccomp", "acl:relcl", "relcl", "csubj", "pcomp", "advcl:relcl"})
_DEPTH = 5
_CLAIMS = frozenset(
    {"accusation", "accusations", "suspicion", "charge", "charges", "allegation", "allegations", "claim", "claims"}
)
_INVARIANT = frozenset({"beat", "hit", "shut", "set", "put", "cut", "burst", "quit", "slit", "overrun"})
_ANSWERS = frozenset({"response", "reprisal", "retaliation", "revenge", "retribution", "reaction"})
"""What is answered lies before the event that the text is about: background."""
_ANY = frozenset({"every", "each", "any"})
_OCCASION = frozenset({"after", "following", "during", "amid", "since", "between"})
_SPANS = frozenset({"day", "days", "night", "nights", "week", "weeks", "month", "months", "hours"})
"""'the sixth day of protests', 'weeks of fighting' are of one occasion."""
_PARTICULAR = frozenset(
    {
        "recent",
        "latest",
        "deadly",
        "two",
        "three",
        "four",
        "five",
        "several",
        "fresh",
        "overnight",
        "new",
        "mass",
        "bloody",
        "nationwide",
        "simultaneous",
        "violent",
    }
)
_BREAKING = frozenset({"disperse", "quell", "break", "repel", "suppress", "evict", "scatter"})
"""What force is used for is done by using it: 'fired tear gas to disperse the crowd'."""
_CONTINGENT_REACH = 12
_NEEDED = frozenset({"needed", "necessary", "required", "attacked", "provoked"})


def realis_of(tree: Tree, token: int) -> Realis:
    """The realis of an event told by a verb or a noun."""
    if tree.tag[token] == "MD":
        return Realis.ACTUAL
    if tree.is_verb(token):
        return _of_verb(tree, token, 0)
    return _of_noun(tree, token)


def _of_verb(tree: Tree, verb: int, depth: int) -> Realis:
    if depth > _DEPTH:
        return Realis.ACTUAL
    contingent = depth == 0 and _is_contingent(tree, verb)
    own = Realis.HYPOTHETICAL if contingent else _own_marks(tree, verb)
    if own is not None:
        return own
    if _is_infinitive(tree, verb):
        return _of_infinitive(tree, verb, depth)
    head, dep = tree.head[verb], tree.dep[verb]
    if dep == "conj" and not tree.own_subjects(verb) and tree.is_verb(head):
        return _of_verb(tree, head, depth + 1)
    if dep in _CLAUSAL and head != verb:
        return _of_embedded(tree, verb, head, depth)
    return _tense(tree, verb)


def _is_contingent(tree: Tree, verb: int) -> bool:
    """'deploy more units if needed'."""
    if tree.tag[verb] not in {"VB", "VBP"}:
        return False
    end = min(tree.reading.bounds_of(verb)[1], verb + _CONTINGENT_REACH)
    return any(
        tree.lower[at] in {"if", "when", "where"} and tree.lower[at + 1] in _NEEDED for at in range(verb, end - 1)
    )


def _own_marks(tree: Tree, verb: int) -> Realis | None:
    """What auxiliaries, negations and conjunctions on the verb itself say."""
    modals = words().modals
    found: Realis | None = None
    for child in tree.children[verb]:
        word, dep = tree.lower[child], tree.dep[child]
        if word in _NEGATIONS and dep in {"neg", "advmod", "dep", "aux"}:
            return Realis.NEGATED
        if dep in {"aux", "aux:pass"} and word in modals["future"]:
            found = found or Realis.PLANNED
        elif dep in {"aux", "aux:pass"} and word in modals["hypothetical"]:
            found = found or _modal(tree, verb)
        elif dep == "mark" and word in _CONDITIONS:
            found = Realis.HYPOTHETICAL
        elif dep in {"nsubj", "nsubj:pass", "nsubjpass"} and _is_nobody(tree, child):
            return Realis.NEGATED
    return found


def _modal(tree: Tree, verb: int) -> Realis:
    """'could have been killed', 'may have killed': still uncertain."""
    del tree, verb
    return Realis.HYPOTHETICAL


def _is_nobody(tree: Tree, noun: int) -> bool:
    return tree.lower[noun] in _NOBODY or any(
        tree.lower[child] in _NO and tree.dep[child] in {"det", "advmod", "neg"} for child in tree.children[noun]
    )


def _is_infinitive(tree: Tree, verb: int) -> bool:
    """'to attack', 'to be attacked'; not 'led to protesters being shot'."""
    base = tree.tag[verb] in {"VB", "VBP", ""} or any(tree.tag[child] == "VB" for child in tree.children[verb])
    return base and any(
        tree.lower[child] == "to" and tree.dep[child] in {"mark", "aux"} for child in tree.children[verb]
    )


def _of_infinitive(tree: Tree, verb: int, depth: int) -> Realis:
    head, dep = tree.head[verb], tree.dep[verb]
    if head == verb:
        return Realis.PLANNED
    lists = words().verbs
    lemma = verb_lemma(tree.lower[head])
    if lemma in lists["achieving"] and dep in {"xcomp", "advcl", "ccomp"}:
        return _of_verb(tree, head, depth + 1)
    if lemma in lists["failing"]:
        return Realis.NEGATED
    if lemma in lists["using"] and tree.lower[verb] in _BREAKING:
        return _of_verb(tree, head, depth + 1)
    if tree.lower[verb] in {"protest", "demonstrate", "demand", "denounce"} and dep in {"advcl", "xcomp", "acl"}:
        return _of_verb(tree, head, depth + 1) if tree.is_verb(head) else Realis.ACTUAL
    return Realis.PLANNED if lemma in lists["planning"] else Realis.HYPOTHETICAL


def _of_embedded(tree: Tree, verb: int, head: int, depth: int) -> Realis:
    """A clause inside another: what the governing word does to it."""
    lemma = verb_lemma(tree.lower[head])
    dep = tree.dep[verb]
    marks = {tree.lower[child] for child in tree.children[verb] if tree.dep[child] in {"mark", "case"}}
    if marks & {"without", "from"} and (lemma in words().verbs["negating"] or "without" in marks):
        return Realis.NEGATED
    if _is_denial(tree, head, dep):
        return Realis.NEGATED
    if dep in {"acl", "acl:relcl", "relcl"} or (dep == "advcl" and not marks):
        own = _tense(tree, verb)
        if own is Realis.GENERIC:
            return own
        if dep == "advcl" or tree.tag[verb] in {"VBG", "VBN"}:
            above = _of_verb(tree, head, depth + 1) if tree.is_verb(head) else _of_noun_or_actual(tree, head)
            return above if above is not Realis.ONGOING else own
        return own
    return _tense(tree, verb)


def _of_noun_or_actual(tree: Tree, head: int) -> Realis:
    if tree.lower[head] in words().hints["uncertain"]:
        return Realis.HYPOTHETICAL
    return Realis.ACTUAL


def _tense(tree: Tree, verb: int) -> Realis:
    tag = tree.tag[verb]
    if _is_habit(tree, verb):
        return Realis.GENERIC
    auxiliaries = {
        tree.lower[child] for child in tree.children[verb] if tree.dep[child] in {"aux", "aux:pass", "auxpass"}
    }
    if tag == "VBG" and auxiliaries & {"is", "are", "'s", "'re"} and "been" not in auxiliaries:
        if tree.lower[verb] in {"planning", "threatening", "going"}:
            return Realis.PLANNED
        return Realis.ONGOING
    return Realis.ACTUAL


def _is_habit(tree: Tree, verb: int) -> bool:
    """'Police arrest such people', 'a record of clamping down': told of no occasion; headlines use the present too."""
    tag = tree.tag[verb]
    if tag == "VBG":
        if verb_lemma(tree.lower[tree.head[verb]]) in words().verbs["relying"] and tree.lower[verb - 1] == "on":
            return True
        if (
            verb > 1
            and tree.lower[verb - 1] in {"of", "for"}
            and tree.is_noun(verb - 2)
            and tree.lower[verb - 2] not in _CLAIMS
        ):
            return True
        head = tree.head[verb]
        marked = any(
            tree.lower[child] in {"of", "for"} and tree.dep[child] in {"mark", "case"} for child in tree.children[verb]
        )
        return marked and tree.dep[verb] in {"acl", "nmod"} and tree.is_noun(head) and tree.lower[head] not in _CLAIMS
    if tag not in {"VBP", "VBZ", "VB"} or _in_headline(tree, verb) or tree.lower[verb] in _INVARIANT:
        return False
    auxiliaries = {tree.lower[child] for child in tree.children[verb] if tree.dep[child] in {"aux", "mark"}}
    return not auxiliaries & {"did", "to", "help"}


def _of_noun(tree: Tree, noun: int) -> Realis:  # noqa: PLR0911 - one case after the other
    hints = words().hints
    if tree.lower[noun] in PROTESTERS:
        verb = tree.clause_verb(noun)
        return _of_verb(tree, verb, 1) if verb != noun else Realis.ACTUAL
    modifiers = {tree.lower[child] for child in tree.left_modifiers(noun)} | {tree.lower[noun - 1] if noun else ""}
    if modifiers & _NO:
        return Realis.NEGATED
    if modifiers & hints["thwarted"]:
        return Realis.NEGATED
    if modifiers & hints["planned"]:
        return Realis.PLANNED
    if modifiers & hints["hypothetical"]:
        return Realis.HYPOTHETICAL
    governed = _governed(tree, noun)
    if governed is not None:
        return governed
    is_pointed_at = modifiers <= _DEFINITE and not tree.obliques(noun)
    if tree.lower[tree.head[noun]] in _ANSWERS and tree.preposition(noun) in {"to", "for", "of"} and not is_pointed_at:
        return Realis.HISTORICAL
    if modifiers & (hints["generic"] | _ANY) or not is_grounded(tree, noun, modifiers):
        return Realis.GENERIC
    return Realis.ACTUAL


def _governed(tree: Tree, noun: int) -> Realis | None:  # noqa: PLR0911 - one case after the other
    """What the governor of a noun says; None where it leaves it open."""
    head, dep = tree.head[noun], tree.dep[noun]
    if head == noun:
        return None
    if dep == "conj":
        return _governed(tree, head)
    preposition = tree.preposition(noun)
    if not tree.is_verb(head):
        if preposition and tree.lower[head] in _CLAIMS and _is_denied(tree, head):
            return Realis.NEGATED
        if dep.startswith("nsubj") and tree.with_dep(head, frozenset({"cop"})):
            return _own_marks(tree, head)
        if tree.lower[head] in words().hints["uncertain"] and preposition in {
            "of",
            "for",
            "to",
            "against",
            "on",
            "about",
        }:
            return Realis.HYPOTHETICAL
        return None
    return _governed_by_verb(tree, noun, head, preposition)


def _is_denial(tree: Tree, head: int, dep: str) -> bool:
    """'denied that', 'denied shelling', 'rejected claims that'."""
    lemma = verb_lemma(tree.lower[head])
    if dep == "ccomp" and lemma in {"deny", "doubt", "refute"}:
        return True
    if dep == "xcomp" and lemma == "deny":
        return True
    return dep.startswith(("acl", "ccomp")) and tree.lower[head] in _CLAIMS and _is_denied(tree, head)


def _is_denied(tree: Tree, claim: int) -> bool:
    """'denied claims that', 'rejected accusations of'."""
    verb = tree.head[claim]
    return tree.dep[claim] in {"obj", "dobj"} and verb_lemma(tree.lower[verb]) in words().verbs["denying"]


def _governed_by_verb(tree: Tree, noun: int, verb: int, preposition: str) -> Realis | None:  # noqa: PLR0911 - one case after the other
    lists = words().verbs
    lemma = verb_lemma(tree.lower[verb])
    is_object = tree.dep[noun] in {"obj", "dobj", "nsubj:pass", "nsubjpass"}
    if preposition == "without":
        return Realis.NEGATED
    if lemma in lists["foiling"] and is_object:
        return Realis.NEGATED
    if lemma in lists["planning"] and (
        is_object or (preposition in {"for", "on"} and lemma in {"call", "push", "press", "appeal"})
    ):
        return Realis.PLANNED
    if lemma in lists["light"] | lists["occurring"] and (is_object or tree.dep[noun] == "nsubj"):
        own = _of_verb(tree, verb, 1)
        definite = any(tree.lower[child] in _DEFINITE for child in tree.children[noun])
        return (
            own
            if own not in {Realis.ACTUAL, Realis.ONGOING} and not (definite and lemma not in lists["light"])
            else None
        )
    if preposition in {"if", "unless"}:
        return Realis.HYPOTHETICAL
    own = _of_verb(tree, verb, 1)
    indefinite = not any(tree.lower[child] in _DEFINITE for child in tree.children[noun])
    if own in {Realis.PLANNED, Realis.HYPOTHETICAL} and indefinite and not preposition:
        return own
    return None


def is_grounded(tree: Tree, noun: int, modifiers: set[str]) -> bool:
    """Whether a noun speaks of a particular occasion and not of its kind."""
    plural = tree.tag[noun] == "NNS"
    determined = any(tree.dep[child] in {"det", "nmod:poss", "poss", "nummod"} for child in tree.children[noun])
    if (determined and not plural) or modifiers & _PARTICULAR:
        return True
    preposition = tree.preposition(noun).split(" ")[0]
    if preposition in _OCCASION or (preposition == "of" and tree.lower[tree.head[noun]] in PLENTY | _SPANS):
        return True
    if _has_place_or_time(tree, noun) or _is_result(tree, noun, preposition) or _follows_light_verb(tree, noun):
        return True
    return determined or (not plural and _in_headline(tree, noun))


def _has_place_or_time(tree: Tree, noun: int) -> bool:
    """Whether a name hangs on the noun, as its place, time or party."""
    stack, seen = [noun], 0
    while stack and seen < 20:
        token = stack.pop()
        seen += 1
        if token != noun and token in tree.entity_of:
            return True
        stack.extend(
            child for child in tree.children[token] if tree.dep[child] not in {"acl:relcl", "relcl", "parataxis"}
        )
    return False


def _is_result(tree: Tree, noun: int, preposition: str) -> bool:
    """'killed in clashes', 'protests erupted', 'attacks left ten dead'."""
    verb = tree.clause_verb(noun)
    if verb == noun or tree.head[noun] != verb or tree.tag[verb] not in {"VBD", "VBN", "VBG", "VBZ", "VBP"}:
        return False
    lemma = verb_lemma(tree.lower[verb])
    lists = words().verbs
    if preposition in {"in", "by"}:
        return tree.is_passive(verb)
    return lemma in lists["occurring"] | lists["light"]


def _follows_light_verb(tree: Tree, noun: int) -> bool:
    """'has organised protests', also where the parser misses it."""
    light = words().verbs["light"]
    return any(
        verb_lemma(tree.lower[at]) in light and tree.lower[at].endswith("ed") for at in range(max(0, noun - 3), noun)
    )


def _in_headline(tree: Tree, noun: int) -> bool:
    return tree.reading.sentence[noun] == 0
