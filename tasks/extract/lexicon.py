"""The trigger lexicon: which word, in which company, tells which kind of event (data/triggers.csv)."""

import hashlib
from collections.abc import Callable, Set
from functools import cache
from typing import NamedTuple

from tasks.extract.participants import is_suffered, roles_of
from tasks.extract.syntax import Tree
from tasks.extract.words import (
    DATA,
    irregular_verbs,
    members,
    noun_forms,
    rows,
    singular,
    verb_forms,
    verb_lemma,
)

_WINDOW = 25
_SHORTEST_STEM = 2


class Condition(NamedTuple):
    """One requirement on a trigger's company: relation and the words that meet it."""

    relation: str
    words: frozenset[str]
    special: frozenset[str]
    """HUMAN, PLACE, PERSON, NATION, OFFICE (who holds one), or * for anything."""


class Sense(NamedTuple):
    """One line of the lexicon."""

    lemma: str
    pos: str
    event_type: str
    mode: str | None
    acled: str | None
    needs: tuple[Condition, ...]
    bars: tuple[Condition, ...]


class Lexicon(NamedTuple):
    """Senses by word form, most demanding first."""

    senses: dict[str, tuple[Sense, ...]]
    compounds: dict[str, str]
    """Forms with a hyphen, and the one part of speech they can have as a trigger ('' if several)."""
    halves: frozenset[str]
    """First words of the compounds whose other words tell nothing ('sit-in')."""
    digest: str


_BESIDE = frozenset({"compound", "flat", "nmod:desc", "appos"})
"""What a head is called as well: 'ambassador' of 'ambassador Smith', whichever of them is taken for the head."""
_SPECIAL = frozenset({"HUMAN", "PLACE", "PERSON", "NATION", "OFFICE", "*"})


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once."""
    found: dict[str, list[Sense]] = {}
    for row in rows("triggers.csv"):
        for lemma in row["trigger"].split("|"):
            sense = _sense(lemma, row)
            for form in _forms(sense):
                found.setdefault(form, []).append(sense)
    ordered = {form: tuple(sorted(senses, key=_order)) for form, senses in found.items()}
    compounds = {form: _one_pos(senses) for form, senses in ordered.items() if "-" in form}
    halves = {form.split("-")[0] for form in compounds if not set(form.split("-")) & ordered.keys()}
    return Lexicon(ordered, compounds, frozenset(half for half in halves if len(half) > _SHORTEST_STEM), _digest())


def _one_pos(senses: tuple[Sense, ...]) -> str:
    kinds = {sense.pos for sense in senses}
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _digest() -> str:
    names = ("triggers.csv", "words.toml", "irregular.csv", "actors.csv", "countries.csv", "roles.csv", "leaders.csv")
    content = b"".join((DATA / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()[:12]


def _sense(lemma: str, row: dict[str, str]) -> Sense:
    return Sense(
        lemma=lemma,
        pos=row["pos"],
        event_type=row["type"],
        mode=row["mode"] or None,
        acled=row["acled"] or None,
        needs=_conditions(row["needs"]),
        bars=_conditions(row["bars"]),
    )


def _order(sense: Sense) -> tuple[int, int]:
    """No-event senses that ask for company first, then by the number of needs; file order decides the rest."""
    return (0 if sense.event_type == "NONE" and sense.needs else 1, -len(sense.needs))


def _forms(sense: Sense) -> frozenset[str]:
    forms: frozenset[str] = frozenset()
    if "v" in sense.pos:
        forms |= verb_forms(sense.lemma)
    if "n" in sense.pos:
        forms |= noun_forms(sense.lemma)
    if "m" in sense.pos:
        forms |= {sense.lemma}
    if "a" in sense.pos:
        forms |= verb_forms(sense.lemma)
    return forms


def _conditions(text: str) -> tuple[Condition, ...]:
    return tuple(_condition(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    """Conditions are set apart by blanks; a part without a colon goes on the one before."""
    parts: list[str] = []
    for part in text.split():
        if ":" in part or not parts:
            parts.append(part)
        else:
            parts[-1] += "|" + part
    return parts


def _condition(part: str) -> Condition:
    relation, _, names = part.partition(":")
    listed = [name for name in names.split("|") if name]
    plain = members(name for name in listed if name not in _SPECIAL)
    return Condition(relation, plain, frozenset(name for name in listed if name in _SPECIAL))


_BY_SYNTAX = {
    "subj": "_subjects",
    "obj": "_objects",
    "actor": "_actors",
    "mod": "_modifiers",
    "gov": "_governors",
    "xcomp": "_clauses",
}
"""Relations that the tree gives tokens for, and what looks them up."""


class Company:
    """What stands around one trigger, looked up once and asked by many conditions."""

    def __init__(
        self,
        tree: Tree,
        token: int,
        kind: Callable[[int], frozenset[str]],
        domains: frozenset[str],
        told: Set[str] = frozenset(),
    ) -> None:
        self.tree, self.token, self._kind, self._domains, self._told = tree, token, kind, domains, told
        self._known: dict[str, tuple[list[int], list[str]]] = {}

    def meets(self, condition: Condition) -> bool:
        """Whether a condition holds."""
        if condition.relation == "doc":
            return bool(condition.words & self._domains)
        if condition.relation == "told":
            return bool(condition.words & self._told)
        tokens, forms = self._lookup(condition.relation)
        if "*" in condition.special and (tokens or forms):
            return True
        if any(form in condition.words for form in forms):
            return True
        if not condition.special:
            return False
        return any(self._kind(token) & condition.special for token in tokens)

    def _lookup(self, relation: str) -> tuple[list[int], list[str]]:
        found = self._known.get(relation)
        if found is None:
            tokens, extra = self._find(relation)
            forms = [form for token in tokens for form in self._names(token)] + extra
            found = self._known[relation] = (tokens, forms)
        return found

    def _names(self, token: int) -> tuple[str, ...]:
        lower = self.tree.lower[token]
        return (lower, singular(lower), verb_lemma(lower), *(bases(lower) if self.tree.is_verb(token) else ()))

    def _find(self, relation: str) -> tuple[list[int], list[str]]:
        tree, token = self.tree, self.token
        if relation in {"hung", "noun"}:
            return self._above(relation)
        if relation in _BY_SYNTAX:
            found: list[int] = getattr(self, _BY_SYNTAX[relation])()
            return found, []
        if relation == "near":
            return [], self._near()
        if relation == "prt":
            return [], tree.particles(token)
        if relation in {"prev", "next"}:
            beside = token - 1 if relation == "prev" else token + 1
            return ([beside] if 0 <= beside < len(tree.lower) else []), []
        return self._on_trigger(relation)

    def _on_trigger(self, relation: str) -> tuple[list[int], list[str]]:
        """A clause, the prepositions or what stands by one of them."""
        tree, token = self.tree, self.token
        if relation == "prep":
            return [], [preposition for preposition, _ in tree.obliques(token)]
        if relation == "that":
            return [child for child in tree.children[token] if tree.dep[child] == "ccomp"], []
        return self._with_preposition(relation), []

    def _actors(self) -> list[int]:
        """Who does it by whatever syntax: 'raids by rebels', 'rebels carried out raids'."""
        return self._wide(list(roles_of(self.tree, self.token, "ASSAULT").actors))

    def _clauses(self) -> list[int]:
        """Clauses that the trigger governs, also where the parser hangs 'to leave' on whom it is asked of."""
        tree, token = self.tree, self.token
        own = tree.with_dep(token, frozenset({"xcomp", "ccomp"}))
        found = [clause for clause in own if tree.is_verb(clause) or tree.dep[clause] == "ccomp"]
        asked = [clause for noun in tree.direct_objects(token) for clause in tree.with_dep(noun, frozenset({"acl"}))]
        return found + [clause for clause in asked if any(tree.lower[mark] == "to" for mark in tree.children[clause])]

    def _above(self, relation: str) -> tuple[list[int], list[str]]:
        """What the trigger itself hangs on: by which preposition, or the noun that it describes."""
        if relation == "hung":
            return [], self.tree.preposition(self.token).split()
        dep, tag = self.tree.dep[self.token], self.tree.tag[self.token]
        return ([self.tree.head[self.token]] if dep == "amod" or (dep == "acl" and tag == "VBN") else []), []

    def _near(self) -> list[str]:
        """The words of the sentence around the trigger, and pairs of neighbours among them."""
        first, end = self.tree.reading.bounds_of(self.token)
        first, end = max(first, self.token - _WINDOW), min(end, self.token + _WINDOW)
        forms = self.tree.lower[first:end]
        return [form for index, form in enumerate(forms) if first + index != self.token]

    def _subjects(self) -> list[int]:
        tree, token = self.tree, self.token
        if not tree.is_verb(token):
            return []
        heads = tree.agents(token) if self._is_passive() else tree.subjects(token)
        return self._wide(heads)

    def _is_passive(self) -> bool:
        """Whether the trigger is a passive; 'resigned' never is, whatever the tagger says."""
        return is_suffered(self.tree, self.token)

    def _objects(self) -> list[int]:
        tree, token = self.tree, self.token
        heads = tree.subjects(token) if self._is_passive() else tree.direct_objects(token)
        return self._wide(heads)

    def _wide(self, heads: list[int]) -> list[int]:
        """Heads, what is coordinated with them, and what they are made of ('dozens of protesters')."""
        found = [token for head in heads for token in self.tree.conjuncts(head)]
        parts = [noun for head in found for preposition, noun in self.tree.obliques(head) if preposition == "of"]
        compounds = [child for head in found for child in self.tree.with_dep(head, _BESIDE)]
        return found + parts + compounds

    def _modifiers(self) -> list[int]:
        tree, token = self.tree, self.token
        found = tree.left_modifiers(token)
        return found + [
            index for index in range(max(0, token - 2), token) if tree.head[index] == token or tree.lower[index] == "-"
        ]

    def _governors(self) -> list[int]:
        """The verb a noun is subject or object of, through 'of' and coordination."""
        tree = self.tree
        verb = tree.clause_verb(self.token)
        return [verb] if verb != self.token else []

    def _with_preposition(self, preposition: str) -> list[int]:
        tree, token = self.tree, self.token
        owners = [token, *tree.direct_objects(token)] if tree.is_verb(token) else [token]
        hung = [pair for owner in owners for pair in tree.obliques(owner)]
        hung += [(tree.preposition(noun), noun) for noun in owners[1:]]
        heads = [noun for found, noun in hung if found.split(" ")[0] == preposition]
        return self._wide(heads)


@cache
def bases(form: str) -> tuple[str, ...]:
    """What a lower-case verb form may be a form of; impossible ones among them do no harm where words are listed."""
    found = [lemma for lemma, forms in irregular_verbs().items() if form in forms]
    for ending in ("s", "es", "ed", "d", "ing"):
        stem = form.removesuffix(ending)
        if stem == form or len(stem) < _SHORTEST_STEM:
            continue
        found.append(stem)
        if ending in {"ed", "ing"}:
            found += [stem + "e", stem[:-1]] if stem[-1:] == stem[-2:-1] else [stem + "e"]
        if stem.endswith("i") and ending in {"es", "ed"}:
            found.append(stem[:-1] + "y")
    return tuple(found)


def choose(company: Company, senses: tuple[Sense, ...], pos: str) -> Sense | None:
    """The first sense that fits the word's part of speech and company; None if it tells no event here."""
    for sense in senses:
        if pos not in sense.pos:
            continue
        if all(company.meets(condition) for condition in sense.needs) and not any(
            company.meets(condition) for condition in sense.bars
        ):
            return None if sense.event_type == "NONE" else sense
    return None
