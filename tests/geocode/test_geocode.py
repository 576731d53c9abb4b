from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.geocode import geocode
from tasks.geocode.surroundings import demonyms_of
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


def test_what_holds_another_place_is_not_where_it_happened_too(gazetteer):
    text = "Artillery hit a camp in Zakho, Dohuk."
    cues = [cue(text, "Zakho", "in", 0.9), cue(text, "Dohuk", "container", 0.45)]
    places = event_places(gazetteer, text, ["Zakho", "Dohuk"], cues)
    assert [place.text for place in places] == ["Zakho"]


def test_an_origin_is_not_where_it_happened(gazetteer):
    text = "Rockets fired from Gaza hit Ashkelon."
    cues = [cue(text, "Gaza", "from", 0.2), cue(text, "Ashkelon", "target", 0.85)]
    roles = {place.text: place.role for place in event_places(gazetteer, text, ["Gaza", "Ashkelon"], cues)}
    assert roles == {"Ashkelon": PlaceRole.EVENT, "Gaza": PlaceRole.ORIGIN}


def test_the_dateline_stands_in_for_a_place_that_is_not_told_and_says_so(gazetteer):
    text = "KABUL, Feb 3 - Gunmen killed two people on Sunday."
    (place,) = event_places(gazetteer, text, ["KABUL"], [], dateline="KABUL")
    assert (place.role, place.country) == (PlaceRole.DATELINE, "AFG")


def test_several_places_of_one_event_all_stay(gazetteer):
    text = "Air strikes hit Homs, Hama and Aleppo."
    names = ["Homs", "Hama", "Aleppo"]
    places = event_places(gazetteer, text, names, [cue(text, name, "target", 0.85) for name in names])
    assert [place.text for place in places] == names


@pytest.mark.parametrize(
    ("text", "name", "precision"),
    [
        ("Clashes broke out in eastern Deir Ezzor.", "Deir Ezzor", 2),
        ("Clashes broke out in the Idlib countryside.", "Idlib", 2),
        ("Clashes broke out near Mosul.", "Mosul", 2),
        ("Clashes broke out in Mosul.", "Mosul", 1),
        ("Clashes broke out in Iraq.", "Iraq", 3),
        ("Clashes broke out in northern Syria.", "Syria", 3),
    ],
)
def test_precision_says_how_exact_the_text_is(gazetteer, text, name, precision):
    (place,) = places_of(gazetteer, text, [name])
    assert place.geo_precision == precision


def test_a_side_of_a_country_is_a_region_on_that_side(gazetteer):
    (place,) = places_of(gazetteer, "Clashes broke out in northern Syria.", ["Syria"])
    assert place.level == PlaceLevel.REGION
    assert place.lat > 35.5


def test_a_distance_after_the_name_chooses_the_place(gazetteer):
    text = "She was shot in La Esperanza, 180 kilometers west of Tegucigalpa."
    one, _ = places_of(gazetteer, text, ["La Esperanza", "Tegucigalpa"])
    assert one.country == "HND"
    assert one.lon < -87.8


def test_washington_in_a_dateline_is_the_city(gazetteer):
    text = "WASHINGTON (AP) — The president said on Monday that U.S. troops would leave."
    place = places_of(gazetteer, text, ["WASHINGTON", "U.S."])[0]
    assert place.lat == pytest.approx(38.9, abs=0.1)


def test_a_site_the_gazetteer_does_not_know_gets_the_town_beside_it(gazetteer):
    text = "A man was shot on Zorvand Street in Mosul."
    street, town = places_of(gazetteer, text, ["Zorvand Street", "Mosul"])
    assert (street.lat, street.lon) == (town.lat, town.lon)
    assert street.geo_precision == 2


def test_upper_case_copy_is_read(gazetteer):
    text = "GUERRILLAS ATTACKED A POWER STATION IN SAN SALVADOR, EL SALVADOR."
    places = places_of(gazetteer, text, ["SAN SALVADOR", "EL SALVADOR"])
    assert [place.country for place in places] == ["SLV", "SLV"]


WORDS = st.sampled_from(
    ["Aleppo", "Mosul", "Paris", "Texas", "Springfield", "Zorvandia", "U.S.", "in", "near", ",", "30 km north of",
     "said", "the", "Iraq", "Washington", "Deir Ezzor", "x", "St.", "County", "(", "“"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=1, max_size=14))
def test_geocode_is_total_and_deterministic(gazetteer, words):
    text = " ".join(words)
    names = [word for word in words if word[0].isupper()]
    before = Extraction(entities=entities_of(text, names))
    one = geocode(article_of(text), before, gazetteer=gazetteer)
    two = geocode(article_of(text), before, gazetteer=gazetteer)
    assert one == two
    assert all(place.name is not None or place.unresolved_reason for place in one.places)
    assert all(text[place.start : place.end] == place.text for place in one.places)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet="bdfglmnprstvz", min_size=7, max_size=9), st.sampled_from(["Aleppo", "Mosul", "Kharkiv", "Lagos"])
)
def test_a_name_that_resolves_to_nothing_changes_no_other(gazetteer, letters, known):
    text = f"Troops entered {letters.capitalize()}xq. Others stayed in {known}."
    odd = letters.capitalize() + "xq"
    together = places_of(gazetteer, text, [odd, known])
    alone = places_of(gazetteer, text, [known])
    assert together[0].name is None
    assert together[1] == alone[0]


def test_the_order_of_entities_does_not_matter(gazetteer):
    text = "Fighting spread from Homs to Hama, then to Paris, Texas, and to London."
    entities = entities_of(text, ["Homs", "Hama", "Paris", "Texas", "London"])
    one = geocode(article_of(text), Extraction(entities=entities), gazetteer=gazetteer)
    two = geocode(article_of(text), Extraction(entities=entities[::-1]), gazetteer=gazetteer)
    assert one.places == two.places


@pytest.mark.parametrize("country", ["Mexico", "Guatemala", "Kuwait", "Panama"])
def test_a_country_is_not_its_capital(gazetteer, country):
    text = f"The economy of {country} grew, and officials in the United States praised {country}."
    places = places_of(gazetteer, text, [country, "United States", country])
    assert places[0].level == places[2].level == PlaceLevel.COUNTRY


@pytest.mark.parametrize("word", ["West", "Northern", "South"])
def test_a_direction_alone_is_no_place(gazetteer, word):
    (place,) = places_of(gazetteer, f"Relations with the {word} are cool.", [word])
    assert place.name is None


@pytest.mark.parametrize(
    ("words", "name"), [("the Peruvian capital", "Lima"), ("the capital", "Madrid"), ("this city", "Sevilla")]
)
def test_a_town_that_is_only_described_is_the_capital_or_where_the_story_was_filed(gazetteer, words, name):
    text = f"Seville, 3 Feb. A bomb went off in {words}, Spain said. Spain sent police from Spain."
    span = words.removeprefix("the ")
    places = event_places(gazetteer, text, ["Spain"], [cue(text, span, "in", 0.9)], dateline="Seville")
    assert [(place.name, place.text, place.role) for place in places] == [(name, span, PlaceRole.EVENT)]


def test_a_described_town_of_no_known_country_is_nowhere(gazetteer):
    text = "A bomb went off in the capital. This city slept."
    assert event_places(gazetteer, text, [], [cue(text, "capital", "in", 0.9), cue(text, "This city", "in", 0.9)]) == []


def test_described_towns_stay_out_of_the_places_of_the_article(gazetteer):
    text = "A bomb went off in the Peruvian capital, sources in Cusco said."
    assert [place.text for place in places_of(gazetteer, text, ["Cusco"])] == ["Cusco"]


@pytest.mark.parametrize("side", ["Northeast", "EASTERN", "North of"])
def test_no_event_happened_in_a_mere_side(gazetteer, side):
    text = f"A bomb went off in {side}, near Mosul."
    cues = [cue(text, side, "in", 0.9), cue(text, "Mosul", "near", 0.8)]
    assert [place.text for place in event_places(gazetteer, text, [side, "Mosul"], cues)] == ["Mosul"]


@pytest.mark.parametrize(
    "text", ["The Salvadoran army and Costa Rican police", "THE SALVADORAN ARMY AND COSTA RICAN POLICE"]
)
def test_adjectives_are_read_in_upper_case_copy_as_well(gazetteer, text):
    assert demonyms_of(text, gazetteer) == {"SV": 1, "CR": 1}
