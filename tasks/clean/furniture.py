"""Which paragraphs of a page as scraped are its story.

Each paragraph is scored by what it looks like (length, end punctuation, common words, script, language, phrases of
page furniture); the story is the stretch of paragraphs with the greatest sum, less the furniture inside it; the
headline is looked for just above. In doubt a sentence is kept.
"""

import re
from collections.abc import Sequence

from tasks.clean import vocabulary
from tasks.clean.dates import is_date_line
from tasks.clean.prose import PROSE_DENSITY, Profile, main_language, main_script, profile
from tasks.records import Record, Span

_LINK = re.compile(r"^\W*(?:https?://|www\.)\S+\W*$", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:\((?:photo|image|picture|foto|file|ap|afp|reuters|epa|getty)[^()]*\)|\[[^\[\]]*(?:/|photo|getty|file)[^\[\]]*\]"
    r"|(?:photo|image|foto|picture|credit|courtesy)\s*(?:by|:|/|©|credit).{0,60}|[|/©]\s*[A-Z][\w. ]{2,40}"
    r"|\b[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}\s?/\s?(?:[A-Z][\w.'’-]+)(?: [A-Z][\w.'’-]+){0,3}(?: via [\w ]+)?)\W*$",
    re.IGNORECASE,
)
_SLASH_CREDIT = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3} ?/ ?[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}\W*$")
_BYLINE = re.compile(
    r"^\W*(?:(?:by|von|por|par|di|door|av|af|oleh|author|written by|reported by|reporting by|text by|story by|autor)\b"
    r"|من|بقلم|كتب|автор|作者|記者|记者)[:\s]+\S",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"^\W*(?:[\w.'’-]+ ){0,4}(?:correspondent|reporter|staff writer|staff reporter|news desk|newsroom|web desk|bureau|online desk"
    r"|redacción|rédaction|redaktion|редакция)\W*(?:[\w.]+\W*)?$",
    re.IGNORECASE,
)
# Furniture phrases stand in short lines; longer paragraphs are not searched for them.
_PHRASE_WORDS, _HEADING_WORDS = 40, 10


class Layout(Record, frozen=True, kw_only=True):
    """Where the story stands."""

    headline: Span | None
    paragraphs: tuple[Span, ...]
    byline: Span | None = None
    dropped: int = 0
    """Paragraphs taken for furniture."""


class _Unit(Record, frozen=True, kw_only=True):
    span: Span
    text: str
    profile: Profile
    kind: str
    """'prose', 'short', or what furniture it is: 'heading', 'phrase', 'credit', 'byline', 'date', 'foreign', 'link'."""
    score: float


def find_story(text: str, spans: Sequence[Span], *, known: frozenset[str] = frozenset()) -> Layout:
    """The story among the paragraphs of a page; `known` are folded paragraphs learned as the source's furniture."""
    units = _units(text, spans, known)
    if not units:
        return Layout(headline=None, paragraphs=())
    start, end = _best_stretch(_after_headings(units))
    kept = [unit for unit in units[start:end] if unit.kind in {"prose", "short"}]
    if not kept:
        kept = [unit for unit in units if unit.kind in {"prose", "short"}]
        return Layout(headline=None, paragraphs=tuple(unit.span for unit in kept))
    headline = _headline(units, start, kept)
    lead = _standfirst(units, headline, start)
    byline = next((unit.span for unit in units[max(0, start - 6) : start + 2] if unit.kind == "byline"), None)
    paragraphs = tuple(unit.span for unit in [*lead, *kept])
    return Layout(
        headline=units[headline].span if headline is not None else None,
        paragraphs=paragraphs,
        byline=byline,
        dropped=len(units) - len(paragraphs) - (headline is not None),
    )


# --- one paragraph ----------------------------------------------------------------------------------------


def _units(text: str, spans: Sequence[Span], known: frozenset[str]) -> list[_Unit]:
    pieces = [text[span.start : span.end] for span in spans]
    profiles = [profile(piece) for piece in pieces]
    script, language = main_script(profiles), main_language(profiles)
    units = []
    for span, piece, one in zip(spans, pieces, profiles, strict=True):
        kind = _kind(piece, one, script, language, known)
        units.append(_Unit(span=span, text=piece, profile=one, kind=kind, score=_score(one, kind, language)))
    return units


def _kind(piece: str, one: Profile, script: str | None, language: str | None, known: frozenset[str]) -> str:
    plain = vocabulary.folded(piece) if one.words <= _PHRASE_WORDS else ""
    if _LINK.match(piece):
        return "link"
    if (plain in known and plain) or _is_menu(one):
        return "phrase"
    if one.words <= _HEADING_WORDS and _is_heading(plain):
        return "heading"
    if one.words <= _PHRASE_WORDS and _is_phrase(piece, plain, one):
        return "phrase"
    if one.script and one.script != script:
        return "foreign"
    if one.words <= 25 and is_date_line(piece):
        return "date"
    if _is_byline(piece, one):
        return "byline"
    if one.words <= 60 and _is_credit(piece, one):
        return "credit"
    if _is_foreign(one, language):
        return "foreign"
    return "prose" if _is_prose(one, language) else "short"


def _is_heading(plain: str) -> bool:
    if plain in vocabulary.furniture_headings():
        return True
    without_count = re.sub(r"^\W*\d+\s+|\s*\W*\d+\W*$", "", plain)  # 'Comments (12)', '12 comments'
    return without_count != plain and without_count in vocabulary.furniture_headings()


def _is_phrase(piece: str, plain: str, one: Profile) -> bool:
    if plain in vocabulary.furniture_lines() or not plain:
        return True
    head = piece.casefold().lstrip(" \t-–—*•·|>»[(\"'“‘")
    if vocabulary.furniture_starts().match(head):
        return True
    short = one.words <= 15 or not one.ends_sentence
    return short and bool(vocabulary.furniture_parts().search(piece.casefold()))


def _is_byline(piece: str, one: Profile) -> bool:
    if one.words > 14 or (one.ends_sentence and one.words > 8):
        return False
    named = bool(_BYLINE.match(piece)) and one.capitalised >= 0.5
    return named or (bool(_STAFF.match(piece)) and one.words <= 8)


def _is_credit(piece: str, one: Profile) -> bool:
    if one.ends_sentence and not piece.rstrip().endswith((")", "]")):
        return False
    found = _CREDIT.search(piece)
    if not found:
        return False
    if found.group().startswith(("(", "[")) or one.words <= 6:
        return True
    return bool(_SLASH_CREDIT.search(piece))


def _is_foreign(one: Profile, language: str | None) -> bool:
    """Running text of another language of the same script."""
    if language is None or one.words < 6 or not one.density:
        return False
    best = max(one.density.values())
    return best >= PROSE_DENSITY and one.density.get(language, 0.0) < 0.34 * best


def _is_prose(one: Profile, language: str | None) -> bool:
    density = _density(one, language)
    if one.ends_sentence:
        return one.words >= 6 and density >= 0.5 * PROSE_DENSITY
    return one.words >= 12 and density >= PROSE_DENSITY


def _density(one: Profile, language: str | None) -> float:
    if language is None or one.script not in {"latin", "cyrillic", "arabic", "greek"}:
        return 2 * PROSE_DENSITY  # no list of common words to go by: not held against it
    return one.density.get(language, 0.0)


_FURNITURE_SCORE = {
    "heading": -6.0,
    "phrase": -3.0,
    "foreign": -3.0,
    "link": -2.0,
    "credit": -1.0,
    "byline": -0.5,
    "date": -0.5,
}


def _score(one: Profile, kind: str, language: str | None) -> float:
    """How much the paragraph speaks for (positive) or against being in the story."""
    if kind in _FURNITURE_SCORE:
        extra = min(one.words, 40.0) / 8 if kind == "foreign" else 0.0
        return _FURNITURE_SCORE[kind] - extra
    if kind == "prose":
        confident = 1.0 if one.ends_sentence else 0.5
        return confident * (0.5 + min(one.words, 80.0) / 8)
    if one.ends_sentence:
        return 0.3
    return -1.0 if one.words <= 4 or _density(one, language) < 0.1 else -0.7


# --- the stretch ------------------------------------------------------------------------------------------


def _after_headings(units: Sequence[_Unit]) -> list[float]:
    """Scores, those after a furniture heading held down until a paragraph goes on with the story."""
    if not any(unit.kind == "heading" for unit in units):
        return [unit.score for unit in units]
    scores: list[float] = []
    seen: set[str] = set()
    held = False
    total = 0.0
    for unit in units:
        words = _content_words(unit.text)
        if unit.kind == "heading":
            held = total > 0
        elif held and unit.kind == "prose" and _goes_on(unit, words, seen):
            held = False
        score = unit.score
        if held and score > 0:
            score *= 0.2
        if unit.kind == "prose" and not held:
            seen |= words
            total += unit.score
        scores.append(score)
    return scores


def _goes_on(unit: _Unit, words: set[str], seen: set[str]) -> bool:
    """Whether a paragraph after 'related articles' speaks of what the story spoke of."""
    if not words or unit.profile.words < 12:
        return False
    return len(words & seen) / len(words) >= 0.3 or unit.profile.words >= 45


def _content_words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]{5,}|[A-Z][^\W\d_]+|\d{2,}", text)}


def _best_stretch(scores: Sequence[float]) -> tuple[int, int]:
    """The half-open range with the greatest sum."""
    best, best_range = float("-inf"), (0, 0)
    total, start = 0.0, 0
    for index, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, index
        total += score
        if total > best:
            best, best_range = total, (start, index + 1)
    return best_range


# --- headline ---------------------------------------------------------------------------------------------

_LOOK_BACK = 12
_HEADLINE_WORDS = (3, 30)


def _headline(units: Sequence[_Unit], start: int, kept: Sequence[_Unit]) -> int | None:
    """The paragraph above the story that reads like its title: of its words, or right before it."""
    story = _content_words(" ".join(unit.text for unit in kept[:8]))
    best, best_rating = None, 0.0
    for index in range(start - 1, max(-1, start - 1 - _LOOK_BACK), -1):
        unit = units[index]
        if unit.kind in {"heading", "foreign"} and best is not None:
            break
        rating = _rating(unit, story, adjacent=_adjacent(units, index, start))
        if rating > best_rating:
            best, best_rating = index, rating
    return best


def _rating(unit: _Unit, story: set[str], *, adjacent: bool) -> float:
    low, high = _HEADLINE_WORDS
    if unit.kind not in {"short", "prose"} or not low <= unit.profile.words <= high or unit.text.endswith((",", ":")):
        return 0.0
    words = _content_words(unit.text)
    overlap = len(words & story) / len(words) if words else 0.0
    if adjacent and unit.profile.words >= 4:
        overlap += 0.35
    return overlap if overlap >= 0.34 and (adjacent or len(words & story) >= 2) else 0.0


def _adjacent(units: Sequence[_Unit], index: int, start: int) -> bool:
    """Nothing between it and the story but byline, date and caption lines."""
    return all(
        unit.kind in {"byline", "date", "credit", "link"} or unit.profile.words <= 3
        for unit in units[index + 1 : start]
    )


def _standfirst(units: Sequence[_Unit], headline: int | None, start: int) -> list[_Unit]:
    """Lines of summary between headline and story."""
    if headline is None:
        return []
    return [unit for unit in units[headline + 1 : start] if unit.kind in {"prose", "short"} and unit.profile.words >= 8]


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph on its own is page furniture: a known heading, line or phrase, a link, a menu."""
    one = profile(paragraph)
    return _is_menu(one) or _kind(paragraph, one, one.script, None, frozenset()) in {"heading", "phrase", "link"}


def is_header_line(paragraph: str) -> bool:
    """Whether a paragraph on its own is a byline or gives a date."""
    one = profile(paragraph)
    return one.words <= 25 and (is_date_line(paragraph) or _is_byline(paragraph, one))


def _is_menu(one: Profile) -> bool:
    """Many words without a sentence among them, most of them with a capital."""
    common = max(one.density.values(), default=0.0)
    return one.words >= 30 and not one.ends_sentence and one.capitalised >= 0.6 and common < 0.5 * PROSE_DENSITY
