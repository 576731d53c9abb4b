"""From a coded event to the neighbouring codings: CAMEO root, quad class, ACLED sub-event and event type.

What the lexicon proposes as sub-event depends in ACLED also on who did it to whom; that is settled here, once the
parties of an event are known.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tasks.records import EventType

_ARMED = frozenset({"MIL", "REB", "UAF", "COP"})
_UNARMED = frozenset({"CVL", "MED", "LAB", "REL", "NGO", "OPP", "BUS", "JUD", None})
_DIRECT = frozenset({"firearms", "attack", "clash", "kill", "ambush", "storm", "injure", "stab"})
_REMOTE = frozenset(
    {
        "Air/drone strike",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Suicide bomb",
        "Grenade",
        "Chemical weapon",
    }
)


class Crosswalk(NamedTuple):
    """The tables of crosswalk.toml."""

    plover: dict[str, dict[str, str | int]]
    cameo_mode: dict[str, str]
    acled: dict[str, str]


class Parties(NamedTuple):
    """Sectors of the two sides; None where unknown."""

    actor: str | None
    recipient: str | None


@cache
def crosswalk() -> Crosswalk:
    """The shipped tables, read once."""
    table = tomllib.loads((Path(__file__).parent / "crosswalk.toml").read_text(encoding="utf-8"))
    return Crosswalk(table["plover"], table["cameo_mode"], table["acled"])


def cameo_root(event_type: EventType, mode: str | None) -> str:
    """CAMEO root code of an event."""
    if event_type is EventType.ASSAULT and mode in crosswalk().cameo_mode:
        return crosswalk().cameo_mode[mode]
    return str(crosswalk().plover[event_type]["cameo_root"])


def quad_class(event_type: EventType) -> int:
    """Quad class, 1 to 4."""
    return int(crosswalk().plover[event_type]["quad_class"])


def acled_event_type(sub_event: str | None) -> str | None:
    """ACLED event type of a sub-event type; None outside ACLED's scope."""
    return crosswalk().acled.get(sub_event) if sub_event else None


def acled_sub_event(
    event_type: EventType, mode: str | None, proposed: str | None, parties: Parties, *, political: bool
) -> str | None:
    """ACLED sub-event type of an event; None for what ACLED leaves out (ordinary crime, labour disputes, words)."""
    if proposed in _REMOTE:
        return proposed
    if not political or proposed is None:
        return None
    if event_type is EventType.ASSAULT:
        return _of_assault(mode, proposed, parties)
    if event_type is EventType.COERCE and proposed == "Disrupted weapons use":
        return proposed if parties.recipient in {"REB", "UAF", "MIL"} else None
    return proposed


def _of_assault(mode: str | None, proposed: str, parties: Parties) -> str:
    """Two armed sides clash; one armed side attacks the unarmed; people without arms are a mob."""
    if mode not in _DIRECT or proposed not in {"Attack", "Armed clash", "Mob violence"}:
        return proposed
    if parties.actor in _ARMED and parties.recipient in _ARMED:
        return "Armed clash"
    if (
        proposed == "Armed clash"
        and parties.recipient in _UNARMED - {None}
        and mode in {"firearms", "attack", "kill", "ambush"}
    ):
        return "Attack"
    return proposed
