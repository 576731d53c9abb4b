"""RSS 2.0 (and 0.9x, 1.0) and Atom, entries and tombstones (RFC 6721 deleted-entry).

feedparser reads an entry; a feed of several is split first, each entry with the feed's own metadata around it.
"""

import calendar
import copy
import datetime as dt
import html
import io
import re
import time
from collections.abc import Iterator
from typing import Any

import feedparser
from lxml import etree

from tasks.clean.addresses import host_of
from tasks.clean.dates import Found, at_day, date_in_url
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import language_of, moment_of, tidy
from tasks.clean.furniture import is_furniture
from tasks.clean.limits import Limits
from tasks.clean.markup import check_xml, parse_xml_leniently, without_surrogate_references
from tasks.clean.members import bounded, member
from tasks.clean.richtext import html_paragraphs, local_name, story_only
from tasks.errors import MalformedArticle
from tasks.records import SenderPlace, Signal, Status, WireItem

_ENTRY_CHARS = 250_000
MEDIA_TYPE = "application/rss+xml"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|RDF|entry|deleted-entry|item)[\s>]")
_FEED_TIMES = frozenset({"lastbuilddate", "pubdate", "updated", "date"})
_TAGS = re.compile(r"<[^<>]{1,300}>")
_CONTINUES = re.compile(
    r"(?:\s*(?:\[…\]|\[\.\.\.\]|\[&#8230;\]|…|\.\.\.)\s*(?:continue reading|read more|more)?.{0,60}"
    r"|The post .{3,300} appeared first on .{2,100})$",
    re.IGNORECASE,
)


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """A root element of RSS, RDF or Atom."""
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare.startswith(b"<"):
        return 0.0
    found = _ROOT.search(bare)
    before = bare[: found.start()] if found else b""
    return 0.92 if found and len(re.findall(rb"<[A-Za-z]", before)) == 0 else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The entries of a feed, tombstones among them, if there are several."""
    root = parse_xml_leniently(item.content, name=item.name, limits=limits)
    entries = _entries(root)
    if len(entries) >= 2:
        yield from bounded(_members(item, root, entries), item, limits)


def _members(item: WireItem, root: etree._Element, entries: list[etree._Element]) -> Iterator[WireItem]:
    skeleton = _skeleton(root)
    for number, entry in enumerate(entries, start=1):
        whole = copy.deepcopy(skeleton)
        home = next((one for one in whole.iter() if local_name(one) == "channel"), whole)
        home = whole if local_name(root) == "rdf" else home
        alone = copy.deepcopy(entry)
        alone.tail = None
        home.append(alone)
        yield member(
            item, etree.tostring(whole, encoding="utf-8", xml_declaration=True), str(number), media_type=MEDIA_TYPE
        )


def _skeleton(root: etree._Element) -> etree._Element:
    """The feed without its entries, and without its own times: an entry's bytes change only when the entry does."""
    bare = copy.deepcopy(root)
    tops = [bare, *(one for one in bare if local_name(one) == "channel")]
    times = [one for top in tops for one in top if local_name(one) in _FEED_TIMES]
    for one in [*times, *(part for part in bare.iter() if local_name(part) in {"item", "entry", "deleted-entry"})]:
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    return bare


def _entries(root: etree._Element) -> list[etree._Element]:
    if local_name(root) in {"entry", "deleted-entry", "item"}:
        return [root]
    parents = [root, *(one for one in root if local_name(one) == "channel")]
    return [one for parent in parents for one in parent if local_name(one) in {"item", "entry", "deleted-entry"}]


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in a feed's one entry."""
    root = parse_xml_leniently(item.content, name=item.name, limits=limits)
    entries = _entries(root)
    if len(entries) != 1:
        raise MalformedArticle(f"{item.name}: a feed of {len(entries)} entries; one was expected here")
    if local_name(entries[0]) == "deleted-entry":
        return _tombstone(entries[0], item)
    feed, entry = _parsed(item, limits, entries[0])
    headline = tidy(_unmarked(entry.get("title")))
    paragraphs, kind = _body(entry, item, limits)
    if not headline and not paragraphs:
        raise MalformedArticle(f"{item.name}: feed entry without title, content or summary")
    text, title, spans = lay_out(headline, story_only(paragraphs, headline))
    published, updated = _times(entry, item)
    return Draft(
        media_type=MEDIA_TYPE if feed.get("version", "").startswith("rss") else "application/atom+xml",
        text=text,
        headline=title,
        paragraphs=spans,
        uri=tidy(entry.get("id")) or tidy(entry.get("link")),
        byline=_byline(entry),
        language=_language(entry, feed),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        first_created=published.at if published else None,
        version_created=updated.at if updated else published.at if published else None,
        signal=Signal.UPDATE if published and updated and updated.at > published.at else None,
        publisher=tidy(_source_title(entry)) or tidy(feed.feed.get("title")) or host_of(entry.get("link")),
        subjects=tuple(dict.fromkeys(term for tag in entry.get("tags", []) if (term := tidy(tag.get("term"))))),
        sender_places=tuple(_places(entry)),
        rights=tidy(entry.get("rights")) or tidy(feed.feed.get("rights")),
        notes=("text is the feed's summary",) if kind == "summary" else (),
    )


def _tombstone(entry: etree._Element, item: WireItem) -> Draft:
    """An entry that the feed has deleted: the story is withdrawn."""
    when = moment_of(entry.get("when"), time_zone=item.time_zone)
    comment = next(
        (tidy("".join(str(part) for part in one.itertext())) for one in entry if local_name(one) == "comment"), None
    )
    uri = tidy(entry.get("ref"))
    if uri is None:
        raise MalformedArticle(f"{item.name}: deleted-entry without ref; the id of the deleted entry was expected")
    return Draft(
        media_type="application/atom+xml",
        text="",
        paragraphs=(),
        uri=uri,
        status=Status.CANCELED,
        version_created=when.at if when else None,
        published=when.at if when else None,
        published_precision=when.precision if when else None,
        editorial_note=comment or "deleted from the feed",
    )


# --- one entry --------------------------------------------------------------------------------------------


def _parsed(item: WireItem, limits: Limits, element: etree._Element) -> tuple[Any, Any]:
    check_xml(item.content, name=item.name, limits=limits)
    content = without_surrogate_references(_shortened(item.content, element))
    if local_name(element) == "entry" and element.getparent() is None:
        content = b'<feed xmlns="http://www.w3.org/2005/Atom">' + etree.tostring(element) + b"</feed>"
    elif local_name(element) == "item" and element.getparent() is None:
        content = b'<rss version="2.0"><channel>' + etree.tostring(element) + b"</channel></rss>"
    feed = feedparser.parse(io.BytesIO(content), resolve_relative_uris=False, sanitize_html=False)
    if not feed.entries:
        raise MalformedArticle(f"{item.name}: feedparser finds no entry: {feed.get('bozo_exception')}")
    return feed, feed.entries[0]


def _shortened(content: bytes, element: etree._Element) -> bytes:
    """A long entry with the beginnings of its texts: feedparser takes seconds for a megabyte of marks."""
    if len(content) <= _ENTRY_CHARS:
        return content
    for one in element.iter():
        if one.text and len(one.text) > _ENTRY_CHARS:
            one.text = one.text[:_ENTRY_CHARS]
    return etree.tostring(element.getroottree(), encoding="utf-8", xml_declaration=True)


def _unmarked(value: object) -> str | None:
    """A title as text; feeds escape it once too often."""
    return html.unescape(_TAGS.sub("", value)) if isinstance(value, str) else None


def _body(entry: Any, item: WireItem, limits: Limits) -> tuple[list[str], str]:  # noqa: ANN401 - feedparser has no types
    contents = [one.get("value") for one in entry.get("content", []) if one.get("value")]
    for kind, value in (("content", max(contents, key=len, default=None)), ("summary", entry.get("summary"))):
        if isinstance(value, str) and value.strip():
            found = html_paragraphs(f"<div>{value[: limits.max_text_chars]}</div>", name=item.name, limits=limits)
            kept = [
                _CONTINUES.sub("", text).strip() if number >= len(found) - 2 else text
                for number, text in enumerate(found)
            ]
            kept = [text for text in kept if text and not is_furniture(text)]
            if kept:
                return kept, kind
    return [], "none"


def _times(entry: Any, item: WireItem) -> tuple[Found | None, Found | None]:  # noqa: ANN401
    published = _time(entry, "published", item) or _time(entry, "created", item)
    updated = _time(entry, "updated", item) if "updated" in entry else None
    published = published or updated
    if published is None and (date := date_in_url(entry.get("link") or "")):
        published = at_day(date)
    return published, updated


def _time(entry: Any, key: str, item: WireItem) -> Found | None:  # noqa: ANN401
    text = tidy(entry.get(key))
    parsed: time.struct_time | None = entry.get(f"{key}_parsed")
    if text and not re.search(r"\d{1,2}:\d{2}", text):
        return moment_of(text, time_zone=item.time_zone)
    if parsed is not None:
        try:
            at = dt.datetime.fromtimestamp(calendar.timegm(parsed), tz=dt.UTC)
        except (OverflowError, ValueError, OSError):
            return None
        return Found(at=at, precision="second") if 1900 <= at.year <= 2100 else None
    return moment_of(text, time_zone=item.time_zone)


def _byline(entry: Any) -> str | None:  # noqa: ANN401
    names = [tidy(one.get("name")) for one in entry.get("authors", [])]
    return ", ".join(dict.fromkeys(name for name in names if name)) or tidy(entry.get("author"))


def _language(entry: Any, feed: Any) -> str | None:  # noqa: ANN401
    details = [*entry.get("content", []), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    return next((tag for one in details if (tag := language_of(one.get("language")))), None) or language_of(
        feed.feed.get("language")
    )


def _source_title(entry: Any) -> str | None:  # noqa: ANN401
    source = entry.get("source")
    return source.get("title") if isinstance(source, dict) else None


def _places(entry: Any) -> Iterator[SenderPlace]:  # noqa: ANN401
    where = entry.get("where")
    coordinates = where.get("coordinates") if isinstance(where, dict) and where.get("type") == "Point" else None
    name = tidy(entry.get("georss_featurename")) or tidy(entry.get("dc_coverage")) or tidy(entry.get("coverage"))
    if coordinates:
        yield SenderPlace(name=name or "georss:point", lat=float(coordinates[1]), lon=float(coordinates[0]))
    elif name:
        yield SenderPlace(name=name)
