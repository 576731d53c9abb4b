"""Dates as pages, wires and addresses write them, and the publication date of a text as scraped."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.records import Record

_YEARS = (1900, 2100)
_WORDLIKE = r"[^\W\d_]{3,12}"
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)(?:[T ,]{1,3}(?P<time>\d{1,2}:\d{2}(?::\d"
    r"{2})?(?:[.,]\d+)?)"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d/])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?[\s.-]+(?:de "
    rf"|of )?(?P<mon>{_WORDLIKE})\.?,?[\s-]+(?:de[l]? )?(?P<y>\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"(?P<mon>{_WORDLIKE})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)")
_CJK = re.compile(r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]")
_TIME = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})(?::|\.|h)(?P<min>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\.?)?(?!\d)"
    r"[\s,(]*(?P<zone>UTC|GMT|Z|BST|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|IST|JST|SGT|HKT|SAST|WIB|PKT|MSK|EAT|WAT)?"
    r"(?P<offset>\s?[+-]\d{1,2}(?::?\d{2})?)?(?![\w:])",
    re.IGNORECASE,
)
_MILITARY = re.compile(
    r"(?<!\d)(?P<h>[0-2]\d)(?P<min>[0-5]\d)\s?(?P<zone>UTC|GMT|Z|[A-Z]{3,4})\b(?P<offset>)(?P<half>)"
)
# Only abbreviations that name one offset in news use; IST is taken as India's (Israel and Ireland write it
# too), CST as US.
_ZONES_MIN = {
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 60, "CET": 60, "CEST": 120, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420,
    "MDT": -360, "PST": -480, "PDT": -420, "IST": 330, "JST": 540, "SGT": 480, "HKT": 480, "SAST": 120,
    "WIB": 420, "PKT": 300,
    "MSK": 180, "EAT": 180, "WAT": 60,
}  # fmt: skip
_URL_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-](?P<m>\d{1,2}|[a-z]{3})[/-](?P<d>\d{1,2})(?=[/_.-]|$)"
    r"|/(?P<y2>(?:19|20)\d{2})(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?=[/_.-]|\d{0,8}\.\w{3,5}$|\d{4}(?=[/.]|$))"
    r"|/(?P<d3>[0-3]\d)/(?P<m3>[01]\d)/(?P<y3>(?:19|20)\d{2})/"
)
_PUBLISHED = re.compile(
    r"publish|posted|issued|released|first|created|fecha|publicad|publié|veröffentlicht|pubblicat|gepubliceerd|publicerad|publisert|"
    r"opublikowano|yayın|terbit|опублик|نشر|发布|發布|公開|입력|date",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|modif|actualiz|mis à jour|aktualisiert|aggiornat|bijgewerkt|uppdaterad|oppdatert|aktualizacja"
    r"|güncelle|обновл|تحديث|更新|수정|last",
    re.IGNORECASE,
)


class Found(Record, frozen=True, kw_only=True):
    """A point in time a text states."""

    at: dt.datetime
    precision: str
    """'second', 'minute' or 'day'."""


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Month name or abbreviation, casefolded, to its number."""
    lines = files("tasks.clean").joinpath("months.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {name: int(number) for number, names in rows for name in names.split()}


def date_of(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """The date, where there is one within reason."""
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year <= _YEARS[1] else None


def find_date(text: str) -> dt.date | None:
    """The first date with a year that the text states; of 03/04/2023 nothing is guessed."""
    hits = [
        (found.start(), date) for pattern in _PATTERNS if (found := pattern.search(text)) and (date := _read(found))
    ]
    return min(hits, key=lambda hit: hit[0])[1] if hits else None


_PATTERNS = (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMERIC, _CJK)


def _read(found: re.Match[str]) -> dt.date | None:
    parts = found.groupdict()
    if "a" in parts:
        first, second = int(parts["a"]), int(parts["b"])
        if first > 12 or first == second or parts["sep"] == ".":  # points are the continental, day-first way
            return date_of(parts["y"], second, first)
        return date_of(parts["y"], first, second) if second > 12 else None
    month = parts["m"] if "m" in parts else months().get(parts["mon"].casefold().rstrip("."), 0)
    return date_of(parts["y"], month, parts["d"])


def find_moment(text: str, *, time_zone: str | None = None) -> Found | None:
    """The first date the text states, with its time of day where one stands beside it."""
    date = find_date(text)
    if date is None:
        return None
    iso = _ISO.search(text)
    if iso and iso["time"] and _read(iso) == date:
        return _moment(iso.group().replace(",", " "), date, time_zone)
    clock = _TIME.search(_ISO.sub(" ", _NUMERIC.sub(" ", text)))
    clock = clock or _MILITARY.search(text)
    return _at_clock(date, clock, time_zone) if clock else Found(at=_utc(date, dt.time(), None), precision="day")


def _moment(text: str, date: dt.date, time_zone: str | None) -> Found | None:
    parsed = parse_iso(re.sub(r"[ ,]+", " ", text).strip(), time_zone=time_zone)
    return parsed or Found(at=_utc(date, dt.time(), None), precision="day")


def _at_clock(date: dt.date, clock: re.Match[str], time_zone: str | None) -> Found:
    hour, minute = int(clock["h"]), int(clock["min"])
    half = (clock["half"] or "").lower()[:1]
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    if hour > 23 or minute > 59:
        return Found(at=_utc(date, dt.time(), None), precision="day")
    offset = _offset_min(clock)
    if offset is None:
        return Found(at=_utc(date, dt.time(hour, minute), time_zone), precision="minute")
    return Found(at=_utc(date, dt.time(hour, minute), None) - dt.timedelta(minutes=offset), precision="minute")


def _offset_min(clock: re.Match[str]) -> int | None:
    zone = (clock["zone"] or "").upper()
    signed = re.match(r"\s?([+-])(\d{1,2}):?(\d{2})?", clock["offset"] or "")
    if signed and zone in {"", "UTC", "GMT", "Z"}:
        minutes = int(signed[2]) * 60 + int(signed[3] or 0)
        return -minutes if signed[1] == "-" else minutes
    return _ZONES_MIN.get(zone)


def _utc(date: dt.date, time: dt.time, time_zone: str | None) -> dt.datetime:
    return dt.datetime.combine(date, time, _zone(time_zone)).astimezone(dt.UTC)


@lru_cache(maxsize=64)
def _zone(name: str | None) -> dt.tzinfo:
    try:
        return ZoneInfo(name) if name else dt.UTC
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def parse_iso(value: str | None, *, time_zone: str | None = None) -> Found | None:
    """An ISO 8601 value of a metadata field: date, date-time, basic or extended form; None for anything else."""
    text = (value or "").strip()
    if not text or len(text) > 40:
        return None
    if re.fullmatch(r"\d{4}-?\d{2}", text):
        return None
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _YEARS[0] <= parsed.year <= _YEARS[1]:
        return None
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=_zone(time_zone))
    only_date = len(text) <= 10 and "T" not in text
    minutes = (
        bool(re.search(r"T?\d{2}:\d{2}(?:Z|[+-]\d{2}:?\d{2})?$", text)) and text.count(":") - text[11:].count("+") < 2
    )
    return Found(at=zoned.astimezone(dt.UTC), precision="day" if only_date else "minute" if minutes else "second")


def date_in_url(url: str) -> dt.date | None:
    """The date in an article's address: /2023/05/12/, /2023/may/12/, /20230512..., /27/07/2022/."""
    for found in _URL_DATE.finditer(url[:2000].lower()):
        year, month, day = (
            next((found[name] for name in (key, key + "2", key + "3") if found[name]), "0") for key in ("y", "m", "d")
        )
        number = int(month) if month.isdigit() else months().get(month, 0)
        date = date_of(year, number, day)
        if date:
            return date
    return None


def at_day(date: dt.date) -> Found:
    """A date as a moment known to the day."""
    return Found(at=_utc(date, dt.time(), None), precision="day")


_BAR_WORDS = 6
_DIGIT = re.compile(r"\d")
_LABEL_WORDS = re.compile(
    r"[^\W\d_]+",
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|mié|mie|jeu|jue|ven|vie|sam|sáb|sab|dim|dom|mo|di|mi|do|fr|sa|so|seg|ter|qua|qui|sex|пн|вт|ср|чт|пт|сб|вс)[^\W\d_]*$",
    re.IGNORECASE,
)
_AROUND_DATE = frozenset(
    [
        "am",
        "pm",
        "utc",
        "gmt",
        "z",
        "bst",
        "cet",
        "cest",
        "est",
        "edt",
        "cst",
        "cdt",
        "mst",
        "mdt",
        "pst",
        "pdt",
        "ist",
        "jst",
        "sgt",
        "hkt",
        "sast",
        "wib",
        "pkt",
        "msk",
        "eat",
        "wat",
        "at",
        "on",
        "of",
        "de",
        "del",
        "the",
        "by",
        "a",
        "à",
        "um",
        "uhr",
        "h",
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "le",
        "el",
        "il",
        "am",
        "pm",
        "last",
        "first",
    ]
)


def is_date_line(line: str) -> bool:
    """Whether a line gives a date or time and hardly anything else: 'Published: 12 May 2023, 10:15 GMT'."""
    if len(line) > 160 or not _DIGIT.search(line):
        return False
    if find_date(line) is None and not _TIME.search(line) and not _bare_day(line):
        return False
    rest = [word for word in _LABEL_WORDS.findall(line) if not _belongs_to_date(word)]
    if "|" in line and _TIME.search(line):  # 'Source: Agency| 2024-02-03 21:15:33|Editor: name'
        return len(rest) <= _BAR_WORDS
    return len(rest) <= (4 if _PUBLISHED.search(line) or _UPDATED.search(line) else 1)


def _belongs_to_date(word: str) -> bool:
    low = word.casefold()
    return (
        low in months()
        or low in _AROUND_DATE
        or bool(_WEEKDAY.match(word))
        or bool(_PUBLISHED.match(word) or _UPDATED.match(word))
    )


def _bare_day(line: str) -> bool:
    """A day and month without a year: 'Tuesday, July 26'."""
    words = [word.casefold() for word in _LABEL_WORDS.findall(line)]
    return len(words) <= 4 and any(word in months() for word in words)


def published_in(lines: Sequence[str], *, time_zone: str | None = None) -> Found | None:
    """The publication date among the header lines of a page; 'published' comes before 'updated'."""
    best: tuple[int, Found] | None = None
    for line in lines:
        if len(line) > 200 or not _DIGIT.search(line):
            continue
        labelled = (
            2 if _PUBLISHED.search(line) and not _UPDATED.match(line.strip()) else 1 if not _UPDATED.search(line) else 0
        )
        if labelled < 2 and not is_date_line(line):
            continue
        moment = find_moment(line, time_zone=time_zone)
        if moment and (best is None or labelled > best[0]):
            best = (labelled, moment)
    return best[1] if best else None


def zone_minutes(name: str | None) -> int:
    """Minutes east of Greenwich of a zone's abbreviation; 0 for none and for one that is not known."""
    return _ZONES_MIN.get((name or "").upper(), 0)
