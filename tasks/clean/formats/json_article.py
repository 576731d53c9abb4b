"""JSON with an article to an object: one object, an array of them, or JSON Lines.

Field names are matched without case against the table below; a source with other names gives its own in the media type,
`application/json; text=story_body; title=hed` (dots reach into objects: `text=article.content`).
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tasks.clean.addresses import host_of
from tasks.clean.charset import decode as decode_text
from tasks.clean.charset import without_surrogates
from tasks.clean.dates import at_day, date_in_url
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import language_of, moment_of, signal_of, status_of, tidy, time_of, version_of
from tasks.clean.furniture import find_story
from tasks.clean.jsontext import read_json
from tasks.clean.limits import Limits
from tasks.clean.members import bounded, member
from tasks.clean.paragraphs import paragraphs as split_paragraphs
from tasks.clean.richtext import html_paragraphs, story_only
from tasks.errors import MalformedArticle
from tasks.records import WireItem

MEDIA_TYPE = "application/json"
FIELDS: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "body",
        "content",
        "article",
        "articlebody",
        "article_body",
        "body_text",
        "maintext",
        "main_text",
        "fulltext",
        "full_text",
        "raw",
        "raw_text",
        "story",
        "html",
        "body_html",
        "content_html",
        "content_text",
        "description",
        "summary",
        "abstract",
    ),
    "title": ("title", "headline", "hed", "name", "heading", "article_title"),
    "uri": ("uri", "guid", "id", "article_id", "doc_id", "docid", "uuid", "_id", "url", "link", "source_url", "href"),
    "url": ("url", "link", "href", "source_url", "permalink", "canonical_url"),
    "published": (
        "published",
        "date_published",
        "datepublished",
        "published_at",
        "publishedat",
        "publication_date",
        "pub_date",
        "pubdate",
        "date_publish",
        "publish_date",
        "published_date",
        "date",
        "timestamp",
        "datetime",
        "created_at",
        "created",
        "time",
    ),
    "updated": (
        "updated",
        "date_modified",
        "datemodified",
        "updated_at",
        "updatedat",
        "modified",
        "date_modify",
        "last_modified",
    ),
    "byline": ("byline", "author", "authors", "by", "creator", "writer"),
    "language": ("language", "lang", "locale"),
    "publisher": (
        "publisher",
        "source",
        "source_name",
        "site",
        "site_name",
        "domain",
        "source_domain",
        "outlet",
        "newspaper",
        "media",
    ),
    "version": ("version", "revision"),
    "status": ("status", "pubstatus"),
    "signal": ("signal", "update_type"),
    "dateline": ("dateline", "location", "located"),
    "rights": ("rights", "license", "licence", "copyright"),
    "slug": ("slug", "slugline"),
    "subjects": ("subjects", "categories", "category", "tags", "keywords", "topics", "section"),
    "editorial_note": ("editorial_note", "ednote"),
    "embargoed": ("embargoed", "embargoed_until", "embargo"),
}
_PARAMETER = re.compile(r";\s*(\w+)=\"?([\w.$@-]+)\"?")
_MARKUP = re.compile(r"<(?:p|div|br|html|article|section)\b[^<>]*>", re.IGNORECASE)
_SCHEMA = {"$schema", "properties"}


def sniff(head: bytes, media_type: str | None) -> float:
    """Something that begins as a JSON object or array of objects."""
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if re.match(rb"\{\s*(?:\"|\})", bare) or re.match(rb"\[\s*(?:\{|\])", bare):
        return 0.45
    return 0.4 if bare[:1] in {b"{", b"["} and "json" in (media_type or "") else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The objects of an array, or the lines of JSON Lines; a bad line is a member too, to fail by itself."""
    yield from bounded(_members(item), item, limits)


def split_file(item: WireItem, file: BinaryIO, limits: Limits, *, size: int) -> Iterator[WireItem]:
    """The lines of a file of JSON Lines, one at a time; of other JSON nothing, for it has to be read as a whole."""
    first = item.content.lstrip(b"\xef\xbb\xbf \t\r\n\x1e").partition(b"\n")[0].strip(b"\r\x1e ")
    if first.startswith(b"{") and _is_object(first, [(1, first)]):
        yield from bounded(_lines(item, file, limits), item, limits, size=size)


def _lines(item: WireItem, file: BinaryIO, limits: Limits) -> Iterator[WireItem]:
    number = 0
    within = False
    while line := file.readline(limits.max_item_bytes + 1):
        goes_on, within = within, not line.endswith(b"\n")
        if goes_on:  # the rest of a line that is too long; what there was of it is refused by itself
            continue
        number += 1
        bare = line.strip(b"\xef\xbb\xbf\r\n\x1e ")
        if bare:
            yield member(item, bare, str(number), media_type=item.media_type)


def _members(item: WireItem) -> Iterator[WireItem]:
    bare = item.content.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if bare.startswith(b"["):
        yield from _array(item)
        return
    lines = [line.strip(b"\r\x1e ") for line in bare.split(b"\n")]
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line]
    objects = sum(line.startswith(b"{") and line.endswith(b"}") for _, line in filled)
    if len(filled) < 2 or objects < 0.5 * len(filled) or not _is_object(filled[0][1], filled):
        return
    for number, line in filled:
        yield member(item, line, str(number), media_type=item.media_type)


def _is_object(line: bytes, filled: list[tuple[int, bytes]]) -> bool:
    """Whether lines are objects by themselves, rather than one object printed over many lines."""
    for candidate in (line, filled[-1][1], filled[len(filled) // 2][1]):
        try:
            if isinstance(json.loads(candidate), dict):
                return True
        except (ValueError, RecursionError):
            continue
    return False


def _array(item: WireItem) -> Iterator[WireItem]:
    text, _ = decode_text(item.content)
    value = read_json(text.strip("\x1e"), name=item.name)
    for number, one in enumerate(value if isinstance(value, list) else [], start=1):
        content = json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")
        yield member(item, content, str(number), media_type=item.media_type)


def decode(item: WireItem, limits: Limits) -> Draft:
    """The article in one object."""
    text, notes = decode_text(item.content)
    value = read_json(text.strip("\x1e\r\n "), name=item.name)
    if not isinstance(value, dict):
        raise MalformedArticle(f"{item.name}: JSON {type(value).__name__}, an object with an article was expected")
    if value.keys() >= _SCHEMA:
        raise MalformedArticle(f"{item.name}: a JSON Schema, not an article")
    entry = {str(key).lower(): part for key, part in value.items()}
    mapping = _mapping(item.media_type)
    fields = {name: _field(entry, value, name, mapping) for name in FIELDS}
    title = _string(fields["title"])
    story = _string(fields["text"])
    status = status_of(_string(fields["status"]))
    if not story and not title and status is None:
        known = ", ".join(FIELDS["text"][:6])
        raise MalformedArticle(
            f"{item.name}: JSON object without text; fields {sorted(entry)[:12]}, one of {known} ... was expected"
        )
    laid, headline, paragraphs = lay_out(title, story_only(_paragraphs(story or "", item, limits), title))
    url = _string(fields["url"])
    moment = moment_of(_when(fields["published"]), time_zone=item.time_zone)
    in_url = date_in_url(url) if url and not moment else None
    moment = moment or (at_day(in_url) if in_url else None)
    return Draft(
        media_type=MEDIA_TYPE,
        text=laid,
        headline=headline,
        paragraphs=paragraphs,
        uri=_string(fields["uri"]),
        version=version_of(fields["version"]),
        byline=_names(fields["byline"]),
        slug=_string(fields["slug"]),
        language=language_of(fields["language"]),
        published=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        version_created=time_of(_when(fields["updated"]), time_zone=item.time_zone),
        status=status,
        signal=signal_of(_string(fields["signal"])),
        embargoed_until=time_of(_when(fields["embargoed"]), time_zone=item.time_zone),
        editorial_note=_string(fields["editorial_note"]),
        publisher=_names(fields["publisher"]) or host_of(url),
        dateline=_string(fields["dateline"]),
        subjects=tuple(_list(fields["subjects"])),
        rights=_string(fields["rights"]),
        notes=notes,
        ignored_fields=_ignored(entry, mapping),
    )


# --- fields -----------------------------------------------------------------------------------------------


def _mapping(media_type: str | None) -> dict[str, str]:
    return {name: path for name, path in _PARAMETER.findall(media_type or "") if name in FIELDS}


def _field(entry: Mapping[str, Any], value: Mapping[str, Any], name: str, mapping: Mapping[str, str]) -> Any:  # noqa: ANN401
    """The value of one field: by the source's own mapping, else under the first known name that has a value."""
    if name in mapping:
        found: Any = value
        for step in mapping[name].split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found
    return next((entry[alias] for alias in FIELDS[name] if entry.get(alias) not in (None, "", [], {})), None)


def _ignored(entry: Mapping[str, Any], mapping: Mapping[str, str]) -> tuple[str, ...]:
    known = {alias for names in FIELDS.values() for alias in names} | {
        path.split(".")[0].lower() for path in mapping.values()
    }
    return tuple(sorted(without_surrogates(key) for key in entry if key not in known))[:200]


def _string(value: object) -> str | None:
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    if isinstance(value, dict):
        value = value.get("name") or value.get("value") or value.get("text") or value.get("rendered")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return without_surrogates(value).strip() or None if isinstance(value, str) else None


def _list(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for one in listed[:200] if (text := tidy(_string(one)))]


def _names(value: object) -> str | None:
    return ", ".join(_list(value)) or None


def _when(value: object) -> str | None:
    """A time as text; numbers are seconds or milliseconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > 1e11 else value
        try:
            return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).isoformat()
        except (OverflowError, OSError, ValueError):
            return None
    return _string(value)


def _paragraphs(story: str, item: WireItem, limits: Limits) -> list[str]:
    cut = story[: limits.max_text_chars]
    if len(_MARKUP.findall(cut[:20_000])) >= 2:
        return html_paragraphs(cut, name=item.name, limits=limits)
    layout = find_story(cut, split_paragraphs(cut))
    spans = [*([layout.headline] if layout.headline else []), *layout.paragraphs]
    return [cut[span.start : span.end] for span in spans]
