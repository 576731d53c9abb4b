"""Adjectives and datelines say which country an article is about, without being places."""

import pytest

from tasks.geocode import geocode
from tasks.records import Article, Dateline, Entity, Extraction, PlaceLevel, PlaceRole, Span


def told(gazetteer, text: str, *names: str, dateline: str = "") -> list[tuple[str, str, PlaceRole]]:
    entities = [Entity(start=text.index(n), end=text.index(n) + len(n), label="Location", text=n) for n in names]
    span = Span(start=0, end=len(dateline))
    line = Dateline(text=dateline, span=span, place=dateline, place_span=span) if dateline else None
    article = Article(
        uri="test:1", name="1", media_type="text/plain", content_hash="0", text=text, body_text=text,
        body=Span(start=0, end=len(text)), dateline=line,
    )  # fmt: skip
    found = geocode(article, Extraction(entities=tuple(entities)), gazetteer=gazetteer)
    assert all(text[place.start : place.end] == place.text for place in found.countries)
    assert all(place.level is PlaceLevel.COUNTRY for place in found.countries)
    return [(place.text, place.country, place.role) for place in found.countries]


@pytest.mark.parametrize("text", ["A Salvadoran minister was shot dead.", "A SALVADORAN MINISTER WAS SHOT DEAD."])
def test_an_adjective_names_its_country_in_either_case(gazetteer, text):
    ((words, country, role),) = told(gazetteer, text)
    assert (words.title(), country, role) == ("Salvadoran", "SLV", PlaceRole.MENTIONED)


def test_an_adjective_of_two_words_is_one(gazetteer):
    assert [country for _, country, _ in told(gazetteer, "Two South Korean sailors were held.")] == ["KOR"]


def test_the_town_of_a_dateline_names_its_country(gazetteer):
    found = told(gazetteer, "LIMA, 3 May (ABC) -- Police found a bomb.", dateline="LIMA")
    assert found == [("LIMA", "PER", PlaceRole.DATELINE)]


def test_a_place_name_is_not_counted_again(gazetteer):
    assert told(gazetteer, "Gunmen shot a baker in Goma.", "Goma") == []
