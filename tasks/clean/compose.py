"""From the paragraphs of a draft to the cleaned body, with the map back to the text."""

from collections.abc import Sequence

from tasks.clean.repair import Traced, repaired
from tasks.offsets import BodyMap
from tasks.records import Record, Span

_SEPARATOR = "\n\n"


class Body(Record, frozen=True, kw_only=True):
    """The cleaned story."""

    text: str
    body_map: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    """Where each paragraph begins in it."""
    headline: str | None = None


def compose(
    text: str, headline: Span | None, paragraphs: Sequence[Span], *, max_words: int, max_chars: int
) -> tuple[Body, str | None]:
    """Headline and paragraphs, repaired and joined by blank lines; and a note when a limit cut it off."""
    pieces: list[Traced] = []
    words = chars = 0
    for span in (*((headline,) if headline else ()), *paragraphs):
        room = max(0, max_chars - chars)
        piece = repaired(text, Span(start=span.start, end=min(span.end, span.start + room)))
        count = piece.text.count(" ") + 1
        if words + count > max_words or span.end - span.start > room:
            piece = _cut(piece, max_words - words)
            body = _join(_append(pieces, piece), headline)
            return body, f"body cut off after {len(body.text.split())} words ({len(body.text)} characters)"
        words += count
        chars += len(piece.text)
        _append(pieces, piece)
    return _join(pieces, headline), None


def _append(pieces: list[Traced], piece: Traced) -> list[Traced]:
    if piece.text:
        pieces.append(piece)
    return pieces


def _cut(piece: Traced, words: int) -> Traced:
    kept = " ".join(piece.text.split(" ", words)[:words])
    return Traced(text=kept, trace=tuple(pair for pair in piece.trace if pair[0] < max(1, len(kept))))


def _join(pieces: list[Traced], headline: Span | None) -> Body:
    body_map: list[tuple[int, int]] = []
    starts: list[int] = []
    at = 0
    for piece in pieces:
        starts.append(at)
        body_map.extend((at + here, there) for here, there in piece.trace)
        at += len(piece.text) + len(_SEPARATOR)
    has_headline = headline is not None and bool(pieces) and body_map[0][1] < headline.end
    return Body(
        text=_SEPARATOR.join(piece.text for piece in pieces),
        body_map=_merged(body_map),
        starts=tuple(starts),
        headline=pieces[0].text if has_headline else None,
    )


def _merged(pairs: BodyMap) -> tuple[tuple[int, int], ...]:
    """Without breakpoints that change nothing."""
    kept: list[tuple[int, int]] = []
    for here, there in pairs:
        if not kept or there - kept[-1][1] != here - kept[-1][0]:
            kept.append((here, there))
    return tuple(kept)
