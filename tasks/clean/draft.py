"""What a decoder makes of a wire item: the text, where the story stands in it, and what the sender said of it."""

import datetime as dt

from tasks.records import Record, SenderPlace, Signal, Span, Status


class Draft(Record, frozen=True, kw_only=True):
    """An article before cleaning. Field names as in `Article`; spans point into `text`."""

    media_type: str
    text: str
    paragraphs: tuple[Span, ...]
    """The story's paragraphs in order, headline not among them."""
    headline: Span | None = None
    title: str | None = None
    """Headline given beside the text, where it does not stand in it."""
    uri: str | None = None
    version: int | None = None
    byline: str | None = None
    slug: str | None = None
    language: str | None = None
    first_created: dt.datetime | None = None
    version_created: dt.datetime | None = None
    published: dt.datetime | None = None
    published_precision: str | None = None
    status: Status | None = None
    signal: Signal | None = None
    embargoed_until: dt.datetime | None = None
    editorial_note: str | None = None
    urgency: int | None = None
    publisher: str | None = None
    credit: str | None = None
    dateline: str | None = None
    """Dateline given as metadata; else it is looked for at the start of the story."""
    dateline_place: str | None = None
    dateline_date: dt.date | None = None
    subjects: tuple[str, ...] = ()
    sender_places: tuple[SenderPlace, ...] = ()
    rights: str | None = None
    notes: tuple[str, ...] = ()
    ignored_fields: tuple[str, ...] = ()


def lay_out(headline: str | None, paragraphs: list[str]) -> tuple[str, Span | None, tuple[Span, ...]]:
    """Text of a story that markup gave in pieces, and where headline and paragraphs stand in it."""
    pieces = ([headline] if headline else []) + [part for part in paragraphs if part.strip()]
    spans: list[Span] = []
    at = 0
    for piece in pieces:
        spans.append(Span(start=at, end=at + len(piece)))
        at += len(piece) + 2
    text = "\n\n".join(pieces)
    return (text, spans[0], tuple(spans[1:])) if headline else (text, None, tuple(spans))
