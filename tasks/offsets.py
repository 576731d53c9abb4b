"""From offsets in a cleaned body back to offsets in the text it was cut from.

A body map is a sequence of breakpoints `(body_offset, text_offset)`, ascending in both: from one breakpoint to the
next, body and text run in step. Characters that cleaning inserted (paragraph separators) belong to the run before.
"""

from bisect import bisect_right
from collections.abc import Sequence

from tasks.records import Span

BodyMap = Sequence[tuple[int, int]]


def to_text_offset(body_map: BodyMap, offset: int) -> int:
    """The offset in the article's text of the character at `offset` of the body."""
    index = bisect_right(body_map, offset, key=lambda pair: pair[0]) - 1
    if index < 0:
        return offset
    body_start, text_start = body_map[index]
    return text_start + offset - body_start


def to_text_span(body_map: BodyMap, start: int, end: int) -> Span:
    """The span of text that stands behind body[start:end]; empty spans stay empty."""
    if end <= start:
        at = to_text_offset(body_map, start)
        return Span(start=at, end=at)
    return Span(start=to_text_offset(body_map, start), end=to_text_offset(body_map, end - 1) + 1)
