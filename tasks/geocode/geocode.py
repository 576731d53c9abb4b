"""The stage: every place mention of an article to a place, every event to where it happened."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from tasks.geocode.described import described
from tasks.geocode.gazetteer import Gazetteer
from tasks.geocode.locate import locate
from tasks.geocode.mentions import Asked, Named, ask, parted, read_mention, settled
from tasks.geocode.nationalities import countries_told
from tasks.geocode.places import resolve, stand_ins
from tasks.geocode.rank import Ranker, Setting, Weights, read_weights
from tasks.geocode.recall import PLACE_LABELS, is_refused, offered, scene_of
from tasks.geocode.sites import contained
from tasks.geocode.surroundings import clues_of, demonyms_of, home_of
from tasks.records import Article, Extraction, Place, PlaceRole

MAX_MENTIONS = 2000
"""Most place mentions of an article that are read; a table of election results has more."""


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights that come with Dateline."""
    return read_weights()


@lru_cache(maxsize=4)
def shipped_ranker(gazetteer: Gazetteer) -> Ranker:
    """The ranker with them, kept per gazetteer."""
    return Ranker(gazetteer, shipped_weights())


def geocode(article: Article, extraction: Extraction, *, gazetteer: Gazetteer) -> Extraction:
    """The extraction with its places, and each event mention with its locations."""
    spans = _spans(article, extraction, gazetteer)
    mentions = settled([read_mention(article.text, start, end, gazetteer) for start, end in spans])
    places = place_all(article, mentions, shipped_ranker(gazetteer))
    dateline = _dateline_place(article, places)
    countries = countries_told(article, places, gazetteer)
    all_places = [*places, *described(article.text, extraction.mentions, places, countries, gazetteer)]
    located = tuple(
        msgspec.structs.replace(mention, locations=locate(mention, all_places, dateline=dateline))
        for mention in extraction.mentions
    )
    return msgspec.structs.replace(extraction, places=tuple(places), mentions=located, countries=countries)


def place_all(article: Article, mentions: Sequence[Named], ranker: Ranker) -> list[Place]:
    """The place of each mention, in their order."""
    gazetteer = ranker.gazetteer
    asked = ask(article.text, mentions, gazetteer, clues=clues_of(article, gazetteer))
    setting = Setting(
        demonyms=demonyms_of(article.text, gazetteer),
        home=home_of(article, gazetteer),
        dateline=_dateline_number(article, mentions, asked),
    )
    answers = ranker.rank(asked.questions, setting)
    places = []
    plain: dict[int, Place] = {}
    for mention, number in zip(mentions, asked.numbers, strict=True):
        question, answer = (asked.questions[number], answers[number]) if number >= 0 else (None, None)
        place = plain.get(number) if _is_plain(mention) else None
        place = _again(place, mention) if place else resolve(mention, question, answer, ranker)
        if number >= 0 and _is_plain(mention):
            plain[number] = place
        places.append(_as_dateline(place, article))
    return contained(mentions, stand_ins(mentions, places, article.text), article.text)


def _is_plain(mention: Named) -> bool:
    """Whether a mention is placed by its name alone, so that the next of that name is placed alike."""
    return not mention.partial and mention.offset is None and mention.side is None


def _again(place: Place, mention: Named) -> Place:
    return msgspec.structs.replace(place, start=mention.start, end=mention.end, text=mention.text)


def _spans(article: Article, extraction: Extraction, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """Where place names stand: the model's, the gazetteer's beside them, and the dateline's place; in order."""
    scene = scene_of(article.text, extraction.entities, gazetteer)
    taken = [entity for entity in extraction.entities if entity.label in PLACE_LABELS and not is_refused(entity, scene)]
    spans = {span for entity in taken for span in parted(article.text, entity.start, entity.end, gazetteer)} | set(
        offered(extraction.entities, scene)
    )
    if article.dateline and article.dateline.place_span:
        span = article.dateline.place_span
        if not any(start < span.end and span.start < end for start, end in spans):
            spans.add((span.start, span.end))
    return [(start, end) for start, end in sorted(spans) if 0 <= start < end <= len(article.text)][:MAX_MENTIONS]


def _in_dateline(start: int, article: Article) -> bool:
    return article.dateline is not None and article.dateline.span.start <= start < article.dateline.span.end


def _as_dateline(place: Place, article: Article) -> Place:
    if not _in_dateline(place.start, article):
        return place
    return msgspec.structs.replace(place, role=PlaceRole.DATELINE)


def _dateline_number(article: Article, mentions: Sequence[Named], asked: Asked) -> int:
    numbers = [n for m, n in zip(mentions, asked.numbers, strict=True) if n >= 0 and _in_dateline(m.start, article)]
    return numbers[0] if numbers else -1


def _dateline_place(article: Article, places: Sequence[Place]) -> Place | None:
    return next((place for place in places if _in_dateline(place.start, article) and place.name is not None), None)
