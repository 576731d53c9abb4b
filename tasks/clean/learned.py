"""Furniture learned from its repetition: lines that many articles of one source share are none of their stories'.

Only what stands before the first or after the last other paragraph is trimmed, and labels (lines that are no sentences)
anywhere: agencies repeat sentences of background word for word, and those are story.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from itertools import takewhile
from typing import Protocol

import msgspec

from tasks.clean.draft import Draft
from tasks.clean.prose import profile
from tasks.clean.vocabulary import folded
from tasks.records import Span

ARTICLES_NEEDED = 5
"""Distinct stories of a source that must share a line before it counts as furniture."""
LINES_MAX = 5_000
SOURCES_MAX = 1_000
_LINE_WORDS = 40


class ParagraphMemory(Protocol):
    """Which lines the stories of a source have shared."""

    def known(self, source: str, marks: Sequence[str]) -> frozenset[str]:
        """Those of the marks that enough other stories had."""
        ...

    def record(self, source: str, story: str, marks: Sequence[str]) -> None:
        """Remember that a story has these lines."""
        ...


class MemoryOfThisProcess:
    """A memory that lasts as long as the process; what was not seen for longest is forgotten first."""

    def __init__(self, *, lines_max: int = LINES_MAX, sources_max: int = SOURCES_MAX) -> None:
        self._sources: OrderedDict[str, OrderedDict[str, frozenset[str]]] = OrderedDict()
        self._lines_max = lines_max
        self._sources_max = sources_max

    def known(self, source: str, marks: Sequence[str]) -> frozenset[str]:
        """Those of the marks that enough other stories had."""
        lines = self._sources.get(source, OrderedDict())
        return frozenset(mark for mark in marks if len(lines.get(mark, ())) >= ARTICLES_NEEDED)

    def record(self, source: str, story: str, marks: Sequence[str]) -> None:
        """Remember that a story has these lines."""
        lines = self._sources.setdefault(source, OrderedDict())
        self._sources.move_to_end(source)
        for mark in dict.fromkeys(marks):
            stories = lines.pop(mark, frozenset())
            lines[mark] = stories if len(stories) >= ARTICLES_NEEDED else stories | {story}
        while len(lines) > self._lines_max:
            lines.popitem(last=False)
        while len(self._sources) > self._sources_max:
            self._sources.popitem(last=False)


def without_learned(draft: Draft, *, source: str, story: str, memory: ParagraphMemory) -> Draft:
    """The draft less the furniture of its source; what it has itself is remembered afterwards."""
    marks = {span: _mark(draft.text[span.start : span.end]) for span in draft.paragraphs}
    asked = [mark for mark in marks.values() if mark]
    known = memory.known(source, asked)
    memory.record(source, story, asked)
    if not known:
        return draft
    kept = _trimmed(draft, [(span, marks[span] in known) for span in draft.paragraphs])
    return msgspec.structs.replace(draft, paragraphs=kept) if kept else draft


def _mark(paragraph: str) -> str:
    """What a short line is known by; nothing for a long one."""
    plain = folded(paragraph)
    if not plain or len(plain.split()) > _LINE_WORDS:
        return ""
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:24]


def _trimmed(draft: Draft, paragraphs: Sequence[tuple[Span, bool]]) -> tuple[Span, ...]:
    head = len(list(takewhile(lambda pair: pair[1], paragraphs)))
    tail = len(list(takewhile(lambda pair: pair[1], reversed(paragraphs))))
    inner = paragraphs[head : len(paragraphs) - tail]
    return tuple(span for span, is_known in inner if not (is_known and _is_label(draft.text[span.start : span.end])))


def _is_label(paragraph: str) -> bool:
    return not profile(paragraph).ends_sentence
