"""The parts of an NITF document, whether it came alone or inside NewsML.

Source: IPTC NITF 3.6. Older senders use capitals for element names and no namespace; names are compared without both.
"""

import datetime as dt
from collections.abc import Iterator

from lxml import etree

from tasks.clean.fields import tidy
from tasks.clean.richtext import element_paragraphs, local_name
from tasks.records import Record


class NitfStory(Record, frozen=True, kw_only=True):
    """What body.head and body.content hold."""

    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    dateline_place: str | None = None
    dateline_date: dt.date | None = None
    distributor: str | None = None
    note: str | None = None
    paragraphs: tuple[str, ...] = ()


def read_story(root: etree._Element) -> NitfStory:
    """Headline, byline, dateline and paragraphs of an NITF document."""
    content = next((one for one in every(root, "body.content") if not _is_in_note(one)), None)
    dateline = first(root, "dateline")
    place = first(dateline, "location") if dateline is not None else None
    story = element_paragraphs(content) if content is not None else []
    abstract = first(root, "abstract")
    if not story and abstract is not None:
        story = element_paragraphs(abstract)
    return NitfStory(
        headline=_headline(root),
        byline=_spaced(first(root, "byline")),
        dateline=_text(dateline),
        dateline_place=_place(place) if place is not None else None,
        dateline_date=_story_date(dateline),
        distributor=_text(first(root, "distributor")),
        note=_text(first(root, "note")) if _is_note_outside(root) else None,
        paragraphs=tuple(story),
    )


def first(root: etree._Element, name: str) -> etree._Element | None:
    """The first element of a local name, in document order."""
    return next(every(root, name), None)


def every(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """All elements of the local names, in document order."""
    wanted = frozenset(names)
    return (element for element in root.iter() if local_name(element) in wanted)


def _headline(root: etree._Element) -> str | None:
    top = first(root, "hl1")
    if top is None:
        top = first(root, "hedline")
    if top is None:
        top = first(root, "headline")
    return _text(top) or _text(first(root, "title"))


def _text(element: etree._Element | None) -> str | None:
    return tidy("".join(str(part) for part in element.itertext())) if element is not None else None


def _spaced(element: etree._Element | None) -> str | None:
    """Text whose parts (name, title) stand in elements of their own."""
    return tidy(" ".join(str(part) for part in element.itertext())) if element is not None else None


def _place(location: etree._Element) -> str | None:
    city = _text(first(location, "city"))
    return city or _text(location)


def _story_date(dateline: etree._Element | None) -> dt.date | None:
    found = first(dateline, "story.date") if dateline is not None else None
    value = (found.get("norm") or "")[:8] if found is not None else ""
    try:
        return dt.datetime.strptime(value, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def _is_in_note(content: etree._Element) -> bool:
    """A note to editors has a body.content of its own."""
    return any(local_name(parent) in {"note", "body.head"} for parent in content.iterancestors())


def _is_note_outside(root: etree._Element) -> bool:
    note = first(root, "note")
    return note is not None and all(local_name(parent) != "body.content" for parent in note.iterancestors())
