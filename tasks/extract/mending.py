"""Trees that cannot be right, set right where the words leave no doubt.

The parser settles every relation by itself. Some come out together that no sentence has: two subjects of one verb, an
adjective of a verb, or a 'by' right behind a participle that hangs on a word before it.
"""

from collections import defaultdict
from collections.abc import Sequence

_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_PASSIVE, _PASSIVE_AUX = "nsubj:pass", "aux:pass"
_BEFORE = 4
"""So many words before a noun its adjectives begin."""
_BESIDE = frozenset({"compound:prt", "advmod"})


def mend(lower: Sequence[str], dep: list[str], head: list[int]) -> None:
    """Mend heads and relations of a document in place."""
    _mend_agents(lower, dep, head)
    _mend_subjects(dep, head)


def _mend_agents(lower: Sequence[str], dep: list[str], head: list[int]) -> None:
    """'the response to an attack carried out by militias': the militias carried it out, they are not the response's."""
    for by, word in enumerate(lower):
        agent = head[by]
        if word != "by" or dep[by] != "case" or dep[agent] not in {"nmod", "obl"} or agent < by:
            continue
        before = by - 1
        while before > head[agent] and dep[before] in _BESIDE and head[before] < before:
            before -= 1
        if head[agent] < head[before] < before and dep[before] == "acl":
            head[agent], dep[agent] = before, "obl:agent"


def _mend_subjects(dep: list[str], head: list[int]) -> None:
    """Of several subjects of one verb, those that cannot be its."""
    subjects: dict[int, list[int]] = defaultdict(list)
    passive = {head[token] for token, relation in enumerate(dep) if relation == _PASSIVE_AUX}
    for token, relation in enumerate(dep):
        if relation in _SUBJECTS:
            subjects[head[token]].append(token)
    own = set(subjects)
    _mend_reduced(subjects, passive, dep, head)
    for verb, found in subjects.items():
        _mend_adjectives(verb, found[0], dep, head)
        if len(found) > 1:
            if found[0] < verb < found[-1] and verb not in passive:
                _mend_objects(verb, found, dep)
            _mend_quoted(verb, found, own, dep, head)


def _mend_reduced(subjects: dict[int, list[int]], passive: set[int], dep: list[str], head: list[int]) -> None:
    """'forces led by a colonel seized the palace': led is what the forces were, and they seized it."""
    for participle, found in subjects.items():
        verb, noun = head[participle], found[0]
        if dep[participle] != "advcl" or participle in passive or verb < participle or verb in subjects:
            continue
        if len(found) == 1 and noun == participle - 1 and dep[noun] == _PASSIVE:
            head[noun], dep[noun] = verb, "nsubj"
            head[participle], dep[participle] = noun, "acl"


def _mend_objects(verb: int, subjects: Sequence[int], dep: list[str]) -> None:
    """'the strikes targeted the positions', both taken for its subject: the one behind the verb is its object."""
    for token in subjects:
        dep[token] = "nsubj" if token < verb else "obj"


def _mend_quoted(verb: int, subjects: Sequence[int], own: set[int], dep: Sequence[str], head: list[int]) -> None:
    """'soldiers burned a village, a group said': the first subject is that of the clause between the two."""
    first, second = subjects[:2]
    told = [at for at in range(first + 1, second) if head[at] == verb and dep[at] == "ccomp" and at not in own]
    if len(told) == 1:
        head[first] = told[0]


def _mend_adjectives(verb: int, subject: int, dep: Sequence[str], head: list[int]) -> None:
    """'Chinese police beat them': an adjective before the subject is its, not the verb's."""
    if subject < verb:
        for token in range(max(0, subject - _BEFORE), subject):
            if head[token] == verb and dep[token] == "amod":
                head[token] = subject
