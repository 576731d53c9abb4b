"""Plain text as scraped or as an agency files it: offsets refer to the decoded file itself."""

import re

from tasks.clean.addresses import host_of
from tasks.clean.charset import declared_charset, looks_binary
from tasks.clean.charset import decode as decode_text
from tasks.clean.dates import Found, at_day, date_in_url, published_in
from tasks.clean.draft import Draft
from tasks.clean.furniture import Layout, find_story
from tasks.clean.limits import Limits
from tasks.clean.markers import is_embargo, is_note
from tasks.clean.paragraphs import paragraphs
from tasks.errors import MalformedArticle, UnknownFormat
from tasks.records import Span, WireItem

MEDIA_TYPE = "text/plain"
_URL_LINE = re.compile(r"^\s*(?:url|link|source)?\W{0,3}(https?://[^\s<>\"]{4,2000})\s*$", re.IGNORECASE)
_BYLINE_MARK = re.compile(
    r"^\W*(?:by|von|por|par|di|door|author|autor|written by|reported by|text by|story by)[:\s]+", re.IGNORECASE
)
_HEADER_LINES = 12
_BINARY_MARKS = (
    b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b",
    b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd", b"ID3", b"OggS", b"RIFF", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ\x90", b"II*\0", b"MM\0*",
)  # fmt: skip


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - anything may be text
    """The last resort: whatever does not look binary."""
    if head.startswith(_BINARY_MARKS) or head.startswith(b"\0\0\0\0"):
        return 0.0
    if not head or looks_binary(head):
        return 0.0
    nul = b"\0\0\0\0" in head and head.count(0) > 0.3 * len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return 0.0 if nul else 0.1


def decode(item: WireItem, limits: Limits) -> Draft:
    """The story in a page of text."""
    whole = item.content
    content = whole[: 4 * limits.max_text_chars + 4]
    text, notes = decode_text(content, declared=declared_charset((item.media_type or "").encode("ascii", "replace")))
    if text.count("\ufffd") > 0.3 * len(text):
        raise UnknownFormat(
            f"{item.name}: neither text nor a known binary format, text in a known character set was expected"
        )
    if len(text) > limits.max_text_chars or len(content) < len(whole):
        text = text[: limits.max_text_chars]
        notes = (*notes, f"text cut off after {len(text)} characters (of {len(whole)} bytes)")
    spans = paragraphs(text, limit=limits.max_paragraphs)
    if len(spans) == limits.max_paragraphs:
        notes = (*notes, f"only the first {limits.max_paragraphs} paragraphs read")
    layout = find_story(text, spans)
    if not layout.paragraphs and layout.headline is None:
        raise MalformedArticle(f"{item.name}: only page furniture in it, no story found")
    url = _page_url(text, spans)
    notes_of_desk = _notes_of_desk(text, spans, layout)
    published = _published(text, spans, layout, url, item)
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        paragraphs=layout.paragraphs,
        headline=layout.headline,
        uri=url,
        byline=_byline(text, layout),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        publisher=host_of(url),
        editorial_note=notes_of_desk,
        notes=notes,
    )


def _page_url(text: str, spans: tuple[Span, ...]) -> str | None:
    """The page's own address, where scraping left it in the first lines."""
    for span in spans[:3]:
        found = _URL_LINE.match(text[span.start : span.end])
        if found:
            return found.group(1)
    return None


def _notes_of_desk(text: str, spans: tuple[Span, ...], layout: Layout) -> str | None:
    """Notes and embargoes that stand above the story."""
    first = layout.paragraphs[0].start if layout.paragraphs else 0
    lines = [text[span.start : span.end] for span in spans if span.end <= first][-_HEADER_LINES:]
    notes = [" ".join(line.split()).strip("()[] ") for line in lines if is_note(line) or is_embargo(line)]
    return "; ".join(notes) or None


def _byline(text: str, layout: Layout) -> str | None:
    if layout.byline is None:
        return None
    line = " ".join(text[layout.byline.start : layout.byline.end].split())
    return _BYLINE_MARK.sub("", line).strip() or None


def _published(text: str, spans: tuple[Span, ...], layout: Layout, url: str | None, item: WireItem) -> Found | None:
    """The date in the lines around the head of the story, else in the page's address."""
    first = layout.paragraphs[0].start if layout.paragraphs else 0
    lines = [text[span.start : span.end] for span in spans if span.end <= first][-_HEADER_LINES:]
    found = published_in(lines, time_zone=item.time_zone)
    if found:
        return found
    date = date_in_url(url) if url else None
    return at_day(date) if date else None
