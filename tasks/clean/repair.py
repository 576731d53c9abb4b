"""Repairs that keep track: mojibake, NFC, soft hyphens, control characters, white space.

A `Traced` is a string that knows where each of its runs came from; every edit returns a new one.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import ftfy

from tasks.records import Record, Span

# Anything a clean, ASCII-quoted or typographic Latin paragraph does not hold; only then is a closer look needed.
_SUSPECT = re.compile("[^\t -~À-ÿ‘-”–—…•€\u0100-\u017f\u0400-\u04ff\u0600-\u06ff]")
# Lead bytes of UTF-8 read as cp1252, latin-1 or MacRoman: without one of them there is no mojibake to repair.
_MOJIBAKE = re.compile("[ÂÃâÅÄÎÏÐÑØÙÚ√‚¬äåæçèé][^\x00-\x7f]|\x80|\x99|\x9c|\x9d|\x93|\x94|\ufffd")
# Invisible: soft hyphen, zero-width space and marks, bidi controls, BOM, interlinear, C0 and C1 controls. Zero-width
# (non-)joiners U+200C/D stay: Persian and Indic spelling need them.
_INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb"
_INVISIBLE += "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_SPACE = "\\s\x1c-\x1f\x85"
_UNTIDY = re.compile(
    f"(?P<gone>[{_INVISIBLE}]+)|(?P<space>(?:[^\\S ]|[\x1c-\x1f\x85]|  )[{_SPACE}]*| (?=[^\\S ])[{_SPACE}]*)"
)
_UNTIDY_SOMEWHERE = re.compile(f"[^\\S ]|  |[{_INVISIBLE}\x1c-\x1f\x85]")
_ASCII_RUN = re.compile(r"[A-Za-z0-9]+")


class Edit(NamedTuple):
    """Replace [start, end) by `new`."""

    start: int
    end: int
    new: str


class Traced(Record, frozen=True, kw_only=True):
    """A string and the breakpoints (offset here, offset in the original), as in `tasks.offsets`."""

    text: str
    trace: tuple[tuple[int, int], ...]

    def origin(self, offset: int) -> int:
        """Where the character at `offset` stood in the original."""
        if len(self.trace) == 1:
            return self.trace[0][1] + offset - self.trace[0][0]
        here, there = self.trace[max(0, bisect_right(self.trace, offset, key=lambda pair: pair[0]) - 1)]
        return there + offset - here

    def edited(self, edits: Iterable[Edit]) -> "Traced":
        """A copy with the edits applied; they are ascending and do not overlap."""
        pieces: list[str] = []
        trace: list[tuple[int, int]] = []
        at = length = 0
        for edit in edits:
            length = self._keep(at, edit.start, length, pieces, trace)
            if edit.new:
                trace.append((length, self.origin(edit.start)))
                pieces.append(edit.new)
                length += len(edit.new)
            at = edit.end
        if not at:
            return self
        self._keep(at, len(self.text), length, pieces, trace)
        return Traced(text="".join(pieces), trace=tuple(trace) or ((0, self.origin(0)),))

    def _keep(self, start: int, end: int, length: int, pieces: list[str], trace: list[tuple[int, int]]) -> int:
        if end <= start:
            return length
        trace.append((length, self.origin(start)))
        if len(self.trace) == 1:
            pieces.append(self.text[start:end])
            return length + end - start
        first = bisect_right(self.trace, start, key=lambda pair: pair[0])
        for here, there in self.trace[first:]:
            if here >= end:
                break
            trace.append((length + here - start, there))
        pieces.append(self.text[start:end])
        return length + end - start


def repaired(text: str, span: Span) -> Traced:
    """One paragraph as it should read: a single line, NFC, nothing invisible, mojibake undone, trimmed."""
    raw = text[span.start : span.end]
    traced = Traced(text=raw, trace=((0, span.start),))
    if _SUSPECT.search(raw) or _MOJIBAKE.search(raw):
        traced = _composed(_unscrambled(traced))
    if _UNTIDY_SOMEWHERE.search(traced.text):
        traced = traced.edited(_tidying(traced.text))
    return traced.edited(_trimming(traced.text))


def _tidying(text: str) -> Iterable[Edit]:
    for found in _UNTIDY.finditer(text):
        new = "" if found.lastgroup == "gone" else " "
        yield Edit(found.start(), found.end(), new)


def _trimming(text: str) -> Iterable[Edit]:
    left = len(text) - len(text.lstrip())
    right = len(text.rstrip())
    if left:
        yield Edit(0, left, "")
    if left <= right < len(text):
        yield Edit(right, len(text), "")


def _unscrambled(traced: Traced) -> Traced:
    """Mojibake undone by ftfy. ASCII letters and digits never change, so the gaps between them can be paired off."""
    if not _MOJIBAKE.search(traced.text):
        return traced
    fixed = ftfy.fix_encoding(traced.text)
    if fixed == traced.text:
        return traced
    before, after = _gaps(traced.text), _gaps(fixed)
    if [run for _, _, run in before] != [run for _, _, run in after]:
        return traced
    return traced.edited(
        Edit(start, end, fixed[new_start:new_end])
        for (start, end, _), (new_start, new_end, _) in zip(before, after, strict=True)
        if traced.text[start:end] != fixed[new_start:new_end]
    )


def _gaps(text: str) -> list[tuple[int, int, str]]:
    """Stretches between ASCII runs, each with the run that follows it."""
    gaps: list[tuple[int, int, str]] = []
    at = 0
    for found in _ASCII_RUN.finditer(text):
        gaps.append((at, found.start(), found.group()))
        at = found.end()
    return [*gaps, (at, len(text), "")]


def _composed(traced: Traced) -> Traced:
    """NFC, cluster by cluster (a base and the marks or Hangul jamo that may join it)."""
    if unicodedata.is_normalized("NFC", traced.text):
        return traced
    return traced.edited(
        Edit(start, end, new)
        for start, end in _clusters(traced.text)
        if (new := unicodedata.normalize("NFC", traced.text[start:end])) != traced.text[start:end]
    )


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for index, char in enumerate(text):
        if index and not _joins(char):
            yield start, index
            start = index
    if text:
        yield start, len(text)


def _joins(char: str) -> bool:
    return unicodedata.combining(char) > 0 or "\u1160" <= char <= "\u11ff" or unicodedata.category(char) in {"Mn", "Mc"}
