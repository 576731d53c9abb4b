"""A parsed document as a tree of token indices, for Universal Dependencies and for spaCy's own English labels.

Rules ask for subjects, objects and obliques; which label scheme the model was trained with is known here alone.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from spacy.attrs import TAG

from tasks.extract.reading import Reading, read

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SUBJECTS = frozenset({"nsubj", "nsubj:outer", "csubj", "csubj:outer"})
_PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "nsubjpass", "csubj:pass", "csubjpass"})
_OBJECTS = frozenset({"obj", "dobj", "iobj", "dative"})
_PASSIVE_AUX = frozenset({"aux:pass", "auxpass"})
_OBLIQUES = frozenset({"obl", "nmod", "obl:agent", "obl:unmarked", "nmod:desc", "obl:npmod", "nmod:npmod"})
_POSSESSIVES = frozenset({"nmod:poss", "poss"})
_RELATIVES = frozenset({"acl:relcl", "relcl"})
_PARTICIPLES = frozenset({"acl"})
_LEFT_MODIFIERS = frozenset(
    {"compound", "amod", "nmod", "nmod:poss", "poss", "nummod", "nmod:desc", "flat", "advmod", "nmod:unmarked", "det"}
)
_PHRASE = frozenset(
    {
        "det",
        "amod",
        "compound",
        "nummod",
        "nmod:poss",
        "poss",
        "flat",
        "fixed",
        "case",
        "advmod",
        "quantmod",
        "nmod:desc",
        "punct",
        "appos",
        "nmod",
        "predet",
        "det:predet",
        "flat:foreign",
        "nmod:npmod",
        "npadvmod",
        "prep",
        "pobj",
        "neg",
        "nmod:unmarked",
        "goeswith",
    }
)
_RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
_PARTICLES = frozenset({"compound:prt", "prt"})
_BE = frozenset({"was", "were", "been", "being", "is", "are"})
_EXPLETIVES = frozenset({"expl"})
_OWN_CLAUSE = frozenset({"ccomp", "parataxis", "root", "ROOT"})
_DEPTH = 6


class Tree:
    """Who hangs on whom in one document; every token is named by its index."""

    def __init__(self, doc: "Doc") -> None:
        self.reading: Reading = read(doc)
        self.text = self.reading.text
        self.lower = self.reading.lower
        self.dep = self.reading.dep
        self.head = self.reading.head
        self.pos = self.reading.pos
        self.label = self.reading.label
        strings = doc.vocab.strings
        self.tag = [strings[value] for value in doc.to_array(TAG).tolist()] if len(doc) else []
        self.entity_of = _entities(doc)

    @cached_property
    def children(self) -> list[list[int]]:
        """Dependents of every token, in order."""
        found: list[list[int]] = [[] for _ in self.head]
        for index, head in enumerate(self.head):
            if head != index:
                found[head].append(index)
        return found

    def with_dep(self, token: int, deps: frozenset[str]) -> list[int]:
        """Dependents of a token that stand in one of the relations."""
        return [child for child in self.children[token] if self.dep[child] in deps]

    def is_verb(self, token: int) -> bool:
        """Whether the model takes it for a verb."""
        tag = self.tag[token]
        return tag.startswith("V") if tag else self.pos[token] == "VERB"

    def is_noun(self, token: int) -> bool:
        """Whether the model takes it for a noun or a name."""
        tag = self.tag[token]
        return tag.startswith("N") if tag else self.pos[token] in {"NOUN", "PROPN"}

    def is_passive(self, verb: int) -> bool:  # noqa: PLR0911 - one case after the other
        """Whether a verb is passive, or a participle that modifies what it was done to ('the man shot on Friday')."""
        if any(
            self.dep[child] in _PASSIVE_AUX or self.dep[child] in _PASSIVE_SUBJECTS for child in self.children[verb]
        ):
            return True
        participle = self.tag[verb] == "VBN"
        shared = self.dep[verb] == "conj" and not self.own_subjects(verb) and not self.direct_objects(verb)
        if shared and self.is_verb(self.head[verb]) and self.tag[verb] in {"VBN", "VBD"} and self.head[verb] < verb:
            return self.is_passive(self.head[verb])
        if self.tag[verb] in {"VBN", "VBD"} and not self.direct_objects(verb) and self._follows_be(verb):
            return True
        if self.dep[verb] in _PARTICIPLES:
            return participle or (self.tag[verb] == "VBD" and not self.direct_objects(verb))
        if participle and self.dep[verb] in {"conj", "ROOT", "root", "advcl", "xcomp", "ccomp"}:
            if self.direct_objects(verb) or any(self.dep[child] == "xcomp" for child in self.children[verb]):
                return False
            return not any(
                self.lower[child] in {"has", "have", "had", "'ve", "having"} for child in self.children[verb]
            )
        return False

    def _follows_be(self, verb: int) -> bool:
        """'was shot and killed': a form of be shortly before, also where the parser misses it."""
        window = range(max(self.reading.bounds_of(verb)[0], verb - 3), verb)
        return any(self.lower[token] in _BE for token in window) and not any(
            self.lower[token] in {",", "who", "which"} for token in window
        )

    def conjuncts(self, token: int) -> list[int]:
        """The token and what is coordinated with it."""
        found = [token]
        for member in found:
            if len(found) > 12:
                break
            found.extend(self.with_dep(member, frozenset({"conj"})))
        return found

    def direct_objects(self, verb: int) -> list[int]:
        """Direct and indirect objects; after a particle also what is taken for a bare oblique ('laid down arms')."""
        found = self.with_dep(verb, _OBJECTS)
        if found or not self.with_dep(verb, _PARTICLES):
            return found
        return [noun for noun in self.with_dep(verb, frozenset({"obl"})) if noun > verb and not self.preposition(noun)]

    def own_subjects(self, verb: int) -> list[int]:
        """Subjects that hang on the verb itself, or by a slip of the parser on its auxiliary."""
        own = self.with_dep(verb, _SUBJECTS | _PASSIVE_SUBJECTS)
        if own:
            return own
        auxiliaries = [child for child in self.children[verb] if self.dep[child] in {"aux", "aux:pass", "cop"}]
        hung = [subject for child in auxiliaries for subject in self.with_dep(child, _SUBJECTS | _PASSIVE_SUBJECTS)]
        return hung or [child for child in self.with_dep(verb, _EXPLETIVES) if self.lower[child] == "it"]

    def subjects(self, verb: int, depth: int = 0) -> list[int]:
        """The grammatical subjects, found through coordination, control and relative clauses."""
        own = [self._antecedent(verb, subject) for subject in self.own_subjects(verb)]
        if own or depth > _DEPTH:
            return own
        head, dep = self.head[verb], self.dep[verb]
        if head == verb:
            return []
        if dep in _PARTICIPLES or dep in _RELATIVES:
            return [head] if self.is_noun(head) or self.pos[head] == "PRON" else []
        if dep == "xcomp":
            objects = self.direct_objects(head)
            return objects or self.subjects(head, depth + 1)
        if dep in {"conj", "advcl"} and (self.is_verb(head) or dep == "conj"):
            return self.subjects(head, depth + 1)
        return []

    def _antecedent(self, verb: int, subject: int) -> int:
        """What a relative pronoun stands for."""
        if self.lower[subject] not in _RELATIVE_PRONOUNS:
            return subject
        clause = verb
        for _ in range(_DEPTH):
            if self.dep[clause] in _RELATIVES:
                return self.head[clause]
            if self.dep[clause] not in {"conj", "xcomp", "ccomp"}:
                return subject
            clause = self.head[clause]
        return subject

    def obliques(self, token: int) -> list[tuple[str, int]]:
        """Prepositional dependents as (preposition, noun); bare ones with an empty preposition."""
        found: list[tuple[str, int]] = []
        for child in self.children[token]:
            dep = self.dep[child]
            if dep in _OBLIQUES or dep.startswith(("obl:", "nmod:")):
                if dep not in _POSSESSIVES:
                    found.append((self.preposition(child), child))
            elif dep in {"prep", "agent"}:
                found.extend((self.lower[child], noun) for noun in self.with_dep(child, frozenset({"pobj"})))
        return found

    def preposition(self, noun: int) -> str:
        """The preposition of a noun, empty if it has none; of a compound one the last part that decides."""
        for child in self.children[noun]:
            if self.dep[child] == "case" and self.lower[child] not in {"'s", "’s", "'", "’"}:
                fixed = [self.lower[part] for part in self.with_dep(child, frozenset({"fixed"}))]
                return " ".join([self.lower[child], *fixed])
        if self.dep[noun] == "pobj":
            return self.lower[self.head[noun]]
        return ""

    def agents(self, verb: int) -> list[int]:
        """The 'by' phrase of a passive."""
        return [noun for preposition, noun in self.obliques(verb) if preposition == "by"]

    def particles(self, verb: int) -> list[str]:
        """Particles of a verb and the bare adverbs beside it."""
        near = [self.lower[index] for index in range(verb + 1, min(verb + 3, len(self.lower)))]
        return near + [self.lower[child] for child in self.with_dep(verb, _PARTICLES)]

    def left_modifiers(self, noun: int) -> list[int]:
        """Adjectives, compounds and possessors before a noun."""
        found = [child for child in self.children[noun] if child < noun and self.dep[child] in _LEFT_MODIFIERS]
        return [deep for child in found for deep in (child, *[c for c in self.children[child] if c < noun])]

    def phrase(self, noun: int, *, wide: bool = False) -> tuple[int, int]:
        """The token range of a noun phrase around its head, without what is coordinated with it or clauses."""
        first = last = noun
        stack = [noun]
        while stack:
            token = stack.pop()
            for child in self.children[token]:
                if self.dep[child] not in _PHRASE and not self.dep[child].startswith("flat"):
                    continue
                if token == noun and not self._belongs(noun, child, wide=wide):
                    continue
                first, last = min(first, child), max(last, child)
                stack.append(child)
        return self._trim(first, last + 1, noun)

    def _belongs(self, noun: int, child: int, *, wide: bool) -> bool:
        dep = self.dep[child]
        if child < noun:
            return dep not in {"case", "punct", "appos", "prep"} or self.lower[child] in {"-", "'s"}
        if dep in {"flat", "fixed", "flat:foreign", "goeswith"} or (dep == "compound" and child == noun + 1):
            return True
        if dep == "nmod" and self.preposition(child) == "of":
            return True
        if dep == "prep" and self.lower[child] == "of":
            return True
        return wide and dep in {"nmod", "appos", "prep"} and self._says_whose(child)

    def _says_whose(self, child: int) -> bool:
        """'police in Goma', 'rebels from Chad', and what is only put beside; not 'an attack on a US base'."""
        word = self.lower[child] if self.dep[child] == "prep" else self.preposition(child)
        return word in {"", "in", "from", "at", "near", "to"}

    def _trim(self, first: int, end: int, noun: int) -> tuple[int, int]:
        edge = {",", "'", '"', "“", "”", "(", ")", "-", "–", "—", ".", ":", ";", "‘", "’"}
        while first < noun and (self.lower[first] in edge or self.pos[first] == "SPACE"):
            first += 1
        while end - 1 > noun and (self.lower[end - 1] in edge or self.pos[end - 1] == "SPACE"):
            end -= 1
        return first, end

    def clause_verb(self, token: int) -> int:
        """The verb of the clause a token stands in; the token itself where there is none."""
        current = token
        for _ in range(12):
            if current != token and self.is_verb(current):
                return current
            if self.head[current] == current:
                return token
            current = self.head[current]
        return token

    def ancestors(self, token: int) -> list[int]:
        """From the head of a token up to the root."""
        found: list[int] = []
        current = token
        while self.head[current] != current and len(found) < 20:
            current = self.head[current]
            found.append(current)
        return found


def _entities(doc: "Doc") -> dict[int, tuple[int, int, str]]:
    """Token range and label of the name that each token belongs to."""
    return {
        index: (entity.start, entity.end, entity.label_)
        for entity in doc.ents
        for index in range(entity.start, entity.end)
    }
