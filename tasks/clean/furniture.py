"""Which paragraphs of a page as scraped are its story.

Each paragraph is scored by what it looks like (length, end punctuation, common words, script, language, phrases of
page furniture); the story is the stretch of paragraphs with the greatest sum, less the furniture inside it; the
headline is looked for just above. In doubt a sentence is kept.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise, takewhile

from msgspec import structs

from tasks.clean import vocabulary
from tasks.clean.dateline import parse_dateline
from tasks.clean.dates import find_date, is_date_line
from tasks.clean.markers import is_embargo, is_note
from tasks.clean.prose import PROSE_DENSITY, Profile, is_common, main_language, main_script, profile
from tasks.records import Record, Span

_LINK = re.compile(r"^\W*(?:https?://|www\.)\S+\W*$", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:\((?:photo|image|picture|foto|file|getty|ap photo|afp photo)[^()]*\)|\[[^\[\]]*(?:/|photo|getty"
    r"|file)[^\[\]]*\]"
    r"|\([A-Z][\w.'’-]+ [^()/]{1,40}/[^()/]{2,40}\)"
    r"|(?:photo|image|foto|picture|credit|courtesy)\s*(?:by|:|/|©|credit).{0,60}|[|/©]\s*[A-Z][\w. ]{2,40})\W*$",
    re.IGNORECASE,
)
# An agency named after the last sentence: '... police said. (AFP)', '... in 1998. - The Star/ANN'.
_SIGN_OFF = re.compile(r"[.!?][\"'”’]?\s+[-–—(\[]\s*[^.]{2,50}$")
_CAPTION_WORDS = 40
_SLASH_CREDIT = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3} ?/ ?[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}\W*$")
_COMMENTS = re.compile(
    r"\d+ (?:responses|replies|comments|thoughts|reacties|kommentare|comentarios|commentaires)\b(?: (?:to|on)\b.*)?"
)
_COMMENT_BY = re.compile(r"^.{2,60}\b(?:says|said|writes|wrote|dice|dijo|disse|sagt|a écrit)\s*:$", re.IGNORECASE)
_ENDS_CREDIT = re.compile(
    r"(?:credit|photo|image|picture|foto|source|via)s?\s*[:©/]\s*[^.:]{2,50}$|©\s*[^.:]{2,50}$|\b(?:AP|AFP|EPA|Reuters|Getty)\s+(?:file|photo|images?)$",
    re.IGNORECASE,
)
_INNER_END = re.compile(r"[^\W\d_]{3}[.!?][\"”’)]*\s+[\"“‘(]?[^\W\d_a-z]")
_BYLINE = re.compile(
    r"^\W*(?:(?:by|von|por|par|di|door|av|af|oleh|author|written by|reported by|reporting by|text by|story by|autor)\b"
    r"|من|بقلم|كتب|автор|作者|記者|记者)[:\s]+\S",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"^\W*(?:[\w.'’-]+ ){0,4}(?:correspondent|reporter|staff writer|staff reporter|news desk|newsroom"
    r"|web desk|bureau|online desk"
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
    start, end = _stretch(units)
    kept = _without_lists([unit for unit in units[start:end] if unit.kind in {"prose", "short"}])
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
    return _listed(units)


def _listed(units: Sequence[_Unit]) -> list[_Unit]:
    """With the lines after a furniture heading, up to the next sentence, as the furniture they are.

    Not above the first sentence: there the last of them may be the story's headline.
    """
    under = told = False
    marked: list[_Unit] = []
    for unit in units:
        told = told or unit.kind == "prose"
        under = unit.kind == "heading" or (under and unit.kind != "prose" and not unit.profile.ends_sentence)
        marked.append(structs.replace(unit, kind="phrase") if under and told and unit.kind == "short" else unit)
    return marked


def _kind(  # noqa: PLR0911 - a list of tests, the first that holds decides
    piece: str, one: Profile, script: str | None, language: str | None, known: frozenset[str]
) -> str:
    plain = vocabulary.folded(piece) if one.words <= _PHRASE_WORDS else ""
    if _LINK.match(piece):
        return "link"
    if (plain in known and plain) or _is_menu(one):
        return "phrase"
    if one.words <= _HEADING_WORDS and (_is_heading(plain) or _is_comment_head(piece)):
        return "heading"
    if one.words <= _PHRASE_WORDS and _is_phrase(piece, plain, one):
        return "phrase"
    if one.script and one.script != script:
        return "foreign"
    if one.words <= 25 and is_date_line(piece):
        return "date"
    if _is_byline(piece, one):
        return "byline"
    if _is_credit(piece, one):
        return "credit"
    if _is_foreign(one, language):
        return "foreign"
    return "prose" if _is_prose(piece, one, language) else "short"


def _is_heading(plain: str) -> bool:
    if plain in vocabulary.furniture_headings() or _COMMENTS.match(plain):
        return True
    without_count = re.sub(r"^\W*\d+\s+|\s*\W*\d+\W*$", "", plain)  # 'Comments (12)', '12 comments'
    return without_count != plain and without_count in vocabulary.furniture_headings()


def _is_comment_head(piece: str) -> bool:
    """Who commented and when: 'Gary on September 17, 2018 at 8:50 pm said:'."""
    return bool(_COMMENT_BY.match(piece)) and find_date(piece) is not None


def _is_phrase(piece: str, plain: str, one: Profile) -> bool:
    if plain in vocabulary.furniture_lines() or not plain:
        return True
    head = piece.casefold().lstrip(" \t-–—*•·|>»[(\"'“‘")
    if vocabulary.furniture_starts().match(head):
        return True
    short = one.words <= 12 or not one.ends_sentence
    return short and bool(
        vocabulary.furniture_labels().match(head) or vocabulary.furniture_parts().search(piece.casefold())
    )


def _is_byline(piece: str, one: Profile) -> bool:
    if one.words > 14 or (one.ends_sentence and one.words > 8):
        return False
    named = bool(_BYLINE.match(piece)) and one.capitalised >= 0.5
    return named or (bool(_STAFF.match(piece)) and one.words <= 8)


def _is_credit(piece: str, one: Profile) -> bool:
    """A picture's caption with its credit, or a credit alone."""
    if one.words > _CAPTION_WORDS or (one.ends_sentence and not piece.rstrip().endswith((")", "]"))):
        return False
    if _ENDS_CREDIT.search(piece):
        return True
    found = _CREDIT.search(piece)
    if not found:
        return False
    if found.group().startswith(("(", "[")) or one.words <= 6:
        return True
    return bool(_SLASH_CREDIT.search(piece)) and not _SIGN_OFF.search(piece)


def _is_foreign(one: Profile, language: str | None) -> bool:
    """Running text of another language of the same script."""
    if language is None or one.words < 6 or not one.density:
        return False
    best = max(one.density.values())
    return best >= PROSE_DENSITY and one.density.get(language, 0.0) < 0.34 * best


def _is_prose(piece: str, one: Profile, language: str | None) -> bool:
    density = _density(one, language)
    if one.ends_sentence:
        return one.words >= 6 and density >= 0.5 * PROSE_DENSITY
    inner = density >= 0.5 * PROSE_DENSITY and bool(_INNER_END.search(piece))
    return one.words >= 12 and (density >= PROSE_DENSITY or inner or _is_datelined(piece))


def _is_datelined(piece: str) -> bool:
    """Whether it begins with a dateline that names an agency or a day."""
    found = parse_dateline(piece)
    return found is not None and bool(found.agency or found.month_day or found.date)


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


# --- lists of links ---------------------------------------------------------------------------------------

_LIST_LINES = 3
_BULLET = re.compile(r"^\W{0,2}(?:[•·▪■●–—*-]|\d|[a-z][.)])\s*")


def _without_lists(kept: Sequence[_Unit]) -> list[_Unit]:
    """Without runs of lines that are no sentences, unless a colon or bullets announce them as the story's own list."""
    story: list[_Unit] = []
    for is_label, run in groupby(kept, key=_is_label):
        lines = list(run)
        announced = bool(story) and story[-1].text.rstrip().endswith(":")
        if not is_label or len(lines) < _LIST_LINES or announced:
            story.extend(lines)
    return story


def _is_label(unit: _Unit) -> bool:
    """A line that neither ends as a sentence nor begins as a list's entry."""
    return (
        unit.kind == "short"
        and not unit.profile.ends_sentence
        and unit.profile.words <= 20
        and not unit.text.rstrip().endswith((":", ";"))
        and not _BULLET.match(unit.text)
    )


# --- the stretch ------------------------------------------------------------------------------------------


# A run of so many lines without a sentence, and of such a sum, parts a page into pieces that may be of
# different stories.
_GAP_LINES, _GAP_SCORE = 3, -2.0
_LONG_GAP_LINES = 8
_GAP_COST = -6.0
# Share of a piece's content words that the story has too. Measured on 500 news articles, for the three paragraphs after
# the first so many content words of a story: of the same story 96 % share over 0.075 at 50 words, 0.11 at 100, 0.18 at
# 200, 0.27 at 400; of another story of the same site 90 % share less.
_KIN_SHARE, _KIN_WORDS, _KIN_GROWTH = 0.075, 50, 0.62
_DOUBTFUL = 0.6
# Teasers are about the like of the story; one paragraph alone behind 'related articles' must share more.
_LONE_PARAGRAPH = 1.5
_ACCEPTED_COST = -2.0
# The first piece with half the weight of the heaviest is the story: what follows it may be the next story, told
# in full.
_FIRST_SHARE = 0.5
_TITLE_WITHIN = 4
# A piece that begins with a dateline of agency or day counts double: teasers have none.
_DATELINED = 2.0
_TAIL_SHARE = 0.3


def _stretch(units: Sequence[_Unit]) -> tuple[int, int]:
    """The half-open range of the story: its heaviest piece, and the neighbours that go on with it."""
    pieces = _pieces(units)
    title = _page_title(units)
    weights = [_weight(units[start:end], title) for start, end in pieces]
    if max(weights) <= 0:
        return _best_stretch([unit.score for unit in units])
    core = next(index for index, weight in enumerate(weights) if weight >= _FIRST_SHARE * max(weights))
    first, last = pieces[core]
    start, end = _best_stretch([unit.score for unit in units[first:last]])
    start, end = first + start, first + end
    scores = _relative(units, pieces, core)
    right = _longest_gain(scores[end:])
    left = _longest_gain(scores[:start][::-1])
    return start - left, _with_tail(units, start - left, end + right)


def _with_tail(units: Sequence[_Unit], start: int, end: int) -> int:
    """The end of a story that goes on in lists, where nothing after it looks like furniture."""
    tail = units[end:]
    if any(unit.kind in {"heading", "phrase", "foreign", "link"} for unit in tail):
        return end
    if sum(unit.profile.words for unit in tail) > _TAIL_SHARE * sum(unit.profile.words for unit in units[start:end]):
        return end
    told = [index for index, unit in enumerate(tail, start=1) if unit.kind == "prose" or _is_entry(unit)]
    return end + max(told, default=0)


def _is_entry(unit: _Unit) -> bool:
    """An entry of a list: a bullet or number before it, a semicolon or a sentence's end after it."""
    ended = unit.profile.ends_sentence or unit.text.rstrip().endswith(";")
    return unit.kind == "short" and unit.profile.words >= 2 and (ended or bool(_BULLET.match(unit.text)))


def _page_title(units: Sequence[_Unit]) -> set[str]:
    """Words of the first line that could be the page's title."""
    first = next((unit for unit in units[:_TITLE_WITHIN] if unit.kind == "short" and unit.profile.words >= 5), None)
    return _content_words(first.text) if first else set()


def _weight(piece: Sequence[_Unit], title: set[str]) -> float:
    """The weight of a piece's prose; more for one with a dateline or one that the page's title speaks of."""
    prose = [unit for unit in piece if unit.kind == "prose"]
    weight = sum(unit.score for unit in prose)
    if (
        prose
        and (dateline := parse_dateline(prose[0].text))
        and (dateline.agency or dateline.month_day or dateline.date)
    ):
        weight *= _DATELINED
    if len(title) < 3:
        return weight
    shared = len(title & _content_words(" ".join(unit.text for unit in prose))) / len(title)
    return weight * (1.0 + shared)


def _pieces(units: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Ranges that begin with what parts them: a run without sentences that is long, or holds a furniture heading."""
    starts = [0]
    for is_prose, run in groupby(enumerate(units), key=lambda pair: pair[1].kind == "prose"):
        lines = list(run)
        between = [unit for _, unit in lines]
        if not is_prose and _parts(between) and lines[0][0] > 0:
            starts.append(lines[0][0])
    return list(pairwise([*starts, len(units)]))


def _parts(between: Sequence[_Unit]) -> bool:
    if any(unit.kind == "heading" for unit in between):
        return True
    return len(between) >= _GAP_LINES and sum(unit.score for unit in between) <= _GAP_SCORE


def _relative(units: Sequence[_Unit], pieces: Sequence[tuple[int, int]], core: int) -> list[float]:
    """Scores as seen from the core: other pieces count by how much they speak of the same."""
    if len(pieces) == 1:
        return [unit.score for unit in units]
    parts: dict[int, list[float]] = {core: [unit.score for unit in units[slice(*pieces[core])]]}
    for order in (range(core + 1, len(pieces)), range(core - 1, -1, -1)):
        story = _content_words_of(units, *pieces[core])
        for index in order:
            # What parts a piece from the core stands at its own head where it follows, at the next one's where
            # it precedes.
            between = _head(units[slice(*pieces[index if index > core else index + 1])])
            words = _content_words_of(units, *pieces[index])
            factor = _kinship(words, story, units[slice(*pieces[index])], between)
            parts[index] = _weighed([unit.score for unit in units[slice(*pieces[index])]], factor)
            if factor >= 1.0:
                story |= words
    return [score for index in range(len(pieces)) for score in parts[index]]


def _head(piece: Sequence[_Unit]) -> list[_Unit]:
    return list(takewhile(lambda unit: unit.kind != "prose", piece))


def _weighed(scores: list[float], factor: float) -> list[float]:
    """Scores of a piece by its kinship; what stands between costs little where the story surely goes on."""
    cost = sum(score for score in scores if score < 0)
    allowed = _ACCEPTED_COST if factor >= 1.0 else _GAP_COST
    ease = min(1.0, allowed / cost) if cost < 0 else 1.0
    return [score * factor if score > 0 else score * ease for score in scores]


def _kinship(words: set[str], story: set[str], piece: Sequence[_Unit], between: Sequence[_Unit]) -> float:
    """How much of a piece's weight counts for the story."""
    same = _KIN_SHARE * (max(len(story), _KIN_WORDS / 2) / _KIN_WORDS) ** _KIN_GROWTH
    shared = len(words & story) / len(words) if words else 0.0
    if any(unit.kind == "heading" and vocabulary.folded(unit.text) in vocabulary.furniture_ends() for unit in between):
        return 0.0
    if between and words and _is_other_script(between, piece):
        return 1.0
    parted = any(unit.kind == "heading" for unit in between) or len(between) >= _LONG_GAP_LINES
    if parted and not any(one.kind == two.kind == "prose" for one, two in pairwise(piece)):
        same *= _LONE_PARAGRAPH
    if shared >= same:
        return 1.0
    if shared >= _DOUBTFUL * same:
        return 0.5
    return 0.0 if parted else 0.1


def _is_other_script(between: Sequence[_Unit], piece: Sequence[_Unit]) -> bool:
    """Furniture in another script than the story's: what follows in the story's own is no furniture of that page."""
    scripts = {unit.profile.script for unit in between if unit.profile.script}
    return bool(scripts) and not scripts & {unit.profile.script for unit in piece if unit.kind == "prose"}


def _content_words_of(units: Sequence[_Unit], start: int, end: int) -> set[str]:
    return _content_words(" ".join(unit.text for unit in units[start:end] if unit.kind == "prose"))


def _content_words(text: str) -> set[str]:
    """Words that say what a text is about, and numbers; cut to six letters, so that inflected forms meet."""
    return {word[:6].casefold() for word in re.findall(r"[^\W\d_]{4,}|\d{2,}", text) if not is_common(word)}


def _longest_gain(scores: Sequence[float]) -> int:
    """How far to go on for the greatest sum, 0 where every way costs."""
    best, reach = 0.0, 0
    for index, total in enumerate(accumulate(scores), start=1):
        if total > best:
            best, reach = total, index
    return reach


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
    if is_note(unit.text) or is_embargo(unit.text):
        return 0.0
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
