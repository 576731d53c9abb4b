"""The story in an HTML page: trafilatura finds its blocks, furniture of phrases is taken out again.

trafilatura's duplicate memory is off (it would make the result depend on what was read before), its network too.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import trafilatura
from lxml import etree, html

from tasks.clean.addresses import host_of
from tasks.clean.dates import Found, at_day, date_in_url, find_moment, parse_iso
from tasks.clean.draft import lay_out
from tasks.clean.furniture import find_story, is_furniture, is_header_line
from tasks.clean.limits import Limits
from tasks.clean.prose import profile
from tasks.clean.richtext import element_paragraphs
from tasks.records import Record

_BLOCKS = frozenset({"p", "head", "quote", "list", "item", "table", "row", "cell", "div", "code", "lb", "ab"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TITLE_TAIL = re.compile(r"\s+(?:[|–—»•·-]|::)\s+[^|–—»•·]{2,40}$")
_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "article.published",
    "parsely-pub-date", "sailthru.date",
    "publishdate", "publish-date", "publish_date", "publication_date", "pubdate", "dc.date.issued",
    "dcterms.created", "dc.date",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "date", "originalpublicationdate",
    "article_date_original", "displaydate",
    "dcterms.date", "bt:pubdate", "citation_date", "shareaholic:article_published_time",
)  # fmt: skip
_MODIFIED_NAMES = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
)
_AUTHOR_NAMES = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_HEADER_LINES = 3
_MAX_JSON_CHARS = 400_000
_LINK_SHARE, _LINK_CHARS = 0.85, 240
_INLINE = frozenset(
    ["a", "b", "strong", "em", "i", "u", "span", "font", "small", "big", "mark", "s", "sup", "sub", "cite", "h6"]
)


class Page(Record, frozen=True, kw_only=True):
    """What a page holds of its story."""

    headline: str | None = None
    paragraphs: tuple[str, ...] = ()
    published: Found | None = None
    modified: Found | None = None
    byline: str | None = None
    language: str | None = None
    url: str | None = None
    site: str | None = None


def read_page(root: html.HtmlElement, *, limits: Limits, url: str | None = None, time_zone: str | None = None) -> Page:
    """Headline, story and dates of a page."""
    metas = _metas(root)
    linked = [entry for entry in _linked_data(root) if _is_article(entry)]
    address = _first(_canonical(root), metas.get("og:url"), url)
    title = _headline(root, metas, linked)
    published = _published(root, metas, linked, address, time_zone)
    return Page(
        headline=title,
        published=published,
        modified=_dated(
            [metas.get(name) for name in _MODIFIED_NAMES], [entry.get("dateModified") for entry in linked], time_zone
        ),
        byline=_byline(metas, linked),
        language=_language(root),
        url=address,
        site=_first(metas.get("og:site_name"), host_of(address)),
        paragraphs=tuple(_without_headline(_story(root, limits), title)),
    )


# --- the story --------------------------------------------------------------------------------------------


def _story(root: html.HtmlElement, limits: Limits) -> list[str]:
    if next(islice(root.iter(), limits.max_page_elements, None), None) is not None:
        return _plain_story(root, limits)
    found = trafilatura.bare_extraction(
        root,
        fast=True,
        favor_recall=True,  # what it takes too much is taken out again below
        include_comments=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=False,
        url=None,
    )
    body = getattr(found, "body", None)
    if body is None:
        return []
    links = _link_lines(root)
    paragraphs = [text for text in _tidied(_blocks(body)) if _key(text) not in links]
    return _with_missed(root, paragraphs)


def _tidied(blocks: Iterator[str]) -> list[str]:
    texts = (_SPACE.sub(" ", block).strip() for block in blocks)
    return [text for text in texts if text and not is_furniture(text)]


def _key(text: str) -> str:
    """What two readings of one paragraph have in common."""
    return re.sub(r"\W+", "", text)[:120].casefold()


def _link_lines(root: html.HtmlElement) -> set[str]:
    """Keys of the page's lines that are links altogether: other stories' headlines, menus."""
    linked: dict[etree._Element, int] = {}
    for link in root.iter("a"):
        block = link
        while block.tag in _INLINE and (parent := block.getparent()) is not None:
            block = parent
        linked[block] = linked.get(block, 0) + len(_squeezed(link))
    return {
        _key(text)
        for block, chars in linked.items()
        if chars < _LINK_CHARS and len(text := _squeezed(block)) <= chars / _LINK_SHARE
    }


def _squeezed(element: etree._Element) -> str:
    return _SPACE.sub(" ", "".join(str(part) for part in element.itertext())).strip()


def _with_missed(root: html.HtmlElement, paragraphs: list[str]) -> list[str]:
    """With the paragraphs of containers that are twins of the story's own: some pages cut it up between ads."""
    found = {_key(text) for text in paragraphs}
    nodes = [(node, _squeezed(node)) for node in root.iter("p")]
    home = Counter[etree._Element]()
    for node, text in nodes:
        parent = node.getparent()
        if parent is not None and _key(text) in found:
            home[parent] += len(text)
    twins = {twin for parent, _ in home.most_common(1) for twin in _twins(parent)}
    if not twins:
        return paragraphs
    return _merged(
        paragraphs,
        [text for node, text in nodes if _key(text) in found or (node.getparent() in twins and _is_story(text))],
    )


def _twins(parent: etree._Element) -> list[etree._Element]:
    """Containers of the same tags and classes beside it or its own container, that are no stories of their own."""
    around = parent.getparent()
    if not parent.get("class") or around is None:
        return []
    found = _alike(parent, around)
    further = around.getparent()
    if further is not None and around.get("class"):
        found += [one for cousin in _alike(around, further) for one in cousin if _marks(one) == _marks(parent)]
    return [one for one in found if next(one.iter("h1", "h2", "h3", "time", "article"), None) is None]


def _alike(one: etree._Element, within: etree._Element) -> list[etree._Element]:
    return [other for other in within if other is not one and _marks(other) == _marks(one)]


def _marks(element: etree._Element) -> tuple[str, frozenset[str]]:
    """Tag and the classes that name a kind; numbered ones ('grid-items-2') name a position."""
    return str(element.tag), frozenset(name for name in (element.get("class") or "").split() if not name[-1].isdigit())


def _is_story(text: str) -> bool:
    one = profile(text)
    return one.words >= 12 and one.ends_sentence and not is_furniture(text)


def _merged(paragraphs: list[str], ordered: list[str]) -> list[str]:
    """Both lists, each in its own order, the missed ones where the page has them."""
    known = {_key(text) for text in paragraphs}
    merged: list[str] = []
    rest = iter(paragraphs)
    for text in ordered:
        if _key(text) not in known:
            merged.append(text)
            continue
        for one in rest:
            merged.append(one)
            if _key(one) == _key(text):
                break
    return [*merged, *rest]


def _plain_story(root: html.HtmlElement, limits: Limits) -> list[str]:
    """The story of a page too large for a thorough search: its blocks, read like a page of plain text."""
    pieces = element_paragraphs(root, limit=limits.max_paragraphs)
    text, _, spans = lay_out(None, pieces)
    return [text[span.start : span.end] for span in find_story(text, spans).paragraphs]


def _blocks(body: etree._Element) -> Iterator[str]:
    """Leaf blocks of trafilatura's tree in reading order, with the text around them."""
    buffer: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if str(element.tag) in _BLOCKS and buffer:
            yield "".join(buffer)
            buffer = []
        text = element.text if event == "start" else element.tail
        if text and (event == "start" or element is not body):
            buffer.append(text)
    if buffer:
        yield "".join(buffer)


def _without_headline(paragraphs: list[str], headline: str | None) -> list[str]:
    """Without a repetition of the headline, and the byline and date lines that stand under it."""
    kept = paragraphs[1:] if headline and paragraphs and _same(paragraphs[0], headline) else paragraphs
    head = [text for text in kept[:_HEADER_LINES] if not is_header_line(text)]
    return [*head, *kept[_HEADER_LINES:]]


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()


# --- what the page says of itself -------------------------------------------------------------------------


def _first(*values: object) -> str | None:
    for value in values:
        if isinstance(value, str) and value.strip():
            return _SPACE.sub(" ", value).strip()
    return None


def _metas(root: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        value = meta.get("content")
        if key and value:
            found.setdefault(key.strip().lower(), value)
    return found


def _canonical(root: html.HtmlElement) -> str | None:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and (link.get("href") or "").startswith("http"):
            return str(link.get("href"))
    return None


def _linked_data(root: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Objects of the page's JSON-LD; malformed ones are passed over."""
    for script in root.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "") or len(text) > _MAX_JSON_CHARS:
            continue
        try:
            yield from _objects(json.loads(text, strict=False), depth=4)
        except (ValueError, RecursionError):
            continue


def _objects(value: object, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth and isinstance(value, list):
        for part in value[:50]:
            yield from _objects(part, depth=depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth=depth - 1)
        yield from _objects(value.get("mainEntity"), depth=depth - 1)


def _is_article(entry: dict[str, Any]) -> bool:
    kinds = entry.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(("Article", "Posting", "Report")) for name in names)


def _headline(root: html.HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    """The h1 that the page's title repeats, else what the metadata calls the title."""
    stated = _first(*(entry.get("headline") for entry in linked), metas.get("og:title"), metas.get("twitter:title"))
    page_title = _first(root.findtext(".//title"))
    tops = [text for node in root.iter("h1") if (text := _first(node.text_content()))]
    reference = f"{stated or ''} {page_title or ''}".casefold()
    for top in tops[:5]:
        if len(top) <= 300 and _overlaps(top, reference):
            return top
    if stated:
        return _unescaped(stated)
    if len(tops) == 1 and 3 <= len(tops[0].split()) <= 40:
        return tops[0]
    return _unescaped(_TITLE_TAIL.sub("", page_title)) if page_title else None


def _overlaps(top: str, reference: str) -> bool:
    words = re.findall(r"\w{3,}", top.casefold())
    return bool(words) and sum(word in reference for word in words) >= 0.6 * len(words)


def _unescaped(text: str) -> str:
    import html as entities  # noqa: PLC0415 - the name is taken by lxml above

    return entities.unescape(text)


def _byline(metas: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    for entry in linked:
        authors = entry.get("author")
        listed = authors if isinstance(authors, list) else [authors]
        names = [author.get("name") if isinstance(author, dict) else author for author in listed[:10]]
        kept = [
            name.strip() for name in names if isinstance(name, str) and name.strip() and not name.startswith("http")
        ]
        if kept:
            return ", ".join(dict.fromkeys(kept))
    value = _first(*(metas.get(name) for name in _AUTHOR_NAMES))
    return value if value and not value.startswith("http") and len(value) <= 200 else None


def _language(root: html.HtmlElement) -> str | None:
    value = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip().replace("_", "-")
    return value if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value) else None


# --- dates ------------------------------------------------------------------------------------------------


def _published(
    root: html.HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]], url: str | None, time_zone: str | None
) -> Found | None:
    stated = _dated(
        [metas.get(name) for name in _PUBLISHED_NAMES], [entry.get("datePublished") for entry in linked], time_zone
    )
    if stated:
        return stated
    marked = _marked_time(root, time_zone)
    in_url = date_in_url(url) if url else None
    if marked and (in_url is None or abs((marked.at.date() - in_url).days) <= 2):
        return marked
    return at_day(in_url) if in_url else None


def _dated(metas: list[str | None], linked: list[object], time_zone: str | None) -> Found | None:
    for value in (*linked, *metas):
        if isinstance(value, str) and (
            found := parse_iso(value, time_zone=time_zone) or find_moment(value[:60], time_zone=time_zone)
        ):
            return found
    return None


def _marked_time(root: html.HtmlElement, time_zone: str | None) -> Found | None:
    """The first time element or element with a date in its class or itemprop, in the order of the page."""
    for node in root.iter("time", "span", "div", "p", "abbr", "li", "em"):
        marks = f"{node.get('class') or ''} {node.get('itemprop') or ''} {node.get('id') or ''}".lower()
        if node.tag != "time" and not re.search(r"date|time|publish|posted", marks):
            continue
        value = node.get("datetime") or node.get("content") or node.get("title")
        text = _SPACE.sub(" ", node.text_content())[:120] if node.tag == "time" or len(node) < 8 else ""
        found = (parse_iso(value, time_zone=time_zone) if value else None) or find_moment(text, time_zone=time_zone)
        if found:
            return found
    return None
