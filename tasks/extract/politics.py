"""Political violence or ordinary crime: what ACLED takes in and what it leaves out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tasks.extract.syntax import Tree
from tasks.records import Participant

if TYPE_CHECKING:
    from tasks.extract.mentions import Draft

_POLITICAL_SECTORS = frozenset({"MIL", "REB", "UAF", "GOV", "OPP", "MED", "NGO", "IGO", "REL"})
_POLITICAL_WORDS = frozenset(
    [
        "activist",
        "activists",
        "protest",
        "protests",
        "protesters",
        "protester",
        "demonstrators",
        "demonstrator",
        "unrest",
        "militants",
        "militant",
        "rebels",
        "insurgents",
        "opposition",
        "journalist",
        "journalists",
        "election",
        "elections",
        "political",
        "politician",
        "politicians",
        "separatist",
        "terrorist",
        "terrorists",
        "terrorism",
        "militia",
        "soldiers",
        "troops",
        "army",
        "military",
        "war",
        "regime",
        "coup",
        "dissident",
        "dissidents",
        "minister",
        "president",
        "ethnic",
        "sectarian",
        "communal",
        "religious",
        "refugees",
        "refugee",
        "guerrilla",
        "guerrillas",
        "jihadist",
        "extremists",
        "extremist",
        "maoist",
        "naxal",
        "naxals",
        "taliban",
        "islamic",
        "indigenous",
        "tribal",
        "clan",
        "occupation",
        "occupied",
        "human-rights",
        "rights",
    ]
)
_CRIME_WORDS = frozenset(
    [
        "robbery",
        "robbers",
        "robber",
        "theft",
        "thieves",
        "thief",
        "burglary",
        "murder",
        "murders",
        "murdered",
        "homicide",
        "gang",
        "gangs",
        "cartel",
        "drug",
        "drugs",
        "trafficking",
        "smuggling",
        "smugglers",
        "laundering",
        "fraud",
        "rape",
        "raped",
        "rapist",
        "suspect",
        "suspects",
        "prison",
        "prisoners",
        "inmates",
        "inmate",
        "gangs",
        "criminal",
        "criminals",
        "crime",
        "crimes",
        "wife",
        "husband",
        "girlfriend",
        "neighbour",
        "neighbours",
        "child",
        "domestic",
        "extortion",
        "heist",
        "stabbing",
        "pyramid",
        "gambling",
        "scam",
        "bribery",
        "corruption",
        "embezzlement",
        "cocaine",
        "kidnappers",
        "ransom",
    ]
)
_PROTEST_WORDS = frozenset(
    {"protest", "protests", "protesters", "demonstrators", "unrest", "demonstration", "demonstrations", "rally"}
)
_POLITICAL_MODES = frozenset(
    {
        "aerial",
        "military-strike",
        "missile",
        "heavy-weapons",
        "suicide-bomb",
        "chemical",
        "invasion",
        "territory",
        "war",
        "demo",
        "riot",
        "sit-in",
        "hunger-strike",
        "block",
        "deploy",
        "exercise",
        "alert",
        "ceasefire",
        "withdraw",
        "disarm",
        "curfew",
        "emergency",
        "siege",
        "repress",
        "bomb",
        "grenade",
    }
)


_MOB = "Mob violence"
_MOB_MODES = frozenset({"kill", "beat", "stones"})
_BATTLES = frozenset({"gunfight", "clash", "ambush", "territory", "firearms"})
_ORGANISED = frozenset({"cartel", "cartels", "gang", "gangs"})
"""Crime that fights battles of its own, which ACLED takes in."""


def _is_public(draft: "Draft", actors: Sequence[Participant], recipients: Sequence[Participant]) -> bool:
    """Mob justice, the battles of cartels and what gangs do to the people around them; no robbery."""
    kind, mode = draft.sense.event_type, draft.sense.mode
    if draft.sense.acled == _MOB:
        return mode in _MOB_MODES
    parties = (*actors, *recipients) if mode in _BATTLES else actors
    return kind == "ASSAULT" and mode != "rob" and any(_is_organised(party) for party in parties)


def _is_organised(party: Participant) -> bool:
    return party.sector == "CRM" and not _ORGANISED.isdisjoint(party.text.lower().split())


def is_political(tree: Tree, draft: "Draft", actors: Sequence[Participant], recipients: Sequence[Participant]) -> bool:
    """Whether an event is political violence or disorder, as far as its parties and its sentence show."""
    mode = draft.sense.mode
    if mode == "strike" and draft.sense.event_type == "PROTEST":
        return True
    if (
        _is_public(draft, actors, recipients)
        or mode in _POLITICAL_MODES
        or draft.sense.event_type not in {"ASSAULT", "COERCE"}
    ):
        return True
    first, end = tree.reading.bounds_of(draft.token)
    words = set(tree.lower[first:end])
    if draft.sense.event_type == "COERCE":
        return _is_political_arrest(tree, words, recipients)
    sectors = {party.sector for party in (*actors, *recipients)}
    if sectors & _POLITICAL_SECTORS or words & _POLITICAL_WORDS:
        return True
    if "CRM" in sectors or words & _CRIME_WORDS:
        return False
    return _leans_political(tree)


def _is_political_arrest(tree: Tree, words: set[str], recipients: Sequence[Participant]) -> bool:
    """Who is seized for a crime is a suspect, whoever the victim was."""
    sectors = {party.sector for party in recipients}
    if sectors & {"REB", "UAF", "OPP", "MED", "MIL"}:
        return True
    if "CRM" in sectors or words & _CRIME_WORDS:
        return bool(words & _PROTEST_WORDS)
    return bool(words & _POLITICAL_WORDS) or _leans_political(tree)


def _leans_political(tree: Tree) -> bool:
    """Whether the whole document speaks more of conflict than of crime."""
    political = sum(word in _POLITICAL_WORDS for word in tree.lower)
    crime = sum(word in _CRIME_WORDS for word in tree.lower)
    return political >= crime
