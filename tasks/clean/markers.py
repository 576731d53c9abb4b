"""What a text says of itself in words: kill, withdrawn, corrected, refile, repeat, update 2, embargo.

Only where such words stand as marks: at the head of a headline or slug, or in a note of their own; 'air strikes kill
three' is no kill.
"""

import datetime as dt
import re
from collections.abc import Sequence

from tasks.clean.dates import find_moment
from tasks.records import Record, Signal, Status

_KILL = re.compile(
    r"^\W*(?:(?:mandatory|bulletin|story|urgent|advisory|media|photo|editors)\W+)*(?:kill(?:ed)?|withdrawn|withdrawal|retracted|retraction"
    r"|cancel(?:l?ed)?|annul[ée]|annulation|anulad[oa]|zurückgezogen)\W*(?:$|[:\-–—]|\b(?:story|kill|bulletin|notice)\b)"
    r"|[([]\s*(?:kill(?:ed)?|withdrawn|retracted|canceled|cancelled)\s*[)\]]|\b(?:bulletin|mandatory|story) kill\b"
    r"|[-–—:]\s*(?:withdrawn|killed|retracted)\W*$",
    re.IGNORECASE,
)
_KILL_SENTENCE = re.compile(
    r"\b(?:story|article|item|report|copy|dispatch|version|headline|alert)\b[^.]{0,160}?\b(?:is|are|was"
    r"|has been|have been|should be|must be)\s+"
    r"(?:hereby\s+)?(?:withdrawn|killed|retracted|spiked)\b|\b(?:please|kindly)\s+(?:kill|withdraw|disregard|spike)\b|"
    r"\b(?:kill|withdraw|disregard|retract)s?\b\s+(?:the\s+)?(?:\w+\s+){0,3}(?:story|article|item|report|copy|dispatch)\b[^.]{0,40}\b(?:slugged|headlined|sent|moved|"
    r"titled|issued|published|no substitute|a substitute)|\bno (?:replacement|substitute) (?:story|item) will be\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:urgent|official|eds|editors|clarification and)\W+)*(?:corrected|correction|corrects"
    r"|correcting|corr|clarification|clarified|corrección|correctif"
    r"|rectificatif|korrektur|berichtigung|correzione|correção|rettelse|rettelse|исправление|تصحيح)\W*(?:$|\d|[:\-–—(]|\b(?:official|story|in|to|the|paragraph|para|headline|byline|"
    r"date|spelling|name|number|figure|title|day|year|typo)\b)|[([]\s*(?:corrected|correction)\s*[)\]]"
    r"|\b(?:\d(?:st|nd|rd|th) ld[- ]writethru,?\s*)?correct(?:ive)?\s*$",
    re.IGNORECASE,
)
_REFILE = re.compile(r"^\W*(?:refile[sd]?|refiling|resending|resend)\b\W", re.IGNORECASE)
_REPEAT = re.compile(
    r"^\W*(?:rpt|repeat(?:s|ed|ing)?|re-?issue[sd]?|rep)\W*(?:$|\d|[:\-–—(]|\b(?:of|story|for|to|without|with|the|earlier)\b)",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    r"^\W*(?:update[sd]?|updating|adds?|adding|recast(?:s|ing)?|lead|writethru|writethrough|wrapup|actualización|actualisation|aktualisiert|aggiornamento)\W*(?:$|\d|[:\-–—(])"
    r"|^\W*\((?:adds|updates|updating|recasts|writes through|rewrites|releads|leads|changes|edits|fixes|trims"
    r"|removes)\b"
    r"|\((?:\d\w\w )?(?:lead|update|updated|ld|recast|writethru)(?: \d{1,2})?\)\W*$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W*\(?\s*(?:adds|zusammenfassung|wiederholung|berichtigung|neu|achtung|updates|recasts|corrects|refiles|repeats"
    r"|removes|rewrites|releads|writes through|changes|edits|fixes|eds|editors|ed|editor's note|editors' note"
    r"|editors note|note to editors|attention|correcting|restores|drops|inserts|subs|clarifies|deletes)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^\W*(?:[A-Z]{2,6}-)?(?:(?:corrected|correction|refile|rpt|repeat|official)\W+)?(?:update|wrapup|version|lead|adds?)\s*(?:no\.?\s*)?(\d{1,2})\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)\s+(?:ld|lead|add|sub|writethru|update)\b|\b(\d{1,2})(?:st|nd|rd|th)\s*ld",
    re.IGNORECASE,
)
_EMBARGO = re.compile(
    r"\b(?:embargo(?:ed)?|hold for release|not for (?:release|publication) before|sperrfrist|embargad[oa]"
    r"|sous embargo)\b",
    re.IGNORECASE,
)
_NOTE_CHARS = 400
# The tag of a service before the mark proper: 'NWRE-UPDATE 2-'.
_SERVICE = re.compile(r"^[A-Z]{2,6}-(?=[A-Z]{3,})")
_DONE = {
    "corrects|correcting|clarifies|berichtigung": Signal.CORRECTION,
    "refiles|resends": Signal.REFILE,
    "repeats|wiederholung": Signal.REPEAT,
    "adds|updates|updating|recasts|rewrites|releads|writes through|changes|inserts|subs|leads": Signal.UPDATE,
    "zusammenfassung": Signal.UPDATE,
}


class Marks(Record, frozen=True, kw_only=True):
    """What the words say; None where they say nothing."""

    status: Status | None = None
    signal: Signal | None = None
    version: int | None = None
    embargoed_until: dt.datetime | None = None
    note: str | None = None
    """The editorial note found in the text, if any."""


def is_note(paragraph: str) -> bool:
    """Whether a paragraph is a note from the desk rather than story: '(Adds details, quote in paragraph 3)'."""
    bare = paragraph.strip()
    if len(bare) > _NOTE_CHARS or not _NOTE.match(bare):
        return False
    enclosed = bare.startswith(("(", "[")) and bare.endswith((")", "]"))
    return enclosed or bool(
        re.match(
            r"^\W*(?:eds|editors|note to editors|editors' note|editor's note|attention editors)\s*[:\-–—]",
            bare,
            re.IGNORECASE,
        )
    )


def is_embargo(paragraph: str) -> bool:
    """Whether a line says from when on a story may be published."""
    return len(paragraph) <= _NOTE_CHARS and bool(_EMBARGO.match(paragraph.lstrip("(*[ ")))


def read_marks(heads: Sequence[str], notes: Sequence[str], opening: str, *, time_zone: str | None = None) -> Marks:
    """What headline and slug (`heads`), notes of the desk and the first paragraph say of this version."""
    marks = [_SERVICE.sub("", head) for head in (*heads, *notes) if head]
    killed = any(_KILL.search(mark) for mark in marks) or any(
        _KILL_SENTENCE.search(text) for text in (*notes, opening, *heads)
    )
    embargo = next((text for text in (*marks, opening) if _EMBARGO.search(text[:200])), None)
    until = find_moment(embargo, time_zone=time_zone) if embargo else None
    return Marks(
        status=Status.CANCELED if killed else Status.EMBARGOED if until else None,
        signal=_signal(marks) or _signal_of_notes(notes),
        version=_version(marks),
        embargoed_until=until.at if until else None,
        note="; ".join(notes) or None,
    )


def _signal(marks: Sequence[str]) -> Signal | None:
    for pattern, signal in (
        (_CORRECTION, Signal.CORRECTION),
        (_REFILE, Signal.REFILE),
        (_REPEAT, Signal.REPEAT),
        (_UPDATE, Signal.UPDATE),
    ):
        if any(pattern.search(mark) for mark in marks):
            return signal
    return Signal.UPDATE if any(_LEAD.search(mark) for mark in marks) else None


def _signal_of_notes(notes: Sequence[str]) -> Signal | None:
    """'Adds police quote', 'Corrects toll': what the desk says it did."""
    for pattern, signal in _DONE.items():
        if any(re.match(rf"^\W*(?:eds\W+)?(?:{pattern})\b", note, re.IGNORECASE) for note in notes):
            return signal
    return None


def _version(marks: Sequence[str]) -> int | None:
    numbers = [
        int(next(group for group in found.groups() if group))
        for mark in marks
        for found in (_NUMBERED.match(mark.strip()) or _LEAD.search(mark),)
        if found
    ]
    return max(numbers) + 1 if numbers else None
