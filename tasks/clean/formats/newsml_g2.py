"""NewsML-G2: news items, packages of them, and news messages that carry several.

Source: IPTC NewsML-G2 2.35 (itemMeta: pubStatus, embargoed, signal, edNote; contentMeta; contentSet with inlineXML in
NITF or XHTML, or inlineData). Concept, knowledge, catalog and planning items carry no news text and are refused.
"""

import copy
import re
from collections.abc import Iterator

from lxml import etree

from tasks.clean.addresses import host_of
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import (
    is_kill,
    language_of,
    moment_of,
    number_of,
    signal_of,
    status_of,
    tidy,
    time_of,
    version_of,
)
from tasks.clean.limits import Limits
from tasks.clean.markup import parse_xml
from tasks.clean.members import bounded, member
from tasks.clean.nitf import NitfStory, every, first, read_story
from tasks.clean.paragraphs import paragraphs as split_paragraphs
from tasks.clean.richtext import element_paragraphs, html_paragraphs, local_name, story_only
from tasks.errors import MalformedArticle
from tasks.records import SenderPlace, Signal, Status, WireItem

MEDIA_TYPE = "application/vnd.iptc.g2.newsitem+xml"
_NAMESPACE = b"http://iptc.org/std/nar/2006-10-01/"
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(newsItem|packageItem|newsMessage|conceptItem|knowledgeItem|catalogItem|planningItem|contentSet|contentMeta|groupSet|itemMeta)[\s>]"
)
_NOT_NEWS = {
    "conceptitem": "a concept item defines a term; it is no news",
    "knowledgeitem": "a knowledge item is a list of terms; it is no news",
    "catalogitem": "a catalog item is a list of code schemes; it is no news",
    "planningitem": "a planning item announces coverage; the news comes in items of its own",
    "packageitem": "a package only refers to items, which come by themselves",
    "groupset": "a fragment of a package, which only refers to items; a whole news item was expected",
    "contentmeta": "a fragment (contentMeta) without text; a whole news item was expected",
    "itemmeta": "a fragment (itemMeta) without text; a whole news item was expected",
}
_ITEMS = ("newsitem", "packageitem", "conceptitem", "knowledgeitem", "catalogitem", "planningitem")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """A root element of NewsML-G2."""
    found = _ROOT.search(head)
    if not found or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return 0.0
    return 0.97 if _NAMESPACE in head else 0.7


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The items of a news message, if it carries more than one."""
    root = parse_xml(item.content, name=item.name, limits=limits)
    if local_name(root) != "newsmessage":
        return
    parts = _members(root)
    if len(parts) < 2:
        return
    yield from bounded(_each(item, parts), item, limits)


def _each(item: WireItem, parts: list[etree._Element]) -> Iterator[WireItem]:
    for number, part in enumerate(parts, start=1):
        content = etree.tostring(_alone(part), encoding="utf-8", xml_declaration=True)
        yield member(item, content, str(number), media_type=MEDIA_TYPE)


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in a news item; of a picture, video or audio item its description."""
    root = parse_xml(item.content, name=item.name, limits=limits)
    entry = _news_item(root, item.name)
    meta, content = first(entry, "itemmeta"), first(entry, "contentmeta")
    meta = meta if meta is not None else etree.Element("itemMeta")
    content = content if content is not None else etree.Element("contentMeta")
    headline = _main_headline(content)
    story, kind = _story(entry, content, item, limits)
    headline = headline or story.headline or _text(_own(meta, "title"))
    status = _status(meta)
    if not story.paragraphs and not headline and status is not Status.CANCELED:
        raise MalformedArticle(f"{item.name}: news item without headline, text or description")
    text, title, paragraphs = lay_out(headline, story_only(list(story.paragraphs), headline))
    published = moment_of(
        _text(_own(meta, "versioncreated")) or _text(_own(meta, "firstcreated")), time_zone=item.time_zone
    )
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        headline=title,
        paragraphs=paragraphs,
        uri=tidy(entry.get("guid")),
        version=version_of(entry.get("version")),
        byline=_text(_own(content, "by")) or story.byline or _name(_own(content, "creator")),
        slug=_slug(content),
        language=_language(entry, content),
        first_created=time_of(
            _text(_own(meta, "firstcreated")) or _text(_own(content, "contentcreated")), time_zone=item.time_zone
        ),
        version_created=time_of(_text(_own(meta, "versioncreated")), time_zone=item.time_zone),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        status=status,
        signal=_signal(meta),
        embargoed_until=time_of(_text(_own(meta, "embargoed")), time_zone=item.time_zone),
        editorial_note=_text(_own(meta, "ednote")),
        urgency=number_of(_text(_own(content, "urgency")) or _text(first(root, "priority")), 1, 9),
        publisher=_name(_own(meta, "provider")),
        credit=_text(_own(content, "creditline")) or _name(_own(content, "infosource")) or story.distributor,
        dateline=_text(_own(content, "dateline")) or story.dateline or _name(_own(content, "located")),
        dateline_place=story.dateline_place or _name(_own(content, "located")),
        dateline_date=story.dateline_date,
        subjects=_subjects(content),
        sender_places=tuple(_places(entry, content)),
        rights=_text(first(entry, "copyrightnotice")) or _text(first(entry, "usageterms")),
        notes=_notes(meta, kind),
        ignored_fields=tuple(
            sorted({local_name(one) for part in (meta, content) for one in part if local_name(one) not in _READ})
        ),
    )


_READ = frozenset(
    [
        "title",
        "versioncreated",
        "firstcreated",
        "contentcreated",
        "pubstatus",
        "embargoed",
        "signal",
        "ednote",
        "provider",
        "headline",
        "slugline",
        "by",
        "creator",
        "dateline",
        "located",
        "creditline",
        "infosource",
        "language",
        "subject",
        "urgency",
        "description",
        "itemclass",
    ]
)


# --- the item ---------------------------------------------------------------------------------------------


def _members(message: etree._Element) -> list[etree._Element]:
    """Items of a message that may hold news; packages among them only refer to the others."""
    found = [
        one
        for one in every(message, *_ITEMS)
        if all(local_name(parent) not in _ITEMS for parent in one.iterancestors())
    ]
    news = [one for one in found if local_name(one) != "packageitem"]
    return news or found


def _alone(part: etree._Element) -> etree._Element:
    alone = copy.deepcopy(part)
    alone.tail = None
    return alone


def _news_item(root: etree._Element, name: str) -> etree._Element:
    entry = root
    if local_name(root) == "newsmessage":
        parts = _members(root)
        if not parts:
            raise MalformedArticle(f"{name}: a news message without items")
        entry = parts[0]
    kind = local_name(entry)
    if kind in _NOT_NEWS:
        raise MalformedArticle(f"{name}: {_NOT_NEWS[kind]}")
    return entry


def _main_headline(content: etree._Element) -> str | None:
    """The headline of role main; else the first without a role, else the first."""
    found = [one for one in content if local_name(one) == "headline" and _text(one)]
    ranked = sorted(found, key=lambda one: ("main" not in (role := one.get("role") or ""), bool(role)))
    return _text(ranked[0]) if ranked else None


def _own(parent: etree._Element, tag: str) -> etree._Element | None:
    """The first direct child of a name: items nest others' metadata deeper down."""
    return next((one for one in parent if local_name(one) == tag), None)


def _text(element: etree._Element | None) -> str | None:
    return tidy("".join(str(part) for part in element.itertext())) if element is not None else None


def _name(element: etree._Element | None) -> str | None:
    """The name of a party or place: its name, its literal, else the code or site it is known by."""
    if element is None:
        return None
    named = _text(_own(element, "name")) or tidy(element.get("literal"))
    if named:
        return named
    if code := tidy(element.get("qcode")):
        return code.partition(":")[2] or code
    return host_of(element.get("uri"))


# --- the story --------------------------------------------------------------------------------------------


def _story(entry: etree._Element, content: etree._Element, item: WireItem, limits: Limits) -> tuple[NitfStory, str]:
    parts = [entry] if local_name(entry) == "contentset" else list(every(entry, "contentset"))
    for part in parts:
        for inline in every(part, "inlinexml", "inlinedata"):
            story = _inline(inline, item, limits)
            if story.paragraphs or (story.headline and not len(content)):
                return story, "body"
    described = [_text(one) for one in content if local_name(one) == "description" and _text(one)]
    return NitfStory(paragraphs=tuple(part for part in described[:1] if part)), "description" if described else "none"


def _inline(inline: etree._Element, item: WireItem, limits: Limits) -> NitfStory:
    if local_name(inline) == "inlinedata":
        return _inline_data(inline, item, limits)
    nitf = first(inline, "nitf")
    if nitf is not None:
        return read_story(nitf)
    page = first(inline, "html")
    body = first(page, "body") if page is not None else None
    if body is None and first(inline, "p") is None:
        return NitfStory()
    heading = first(body if body is not None else inline, "h1")
    return NitfStory(
        headline=_text(heading),
        byline=_classed(inline, "byline"),
        paragraphs=tuple(element_paragraphs(body if body is not None else inline)),
    )


def _classed(inline: etree._Element, name: str) -> str | None:
    return next((_text(one) for one in inline.iter() if name in str(one.get("class") or "").lower().split()), None)


def _inline_data(inline: etree._Element, item: WireItem, limits: Limits) -> NitfStory:
    value = "".join(str(part) for part in inline.itertext())
    kind = (inline.get("contenttype") or "text/plain").lower()
    if inline.get("encoding") or not kind.startswith(("text/", "application/xhtml")):
        return NitfStory()
    if "html" in kind:
        return NitfStory(paragraphs=tuple(html_paragraphs(value, name=item.name, limits=limits)))
    return NitfStory(paragraphs=tuple(value[span.start : span.end] for span in split_paragraphs(value)))


# --- metadata ---------------------------------------------------------------------------------------------


def _coded(element: etree._Element) -> str | None:
    return tidy(element.get("qcode")) or tidy(element.get("uri")) or tidy(element.get("literal"))


def _status(meta: etree._Element) -> Status | None:
    if any(is_kill(_coded(one)) for one in meta if local_name(one) == "signal"):
        return Status.CANCELED
    found = _own(meta, "pubstatus")
    return status_of(_coded(found)) if found is not None else Status.USABLE  # NewsML-G2 10.3: usable where not stated


def _signal(meta: etree._Element) -> Signal | None:
    return next((found for one in meta if local_name(one) == "signal" and (found := signal_of(_coded(one)))), None)


def _slug(content: etree._Element) -> str | None:
    return _text(_own(content, "slugline"))


def _language(entry: etree._Element, content: etree._Element) -> str | None:
    found = _own(content, "language")
    return language_of(found.get("tag")) if found is not None else language_of(entry.get(_LANG))


def _subjects(content: etree._Element) -> tuple[str, ...]:
    coded = [_coded(one) or _name(one) for one in content if local_name(one) == "subject"]
    return tuple(dict.fromkeys(code for code in coded if code))


def _places(entry: etree._Element, content: etree._Element) -> Iterator[SenderPlace]:
    """Subjects that are areas, with names and positions from the item's assertions."""
    asserted = {str(one.get("qcode")): one for one in every(entry, "assert") if one.get("qcode")}
    for one in content:
        if local_name(one) != "subject":
            continue
        code = _coded(one)
        detail = asserted.get(code or "")
        position = next(
            (found for part in (one, detail) if part is not None and (found := first(part, "position")) is not None),
            None,
        )
        if position is None and not (one.get("type") or "").lower().endswith(
            ("geoarea", "poi", "city", "country", "statprov")
        ):
            continue
        name = _text(_own(one, "name")) or (_text(_own(detail, "name")) if detail is not None else None) or _name(one)
        if name:
            lat, lon = _degrees(position)
            yield SenderPlace(name=name, code=code, lat=lat, lon=lon)


def _degrees(position: etree._Element | None) -> tuple[float | None, float | None]:
    try:
        lat, lon = float(position.get("latitude", "")), float(position.get("longitude", ""))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        return None, None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else (None, None)


def _notes(meta: etree._Element, kind: str) -> tuple[str, ...]:
    found = _own(meta, "itemclass")
    media = (_coded(found) or "").partition(":")[2] if found is not None else "text"
    if media and media not in {"text", "composite"}:
        return (f"text of a {media} item: its description",)
    return ("no text given; the text is the description",) if kind == "description" else ()
