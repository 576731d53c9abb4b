"""ninjs, IPTC's news in JSON: 1.x, 2.x and 3.x, and the agencies' own dialects of it.

Source: IPTC ninjs 1.4, 2.1, 3.0 schemas. Names changed case between versions (versioncreated, versionCreated), so they
are compared without it; 1.x has body_<role>_<format>, 2.x and 3.x have arrays of bodies and headlines.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tasks.clean.charset import decode as decode_text
from tasks.clean.charset import without_surrogates
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import (
    code_of,
    is_kill,
    language_of,
    moment_of,
    number_of,
    signal_of,
    status_of,
    subject_of,
    tidy,
    time_of,
    version_of,
)
from tasks.clean.formats import json_article
from tasks.clean.jsontext import read_json
from tasks.clean.limits import Limits
from tasks.clean.paragraphs import paragraphs as split_paragraphs
from tasks.clean.richtext import html_paragraphs, story_only
from tasks.errors import MalformedArticle
from tasks.records import SenderPlace, Signal, Status, WireItem

MEDIA_TYPE = "application/ninjs+json"
_KEYS = re.compile(
    rb'"(?:uri|guid|versioncreated|pubstatus|headlines?|bodies|body_(?:text|xhtml|html|nitf)\w*|ednote|slugline|usageterms'
    rb'|renditions|copyrightholder|copyrightnotice|representationtype|descriptions|eventdetails|infosources?|profile)"\s*:',
    re.IGNORECASE,
)
# Names of agencies' own dialects.
_ALIASES = {
    "version_created": "versioncreated",
    "first_created": "firstcreated",
    "urn": "uri",
    "article_html": "body_html",
}
_MEDIA = frozenset({"picture", "photo", "image", "graphic", "video", "audio", "animation"})
_READ = frozenset(
    [
        "uri",
        "guid",
        "type",
        "version",
        "versioncreated",
        "firstcreated",
        "contentcreated",
        "embargoed",
        "pubstatus",
        "urgency",
        "priority",
        "copyrightholder",
        "copyrightnotice",
        "usageterms",
        "ednote",
        "language",
        "headline",
        "headlines",
        "title",
        "by",
        "byline",
        "bylines",
        "located",
        "dateline",
        "slugline",
        "slug",
        "subject",
        "subjects",
        "place",
        "places",
        "bodies",
        "infosource",
        "infosources",
        "creditline",
        "credit",
        "source",
        "signal",
        "signals",
        "editorialtypes",
        "description_text",
        "descriptions",
        "description_caption",
        "datelinelocation",
    ]
)


def sniff(head: bytes, media_type: str | None) -> float:
    """An object with a few of the names that ninjs items have."""
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare.startswith(b"{"):
        return 0.0
    names = {name.lower() for name in _KEYS.findall(bare)}
    if "ninjs" in (media_type or ""):
        return 0.95
    return 0.9 if len(names) >= 3 else 0.5 if len(names) == 2 else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """Items one to a line."""
    yield from json_article.split(item, limits)


def split_file(item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
    """The same for a file that is read where it lies."""
    yield from json_article.split_file(item, file, limits, size=size)


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in a ninjs item; of a picture, video or audio item its caption."""
    entry = _entry(item)
    if "$schema" in entry and "properties" in entry:
        raise MalformedArticle(f"{item.name}: a JSON Schema, not a news item")
    headline = _headline(entry)
    body, kind = _body(entry, item, limits)
    body = story_only(body, headline)
    status = _status(entry)
    media = code_of(tidy(entry.get("type")))
    if not body and not headline and status is not Status.CANCELED:
        raise MalformedArticle(f"{item.name}: ninjs {media or 'item'} without headline, body or description")
    text, title, paragraphs = lay_out(headline, body)
    published = moment_of(entry.get("versioncreated") or entry.get("firstcreated"), time_zone=item.time_zone)
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        headline=title,
        paragraphs=paragraphs,
        uri=tidy(entry.get("uri")) or tidy(entry.get("guid")),
        version=version_of(entry.get("version")),
        byline=_byline(entry),
        slug=tidy(entry.get("slugline")) or tidy(entry.get("slug")),
        language=language_of(entry.get("language")),
        first_created=time_of(entry.get("firstcreated"), time_zone=item.time_zone),
        version_created=time_of(entry.get("versioncreated"), time_zone=item.time_zone),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        status=status,
        signal=_signal(entry),
        embargoed_until=time_of(entry.get("embargoed"), time_zone=item.time_zone),
        editorial_note=tidy(entry.get("ednote")),
        urgency=number_of(entry.get("urgency", entry.get("priority")), 1, 9),
        publisher=tidy(entry.get("copyrightholder")),
        credit=_credit(entry),
        dateline=tidy(entry.get("dateline")) or tidy(entry.get("located")),
        dateline_place=tidy(entry.get("located")),
        subjects=_subjects(entry),
        sender_places=tuple(_places(entry)),
        rights=tidy(entry.get("copyrightnotice")) or tidy(entry.get("usageterms")),
        notes=_notes(media, kind),
        ignored_fields=tuple(sorted(key for key in entry if key not in _READ and not key.startswith("body_"))),
    )


def _entry(item: WireItem) -> dict[str, Any]:
    """The item's own object, its names in lower case; agencies wrap it in 'data' and 'item'."""
    text, _ = decode_text(item.content)
    value = read_json(text, name=item.name)
    for wrapper in ("data", "item"):
        if isinstance(value, dict) and isinstance(value.get(wrapper), dict) and "uri" not in value:
            value = value[wrapper]
    if not isinstance(value, dict):
        raise MalformedArticle(f"{item.name}: JSON {type(value).__name__}, a ninjs object was expected")
    lowered = {str(key).lower(): part for key, part in value.items()}
    return {_ALIASES.get(key, key): part for key, part in lowered.items()}


# --- headline and body ------------------------------------------------------------------------------------


def _headline(entry: Mapping[str, Any]) -> str | None:
    listed = [one for one in _dicts(entry.get("headlines")) if tidy(one.get("value"))]
    main = [one for one in listed if tidy(one.get("role")) in {"main", None}] or listed
    if main:
        return tidy(without_surrogates(_plain(str(main[0]["value"]))))
    named = tidy(entry.get("headline")) or next(
        (tidy(value) for key, value in entry.items() if key.startswith("headline_") and tidy(value)), None
    )
    text = named or tidy(entry.get("title"))
    return tidy(without_surrogates(_plain(text))) if text else None


def _plain(value: str) -> str:
    """A headline without the tags some senders leave in it."""
    return re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", value)


def _body(entry: Mapping[str, Any], item: WireItem, limits: Limits) -> tuple[list[str], str]:
    """Paragraphs, and whether they are the 'body' or a 'description'."""
    for kind, candidates in (("body", list(_bodies(entry))), ("description", list(_descriptions(entry)))):
        for markup, value in sorted(candidates, key=lambda pair: _RANK[pair[0]]):
            paragraphs = _read(markup, without_surrogates(value[: limits.max_text_chars]), item, limits)
            if paragraphs:
                return paragraphs, kind
    return [], "none"


_RANK = {"html": 0, "nitf": 1, "text": 2}


def _read(markup: str, value: str, item: WireItem, limits: Limits) -> list[str]:
    if markup == "text" and not re.search(r"</(?:p|div|section)>", value):
        return [value[span.start : span.end] for span in split_paragraphs(value)]
    return html_paragraphs(value, name=item.name, limits=limits)


def _bodies(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in _dicts(entry.get("bodies")):
        if isinstance(one.get("value"), str) and tidy(one.get("role")) not in {
            "caption",
            "summary",
            "special-instructions",
        }:
            yield (
                _markup(f"{one.get('contenttype') or one.get('mimetype') or ''} {one.get('role') or ''}"),
                one["value"],
            )
    for key, value in entry.items():
        if key.startswith("body_") and isinstance(value, str):
            yield _markup(key), value


def _descriptions(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    listed = [one for one in _dicts(entry.get("descriptions")) if isinstance(one.get("value"), str)]
    for one in sorted(listed, key=lambda part: tidy(part.get("role")) not in {"caption", "text", "main"}):
        yield _markup(f"{one.get('contenttype') or ''} {one.get('role') or ''}"), one["value"]
    for key, value in entry.items():
        if key.startswith("description_") and isinstance(value, str):
            yield _markup(key), value


def _markup(label: str) -> str:
    low = label.lower()
    if "nitf" in low:
        return "nitf"
    return "html" if "html" in low else "text"


# --- the rest ---------------------------------------------------------------------------------------------


def _dicts(value: object) -> list[dict[str, Any]]:
    """A list of objects (one alone counts as one), their names in lower case."""
    listed = value if isinstance(value, list) else [value]
    return [{str(key).lower(): part for key, part in one.items()} for one in listed[:500] if isinstance(one, dict)]


def _byline(entry: Mapping[str, Any]) -> str | None:
    direct = tidy(entry.get("by")) or tidy(entry.get("byline"))
    if direct:
        return direct
    names = [tidy(one.get("by")) or tidy(one.get("name")) for one in _dicts(entry.get("bylines"))]
    return ", ".join(name for name in names if name) or None


def _status(entry: Mapping[str, Any]) -> Status | None:
    types = [*_strings(entry.get("signal")), *_strings(entry.get("signals")), *_strings(entry.get("editorialtypes"))]
    if any(is_kill(value) for value in types):
        return Status.CANCELED
    return status_of(tidy(entry.get("pubstatus")))


def _signal(entry: Mapping[str, Any]) -> Signal | None:
    types = [*_strings(entry.get("signal")), *_strings(entry.get("signals")), *_strings(entry.get("editorialtypes"))]
    return next((signal for value in types if (signal := signal_of(value))), None)


def _strings(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [
        text
        for one in listed[:50]
        if (text := tidy(one.get("code") or one.get("name") if isinstance(one, dict) else one))
    ]


def _credit(entry: Mapping[str, Any]) -> str | None:
    direct = tidy(entry.get("creditline")) or tidy(entry.get("credit")) or tidy(entry.get("source"))
    if direct:
        return direct
    listed = _dicts(entry.get("infosources")) or _dicts(entry.get("infosource"))
    return next((tidy(one.get("name")) for one in listed if tidy(one.get("name"))), None)


def _subjects(entry: Mapping[str, Any]) -> tuple[str, ...]:
    found = (
        subject_of(
            code=one.get("code") or one.get("literal") or one.get("uri"),
            scheme=one.get("scheme") or one.get("uri"),
            name=one.get("name"),
        )
        for one in [*_dicts(entry.get("subject")), *_dicts(entry.get("subjects"))]
    )
    return tuple(dict.fromkeys(one for one in found if one))


def _places(entry: Mapping[str, Any]) -> Iterator[SenderPlace]:
    for one in [*_dicts(entry.get("place")), *_dicts(entry.get("places"))]:
        name = tidy(one.get("name")) or tidy(one.get("literal"))
        if name:
            lon, lat = _point(one)
            code = subject_of(
                code=one.get("code") or one.get("literal") or one.get("uri"), scheme=one.get("scheme"), name=None
            )
            yield SenderPlace(name=name, code=code if code != name else None, lat=lat, lon=lon)


def _point(place: Mapping[str, Any]) -> tuple[float | None, float | None]:
    for key in ("geojson", "geometry_geojson", "geometry"):
        shape = place.get(key)
        coordinates = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "Point" else None
        if (
            isinstance(coordinates, list)
            and len(coordinates) >= 2
            and all(isinstance(one, int | float) for one in coordinates[:2])
        ):
            lon, lat = float(coordinates[0]), float(coordinates[1])
            return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else (None, None)
    return None, None


def _notes(media: str, kind: str) -> tuple[str, ...]:
    if media in _MEDIA:
        return (f"text of a {media} item: its caption",)
    if media in {"event", "planning"}:
        return (f"text of an {media} announcement" if media == "event" else "text of a planning item",)
    return ("no body given; the text is the description",) if kind == "description" else ()
