"""The cast of an article: who its people and groups are, and what pronouns and short descriptions point at."""

from functools import cached_property
from typing import NamedTuple

from tasks.extract.actors import Identity, folded, identify, known_in, leader_of, role_of, tables
from tasks.extract.syntax import Tree
from tasks.extract.words import singular

_PERSON_PRONOUNS = frozenset({"he", "she", "him", "her", "his"})
_GROUP_PRONOUNS = frozenset({"it", "they", "them", "its", "their"})
_VAGUE = frozenset(
    {"group", "movement", "organization", "organisation", "outfit", "faction", "network", "country", "side"}
)
_KNOWN_BEFORE = frozenset({"the", "these", "those", "both"})
"""What opens the phrase of somebody spoken of before."""
_DURATIONS = frozenset({"seconds", "minutes", "hours", "days", "weeks", "months", "years"})
_DAYS = frozenset(
    [
        "today",
        "yesterday",
        "tomorrow",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "on",
    ]
)
_LOOK_BACK = 120
_LOYAL = 6
"""Tokens after 'loyal' in which the leader is named."""
_LONGEST_TITLE = 12
"""Most words before a name that can belong to its title: 'Planning and Investment Minister'."""
_TITLE = 4
"""Most words of a title before a name: 'former Deputy Prime Minister'."""
_SITTING = frozenset({"based", "living", "resident", "stationed", "operating", "active", "headquartered"})
_OFFICES = frozenset({"GOV", "MIL", "JUD", "COP"})
_SHARES = frozenset({"most", "some", "many", "all", "several", "both", "dozens", "hundreds", "two", "three"})
_CROWDS = frozenset({"dozens", "scores", "hundreds", "thousands", "crowd", "crowds"})
_BELONGING = frozenset(
    {"leader", "member", "commander", "chief", "head", "founder", "spokesman", "supporter", "fighter"}
)
_OWN_MEN = frozenset({"REB", "UAF", "CRM", "OPP", "MIL", "COP", "LAB", "NGO", "REL", "MED"})
"""Sectors that a leader or member shares with the group."""
_SPOKESMEN = frozenset({"spokesman", "spokeswoman", "spokesperson"})
_MOSTLY = frozenset({"most", "mostly", "many", "all", "mainly", "largely"})
_NUMBER_WORDS = frozenset(
    {
        "dozens",
        "hundreds",
        "thousands",
        "scores",
        "number",
        "group",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "one",
        "some",
        "many",
        "others",
        "several",
        "members",
        "lot",
        "majority",
        "all",
        "most",
        "crowd",
        "crowds",
        "series",
        "total",
        "both",
        "groups",
        "team",
        "those",
        "tens",
        "couple",
    }
)


class Party(NamedTuple):
    """A participant: the words, and who that is."""

    first: int
    end: int
    identity: Identity
    resolved_from: int | None = None
    """The token range shown is a pronoun's antecedent; this is the pronoun."""


def _is_state(name: str) -> bool:
    known = known_in(name)
    return (
        len(known) == 1
        and known[0].kind in {"state", "capital"}
        and len(name.split()) <= len(known[0].name.split()) + 1
        and name[:1].isupper()
        and not name.lower().startswith(("east", "west", "north", "south", "central"))
    ) or bool(known and known[0].kind == "actor")


def _country_of(phrase: str) -> str | None:
    return next((entry.country for entry in known_in(phrase) if entry.country), None)


def _nationality_of(word: str) -> str | None:
    """'Algerians', where the model takes 'Young Algerians' for a person."""
    return next((entry.country for entry in known_in(word) if entry.kind == "nationality"), None)


class Cast:
    """Names and roles of one document."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.year: int | None = None
        """The year of the article, which says whose name 'Bush' is."""

    @cached_property
    def people(self) -> dict[str, Identity]:
        """What the text says of its people, by last name."""
        found: dict[str, Identity] = {}
        for index, (first, end, label) in self.tree.entity_of.items():
            if index != first or label != "Person":
                continue
            identity = self._introduced(first, end)
            last = self.tree.lower[end - 1]
            if identity and (last not in found or found[last].sector is None):
                found[last] = identity
        return found

    def _introduced(self, first: int, end: int) -> Identity | None:
        """'President Obiang', 'Reagan, a resident of Sirajganj', 'Israeli Prime Minister Naftali Bennett'."""
        tree = self.tree
        start = first
        while start > 0 and first - start < 7 and self._is_title(start - 1):
            start -= 1
        if start < first:
            words = tree.lower[start:first]
            begin, _ = tree.phrase(end - 1)
            begin = min(start, begin) if first - begin <= _LONGEST_TITLE else start
            own = identify(tree.reading.phrase(begin, first), words[-1], (*self._qualifiers(start), *words[:-1]))
            return own if own.country else Identity(own.name, self._office(first, end), own.sector)
        if end + 1 < len(tree.lower) and tree.lower[end] == ",":
            return self._apposed(end + 1)
        return None

    def _qualifiers(self, start: int) -> tuple[str, ...]:
        """Up to two words that say what kind of leader or officer is meant: 'the slain indigenous' before 'leader'."""
        tree, first = self.tree, start
        while first > max(0, start - 2) and tree.pos[first - 1] in {"ADJ", "NOUN"}:
            first -= 1
        return tuple(tree.lower[first:start])

    def _office(self, first: int, end: int) -> str | None:
        """The country whose leader a titled name is known to be."""
        leader = leader_of(self.tree.reading.phrase(first, end), titled=True, year=self.year)
        return leader.country if leader else None

    @cached_property
    def _full_names(self) -> dict[str, set[str]]:
        """The names of several words that the text gives, by last word: 'Laura Bush' is another Bush."""
        found: dict[str, set[str]] = {}
        for index, (first, end, label) in self.tree.entity_of.items():
            if index == first and label == "Person" and end - first > 1:
                name = folded(self.tree.reading.phrase(first, end))
                found.setdefault(name.rpartition(" ")[2], set()).add(name)
        return found

    def _known_leader(self, name: str) -> Identity | None:
        """Who is known to hold high office by this name, unless the text calls somebody else by it."""
        key = folded(name)
        others = self._full_names.get(key, set()) if " " not in key else set()
        if others and not any(leader_of(other, titled=False, year=self.year) for other in others):
            return None
        leader = leader_of(name, titled=False, year=self.year)
        return Identity(leader.name, leader.country, "GOV") if leader else None

    def _is_title(self, token: int) -> bool:
        tree = self.tree
        word = tree.lower[token]
        return (
            singular(word) in tables().roles
            or tree.label[token] in {"NORP", "Location", "Organization"}
            or word
            in {
                "deputy",
                "vice",
                "former",
                "prime",
                "foreign",
                "defence",
                "defense",
                "interior",
                "junior",
                "senior",
                "acting",
                "interim",
                "outgoing",
                "caretaker",
                "then",
                "late",
                "state",
                "first",
                "crown",
                "chief",
                "supreme",
                "military",
                "rebel",
                "opposition",
                "economy",
                "finance",
                "justice",
                "trade",
                "affairs",
                "external",
                "information",
                "lt",
                "gen",
                "col",
                "'s",
                "of",
            }
        ) and tree.label[token] != "Person"

    def _apposed(self, start: int) -> Identity | None:
        tree = self.tree
        window = range(start, min(start + 6, len(tree.lower)))
        for token in window:
            if tree.lower[token] in {",", "."}:
                return None
            role = role_of(tree.lower[token], tuple(tree.lower[start:token]))
            if role and tree.is_noun(token):
                own = identify(tree.reading.phrase(start, token + 1), tree.lower[token], tuple(tree.lower[start:token]))
                return self._of_whom(token, own)
        return None

    def _of_whom(self, token: int, identity: Identity) -> Identity:
        """'a leader of the group', 'a member of the opposition': of those whose leader or member somebody is."""
        tree = self.tree
        if tree.lower[token + 1 : token + 2] != ["of"] or singular(tree.lower[token]) not in _BELONGING:
            return identity
        end = min(token + 6, tree.reading.bounds_of(token)[1])
        whose = [at for at in range(token + 2, end) if tree.is_noun(at)]
        if not whose:
            return identity
        if tree.lower[whose[0]] in _VAGUE and (before := self._group_before(token)) is not None:
            return identity._replace(sector=before.identity.sector, country=before.identity.country)
        known = identify(tree.reading.phrase(token + 2, whose[-1] + 1), tree.lower[whose[0]], ())
        sector = known.sector if known.sector in _OWN_MEN else identity.sector
        return Identity(identity.name, identity.country or known.country, sector)

    def kind(self, token: int) -> frozenset[str]:
        """Semantic kinds of a token for the conditions of the lexicon."""
        tree = self.tree
        label, lower = tree.label[token], tree.lower[token]
        kinds: set[str] = set()
        if label == "Person" or lower in {
            "him",
            "them",
            "he",
            "she",
            "they",
            "who",
            "people",
            "others",
            "me",
            "us",
            "her",
            "himself",
            "those",
            "one",
            "i",
            "we",
            "whom",
        }:
            kinds |= {"HUMAN", "PERSON"} if label == "Person" else {"HUMAN"}
        if label == "NORP" or tables().kinds.get(singular(lower)) == "person" or lower in _NUMBER_WORDS:
            kinds.add("HUMAN")
        if label in {"Location", "Facility"}:
            kinds.add("PLACE")
        if (
            label in {"Location", "NORP", "Organization", ""}
            and lower[:1].isalpha()
            and any(k.kind in {"state", "nationality", "capital"} for k in known_in(self._name_around(token)))
        ):
            kinds.add("NATION")
        if self._holds_office(token):
            kinds.add("OFFICE")
        return frozenset(kinds)

    def _name_around(self, token: int) -> str:
        """'Saudi Arabia' for 'Arabia': the name that a token ends, else the token."""
        first, end, label = self.tree.entity_of.get(token, (token, token + 1, ""))
        whole = label in {"Location", "NORP"} and end == token + 1
        return self.tree.reading.phrase(first if whole else token, token + 1)

    def _holds_office(self, token: int) -> bool:
        """'the minister', 'Mr Rudd' where the text or the table of leaders says which office that is."""
        tree = self.tree
        if tree.label[token] != "Person":
            return tree.is_noun(token) and role_of(tree.lower[token]) in _OFFICES
        entity = tree.entity_of[token]
        return self._person(token, entity[0], entity[1]).sector in _OFFICES

    def party(self, head: int) -> Party | None:
        """The participant whose phrase has this head; None if it is no participant."""
        tree = self.tree
        lower = tree.lower[head]
        if lower in _PERSON_PRONOUNS | _GROUP_PRONOUNS:
            return self._antecedent(head)
        if tree.pos[head] == "PRON" or lower in {"which", "that", "who", "there"}:
            return None
        if lower in _DURATIONS and (whole := [n for p, n in tree.obliques(head) if p == "of" and tree.is_noun(n)]):
            return self.party(whole[0])
        if (lower in _SHARES or tree.pos[head] == "NUM") and (
            whole := [n for p, n in tree.obliques(head) if p == "of" and tree.pos[n] == "PRON"]
        ):
            return self._antecedent(whole[0])
        head = self._behind_hyphen(head)
        entity = tree.entity_of.get(head)
        first, end = tree.phrase(head)
        if entity:
            first, end = min(first, entity[0]), max(end, entity[1])
        while end - 1 > head and self.tree.lower[end - 1] in _DAYS:
            end -= 1
        party = Party(first, end, self._identity(head, first, end))
        if party.identity.country is None and tree.dep[head] == "conj":
            party = party._replace(identity=self._as_first(head, party.identity))
        if lower in _VAGUE and party.identity.name is None and tree.lower[first] in {"the", "this", "that"}:
            return self._group_before(first) or party
        return party

    def _as_before(self, head: int, identity: Identity) -> Identity:
        """'the militias' are the Iranian militias spoken of before."""
        tree = self.tree
        for token in range(head - 1, max(0, head - 2 * _LOOK_BACK), -1):
            if tree.lower[token] == tree.lower[head]:
                first, end = tree.phrase(token)
                country = _country_of(tree.reading.phrase(first, end))
                if country:
                    return Identity(identity.name, country, identity.sector)
        return identity

    def _as_first(self, head: int, identity: Identity) -> Identity:
        """'Israeli helicopters and tanks': the adjective before the first noun goes for all."""
        tree, first = self.tree, self.tree.head[head]
        if head in tree.entity_of or not (tree.is_noun(first) and tree.is_noun(head)) or first in tree.entity_of:
            return identity
        country = _country_of(tree.reading.phrase(*tree.phrase(first)))
        return identity._replace(country=country) if country else identity

    def _behind_hyphen(self, head: int) -> int:
        """'Iran' of 'Iran-linked positions' stands for the positions."""
        tree = self.tree
        if head + 2 >= len(tree.lower) or tree.lower[head + 1] != "-" or head not in tree.entity_of:
            return head
        nouns = [token for token in range(head + 3, min(head + 6, len(tree.lower))) if tree.is_noun(token)]
        return nouns[0] if nouns else head

    def _identity(self, head: int, first: int, end: int) -> Identity:
        tree = self.tree
        label = tree.label[head]
        if label == "Person":
            return self._person(head, first, end)
        wide_first, wide_end = tree.phrase(head, wide=True)
        phrase = tree.reading.phrase(first, end)
        modifiers = tuple(tree.lower[first:head])
        noun = head
        if tree.lower[head] in _NUMBER_WORDS or role_of(tree.lower[head]) is None:
            noun = self._content(head)
            modifiers = tuple(tree.lower[first:noun])
        compound = "-".join((singular(tree.lower[head]), *tree.lower[head + 1 : head + 3]))
        if compound in tables().roles:
            return Identity(None, _country_of(phrase), tables().roles[compound])
        if label in {"Location", "Facility"} and not _is_state(tree.reading.phrase(*tree.entity_of[head][:2])):
            sector = role_of(tree.lower[head], tuple(tree.lower[first:head])) or "CVL"
            return Identity(None, _country_of(tree.reading.phrase(first, end)), sector)
        named = self._named_beside(head)
        if named is not None:
            return named
        identity = identify(phrase, tree.reading.phrase(noun, noun + 1), modifiers)
        if identity.country is None and identity.name is None and tree.lower[first] in _KNOWN_BEFORE:
            identity = self._as_before(head, identity)
        if identity.country is None:
            wide = identify(
                tree.reading.phrase(min(first, wide_first), max(end, wide_end)),
                tree.reading.phrase(noun, noun + 1),
                modifiers,
            )
            if identity.sector is None or wide.sector == identity.sector or wide.name is None:
                identity = Identity(identity.name, wide.country, identity.sector or wide.sector)
        if identity.country is None and label == "":
            identity = identity._replace(country=self._based(head, end) or self._led(first, end))
        if identity.sector == "CVL" and tree.lower[noun] in {"people", "persons"}:
            identity = identity._replace(sector=self._mostly(end) or "CVL")
        crowd = noun == head and tree.lower[head] in _CROWDS
        if identity.sector is None and (label == "Person" or crowd):
            return Identity(identity.name, identity.country, "CVL")
        return identity

    def _mostly(self, end: int) -> str | None:
        """'59 people, most of them policemen': what they are."""
        tree = self.tree
        if end + 1 >= len(tree.lower) or tree.lower[end] != "," or tree.lower[end + 1] not in _MOSTLY:
            return None
        window = range(end + 2, min(end + 6, len(tree.lower)))
        roles = (
            role_of(tree.lower[token], tuple(tree.lower[end + 2 : token])) for token in window if tree.is_noun(token)
        )
        return next((role for role in roles if role), None)

    def _based(self, head: int, end: int) -> str | None:
        """'a newspaper based in Beirut', 'exiles living in France': where the text says that they sit."""
        tree = self.tree
        if (
            end + 1 >= len(tree.lower)
            or tree.lower[end] not in _SITTING
            or tree.lower[end + 1] not in {"in", "at", "from"}
        ):
            return None
        stop = min(end + 7, tree.reading.bounds_of(head)[1])
        return _country_of(tree.reading.phrase(end + 2, stop)) if end + 2 < stop else None

    def _led(self, first: int, end: int) -> str | None:
        """'Museveni's envoy', 'soldiers loyal to General Abacha': those of a leader are of the leader's country."""
        tree = self.tree
        stop = end + _LOYAL if end < len(tree.lower) and tree.lower[end] in {"loyal", "faithful"} else end
        people = {
            tree.entity_of[at][:2] for at in range(first, min(stop, len(tree.lower))) if tree.label[at] == "Person"
        }
        known = (self._person(name_end - 1, start, name_end).country for start, name_end in sorted(people))
        return next((country for country in known if country), None)

    def _named_beside(self, head: int) -> Identity | None:
        """'his uncle, President Macias Nguema': the name put beside a kinsman or colleague says who that is."""
        if self.tree.tag[head] == "NNS" or self.tree.lower[head] == "people":
            return None
        for child in (*self.tree.with_dep(head, frozenset({"appos"})), *self._behind_comma(head)):
            entity = self.tree.entity_of.get(child)
            if entity and entity[2] == "Person":
                identity = self._person(child, entity[0], entity[1])
                if identity.sector not in {"CVL", None}:
                    return identity
        return None

    def _behind_comma(self, head: int) -> list[int]:
        """The person named right after the head and a comma, with a title before the name or not."""
        tree = self.tree
        start = head + 2
        if start >= len(tree.lower) or tree.lower[head + 1] != "," or tree.label[head]:
            return []
        titled = start
        while titled < min(start + _TITLE, len(tree.lower) - 1) and self._is_title(titled):
            titled += 1
        entity = tree.entity_of.get(titled)
        return [titled] if entity and entity[2] == "Person" and entity[0] in {start, titled} else []

    def _content(self, head: int) -> int:
        """'dozens of protesters' is about protesters; a name in apposition to a role is about the role."""
        tree = self.tree
        for preposition, noun in tree.obliques(head):
            if preposition == "of" and tree.pos[noun] != "PRON":
                return noun
        for child in tree.children[head]:
            if tree.dep[child] in {"appos", "compound", "flat", "nmod", "nmod:desc"} and role_of(tree.lower[child]):
                return child
        return head

    def _person(self, head: int, first: int, end: int) -> Identity:
        tree = self.tree
        phrase = tree.reading.phrase(first, end)
        entity = tree.entity_of[head]
        known = self.people.get(tree.lower[entity[1] - 1])
        direct = [entry for entry in known_in(phrase) if entry.kind == "actor"]
        if direct:
            return Identity(direct[0].name, direct[0].country, direct[0].sector)
        own = self._introduced(entity[0], entity[1]) or known
        name = tree.reading.phrase(entity[0], entity[1])
        titled = tree.reading.phrase(entity[0] - 1, entity[1]) if entity[0] else name
        leader = self._known_leader(titled) or self._known_leader(name)
        if leader is not None and (own is None or own.country in {None, leader.country}):
            return Identity(leader.name, leader.country, (own.sector if own else None) or leader.sector)
        if own is None:
            return Identity(name, _nationality_of(tree.reading.phrase(entity[1] - 1, entity[1])), "CVL")
        return Identity(name, own.country, own.sector or "CVL")

    def _antecedent(self, pronoun: int) -> Party | None:
        """The nearest likely antecedent: a person for 'he', a group or country for 'it', people for 'they'."""
        tree = self.tree
        personal = tree.lower[pronoun] in _PERSON_PRONOUNS
        start = tree.reading.bounds_of(pronoun)[0]
        for token in self._candidates(pronoun, start):
            entity = tree.entity_of.get(token)
            is_person = bool(entity and entity[2] == "Person")
            if personal != is_person and not (personal and role_of(tree.lower[token])):
                continue
            if personal and not is_person and tree.tag[token] == "NNS":
                continue
            party = self.party(token if personal else self._spoken_for(token))
            if party and (party.identity.sector or party.identity.country):
                return party._replace(resolved_from=pronoun)
        return None

    def _spoken_for(self, token: int) -> int:
        """'A spokesman for the officers said they ...': whom somebody speaks for is meant by 'they'."""
        if self.tree.lower[token] not in _SPOKESMEN:
            return token
        return next((noun for preposition, noun in self.tree.obliques(token) if preposition in {"for", "of"}), token)

    def _candidates(self, before: int, sentence_start: int) -> list[int]:
        """Subjects first, from the sentence before backwards, then other nouns."""
        tree = self.tree
        window = range(max(0, sentence_start - _LOOK_BACK), before)
        nouns = [
            token
            for token in window
            if tree.dep[token] not in {"compound", "flat", "amod", "dep"}
            and (tree.is_noun(token))
            and tree.label[token] != "Date"
        ]
        same = [token for token in nouns if token >= sentence_start and tree.dep[token].startswith("nsubj")]
        subjects = [token for token in nouns if tree.dep[token].startswith("nsubj") and token < sentence_start]
        return [*reversed(same), *reversed(subjects[-4:]), *reversed(nouns[-8:])]

    def _group_before(self, before: int) -> Party | None:
        """The last armed group or organisation named before."""
        tree = self.tree
        for token in range(before - 1, max(0, before - 2 * _LOOK_BACK), -1):
            entity = tree.entity_of.get(token)
            if entity and entity[2] in {"Organization", "NORP", "Misc"}:
                known = [
                    entry for entry in known_in(tree.reading.phrase(entity[0], entity[1])) if entry.kind == "actor"
                ]
                if known:
                    return Party(
                        entity[0], entity[1], Identity(known[0].name, known[0].country, known[0].sector), before
                    )
        return None
