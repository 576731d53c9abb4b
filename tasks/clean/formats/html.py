"""HTML pages."""

import re
from collections.abc import Iterator

from tasks.clean.charset import declared_charset
from tasks.clean.charset import decode as decode_text
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import language_of
from tasks.clean.language import detect_language
from tasks.clean.limits import Limits
from tasks.clean.markup import parse_html
from tasks.clean.page import Page, read_page
from tasks.errors import MalformedArticle
from tasks.records import WireItem

MEDIA_TYPE = "text/html"
_HEAD = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TAG = re.compile(
    rb"</?(?:p|div|span|a|h[1-6]|article|section|meta|title|br|script|ul|li|table)\b[^<>]*>", re.IGNORECASE
)


# Pages weigh a tenth of a megabyte; one of more than this holds data, not words.
_PAGE_CHARS = 1_500_000
_DEAD_WEIGHT = re.compile(r"<(script|style|svg|noscript)\b", re.IGNORECASE)
_DATA = re.compile(r"\"data:[^\"]{1000,}\"")


def sniff(head: bytes, media_type: str | None) -> float:
    """A doctype or root element of HTML; or a fragment that begins with a tag of it."""
    bare = head.replace(b"\0", b"")
    if _HEAD.search(bare):
        return 0.6
    tags = len(_TAG.findall(bare))
    if tags and (bare.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or (media_type or "").startswith("text/html")):
        return 0.4
    return 0.3 if tags >= 6 else 0.0


def decode(item: WireItem, limits: Limits) -> Draft:
    """The story in a page."""
    declared = declared_charset((item.media_type or "").encode("ascii", "replace")) or declared_charset(item.content)
    text, notes = decode_text(item.content, declared=declared)
    if len(text) > _PAGE_CHARS:
        text, notes = _lightened(text, notes)
    root = parse_html(text, name=item.name, limits=limits)
    page = read_page(root, limits=limits, url=item.uri, time_zone=item.time_zone)
    if not page.paragraphs:
        raise MalformedArticle(f"{item.name}: no story found in the page ({len(text)} characters of HTML)")
    laid, headline, paragraphs = lay_out(page.headline, list(page.paragraphs))
    return Draft(
        media_type=MEDIA_TYPE,
        text=laid,
        headline=headline,
        paragraphs=paragraphs,
        uri=page.url,
        byline=page.byline,
        language=_language(page, laid),
        published=page.published.at if page.published else None,
        published_precision=page.published.precision if page.published else None,
        version_created=page.modified.at if page.modified else None,
        publisher=page.site,
        notes=notes,
    )


def _language(page: Page, text: str) -> str | None:
    """What the page declares, where its words agree; pages often declare what their template does."""
    detected = detect_language(text)
    declared = language_of(page.language)
    return declared if declared and detected in {None, declared.split("-")[0]} else detected


def _lightened(text: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A huge page without its scripts and embedded pictures; cut off if it is still huge."""
    light = _DATA.sub(" ", " ".join(_alive(text)))
    if len(light) <= _PAGE_CHARS:
        return light, notes
    return light[:_PAGE_CHARS], (*notes, f"page cut off after {_PAGE_CHARS} of {len(light)} characters")


def _alive(text: str) -> Iterator[str]:
    """What stands outside of scripts, styles and drawings; one that is not closed takes the rest with it."""
    lower = text.lower()
    at = 0
    while found := _DEAD_WEIGHT.search(lower, at):
        yield text[at : found.start()]
        end = lower.find(f"</{found.group(1)}", found.end())
        if end < 0:
            return
        at = max(lower.find(">", end), end) + 1
    yield text[at:]
