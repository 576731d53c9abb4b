"""Plain text into paragraphs: blank lines, indents, hard-wrapped lines, or one paragraph to a line."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from tasks.clean.dates import is_date_line
from tasks.records import Span

_LINE = re.compile(r"[^\n\r\x0b\x0c\u2028\u2029]+")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟۔।:;][\"'”’»)\]]*\s*$")
# Wrapped text keeps its lines near one width: typewriter and telex 60-72, mail 72-78, terminals 80, FTP archives 100.
_WRAP_MIN, _WRAP_MAX = 30, 110


def paragraphs(text: str, *, limit: int = 10_000) -> tuple[Span, ...]:
    """The first paragraphs, each from its first to its last character that is not white space."""
    return tuple(islice((span for block in _blocks(text) for span in _divided(text, block)), limit))


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines between blank lines."""
    block: list[Span] = []
    previous_end = 0
    for found in _LINE.finditer(text):
        between = text[previous_end : found.start()]
        blank_before = between.count("\n") > 1 or ("\n" not in between and len(between) > 1)
        previous_end = found.end()
        if block and blank_before:
            yield block
            block = []
        if found.group().strip():
            block.append(Span(start=found.start(), end=found.end()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _divided(text: str, block: Sequence[Span]) -> Iterator[Span]:
    if len(block) == 1 or not _is_wrapped(text, block):
        yield from (_trimmed(text, line.start, line.end) for line in block)
        return
    indents = [_indent(text, line) for line in block]
    usual = min(indents)
    width = max(line.end - line.start for line in block)
    start = 0
    for index in range(1, len(block)):
        short = block[index - 1].end - block[index - 1].start < 0.7 * width
        ended = short and _ENDS_SENTENCE.search(text, block[index - 1].start, block[index - 1].end)
        indented = usual + 2 <= indents[index] and indents[index - 1] < indents[index]
        if indented or ended:
            yield _trimmed(text, block[start].start, block[index - 1].end)
            start = index
    yield _trimmed(text, block[start].start, block[-1].end)


def _is_wrapped(text: str, block: Sequence[Span]) -> bool:
    """Whether the lines are pieces of paragraphs: near one width, most of them broken off within a sentence."""
    lengths = [len(text[line.start : line.end].rstrip()) for line in block]
    width = max(lengths)
    if not _WRAP_MIN <= width <= _WRAP_MAX:
        return False
    inner = block[:-1]
    full = sum(length >= 0.75 * width for length in lengths[:-1])
    open_ended = sum(not _ENDS_SENTENCE.search(text[line.start : line.end]) for line in inner)
    runs_on = sum(_runs_on(text, line, following) for line, following in pairwise(block))
    return full >= 0.6 * len(inner) and open_ended >= 0.6 * len(inner) and runs_on >= 0.34 * len(inner)


def _runs_on(text: str, line: Span, following: Span) -> bool:
    """Whether the next line goes on in lower case (or in capitals throughout, as telex does), mid-sentence."""
    head = text[following.start : following.end].lstrip()
    if _ENDS_SENTENCE.search(text[line.start : line.end]) or (head[:1].isdigit() and is_date_line(head)):
        return False
    if head[:1].islower() or head[:1].isdigit() or not head[:1].isascii():
        return True
    this = text[line.start : line.end].strip()
    return head.isupper() and this.isupper() and len(this) > _WRAP_MIN


def _indent(text: str, line: Span) -> int:
    raw = text[line.start : line.end]
    return len(raw) - len(raw.lstrip())


def _trimmed(text: str, start: int, end: int) -> Span:
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    return Span(start=start + left, end=max(start + left, start + len(raw.rstrip())))
