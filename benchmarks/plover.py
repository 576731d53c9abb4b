"""PLOVER's gold standard records: whether a sentence's event is typed right and its sides' countries are found."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tasks.records import Event, Realis

_OLD_TYPES = {
    "INVESTIGATE": "ACCUSE",
    "DEMAND": "REQUEST",
    "DISAPPROVE": "ACCUSE",
    "YIELD": "CONCEDE",
    "FIGHT": "ASSAULT",
    "EXHIBIT": "MOBILIZE",
    "REDUCE": "SANCTION",
    "APPEAL": "REQUEST",
    "INTEND": "AGREE",
    "COOP": "COOPERATE",
    "ENGAGE": "COOPERATE",
}
_MOVED = (
    ("COERCE", re.compile("destroy|firearms"), "ASSAULT"),
    ("COERCE", re.compile("kidnap|abduct|hijack|hostage"), "ASSAULT"),
    ("FIGHT", re.compile("blockad|besieg|siege"), "COERCE"),
    ("CONCEDE", re.compile("curfew|emergency|martial"), "RETREAT"),
)
"""What went to another type since the records were coded (0.5b1 of 2016), by the record's mode and event words.

Source: CAMEO-PLOV.txt (0.6) and CAMEO2PLOVER-2021.txt of openeventdata/PLOVER agree that destroying property (1712, in
the later one), violent repression (175) and abduction (181) are ASSAULT, a blockade (191) COERCE, and that easing a
curfew (0813) or a state of emergency (0814) is RETREAT. Left out: that embargoes and sanctions (163) became COERCE in
2021, since PLOVER's own coder of 2023 counts them as SANCTION again.
"""
_OLD_CODES = {
    "JAP": "JPN",
    "ROM": "ROU",
    "ZAR": "COD",
    "BUR": "MMR",
    "PAL": "PSE",
    "KOS": "XKX",
    "TMP": "TLS",
    "ITL": "ITA",
    "VTN": "VNM",
}
_KIND = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "AGREE"})
_AS_THEY_ARE = frozenset({"AGREE", "THREATEN", "REQUEST", "ACCUSE", "REJECT", "MOBILIZE"})
"""Types whose announcement CAMEO codes as the deed: it has no code for meaning (03) or threatening (13) to do them."""
_HAPPENED = frozenset({Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL})


class Record(NamedTuple):
    """One gold record."""

    text: str
    event_type: str
    actors: frozenset[str]
    recipients: frozenset[str]


def records(path: Path) -> list[Record]:
    """All records with a sentence and a type."""
    text = path.read_text(encoding="utf-8")
    found = json.loads(_repaired(text))
    return [_record(entry) for entry in found if entry.get("text") and entry.get("event", "DOCUMENT") != "DOCUMENT"]


def _repaired(text: str) -> str:
    """The file has a stray comma before closing brackets here and there."""
    return re.sub(r",(\s*[\]}])", r"\1", text)


def _record(entry: dict[str, object]) -> Record:
    return Record(
        str(entry["text"]), _kind_today(entry), _countries(entry.get("source")), _countries(entry.get("target"))
    )


def _kind_today(entry: dict[str, object]) -> str:
    """The type by PLOVER as it is now."""
    old = str(entry["event"])
    told = f"{entry.get('mode')} {entry.get('eventText')}".lower()
    moved = [new for kind, words, new in _MOVED if kind == old and words.search(told)]
    return moved[0] if moved else _OLD_TYPES.get(old, old)


def _countries(side: object) -> frozenset[str]:
    codes = [str(actor.get("code", "")) for actor in side if isinstance(actor, dict)] if isinstance(side, list) else []
    return frozenset(
        _OLD_CODES.get(code[:3], code[:3])
        for code in codes
        if code[:3].isupper() and code[:3] not in {"IGO", "NGO", "MNC", "UIS", "IMG", "ISM"}
    )


def best(events: tuple[Event, ...]) -> tuple[str, Event] | None:
    """The event that a coder would take, with its type: the first spoken of.

    PLOVER codes a deed that is only announced by the announcement: AGREE if it is kind, THREATEN if it is not,
    REJECT if it is refused; what is said anyway (a demand, an accusation) and mobilization are coded as such.
    """
    first = min(events, key=lambda event: event.sources[0].trigger.start, default=None)
    if first is None:
        return None
    if first.realis in _HAPPENED:
        return first.event_type.value, first
    if first.realis is Realis.NEGATED:
        return "REJECT", first
    if first.event_type.value in _AS_THEY_ARE:
        return first.event_type.value, first
    return ("AGREE" if first.event_type in _KIND else "THREATEN"), first


def tally(found: list[tuple[Record, tuple[str, Event] | None]]) -> tuple[Counter[str], Counter[str]]:
    """(right, asked) by 'type', 'actor', 'recipient', and right by type."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for record, chosen in found:
        kind, event = chosen or (None, None)
        asked["type"] += 1
        asked[record.event_type] += 1
        hit = kind == record.event_type
        right["type"] += hit
        right[record.event_type] += hit
        for side, countries in (("actor", record.actors), ("recipient", record.recipients)):
            if countries:
                asked[side] += 1
                parties = (event.actors if side == "actor" else event.recipients) if event else ()
                right[side] += bool({party.country for party in parties} & countries)
    return right, asked
