"""The stage's two functions: one item into one article, one container into its members."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec

from tasks.clean import registry
from tasks.clean.compose import Body, compose
from tasks.clean.dateline import Parsed, parse_dateline, resolve_year
from tasks.clean.dates import Found, at_day
from tasks.clean.draft import Draft
from tasks.clean.language import detect_language
from tasks.clean.learned import ParagraphMemory, without_learned
from tasks.clean.limits import Limits
from tasks.clean.markers import Marks, is_note, read_marks
from tasks.clean.members import broken
from tasks.clean.vocabulary import folded
from tasks.errors import ArticleError, ArticleTooLarge, MalformedArticle
from tasks.offsets import to_text_span
from tasks.records import Article, Dateline, Signal, Span, Status, WireItem

_NOTES_WITHIN = 4
_DATELINE_WITHIN = 5
"""Paragraphs in which a dateline is looked for: bullets may stand above it."""
# How the desk can be reached, '((name@agency.example; +44 20 5550 1234))', and its keywords in capitals.
_CONTACT = re.compile(r"\(\([^()]{3,300}(?:@|\d{4})[^()]{0,300}\)\)|Keywords?: [^a-z]{3,120}")
_WORD = re.compile(r"[^\W_]")


def clean(item: WireItem, *, limits: Limits, memory: ParagraphMemory | None = None) -> Article:
    """The article in one wire item; with a memory, less the furniture learned of its source.

    Raises: ArticleError, with what was wrong, of which item, and what was expected.
    """
    if len(item.content) > limits.max_item_bytes:
        raise ArticleTooLarge(f"{item.name}: {len(item.content)} bytes, at most {limits.max_item_bytes} are read")
    if not item.content.strip(b"\0 \t\r\n"):
        raise MalformedArticle(f"{item.name}: empty, an article was expected")
    found = registry.recognise(item)
    try:
        draft = found.decode(item, limits)
    except UnicodeError as error:  # parsers in C let through what Python cannot hold as text
        raise MalformedArticle(f"{item.name}: holds bytes that are no text: {error}") from error
    draft = _bounded(draft, limits)
    source = item.source or draft.publisher
    if memory is not None and source:
        draft = without_learned(draft, source=source, story=item.uri or draft.uri or _derived_uri(item), memory=memory)
    return _finished(item, draft, limits)


def split(item: WireItem, *, limits: Limits) -> Iterator[WireItem]:
    """The members of a container, each a document of its own; nothing for a single document.

    Raises: ArticleError, where the container itself cannot be read or passes a limit.
    """
    if not item.content.strip(b"\0 \t\r\n"):
        return
    found = registry.recognise(item)
    if isinstance(found, registry.Container):
        try:
            yield from found.split(item, limits)
        except UnicodeError as error:
            raise MalformedArticle(f"{item.name}: holds bytes that are no text: {error}") from error


def split_file(head: WireItem, file: BinaryIO, *, limits: Limits, size: int) -> Iterator[WireItem]:
    """The members of a container too large for one item (zip, WARC, gzip, JSON Lines), read from its seekable file.

    `head` holds the first bytes. A container that turns out broken ends with a member that is refused for that reason;
    of what is no such container there is nothing.
    """
    try:
        found = registry.recognise(head)
        if isinstance(found, registry.Streamed):
            yield from found.split_file(head, file, limits, size=size)
    except (ArticleError, UnicodeError) as error:
        yield broken(head, "rest", str(error))


# --- from draft to article --------------------------------------------------------------------------------


def _bounded(draft: Draft, limits: Limits) -> Draft:
    """The draft with its text cut off where it passes the limit."""
    limit = limits.max_text_chars
    if len(draft.text) <= limit:
        return draft
    return msgspec.structs.replace(
        draft,
        text=draft.text[:limit],
        headline=draft.headline if draft.headline and draft.headline.end <= limit else None,
        paragraphs=tuple(
            Span(start=one.start, end=min(one.end, limit)) for one in draft.paragraphs if one.start < limit
        ),
        notes=(*draft.notes, f"text cut off after {limit} of {len(draft.text)} characters"),
    )


def _finished(item: WireItem, draft: Draft, limits: Limits) -> Article:
    story, notes = _without_notes(draft)
    body, cut = compose(
        draft.text, draft.headline, story, max_words=limits.max_body_words, max_chars=limits.max_body_chars
    )
    withdrawn = draft.status in {Status.CANCELED, Status.WITHHELD}
    if not _WORD.search(body.text) and not withdrawn and not notes and not draft.editorial_note:
        raise MalformedArticle(f"{item.name}: no words in it, a story was expected ({draft.media_type})")
    headline = body.headline or draft.title
    opening = body.text[body.starts[1] if body.headline and len(body.starts) > 1 else 0 :][:600]
    marks = read_marks(
        [head for head in (headline, draft.slug) if head],
        [note for note in (draft.editorial_note, *notes) if note],
        opening,
        time_zone=item.time_zone,
    )
    dateline, published = _filed(item, draft, body)
    return Article(
        uri=item.uri or draft.uri or _derived_uri(item),
        name=article_name(item.name),
        version=draft.version or marks.version or 1,
        media_type=draft.media_type,
        content_hash=hashlib.sha256(item.content).hexdigest(),
        text=draft.text,
        body_text=body.text,
        body_map=body.body_map,
        body=_body_span(draft, story),
        headline=headline,
        headline_span=draft.headline if body.headline else None,
        byline=draft.byline,
        dateline=dateline,
        slug=draft.slug,
        language=draft.language or _language(item, body),
        first_created=draft.first_created,
        version_created=draft.version_created,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        received=item.received,
        status=_status(draft, marks),
        signal=_signal(draft, marks),
        embargoed_until=draft.embargoed_until or marks.embargoed_until,
        editorial_note=draft.editorial_note or marks.note,
        urgency=draft.urgency,
        source=item.source,
        publisher=draft.publisher,
        credit=draft.credit or (dateline.agency if dateline else None),
        subjects=draft.subjects,
        sender_places=draft.sender_places,
        rights=draft.rights,
        notes=(*draft.notes, *((cut,) if cut else ())),
        ignored_fields=draft.ignored_fields,
    )


def article_name(name: str) -> str:
    """File name without its last extension; for a member, that of the container and its own name, each without one."""
    first, *members = name.split("#")
    path = first.replace("\\", "/")
    return "#".join([_stem(PurePosixPath(path).name or path), *(_stem(one) for one in members)])


def _stem(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if dot and stem and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,7}", extension) else name


def _derived_uri(item: WireItem) -> str:
    digest = hashlib.sha256()
    for part in ((item.source or "").encode(), article_name(item.name).encode(), item.content):
        digest.update(len(part).to_bytes(8, "big") + part)
    return f"urn:dateline:{digest.hexdigest()[:40]}"


def _without_notes(draft: Draft) -> tuple[list[Span], list[str]]:
    """The story's paragraphs, and the notes of the desk that stood among the first of them; a byline is neither."""
    story: list[Span] = []
    notes: list[str] = []
    for index, span in enumerate(draft.paragraphs):
        paragraph = draft.text[span.start : span.end]
        if index < _NOTES_WITHIN and is_note(paragraph):
            notes.append(" ".join(paragraph.split()).strip("()[] "))
        elif not _is_byline(paragraph, index, draft.byline) and not _CONTACT.fullmatch(paragraph.strip()):
            story.append(span)
    return story, notes


def _is_byline(paragraph: str, index: int, byline: str | None) -> bool:
    return byline is not None and index < _NOTES_WITHIN and folded(paragraph) == folded(byline)


def _body_span(draft: Draft, story: list[Span]) -> Span:
    spans = [*([draft.headline] if draft.headline else []), *story]
    if not spans:
        return Span(start=0, end=0)
    return Span(start=min(span.start for span in spans), end=max(span.end for span in spans))


def _language(item: WireItem, body: Body) -> str | None:
    return detect_language(body.text) or item.language


def _status(draft: Draft, marks: Marks) -> Status:
    """What the sender's metadata says holds, except that a kill in words is never overlooked."""
    if Status.CANCELED in {draft.status, marks.status}:
        return Status.CANCELED
    until = draft.embargoed_until
    if draft.status in {None, Status.USABLE} and until is not None:
        return Status.EMBARGOED
    return draft.status or marks.status or Status.USABLE


def _signal(draft: Draft, marks: Marks) -> Signal:
    if draft.signal and draft.signal is not Signal.NEW:
        if draft.signal is Signal.UPDATE and marks.signal is Signal.CORRECTION:
            return Signal.CORRECTION
        return draft.signal
    if marks.signal:
        return marks.signal
    later = (draft.version or marks.version or 1) > 1
    return Signal.UPDATE if later and draft.signal is None else Signal.NEW


# --- dateline and publication date ------------------------------------------------------------------------


def _filed(item: WireItem, draft: Draft, body: Body) -> tuple[Dateline | None, Found | None]:
    """The dateline, and when the story was published; each helps to date the other."""
    published = Found(at=draft.published, precision=draft.published_precision or "second") if draft.published else None
    parsed, start = _find_dateline(body)
    near = published.at if published else draft.version_created or item.received
    if parsed is None:
        return _stated_dateline(draft, near), published
    date = parsed.date
    if date is None and parsed.month_day and near is not None:
        date = resolve_year(parsed.month_day, near)
    if published is None and parsed.date is not None:
        published = at_day(parsed.date)
    return _located(parsed, start, date or draft.dateline_date, body), published


def _find_dateline(body: Body) -> tuple[Parsed | None, int]:
    """The dateline at the start of one of the first paragraphs after the headline."""
    first = 1 if body.headline else 0
    for start in body.starts[first : first + _DATELINE_WITHIN]:
        end = body.text.find("\n\n", start)
        parsed = parse_dateline(body.text[start : end if end >= 0 else None])
        sure = parsed and (parsed.agency or parsed.date or parsed.month_day)
        if parsed and (sure or start == body.starts[first]):
            return parsed, start
    return None, 0


def _located(parsed: Parsed, start: int, date: dt.date | None, body: Body) -> Dateline:
    place = parsed.place
    place_span = None
    if place:
        at = start + parsed.place_start
        place_span = to_text_span(body.body_map, at, at + len(place))
    return Dateline(
        text=parsed.text,
        span=to_text_span(body.body_map, start, start + len(parsed.text)),
        place=place,
        place_span=place_span,
        date=date,
        agency=parsed.agency,
    )


def _stated_dateline(draft: Draft, near: dt.datetime | None) -> Dateline | None:
    """A dateline given as metadata only; its span is empty, since it does not stand in the text."""
    if not draft.dateline:
        return None
    at = draft.text.find(draft.dateline)
    span = Span(start=at, end=at + len(draft.dateline)) if at >= 0 else Span(start=0, end=0)
    parsed = parse_dateline(f"{draft.dateline} - ")
    date = draft.dateline_date or (parsed.date if parsed else None)
    if date is None and parsed and parsed.month_day and near:
        date = resolve_year(parsed.month_day, near)
    return Dateline(
        text=draft.dateline,
        span=span,
        place=(parsed.place if parsed else None) or draft.dateline_place,
        date=date,
        agency=parsed.agency if parsed else None,
    )
