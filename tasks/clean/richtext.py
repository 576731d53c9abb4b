"""Paragraphs of marked-up story text inside a wire item: XHTML or HTML fragments, NITF bodies.

Here the sender has said that this is the story; no page is searched for it, only structure is read.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from tasks.clean.limits import Limits
from tasks.clean.markup import parse_html
from tasks.clean.vocabulary import folded

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "main",
        "body",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hl1",
        "hl2",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "address",
        "block",
        "nitf-table",
        "bq",
        "note",
        "fn",
        "center",
        "hr",
        "figure",
        "figcaption",
        "aside",
        "footer",
        "nav",
        "body.content",
        "body.end",
        "body.head",
        "dateline",
        "byline",
        "distributor",
        "abstract",
        "hedline",
        "tagline",
        "datasource",
        "media",
        "media-caption",
        "media-producer",
        "caption",
    ]
)
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "figure",
        "figcaption",
        "nav",
        "form",
        "button",
        "select",
        "textarea",
        "input",
        "object",
        "embed",
        "media",
        "media-reference",
        "media-caption",
        "media-metadata",
        "media-producer",
        "video",
        "audio",
        "picture",
        "img",
        "canvas",
        "head",
        "title",
        "nitf-table-metadata",
    ]
)
_CELLS = frozenset({"td", "th"})
_NOTE_CLASS = re.compile(
    r"\b(?:notebook|notepad|editorial-?note|ed-?note|correction-note|internal|embed|caption|credit|hidden)\b",
    re.IGNORECASE,
)
# Stands for a line break; two of them part paragraphs.
_BREAK = "\x0b"
_TWO_BREAKS = re.compile(r"\x0b\s*\x0b")
_SPACE = re.compile(r"[\x0b \t\r\n\f\u00a0]+")
_LABEL_WORDS, _SENTENCE_WORDS = 3, 8
# A rule or an end mark on a line of its own.
_MARK = re.compile(
    r"^[\W_]*(?:-?0-?|end|ends|ende|fin|more|mf|\(more\)|###|end of message|endit|xxx)?[\W_]*$", re.IGNORECASE
)


def html_paragraphs(fragment: str, *, name: str, limits: Limits) -> list[str]:
    """The paragraphs of an HTML or XHTML fragment. Raises: MalformedArticle, ArticleTooLarge."""
    if not fragment.strip():
        return []
    return element_paragraphs(parse_html(fragment, name=name, limits=limits))


def element_paragraphs(root: etree._Element, *, limit: int = 10_000) -> list[str]:
    """The first paragraphs under an element, media and notes left out, end marks dropped."""
    found = islice(_collapsed(root), limit)
    return [text for text in found if not _MARK.match(text) or any(char.isdigit() for char in text.strip("-0 "))]


def story_only(paragraphs: list[str], headline: str | None) -> list[str]:
    """Without a repetition of the headline at the top, or a label of desk or service above the first sentence."""
    if headline and paragraphs and folded(paragraphs[0]) == folded(headline):
        paragraphs = paragraphs[1:]
    if len(paragraphs) >= 2 and _is_label(paragraphs[0]) and len(paragraphs[1].split()) >= _SENTENCE_WORDS:
        return paragraphs[1:]
    return paragraphs


def _is_label(paragraph: str) -> bool:
    return len(paragraph.split()) <= _LABEL_WORDS and not re.search(r"[.!?:…]\W*$", paragraph)


def local_name(element: etree._Element) -> str:
    """Tag without its namespace, lower case; '' for comments and instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _collapsed(root: etree._Element) -> Iterator[str]:
    buffer: list[str] = []
    for piece in (*_pieces(root), None):
        if piece is not None:
            buffer.append(piece)
            continue
        for part in _TWO_BREAKS.split("".join(buffer)):
            if text := _SPACE.sub(" ", part).strip():
                yield text
        buffer = []


def _pieces(root: etree._Element) -> Iterator[str | None]:
    """Text in reading order; None between blocks. Without recursion: depth is the sender's choice."""
    skipping: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = local_name(element)
        if skipping is not None:
            if event == "end" and element is skipping:
                skipping = None
                yield None
                yield element.tail or ""
        elif event == "start" and element is not root and _is_skipped(element, tag):
            skipping = element
        elif event == "start":
            yield _BREAK if tag == "br" else " " if tag in _CELLS else None if tag in _BLOCKS else ""
            yield element.text or ""
        else:
            yield None if tag in _BLOCKS and tag not in _CELLS else ""
            yield (element.tail or "") if element is not root else ""


def _is_skipped(element: etree._Element, tag: str) -> bool:
    if tag in _SKIPPED:
        return True
    return tag in {"section", "div", "p", "aside", "span"} and bool(_NOTE_CLASS.search(element.get("class") or ""))
