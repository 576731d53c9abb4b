"""The dateline of a story: 'DAMASCUS, Feb 2 (Reuters) -', 'BUENOS AIRES, 13 DEC 89 (AFP) -- [TEXT]', '(AFP) –'."""

import datetime as dt
import re

from tasks.clean.dates import date_of, months
from tasks.records import Record

# How far into the first paragraph a dateline may reach; the longest of 1,500 FBIS and 19,043 Reuters ones take 110.
_REACH_CHARS = 130
_DASH = re.compile(
    r"\s*\.?(?:\s+_\s+|\s+[-–—―]{1,3}\s*|[-–—―]{2,3}\s*|[—―]\s*|(?<=\))\s*[-–]\s*|(?<=[^\W\d_])[-–]\s+|(?<=\))\s*\.\s*[-–—]?\s*)"
)
_COLON = re.compile(r"\s?:\s+")
_SLASHED = re.compile(r"^(?P<head>[^/]{3,80}?)[.,]?\s*/(?P<agency>[A-ZА-Я][\w-]{2,20})/\s*[.,]?\s*[-–—]*\s*")
_LEADING_AGENCY = re.compile(r"^\((?P<agency>[A-Z][\w.&/ -]{1,30})\)\s*[-–—]+\s*")
_PARENTHESIS = re.compile(r"[(\[](?P<agency>[^()\[\]]{2,60})[)\]]")
_AFTER = re.compile(r"^(?:\[[^\[\]]{1,80}\]\s*)+")
_NAME_WORD = r"[A-ZÀ-ÞĀ-ŽА-ЯΑ-Ω][^\W\d_]*(?:['’.-][^\W\d_]*)*"
_SMALL = (
    r"(?:de|del|de la|la|las|los|el|al|of|the|and|y|i|e|du|des|le|les|do|da|dos|upon|sur|am|an der|sul|in|near"
    r"|bei|on|aboard|en)"
)
_PLACE = re.compile(
    rf"^(?:{_SMALL}\s+)?{_NAME_WORD}(?:(?:\s*[,/]\s*|\s+|\s?-\s?)(?:{_SMALL}\s+)?{_NAME_WORD}){{0,7}}\.?$",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:de\s+)?(?P<mon>[^\W\d_]{3,12})\.?,?(?:\s*(?:de\s+)?(?P<y>\d{4}|\d{2}))?(?![\w:])"
)
_MONTH_DAY = re.compile(
    r"(?P<mon>[^\W\d_]{3,12})\.?\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,?\s*(?P<y>\d{4}|'?\d{2}(?!:)))?(?![\w:])"
)
_WEEKDAY = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.IGNORECASE)
_DESK = re.compile(r"^(?P<agency>[^\W\d_][\w.&' -]{1,30} (?:News|Agency|Press|Wire|Service|Newswire))$", re.IGNORECASE)
# A word before a colon or dash that names a kind of text rather than a place.
_NOT_PLACES = frozenset(
    [
        "analysis",
        "opinion",
        "what",
        "why",
        "how",
        "who",
        "when",
        "where",
        "which",
        "update",
        "updated",
        "exclusive",
        "breaking",
        "watch",
        "explainer",
        "editorial",
        "interview",
        "feature",
        "factbox",
        "comment",
        "review",
        "live",
        "video",
        "photos",
        "photo",
        "gallery",
        "correction",
        "corrected",
        "note",
        "editor's",
        "text",
        "report",
        "transcript",
        "question",
        "answer",
        "q",
        "a",
        "summary",
        "profile",
        "obituary",
        "file",
        "files",
        "column",
        "letter",
        "statement",
        "background",
        "timeline",
        "advisory",
        "alert",
        "urgent",
        "flash",
        "bulletin",
        "newsalert",
        "kill",
        "repeat",
        "refile",
        "wrapup",
        "wrap",
        "preview",
        "however",
        "but",
        "and",
        "the",
        "this",
        "that",
        "still",
        "yet",
        "meanwhile",
        "today",
        "yesterday",
        "related",
        "also",
        "read",
        "more",
    ]
)
_MAX_COLON_WORDS = 3
_SHORT_AGENCY = 6


class Parsed(Record, frozen=True, kw_only=True):
    """A dateline and its parts; offsets into the paragraph it was found in."""

    end: int
    """Where the story's own words begin."""
    text: str
    place: str | None = None
    place_start: int = 0
    date: dt.date | None = None
    month_day: tuple[int, int] | None = None
    """Month and day of a dateline without a year."""
    agency: str | None = None


def parse_dateline(paragraph: str) -> Parsed | None:
    """The dateline at the start of a paragraph, if it has one."""
    head = paragraph[:_REACH_CHARS]
    slashed = _SLASHED.match(head)
    if slashed:
        return _built(head, 0, slashed["head"], slashed.end(), slashed["agency"], sure=True)
    leading = _LEADING_AGENCY.match(head)
    start = leading.end() if leading else 0
    agency = leading["agency"].strip() if leading else None
    for found in _DASH.finditer(head, start + 1):
        parsed = _built(head, start, head[start : found.start()], _skip_tags(head, found.end()), agency, sure=False)
        if parsed:
            return parsed
        if found.start() - start > 100:
            break
    if leading:
        return Parsed(end=leading.end(), text=head[: leading.end()].rstrip(" -–—"), agency=agency)
    return _before_colon(head)


def resolve_year(month_day: tuple[int, int], near: dt.datetime) -> dt.date | None:
    """The date of a dateline without a year: the latest that is not after the time given (by more than two days)."""
    for year in (near.year + 1, near.year, near.year - 1):
        date = date_of(year, *month_day)
        if date and date <= (near + dt.timedelta(days=2)).date():
            return date
    return None


def _skip_tags(head: str, at: int) -> int:
    """Past FBIS tags: '-- [TEXT]', '-- [REPORT] [JOSE LUIS] [TEXT]'."""
    after = _AFTER.match(head[at:])
    return at + after.end() if after else at


def _built(  # noqa: PLR0913 - the parts a dateline has been cut into
    head: str, start: int, inner: str, end: int, agency: str | None, *, sure: bool
) -> Parsed | None:
    rest = inner.strip(" .,")
    for found in _PARENTHESIS.finditer(inner):
        agency = agency or _agency(found["agency"])
        rest = rest.replace(found.group(), " ")
    rest, date, month_day = _take_date(rest)
    place = " ".join(rest.split()).strip(" ,.-–—/")
    desk = _DESK.match(place)
    if desk:
        agency, place = agency or desk["agency"], ""
    sure = sure or bool(agency or date or month_day)
    place, agency = _without_agency(place, agency)
    if (place and not _is_place(place, head[end : end + 1], sure=sure)) or not (place or sure):
        return None
    at = head.find(place, start) if place else start
    return Parsed(
        end=end,
        text=head[:end].rstrip(" -–—:_\u2015"),
        place=place or None,
        place_start=max(at, start),
        date=date,
        month_day=month_day,
        agency=agency,
    )


def _agency(inside: str) -> str | None:
    """What stands in parentheses, if it can be an agency (a clause or a state cannot)."""
    words = inside.split()
    if len(words) == 1 and inside.isalpha() and len(inside) <= _SHORT_AGENCY:  # (dpa), (afp)
        return inside
    if len(words) > 6 or not inside[:1].isalpha() or not any(word[:1].isupper() for word in words):
        return None
    return inside.strip()


def _without_agency(place: str, agency: str | None) -> tuple[str, str | None]:
    """'TOKYO, Kyodo' and 'Tehran, IRNA': an agency set off by a comma."""
    head, comma, tail = place.rpartition(",")
    tail = tail.strip()
    if comma and agency is None and tail in _COMMA_AGENCIES:
        return head.strip(" ,"), tail
    return place, agency


# Agencies that set their name off by a comma rather than in parentheses.
_COMMA_AGENCIES = frozenset(
    {
        "Kyodo",
        "IRNA",
        "ISNA",
        "Tasnim",
        "KUNA",
        "WAM",
        "SPA",
        "QNA",
        "BNA",
        "MENA",
        "SANA",
        "Petra",
        "UNI",
        "PTI",
        "ANI",
        "IANS",
        "APP",
        "PNA",
    }
)


def _take_date(rest: str) -> tuple[str, dt.date | None, tuple[int, int] | None]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(rest):
            month = months().get(found["mon"].casefold())
            if month is None:
                continue
            without = f"{rest[: found.start()]} {rest[found.end() :]}"
            kept = " ".join(word for word in without.split() if not _WEEKDAY.match(word.strip(",.")))
            return kept, *_dated(found, month)
    return rest, None, None


def _dated(found: re.Match[str], month: int) -> tuple[dt.date | None, tuple[int, int] | None]:
    day = int(found["d"])
    if not 1 <= day <= 31:
        return None, None
    if not found["y"]:
        return None, (month, day)
    year = int(found["y"].strip("'"))
    if year < 100:
        year += 1900 if year >= 50 else 2000
    return date_of(year, month, day), None


def _is_place(place: str, following: str, *, sure: bool) -> bool:
    words = place.split()
    if not words or len(words) > 10 or not _PLACE.match(place) or words[0].casefold().strip(":") in _NOT_PLACES:
        return False
    capitals = sum(char.isupper() for char in place)
    letters = sum(char.isalpha() for char in place)
    named = all(word[:1].isupper() or re.fullmatch(_SMALL, word.strip(",")) for word in words)
    if sure:
        return place[:1].isupper() and named
    if capitals >= 0.8 * letters:
        return letters >= 3 and len(words) <= 7
    return named and len(words) <= _MAX_COLON_WORDS and following.isupper()


def _before_colon(head: str) -> Parsed | None:
    """'RAIPUR: A man ...', as South Asian and Gulf papers write."""
    found = _COLON.search(head, 1, 40)
    if not found:
        return None
    inner = head[: found.start()]
    words = inner.split()
    if len(words) > _MAX_COLON_WORDS or not head[found.end() : found.end() + 1].isupper():
        return None
    return _built(head, 0, inner, found.end(), None, sure=False)
