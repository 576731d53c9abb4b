"""NewsML 1.0 to 1.2: news items with news lines, management and one or more content items.

Source: IPTC NewsML 1.2. The identity of a story over its revisions is the public identifier less the revision.
"""

import copy
import datetime as dt
import re
from collections.abc import Iterator

from lxml import etree

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

MEDIA_TYPE = "text/vnd.iptc.newsml"
_ROOT = re.compile(rb"<NewsML[\s>]")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_REVISION = re.compile(r":\d+[A-Z]?$")


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """The root element NewsML."""
    return 0.95 if _ROOT.search(head) and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The news items, if there are several; each keeps the envelope."""
    root = parse_xml(item.content, name=item.name, limits=limits)
    parts = [one for one in root if local_name(one) == "newsitem"]
    if len(parts) >= 2:
        yield from bounded(_members(item, root, parts), item, limits)


def _members(item: WireItem, root: etree._Element, parts: list[etree._Element]) -> Iterator[WireItem]:
    envelope = [one for one in root if local_name(one) in {"newsenvelope", "catalog"}]
    for number, part in enumerate(parts, start=1):
        alone = etree.Element(root.tag, {str(name): str(value) for name, value in root.attrib.items()})
        for one in (*envelope, part):
            alone.append(copy.deepcopy(one))
        yield member(
            item, etree.tostring(alone, encoding="utf-8", xml_declaration=True), str(number), media_type=MEDIA_TYPE
        )


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in a NewsML document with one item."""
    root = parse_xml(item.content, name=item.name, limits=limits)
    entry = first(root, "newsitem")
    if entry is None:
        raise MalformedArticle(f"{item.name}: NewsML without a NewsItem")
    lines = first(entry, "newslines")
    story = _story(entry, item, limits)
    headline = _line(lines, "headline") or story.headline
    status = _status(entry)
    if not story.paragraphs and not headline and status is not Status.CANCELED:
        raise MalformedArticle(f"{item.name}: NewsItem without headline and text")
    text, title, paragraphs = lay_out(headline, story_only(list(story.paragraphs), headline))
    revised = _text(first(entry, "thisrevisioncreated"))
    created = _text(first(entry, "firstcreated"))
    published = moment_of(revised or created or _text(first(root, "dateandtime")), time_zone=item.time_zone)
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        headline=title,
        paragraphs=paragraphs,
        uri=_uri(entry),
        version=version_of(_text(first(entry, "revisionid"))),
        byline=_line(lines, "byline") or story.byline,
        slug=_line(lines, "slugline") or _text(first(entry, "namelabel")),
        language=_language(entry),
        first_created=time_of(created, time_zone=item.time_zone),
        version_created=time_of(revised, time_zone=item.time_zone),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        status=status,
        signal=_signal(entry),
        embargoed_until=_embargo(entry, status, item),
        editorial_note=_note(entry),
        urgency=number_of(_formal(first(entry, "urgency")) or _formal(first(root, "priority")), 1, 9),
        publisher=_party(first(entry, "provider")) or _text(first(entry, "providerid")),
        credit=_line(lines, "creditline") or _party(first(entry, "source")),
        dateline=_line(lines, "dateline") or story.dateline,
        dateline_place=story.dateline_place or _origin(entry),
        dateline_date=story.dateline_date,
        subjects=_subjects(entry),
        sender_places=tuple(_places(entry)),
        rights=_line(lines, "copyrightline") or _text(first(entry, "usagetype")),
    )


def _text(element: etree._Element | None) -> str | None:
    return tidy("".join(str(part) for part in element.itertext())) if element is not None else None


def _line(lines: etree._Element | None, name: str) -> str | None:
    return _text(first(lines, name)) if lines is not None else None


def _formal(element: etree._Element | None) -> str | None:
    return tidy(element.get("FormalName")) if element is not None else None


def _party(element: etree._Element | None) -> str | None:
    party = first(element, "party") if element is not None else None
    return _formal(party)


# --- the story --------------------------------------------------------------------------------------------


def _story(entry: etree._Element, item: WireItem, limits: Limits) -> NitfStory:
    """The first content item of text; a component for an alternative or a caption comes later in the document."""
    found = [_content(one, item, limits) for one in every(entry, "contentitem") if _is_text(one)]
    return next((one for one in found if one.paragraphs), NitfStory())


def _is_text(content: etree._Element) -> bool:
    media = (_formal(first(content, "mediatype")) or "text").lower()
    return media in {"text", "complextext", "composite"}


def _content(content: etree._Element, item: WireItem, limits: Limits) -> NitfStory:
    holder = first(content, "datacontent")
    if holder is None:
        return NitfStory()
    nitf = first(holder, "nitf")
    if nitf is not None or first(holder, "body.content") is not None:
        return read_story(nitf if nitf is not None else holder)
    if len(holder):
        body = first(holder, "body")
        return NitfStory(paragraphs=tuple(element_paragraphs(body if body is not None else holder)))
    raw = holder.text or ""
    if re.search(r"</(?:p|body|html)>", raw, re.IGNORECASE):
        return NitfStory(paragraphs=tuple(html_paragraphs(raw, name=item.name, limits=limits)))
    return NitfStory(paragraphs=tuple(raw[span.start : span.end] for span in split_paragraphs(raw)))


# --- metadata ---------------------------------------------------------------------------------------------


def _uri(entry: etree._Element) -> str | None:
    public = _text(first(entry, "publicidentifier"))
    if public:
        return _REVISION.sub("", public) if public.count(":") >= 5 else public
    parts = [_text(first(entry, name)) for name in ("providerid", "dateid", "newsitemid")]
    return "urn:newsml:" + ":".join(part for part in parts if part) if parts[2] else None


def _language(entry: etree._Element) -> str | None:
    return language_of(_formal(first(entry, "language"))) or language_of(entry.get(_LANG))


def _instructions(entry: etree._Element) -> list[str]:
    return [name for one in every(entry, "instruction") if (name := _formal(one))]


def _status(entry: etree._Element) -> Status | None:
    management = first(entry, "newsmanagement")
    if any(is_kill(name) for name in _instructions(entry)):
        return Status.CANCELED
    found = first(management, "status") if management is not None else None
    return status_of(_formal(found))


def _signal(entry: etree._Element) -> Signal | None:
    found = next((signal for name in _instructions(entry) if (signal := signal_of(name))), None)
    if found:
        return found
    revision = first(entry, "revisionid")
    updated = (revision.get("Update") or "N").upper() if revision is not None else "N"
    return Signal.UPDATE if updated in {"U", "A"} else None


def _embargo(entry: etree._Element, status: Status | None, item: WireItem) -> dt.datetime | None:
    """An item that is embargoed now says when it will be usable."""
    change = first(entry, "statuswillchange")
    if change is None or status not in {Status.EMBARGOED, Status.WITHHELD}:
        return None
    future = status_of(_formal(first(change, "futurestatus")))
    return time_of(_text(first(change, "dateandtime")), time_zone=item.time_zone) if future is Status.USABLE else None


def _note(entry: etree._Element) -> str | None:
    notes = [_text(one) for one in every(entry, "instruction") if _text(one)]
    for line in every(entry, "newsline"):
        kind = (_formal(first(line, "newslinetype")) or "").lower()
        if re.search(r"note|correct|advis|editor", kind):
            notes.append(_text(first(line, "newslinetext")))
    return "; ".join(note for note in notes if note) or None


def _subjects(entry: etree._Element) -> tuple[str, ...]:
    names = (_formal(one) for one in every(entry, "subjectdetail", "subjectmatter", "subject") if one.get("FormalName"))
    return tuple(dict.fromkeys(f"subj:{name}" if name.isdigit() else name for name in names if name))


def _properties(location: etree._Element) -> dict[str, str]:
    return {
        (one.get("FormalName") or "").lower(): value
        for one in every(location, "property")
        if (value := tidy(one.get("Value")))
    }


def _origin(entry: etree._Element) -> str | None:
    for one in every(entry, "location"):
        if (one.get("HowPresent") or "").lower() in {"origin", "fromorigin", "filed"}:
            return _properties(one).get("city")
    return None


def _places(entry: etree._Element) -> Iterator[SenderPlace]:
    for one in every(entry, "location"):
        stated = _properties(one)
        name = next(
            (
                stated[key]
                for key in ("city", "sublocation", "countryarea", "state", "country", "worldregion")
                if key in stated
            ),
            None,
        )
        if name:
            yield SenderPlace(name=name, code=stated.get("country") if stated.get("country") != name else None)
