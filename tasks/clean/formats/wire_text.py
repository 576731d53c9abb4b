"""Text messages of the teleprinter age that agencies still send: IPTC 7901, ANPA 1312, with or without controls.

Source: IPTC Recommended Message Format 7901 (SOH header STX text ETX post-text EOT); ANPA 1312 / NAA 84-2 (service
level, selector, keyword line, version, takes); AP and UPI usage of '^' at the head and '<' or '=' at the end of a line.
Offsets refer to the message as received.
"""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice

from tasks.clean.charset import decode as decode_text
from tasks.clean.charset import looks_binary
from tasks.clean.dates import Found, at_day, date_of, months, zone_minutes
from tasks.clean.draft import Draft
from tasks.clean.fields import tidy
from tasks.clean.limits import Limits
from tasks.clean.markers import is_note, read_marks
from tasks.clean.members import bounded, member
from tasks.clean.paragraphs import paragraphs as split_paragraphs
from tasks.errors import MalformedArticle
from tasks.records import Record, Signal, Span, Status, WireItem

MEDIA_TYPE_7901 = "text/vnd.iptc.7901"
MEDIA_TYPE_ANPA = "text/vnd.iptc.anpa"
# 7901: source id and message number, priority, category, word count, optional information.
_HEADER_7901 = re.compile(
    r"^\W*(?P<source>[A-Za-z]{1,8}?)[ -]?(?P<number>\d{2,5})[ \t]+(?P<priority>[0-9])[ \t]+(?P<category>[A-Za-z]{1,4})"
    r"(?:[ \t]+(?P<words>\d{1,5}))?(?:[ \t]+(?P<info>\S[^\r\n]*?))?[ \t]*$",
    re.MULTILINE,
)
_NUMBER_ANPA = re.compile(r"^\W*(?P<service>[a-z]{1,4})(?P<number>\d{3,5})\W*$", re.MULTILINE | re.IGNORECASE)
_SELECTOR_ANPA = re.compile(
    r"^\W*(?P<priority>[fbusrdwhn])[ \t]+(?P<category>[a-z]{1,2})[ \t]+(?P<format>(?:bx|bc"
    r"|[a-z]{2})[ \t-]+)?(?P<slug>[A-Za-z][\w'&.:/-]{2,60})"
    r"(?P<rest>[^\r\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r"^\W{0,3}(?P<slug>(?:(?:BC|AM|PM|AP|UPI|US|ML|EU|AS|AF|CN|LA|GLF)[-–]{1,2})+[\w'&.:/-]{2,60})(?P<version>[^\r\n]{0,60}?)(?:,\s?(?P<words>\d{2,5}))?\W{0,4}$",
    re.MULTILINE,
)
# UPI and AP of the 1980s without controls: 'AM-LEBANON 1stld-writethru 9-20' above indented paragraphs.
_US_HEAD = re.compile(r"^\^?(?:AM|PM|BC|AP|UPI)[-–]{1,2}[A-Z][\w'&./-]{2,60}(?:[ ,][^\r\n]{0,60})?$")
_MARKED_SLUG = re.compile(
    r"^\W{0,3}[A-Za-z][\w'&.]*(?:[-–/][\w'&.]*)+(?:,?\s?\d?[\w -]{0,24})?(?:,\s?\d{2,5})?\W{0,4}$"
)
_ZCZC = re.compile(r"ZCZC[ \t]*(?P<id>[A-Za-z0-9]{0,10})")
_LEAD = re.compile(
    r"\b(?:(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\s?(?:ld|lead|sub|update)|(?P<bare>(?:lead|ld"
    r"|urgent lead))(?:\s(?P<number>\d{1,2}))?\b)",
    re.IGNORECASE,
)
_ADD = re.compile(
    r"\b(?:(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\s?add|add\s?(?P<number>\d{1,2})|take\s(?P<take>\d{1,2})"
    r"|(?P<page>[2-9])(?:nd|rd|th) take)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^\W*(?:by|par|von|por)\s+(?P<name>[^\d\r\n]{3,80}?)\W*$", re.IGNORECASE)
_TITLE_OF_REPORTER = re.compile(
    r"^\W*(?:Associated Press|AP|United Press|UPI|AFP|Reuters?|dpa|[\w ]{0,20}(?:Staff|Press|Science|Foreign"
    r"|Political))\s+(?:Writer|Correspondent|Reporter|Editor)s?\W*$",
    re.IGNORECASE,
)
_POST = re.compile(
    r"(?P<d>[0-3]\d)(?P<h>[0-2]\d)(?P<min>[0-5]\d)\s*(?P<zone>GMT|UTC|Z|[A-Z]{3,4})?\s+(?P<mon>[A-Za-z]{3})\.?\s+(?P<y>\d{4}|\d{2})\b"
)
_POST_US = re.compile(
    r"(?P<m>[01]?\d)-(?P<d>[0-3]?\d)-(?P<y>\d{2}|\d{4})\s+(?P<h>[0-2]?\d):?(?P<min>[0-5]\d)\s?(?P<half>[ap]m)?\s?(?P<zone>[A-Z]{3,4})?",
    re.IGNORECASE,
)
_POST_LINE = re.compile(rf"^\W*(?:[A-Z]{{2,8}}[ -]+){{0,2}}{_POST_US.pattern}", re.IGNORECASE)
_POST_DAY = re.compile(r"\b(?P<m>[01]\d)[-/](?P<d>[0-3]\d)\b")
_SIGNATURE = re.compile(
    r"^\W*(?:[a-z]{2,4}(?:[/-][a-z0-9]{1,4}){1,5}|AP-[A-Z]{2}-\d.*|\(?(?:more|mf|end|ends|endit|endall)\)?"
    r"|nnnn|adv \d{1,2}|-?0-?|_{2,}|(?:AFP|REUTERS?|DPA|UPI|Reut\d*:?)[ \w:-]{0,24}\d{4,6}.*)\W*$",
    re.IGNORECASE,
)
# The line by which a further take is joined to the story: 'SRINAGAR: said.'
_PICK_UP = re.compile(r"^\W*[A-ZÀ-Þ][A-ZÀ-Þ .,'-]{2,40}:\s+(?:\S+\s+){0,3}\S+[.,]\W*$")
_AGENCY_PHOTO = re.compile(r"^\W*(?:AP|AFP|EPA|Reuters?)\s+(?:photos?|graphics?|video|audio|links?)\b", re.IGNORECASE)
_MAX_LINES = 20_000
# A kill bears no number; it comes after every lead of its story, of which no desk has filed so many.
_KILL_VERSION = 99
_AGENCY_CHARS = 4
_EDGE = " \t\r\n\x00\x01\x02\x03\x04\x0e\x0f\x10\x11\x12\x13\x14\x16\x1b\x1c\x1d\x1e\x1f^<>=\x7f"
_HEADLINE_MAX_CHARS = 200


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: PLR0911 - a list of tests
    """Control characters of a message with a header between them; or a header line of either kind at the top."""
    if looks_binary(head):
        return 0.0
    text = head[:1500].decode("latin-1")
    controls = "\x01" in text and "\x02" in text
    if controls and (
        _HEADER_7901.search(text[:400]) or _SELECTOR_ANPA.search(text[:400]) or _NUMBER_ANPA.search(text[:400])
    ):
        return 0.95
    if media_type in {MEDIA_TYPE_7901, MEDIA_TYPE_ANPA}:
        return 0.9
    top = text.lstrip(" \t\r\n\x16\x01")
    lines = top.splitlines()[:6]
    if top.startswith("ZCZC"):
        return 0.9
    if controls and "\x03" in text:
        return 0.5
    if lines and _HEADER_7901.match(lines[0]) and len(lines[0]) < 120:
        return 0.6
    if len(lines) >= 3 and _NUMBER_ANPA.match(lines[0]) and _SELECTOR_ANPA.match(lines[1]):
        return 0.85
    if lines and _US_HEAD.match(lines[0]) and sum(line.startswith(("\t", "  ")) for line in lines[1:]) >= 2:
        return 0.7
    carets = sum(line.startswith("^") for line in lines)
    return 0.7 if carets >= 2 or (lines and _KEYWORDS.match(lines[0]) and carets) else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """Messages sent one after the other, each from its SOH (or ZCZC) to the next."""
    starts = [found.start() for found in re.finditer(rb"\x16*\x01(?=[^\x01]{0,400}\x02)", item.content)]
    if len(starts) < 2:
        starts = [found.start() for found in re.finditer(rb"(?:^|(?<=\n))ZCZC\b", item.content)]
    if len(starts) >= 2:
        yield from bounded(_members(item, starts), item, limits)


def _members(item: WireItem, starts: list[int]) -> Iterator[WireItem]:
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(item.content)], strict=True), start=1):
        yield member(item, item.content[start:end], str(number), media_type=item.media_type)


class _Parts(Record, frozen=True, kw_only=True):
    """A message taken apart: header before the text, text, what follows it."""

    header: str
    start: int
    end: int
    after: str


class _Header(Record, frozen=True, kw_only=True):
    media_type: str
    serial: str | None = None
    source: str | None = None
    priority: int | None = None
    category: str | None = None
    slug: str | None = None
    info: str = ""
    lines: int = 0
    """Characters of the text that are header lines."""


class _Story(Record, frozen=True, kw_only=True):
    headline: Span | None = None
    paragraphs: tuple[Span, ...] = ()
    note: str | None = None
    byline: str | None = None
    slug: str | None = None
    version: str = ""


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in one message."""
    text, notes = decode_text(item.content)
    if len(text) > limits.max_text_chars:
        notes = (*notes, f"text cut off after {limits.max_text_chars} of {len(text)} characters")
        text = text[: limits.max_text_chars]
    parts = _taken_apart(text)
    header = _read_header(parts.header, text[parts.start : parts.end])
    story = _read_story(text, Span(start=parts.start + header.lines, end=parts.end))
    if not story.paragraphs and story.headline is None and story.note is None:
        raise MalformedArticle(f"{item.name}: a message without text between its controls")
    slug = story.slug or header.slug or _slug_meant(text[parts.start : parts.end])
    marks = f"{header.info} {story.version}"
    published = _sent((parts.after, text[max(parts.start, parts.end - 200) : parts.end], parts.header), item)
    add = _number(_ADD, marks)
    version = _version(marks) or (_KILL_VERSION if _is_kill(text, parts, story) else None)
    return Draft(
        media_type=header.media_type,
        text=text,
        headline=story.headline,
        paragraphs=story.paragraphs,
        uri=_uri(header, slug, published, add, item),
        version=version,
        byline=story.byline,
        slug=slug,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        version_created=published.at if published else None,
        signal=Signal.UPDATE if version and version > 1 else None,
        editorial_note=story.note,
        urgency=header.priority,
        publisher=header.source,
        subjects=(f"category:{header.category.lower()}",) if header.category else (),
        notes=(*notes, *_about(header, add)),
    )


# --- the frame --------------------------------------------------------------------------------------------


def _taken_apart(text: str) -> _Parts:
    start_of_text = text.find("\x02")
    if start_of_text < 0:
        opened = _ZCZC.search(text[:200])
        end = text.find("NNNN")
        end = end if end >= 0 else len(text)
        start = opened.end() if opened else 0
        return _Parts(header=opened.group() if opened else "", start=start, end=end, after=text[end:])
    end = text.find("\x03", start_of_text)
    end = end if end >= 0 else len(text)
    return _Parts(header=text[:start_of_text], start=start_of_text + 1, end=end, after=text[end:])


def _read_header(framed: str, text: str) -> _Header:
    """The header between SOH and STX; without controls, the first lines of the text."""
    source = framed.replace("\r", " ") if framed.strip(_EDGE) and not framed.startswith("ZCZC") else ""
    top = source or "".join(text[:1000].splitlines(keepends=True)[:4]).replace("\r", " ")
    found = _HEADER_7901.search(top)
    if found and not (source and _SELECTOR_ANPA.search(top) and not found["words"]):
        return _Header(
            media_type=MEDIA_TYPE_7901,
            serial=f"{found['source'].lower()}{found['number']}",
            source=found["source"].upper(),
            priority=int(found["priority"]),
            category=found["category"],
            slug=_slug_of(found["info"]),
            info=found["info"] or "",
            lines=0 if source else found.end(),
        )
    return _anpa_header(top, framed=bool(source))


def _anpa_header(top: str, *, framed: bool) -> _Header:
    number, selector = _NUMBER_ANPA.search(top), _SELECTOR_ANPA.search(top)
    ends = [found.end() for found in (number, selector) if found]
    return _Header(
        media_type=MEDIA_TYPE_ANPA,
        serial=f"{number['service'].lower()}{number['number']}" if number else None,
        priority=_ANPA_PRIORITIES.get(selector["priority"].lower()) if selector else None,
        category=selector["category"] if selector else None,
        slug=_slug_of(selector["slug"]) if selector else None,
        info=selector["rest"] if selector else "",
        lines=0 if framed else max(ends, default=0),
    )


# ANPA 1312 service levels as urgency: flash, bulletin, urgent, rush, regular, daily, ...
_ANPA_PRIORITIES = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "w": 6, "h": 6, "s": 7, "n": 5}


def _slug_meant(text: str) -> str | None:
    """The story that a kill or correction speaks of: 'please kill the story slugged Iraq-blast'."""
    found = re.search(r"\bslugged\W+([A-Za-z][\w'&./-]{2,60})", text[:2000])
    return _slug_of(found.group(1)) if found else None


def _slug_of(info: str | None) -> str | None:
    """The keyword at the head of what a header says, without version and word count."""
    said = re.sub(r"[\s,]+\d+$", "", (info or "").strip(" ^<=\x1f"))
    if said != (info or "").strip(" ^<=\x1f") and len(said) <= _AGENCY_CHARS:  # an agency and a time, no keyword
        return None
    if re.fullmatch(r"[A-ZÀ-Þ]{2,}(?: [A-ZÀ-Þ]{2,}){1,3}", said):
        return said
    first = re.split(r"[,\s]", said, maxsplit=1)[0]
    return tidy(first.strip("-–=<")) if re.search(r"[A-Za-z]{2}", first) else None


# --- the text ---------------------------------------------------------------------------------------------


def _read_story(text: str, within: Span) -> _Story:
    """Keyword line, headline, byline and paragraphs."""
    spans = [_trimmed(text, span) for span in _paragraphs(text, within)]
    spans = [span for span in spans if span.end > span.start]
    first = next((index for index, span in enumerate(spans) if _is_prose(text[span.start : span.end])), len(spans))
    slug = byline = None
    version = ""
    headline: Span | None = None
    notes: list[Span] = []
    for span in spans[:first]:
        line = text[span.start : span.end]
        keyword = _KEYWORDS.match(line)
        if keyword or (_MARKED_SLUG.match(line) and slug is None):
            slug, version = slug or _slug_of(keyword["slug"] if keyword else line), f"{version} {line}"
        elif found := _BYLINE.match(line):
            byline = byline or tidy(found["name"])
        elif _is_note(line):
            notes.append(span)
        elif len(line) <= _HEADLINE_MAX_CHARS and len(line.split()) >= 2 and not _is_aside(line):
            headline = span if headline is None or _is_fuller(text, span, headline) else headline
    told = [_unsigned(text, span) for span in spans[first:]]
    body = [span for span in told if not _is_sign_off(text[span.start : span.end])]
    said = "; ".join(" ".join(text[span.start : span.end].split()).strip("()[]/ ") for span in notes) or None
    return _Story(headline=headline, paragraphs=tuple(body), note=said, byline=byline, slug=slug, version=version)


_LINE = re.compile(r"[^\r\n]+")
_BEGINS = re.compile(r"\^|(?:\t|[ \t]{2,})\S|[\x00-\x1f^]*\S+[-–]{2}")
_ENDS = re.compile(r"[<=]\W*$")


def _paragraphs(text: str, within: Span) -> list[Span]:
    """Paragraphs of the text: '^', two blanks or an empty line begin one, '<' or '=' end it; else as in any text."""
    lines = list(islice(_LINE.finditer(text, within.start, within.end), _MAX_LINES))
    if sum(bool(_BEGINS.match(line.group())) for line in lines) < 2:
        found = split_paragraphs(text[within.start : within.end])
        return [Span(start=within.start + span.start, end=within.start + span.end) for span in found]
    spans: list[Span] = []
    open_paragraph = False
    for line in lines:
        blank_before = bool(spans) and text[spans[-1].end : line.start()].count("\n") > 1
        goes_on = open_paragraph and not blank_before and not _BEGINS.match(line.group())
        if goes_on:
            spans[-1] = Span(start=spans[-1].start, end=line.end())
        else:
            spans.append(Span(start=line.start(), end=line.end()))
        indented = bool(re.match(r"(?:\t|[ \t]{2,})\S|\^", line.group()))
        open_paragraph = bool(line.group().strip()) and not _ENDS.search(line.group()) and (goes_on or indented)
    return spans


def _trimmed(text: str, span: Span) -> Span:
    raw = text[span.start : span.end]
    left = len(raw) - len(raw.lstrip(_EDGE))
    return Span(start=span.start + left, end=max(span.start + left, span.start + len(raw.rstrip(_EDGE))))


def _is_prose(line: str) -> bool:
    if is_note(line) or _is_note(line) or _is_aside(line):
        return False
    words = line.split()
    return len(words) >= 12 or (len(words) >= 6 and line.rstrip().endswith((".", '"', "”")) and not line.isupper())


def _is_fuller(text: str, span: Span, headline: Span) -> bool:
    """A line of some words after a keyword line of two or three."""
    return len(text[headline.start : headline.end].split()) < 4 <= len(text[span.start : span.end].split())


def _unsigned(text: str, span: Span) -> Span:
    """A paragraph without the sign-off that stands on its last line."""
    before = text.rfind("\n", span.start, span.end)
    if before < 0 or not _is_sign_off(text[before + 1 : span.end].strip()):
        return span
    return _trimmed(text, Span(start=span.start, end=before))


def _is_sign_off(line: str) -> bool:
    sent = _POST.match(line.strip()) or _POST_LINE.match(line)
    return bool(_SIGNATURE.match(line)) or (len(line) < 40 and bool(sent))


def _is_note(line: str) -> bool:
    return is_note(line) or bool(
        re.match(r"^\W*(?:eds|editors?|attention|adds|corrects|updates|note)\b\W*[:\-–—(]", line, re.IGNORECASE)
    )


def _is_aside(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_TITLE_OF_REPORTER, _AGENCY_PHOTO, _SIGNATURE, _PICK_UP))


# --- identity, version, time ------------------------------------------------------------------------------


def _number(pattern: re.Pattern[str], marks: str) -> int | None:
    found = pattern.search(marks)
    digits = next((group for group in found.groups() if group and group.isdigit()), None) if found else None
    return int(digits) if digits else None


def _version(marks: str) -> int | None:
    """'2nd Ld-Writethru' is the third version; 'Lead' alone the second."""
    found = _LEAD.search(marks)
    if not found:
        return None
    return int(found["ordinal"] or found["number"] or 1) + 1


def _is_kill(text: str, parts: _Parts, story: _Story) -> bool:
    head = text[story.headline.start : story.headline.end] if story.headline else ""
    return (
        read_marks(
            [head, story.version], [story.note] if story.note else [], text[parts.start : parts.end][:600]
        ).status
        is Status.CANCELED
    )


def _uri(header: _Header, slug: str | None, sent: Found | None, add: int | None, item: WireItem) -> str | None:
    """Message numbers change with every version; what stays is the keyword, for its day."""
    at = sent.at if sent else item.received
    if at is None:
        return None
    day = at.date().isoformat()
    source = (header.source or item.source or "wire").lower()
    take = f":add{add}" if add else ""
    if slug:
        return f"urn:dateline:{source}:{day}:{slug.lower()}{take}"
    return f"urn:dateline:{source}:{day}:{header.serial}{take}" if header.serial else None


def _about(header: _Header, add: int | None) -> tuple[str, ...]:
    serial = (f"message {header.serial}",) if header.serial else ()
    return (*serial, *((f"take {add + 1} of its story",) if add else ()))


def _sent(places: tuple[str, str, str], item: WireItem) -> Found | None:
    """When the message was sent: from the post-text, the end of the text, else from month and day in the header."""
    for where in places:
        if found := _POST.search(where):
            return _moment(found, months().get(found["mon"].casefold(), 0))
        if found := _POST_US.search(where):
            return _moment(found, int(found["m"]))
    found = _POST_DAY.search(places[-1])
    if found and item.received:
        date = date_of(item.received.year, found["m"], found["d"])
        return at_day(date) if date else None
    return None


def _moment(found: re.Match[str], month: int) -> Found | None:
    year = int(found["y"])
    year += 0 if year > 99 else 1900 if year >= 60 else 2000
    date = date_of(year, month, found["d"])
    hour, minute = int(found["h"]), int(found["min"])
    half = (found.groupdict().get("half") or "").lower()
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if date is None or hour > 23:
        return at_day(date) if date else None
    at = dt.datetime.combine(date, dt.time(hour, minute), dt.UTC) - dt.timedelta(minutes=zone_minutes(found["zone"]))
    return Found(at=at, precision="minute")
