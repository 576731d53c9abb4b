from datetime import date

import pytest

from tasks.geocode import geocode
from tasks.records import (
    Article,
    Dateline,
    Entity,
    EventType,
    Extraction,
    Mention,
    Place,
    PlaceCue,
    PlaceLevel,
    PlaceRole,
    Span,
)


def article_of(text: str, *, dateline: str | None = None) -> Article:
    line = None
    if dateline:
        at = text.index(dateline)
        line = Dateline(
            text=dateline, span=Span(start=at, end=at + len(dateline)), place=dateline,
            place_span=Span(start=at, end=at + len(dateline)), date=date(2024, 2, 3),
        )  # fmt: skip
    return Article(
        uri="test:1", name="1", media_type="text/plain", content_hash="0", text=text, body_text=text,
        body=Span(start=0, end=len(text)), dateline=line,
    )  # fmt: skip


def entities_of(text: str, names: list[str], label: str = "Location") -> tuple[Entity, ...]:
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(Entity(start=at, end=at + len(name), label=label, text=name))
        at += len(name)
    return tuple(found)


def places_of(gazetteer, text: str, names: list[str], **keywords) -> list[Place]:
    extraction = geocode(
        article_of(text, **keywords), Extraction(entities=entities_of(text, names)), gazetteer=gazetteer
    )
    return list(extraction.places)


def cue(text: str, name: str, relation: str, weight: float) -> PlaceCue:
    at = text.index(name)
    return PlaceCue(span=Span(start=at, end=at + len(name)), relation=relation, weight=weight)


def event_places(gazetteer, text: str, names: list[str], cues: list[PlaceCue], **keywords) -> list[Place]:
    at = Span(start=0, end=1)
    mention = Mention(trigger=at, trigger_text="", sentence=at, event_type=EventType.ASSAULT, place_cues=tuple(cues))
    before = Extraction(entities=entities_of(text, names), mentions=(mention,))
    after = geocode(article_of(text, **keywords), before, gazetteer=gazetteer)
    return list(after.mentions[0].locations)


SPELLINGS = [
    ("al-Mayadeen", 173480), ("Al Mayadin", 173480), ("Mayadeen", 173480), ("Deir Ezzor", 170794),
    ("Deir ez-Zor", 170794), ("Dayr az Zawr", 170794), ("Al-Qaem", 92138), ("Kiev", 703448), ("Kyiv", 703448),
]  # fmt: skip


@pytest.mark.parametrize(("written", "geonameid"), SPELLINGS)
def test_a_transliterated_name_finds_its_city(gazetteer, written, geonameid):
    hits = gazetteer.search(written)
    assert geonameid in gazetteer.index.id[hits.rows].tolist()


def test_the_qualified_name_decides_for_the_bare_one(gazetteer):
    text = "The tornado hit Paris, Texas, on Monday. Officials in Paris said two were hurt."
    places = places_of(gazetteer, text, ["Paris", "Texas", "Paris"])
    assert [place.country for place in places] == ["USA", "USA", "USA"]
    assert places[0].geonameid == places[2].geonameid


def test_an_offset_moves_the_point(gazetteer):
    text = "Fighters attacked a checkpoint 30 km north of Mosul on Sunday."
    (place,) = places_of(gazetteer, text, ["Mosul"])
    assert place.level == PlaceLevel.POINT
    assert place.geo_precision == 2
    assert place.lat == pytest.approx(36.34 + 0.27, abs=0.05)


def test_the_city_stays_and_its_country_goes(gazetteer):
    text = "Gunmen killed five people in Idlib, Syria."
    cues = [cue(text, "Idlib", "in", 0.95), cue(text, "Syria", "container", 0.47)]
    (place,) = event_places(gazetteer, text, ["Idlib", "Syria"], cues)
    assert place.country == "SYR"
    assert place.role == PlaceRole.EVENT


def test_the_speakers_seat_is_not_where_it_happened(gazetteer):
    text = "BAGHDAD, Feb 3 - An official told reporters in Baghdad that the strikes hit al-Qaem."
    cues = [cue(text, "al-Qaem", "target", 0.85), cue(text, "in Baghdad", "sentence", 0.1)]
    places = event_places(gazetteer, text, ["BAGHDAD", "Baghdad", "al-Qaem"], cues, dateline="BAGHDAD")
    assert [place.text for place in places] == ["al-Qaem"]


def test_an_invented_name_is_unresolved_and_harms_no_other(gazetteer):
    text = "Shells fell on Zorvandia and on Aleppo."
    odd, known = places_of(gazetteer, text, ["Zorvandia", "Aleppo"])
    assert odd.name is None
    assert odd.unresolved_reason
    assert known.country == "SYR"
