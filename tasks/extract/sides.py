"""What the kind of an event says about its sides: a state that shells is its army, a state that arrests its police."""

from typing import TYPE_CHECKING

import msgspec

from tasks.extract.actors import is_state, known_in, role_of
from tasks.records import Participant

if TYPE_CHECKING:
    from tasks.extract.mentions import Draft

_ARMY_MODES = frozenset(
    {
        "aerial",
        "military-strike",
        "missile",
        "heavy-weapons",
        "invasion",
        "territory",
        "war",
        "clash",
        "gunfight",
        "ambush",
    }
)
_POLICE_MODES = frozenset({"arrest", "raid", "seize"})
_WORKERS = frozenset(
    {
        "worker",
        "employee",
        "teacher",
        "nurse",
        "doctor",
        "pilot",
        "driver",
        "lecturer",
        "miner",
        "docker",
        "staff",
        "union",
        "trucker",
        "academic",
        "labour",
        "labor",
        "workforce",
        "railwayman",
        "farmworker",
        "cleaner",
        "engineer",
    }
)
_FACED = frozenset({"GOV", "COP", "MIL", "IGO", "BUS", "JUD", "REB", "UAF", "CRM", "NGO"})
"""Whom protests are directed at; residents and other protesters stand beside them."""
_SOMEBODY = frozenset(
    [
        "man",
        "men",
        "person",
        "persons",
        "individual",
        "individuals",
        "people",
        "youth",
        "youths",
        "boy",
        "boys",
        "someone",
        "duo",
        "pair",
    ]
)
"""Who does violence and is called no more than this is unknown."""
_BRAWL = "Mob violence"


_ARMED = frozenset({"MIL", "COP", "REB", "UAF"})
_AGGRESSORS = frozenset({"MIL", "COP", "REB", "UAF", "CRM"})
_UNARMED = frozenset({"CVL", "MED", "LAB", "REL", "NGO"})
_IMPLIED_ACTORS = {
    ("COERCE", "arrest"): ("(police)", "COP"),
    ("COERCE", "raid"): ("(police)", "COP"),
    ("ACCUSE", "investigate"): ("(authorities)", "GOV"),
    ("ACCUSE", "convict"): ("(court)", "JUD"),
    ("COERCE", "curfew"): ("(authorities)", "GOV"),
    ("COERCE", "emergency"): ("(authorities)", "GOV"),
    ("PROTEST", "strike"): ("(workers)", "LAB"),
    ("PROTEST", "riot"): ("(protesters)", "CVL"),
    ("PROTEST", "demo"): ("(protesters)", "CVL"),
}
"""Who must have acted where the text does not say: an arrest is made by police, a curfew imposed by authorities."""

Sides = tuple[tuple[Participant, ...], tuple[Participant, ...]]


def settled(
    draft: "Draft", actors: tuple[Participant, ...], recipients: tuple[Participant, ...], *, political: bool
) -> Sides:
    """Both sides with the sectors that the event's kind implies, and with sides that it cannot do without.

    Sides that only the kind implies ('(police)') have no spans: nothing in the text names them.
    """
    kind, mode = draft.sense.event_type, draft.sense.mode or ""
    actors = tuple(
        _acting(_as_people(party, kind), kind, mode) for party in actors if not _is_no_protester(party, kind)
    )
    if kind == "MOBILIZE":
        actors, recipients = _mobilized(actors, recipients)
    if kind == "COERCE" and mode in {"arrest", "raid"}:
        recipients = tuple(_arrested(party, political=political) for party in recipients)
    if kind == "ASSAULT" and mode == "clash":
        actors, recipients = _clashing(draft, actors, recipients)
    if not actors and (kind, mode) in _IMPLIED_ACTORS:
        text, sector = _IMPLIED_ACTORS[kind, mode]
        actors = (Participant(text=text, sector=sector),)
    if kind == "PROTEST":
        recipients = tuple(party for party in recipients if party.sector in _FACED)
    if kind == "PROTEST" and not recipients:
        recipients = (Participant(text="(government)", sector="GOV"),)
    return actors, recipients


def _is_no_protester(party: Participant, kind: str) -> bool:
    """States do not protest; their people do ('Palestinian riots', 'young Algerians')."""
    return kind == "PROTEST" and _is_bare_state(party) and not _is_nationality(party)


def _as_people(party: Participant, kind: str) -> Participant:
    if kind == "PROTEST" and _is_bare_state(party):
        return msgspec.structs.replace(party, sector="CVL", name=None)
    return party


def _is_nationality(party: Participant) -> bool:
    return any(entry.kind == "nationality" for entry in known_in(party.text))


def _mobilized(actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> Sides:
    """Who is deployed acts, for the country of who deploys them ('Russia sent troops')."""
    moved = [party for party in recipients if party.sector in _ARMED]
    if not moved:
        return actors, recipients
    country = next((party.country for party in actors if party.country), None)
    owned = [party if party.country else msgspec.structs.replace(party, country=country) for party in moved]
    return (*owned, *actors), tuple(party for party in recipients if party not in moved)


def _clashing(draft: "Draft", actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> Sides:
    """In a brawl both sides may be the same; of two sides the armed one comes first."""
    if draft.sense.acled == _BRAWL and not actors:
        return recipients, recipients
    if (
        actors
        and recipients
        and actors[0].sector in _UNARMED
        and recipients[0].sector in _AGGRESSORS
        and not draft.roles.directed
    ):
        return recipients, actors
    return actors, recipients


def _acting(party: Participant, kind: str, mode: str) -> Participant:  # noqa: PLR0911 - one case after the other
    if kind == "PROTEST":
        return _protesting(party, mode)
    if kind == "ASSAULT" and party.sector == "CVL" and _head_word(party.text) in _SOMEBODY:
        return msgspec.structs.replace(party, sector="UNK")
    if not _is_bare_state(party):
        return party
    if kind == "MOBILIZE" or (kind == "ASSAULT" and mode in _ARMY_MODES) or (kind == "RETREAT" and mode == "withdraw"):
        return msgspec.structs.replace(party, sector="MIL")
    if kind == "COERCE" and mode in _POLICE_MODES:
        return msgspec.structs.replace(party, sector="COP")
    if party.sector == "CVL":
        return msgspec.structs.replace(party, sector="MIL" if kind == "ASSAULT" else "GOV")
    return party


def _head_word(phrase: str) -> str:
    """The last word before a preposition."""
    words = phrase.lower().split()
    ends = [index for index, word in enumerate(words) if index and word in {"of", "in", "from", "on", "with", "who"}]
    return words[ends[0] - 1 if ends else -1].strip(",.") if words else ""


def _protesting(party: Participant, mode: str) -> Participant:
    words = {word.strip(",.'’s").rstrip("s") for word in party.text.lower().split()}
    del mode
    if party.sector in {"CVL", "NGO", None, "COP"} and words & _WORKERS:
        return msgspec.structs.replace(party, sector="LAB")
    return party


def _arrested(party: Participant, *, political: bool) -> Participant:
    """Who is arrested for an ordinary crime is a suspect."""
    if not political and party.sector in {"CVL", None, "BUS", "UNK"}:
        return msgspec.structs.replace(party, sector="CRM")
    return party


def _is_bare_state(party: Participant) -> bool:
    """Whether a party is only named as a state or nationality ('Turkey', 'Israeli', 'Tel Aviv')."""
    if is_state(party.text):
        return True
    known = known_in(party.text)
    words = party.text.replace("’s", "").replace("'s", "").split()
    names = [entry for entry in known if entry.kind != "actor"]
    return bool(names) and party.sector in {"GOV", "CVL", None} and not any(role_of(word) for word in words)
