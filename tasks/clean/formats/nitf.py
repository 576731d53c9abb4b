"""NITF 3.x, the News Industry Text Format, as a document of its own.

Source: IPTC NITF 3.6 (docdata: doc-id, date.issue, date.release, urgency, ed-msg, du-key, key-list; pubdata).
"""

import datetime as dt
import re

from lxml import etree

from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import language_of, moment_of, number_of, signal_of, status_of, tidy, time_of, version_of
from tasks.clean.limits import Limits
from tasks.clean.markers import read_marks
from tasks.clean.markup import parse_xml
from tasks.clean.nitf import every, first, read_story
from tasks.clean.richtext import story_only
from tasks.errors import MalformedArticle
from tasks.records import SenderPlace, Signal, Status, WireItem

MEDIA_TYPE = "application/nitf+xml"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?nitf[\s>]", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    rb"^\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>|\s)*", re.DOTALL | re.IGNORECASE
)


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """The root element is nitf."""
    bare = head.removeprefix(b"\xef\xbb\xbf")
    start = _BEFORE_ROOT.match(bare)
    return 0.95 if _ROOT.match(bare, start.end() if start else 0) else 0.0


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in an NITF document."""
    root = parse_xml(item.content, name=item.name, limits=limits)
    story = read_story(root)
    status = _status(root)
    if not story.paragraphs and not story.headline and status is None:
        raise MalformedArticle(f"{item.name}: NITF without headline and body.content")
    text, headline, paragraphs = lay_out(story.headline, story_only(list(story.paragraphs), story.headline))
    published = moment_of(
        _attribute(root, "date.issue", "norm") or _attribute(root, "pubdata", "date.publication"),
        time_zone=item.time_zone,
    )
    doc_id = first(root, "doc-id")
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        headline=headline,
        paragraphs=paragraphs,
        uri=_uri(doc_id),
        version=_version(root),
        byline=story.byline,
        slug=_attribute(root, "du-key", "key") or _attribute(root, "fixture", "fix-id") or _keyword(root),
        language=language_of(root.get("{http://www.w3.org/XML/1998/namespace}lang"))
        or language_of(root.get("baselang"))
        or language_of(_attribute(root, "body", "{http://www.w3.org/XML/1998/namespace}lang")),
        first_created=time_of(_attribute(root, "story.date", "norm"), time_zone=item.time_zone),
        version_created=published.at if published else None,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        status=status,
        signal=_signal(root),
        embargoed_until=_embargo(root, item),
        editorial_note=_attribute(root, "ed-msg", "info") or story.note,
        urgency=number_of(_attribute(root, "urgency", "ed-urg"), 0, 9),
        publisher=_attribute(root, "pubdata", "name") or _attribute(root, "doc.copyright", "holder"),
        credit=story.distributor or (tidy(doc_id.get("regsrc")) if doc_id is not None else None),
        dateline=story.dateline,
        dateline_place=story.dateline_place,
        dateline_date=story.dateline_date,
        subjects=tuple(dict.fromkeys(_subjects(root))),
        sender_places=tuple(_places(root)),
        rights=_rights(root),
        ignored_fields=(),
    )


def _attribute(root: etree._Element, element: str, attribute: str) -> str | None:
    found = first(root, element)
    return tidy(found.get(attribute)) if found is not None else None


def _uri(doc_id: etree._Element | None) -> str | None:
    value = tidy(doc_id.get("id-string")) if doc_id is not None else None
    source = tidy(doc_id.get("regsrc")) if doc_id is not None else None
    if value is None or ":" in value or source is None:
        return value
    return f"{source}:{value}"


def _version(root: etree._Element) -> int | None:
    """A number; 'nth Ld-Writethru', which is version n + 1; else the generation of the story."""
    said = _attribute(root, "du-key", "version")
    number = version_of(said) or (read_marks([said], [], "").version if said else None)
    number = number or version_of(_attribute(root, "du-key", "generation"))
    return number if number is not None else version_of(_attribute(root, "revision-history", "comment"))


def _status(root: etree._Element) -> Status | None:
    return status_of(_attribute(root, "docdata", "management-status"))


def _signal(root: etree._Element) -> Signal | None:
    """Correction elements, or the type of editorial message ('ed-msg msg-type')."""
    correction = first(root, "correction")
    if correction is not None:
        return Signal.CORRECTION
    return signal_of(_attribute(root, "ed-msg", "msg-type")) or signal_of(_attribute(root, "nitf", "change.type"))


def _embargo(root: etree._Element, item: WireItem) -> dt.datetime | None:
    """date.release later than date.issue: not before then."""
    release = time_of(_attribute(root, "date.release", "norm"), time_zone=item.time_zone)
    issue = time_of(_attribute(root, "date.issue", "norm"), time_zone=item.time_zone)
    return release if release and issue and release > issue else None


def _keyword(root: etree._Element) -> str | None:
    return next((tidy(one.get("key")) for one in every(root, "keyword") if tidy(one.get("key"))), None)


def _subjects(root: etree._Element) -> list[str]:
    codes = [tidy(one.get("tobject.subject.refnum")) for one in every(root, "tobject.subject")]
    return [f"subj:{code}" for code in codes if code]


def _places(root: etree._Element) -> list[SenderPlace]:
    found: list[SenderPlace] = []
    for one in every(root, "evloc", "identified-content"):
        if one.get("city") or one.get("county-dist") or one.get("state-prov") or one.get("iso-cc"):
            name = (
                tidy(one.get("city"))
                or tidy(one.get("county-dist"))
                or tidy(one.get("state-prov"))
                or tidy(one.get("iso-cc"))
            )
            if name:
                found.append(SenderPlace(name=name, code=tidy(one.get("iso-cc"))))
        found.extend(_located(one))
    return found


def _located(content: etree._Element) -> list[SenderPlace]:
    """Locations among the identified content of docdata."""
    names = [tidy("".join(str(part) for part in one.itertext())) for one in every(content, "location")]
    return [SenderPlace(name=name) for name in names if name]


def _rights(root: etree._Element) -> str | None:
    found = first(root, "doc.copyright")
    if found is None:
        return (
            tidy("".join(str(part) for part in one.itertext())) if (one := first(root, "rights")) is not None else None
        )
    holder, year = tidy(found.get("holder")), tidy(found.get("year"))
    return " ".join(part for part in ("Copyright", year, holder) if part)
