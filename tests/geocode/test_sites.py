import pytest

from tasks.geocode import geocode
from tasks.records import Article, Entity, Extraction, Place, PlaceLevel, Span


def places_of(gazetteer, text: str, names: list[str]) -> dict[str, Place]:
    entities, at = [], 0
    for name in names:
        at = text.index(name, at)
        entities.append(Entity(start=at, end=at + len(name), label="Location", text=name))
        at += len(name)
    article = Article(
        uri="test:1", name="1", media_type="text/plain", content_hash="0", text=text, body_text=text,
        body=Span(start=0, end=len(text)),
    )  # fmt: skip
    places = geocode(article, Extraction(entities=tuple(entities)), gazetteer=gazetteer).places
    return {place.text: place for place in places}


IN_MOSUL = [
    ("Gunmen stormed Zorvandia, a village near Mosul, on Monday.", "Zorvandia"),
    ("A bomb went off in Brenquath (Mosul) on Monday.", "Brenquath"),
    ("Shells hit Glimmerwick, on the outskirts of Mosul, at dawn.", "Glimmerwick"),
]


@pytest.mark.parametrize(("text", "name"), IN_MOSUL)
def test_a_name_said_to_lie_in_a_town_is_placed_there_roughly(gazetteer, text, name):
    places = places_of(gazetteer, text, [name, "Mosul"])
    place, town = places[name], places["Mosul"]
    assert (place.lat, place.lon) == (town.lat, town.lon)
    assert place.geo_precision == 2
    assert place.radius_km >= 10
    assert place.score < 0.5


def test_an_unknown_name_that_nothing_places_stays_unresolved(gazetteer):
    places = places_of(gazetteer, "Troops left Zorvandia on Monday. Officials in Mosul agreed.", ["Zorvandia", "Mosul"])
    assert places["Zorvandia"].name is None
    assert places["Zorvandia"].unresolved_reason


def test_an_unknown_name_in_a_country_stays_unresolved(gazetteer):
    places = places_of(gazetteer, "Troops left Zorvandia, Iraq, on Monday.", ["Zorvandia", "Iraq"])
    assert places["Zorvandia"].name is None


def test_an_unknown_town_in_a_list_is_not_in_the_next_one(gazetteer):
    text = "Rockets hit Zorvandia, Mosul and Kirkuk on Monday."
    assert places_of(gazetteer, text, ["Zorvandia", "Mosul", "Kirkuk"])["Zorvandia"].name is None


def test_a_site_stands_at_the_town_named_beside_it(gazetteer):
    text = "Two died when a stand fell at Hollowbrook Racecourse in the west of Nairobi."
    site = places_of(gazetteer, text, ["Hollowbrook Racecourse", "Nairobi"])["Hollowbrook Racecourse"]
    assert site.name == "Nairobi"
    assert site.geo_precision == 2


def test_a_university_named_after_a_state_stands_in_the_state_s_town_that_is_named(gazetteer):
    text = "Students at Texas Northwestern College marched through Lubbock; classes in Chicago went on."
    site = places_of(gazetteer, text, ["Texas Northwestern College", "Lubbock", "Chicago"])[
        "Texas Northwestern College"
    ]
    assert site.name == "Lubbock"


def test_an_embassy_is_not_in_the_country_it_speaks_for(gazetteer):
    text = "A car bomb exploded outside the Brazilian Embassy in Beirut."
    site = places_of(gazetteer, text, ["Brazilian Embassy", "Beirut"])["Brazilian Embassy"]
    assert site.country != "BRA"


def test_an_abbreviation_is_the_country_whose_initials_it_has(gazetteer):
    text = "Miners in South Africa went on strike. Unions across SA joined; SA exports fell."
    assert places_of(gazetteer, text, ["South Africa", "SA", "SA"])["SA"].country == "ZAF"


def test_a_state_s_code_after_a_comma_stays_the_state(gazetteer):
    text = "Firms from New York moved to Albany, NY, last year."
    places = places_of(gazetteer, text, ["New York", "Albany", "NY"])
    assert places["NY"].feature_code == "ADM1"


def test_a_country_is_not_its_capital_because_that_is_named_too(gazetteer):
    text = "MEXICO CITY - Police said Mexico had sent troops. The president of Mexico spoke on Monday."
    assert places_of(gazetteer, text, ["MEXICO CITY", "Mexico", "Mexico"])["Mexico"].level == PlaceLevel.COUNTRY


def test_a_list_of_countries_names_countries(gazetteer):
    text = "Envoys of Armenia, Georgia and Azerbaijan met on Monday."
    places = places_of(gazetteer, text, ["Armenia", "Georgia", "Azerbaijan"])
    assert places["Georgia"].country == "GEO"
    assert places["Georgia"].level == PlaceLevel.COUNTRY


@pytest.mark.parametrize(
    ("name", "geonameid"),
    [
        ("Heathrow", 2647216),
        ("Schiphol", 6296680),
        ("Dulles International Airport", 4792325),
        ("European Union", 6695072),
    ],
)
def test_airports_and_regions_have_their_geonames_id(gazetteer, name, geonameid):
    assert geonameid in gazetteer.index.id[gazetteer.search(name).rows].tolist()


def test_a_region_that_is_a_division_is_held_once(gazetteer):
    rows = [
        row
        for row in gazetteer.exact("Crimea").rows.tolist()
        if gazetteer.index.codes[gazetteer.index.code[row]] in {"ADM1", "PEN"}
    ]
    assert [int(gazetteer.index.id[row]) for row in rows] == [703883]


def test_a_small_town_with_a_post_office_is_known(gazetteer):
    rows = gazetteer.exact("Monhegan").rows.tolist()
    assert "US.ME" in {gazetteer.index.divisions[gazetteer.index.admin1[row]] for row in rows}


def test_a_site_said_to_be_in_a_country_is_in_no_town_of_another(gazetteer):
    text = "Drones hit Glimmer Tower, a small US outpost in Jordan. Jets later struck Mosul."
    places = places_of(gazetteer, text, ["Glimmer Tower", "US", "Jordan", "Mosul"])
    assert places["Glimmer Tower"].country in {None, "JOR"}


def test_names_without_an_abbreviation_are_left_alone_beside_one(gazetteer):
    text = "The U.S. and the Isle of Man signed. Canada and Turkey did not."
    places = places_of(gazetteer, text, ["U.S.", "Isle of Man", "Canada", "Turkey"])
    assert [places[name].country for name in ("Canada", "Turkey")] == ["CAN", "TUR"]


def test_a_town_and_its_state_in_one_span_are_two_places(gazetteer):
    places = places_of(gazetteer, "The fire began in Buffalo, New York, on Monday.", ["Buffalo, New York"])
    assert places["Buffalo"].admin1 == "New York"
    assert places["New York"].feature_code == "ADM1"


def test_of_two_towns_that_far_off_the_one_in_that_direction_is_meant(gazetteer):
    text = "She was shot in La Esperanza, Honduras, 112 miles (180 kilometers) west of Tegucigalpa."
    places = places_of(gazetteer, text, ["La Esperanza", "Honduras", "Tegucigalpa"])
    assert places["La Esperanza"].geonameid == 3607966


def test_an_abbreviation_is_read_by_what_the_text_spells_out(gazetteer):
    text = "Millions of South Africans own no land. Mines in SA are deep."
    assert places_of(gazetteer, text, ["SA"])["SA"].country == "ZAF"


def test_a_short_city_in_upper_case_copy_is_no_abbreviation(gazetteer):
    text = "BOMBS WENT OFF IN LIMA AND IN LAS IMPERIALES MONTANAS ALTAS."
    assert places_of(gazetteer, text, ["LIMA"])["LIMA"].country == "PER"


QUARTERS = [
    "A bomb went off in the Normandia neighborhood of Bogota on Monday.",
    "A bomb went off in the suburb of Normandia in western Bogota.",
    "BOGOTA, MONDAY. A BOMB WENT OFF IN NORMANDIA NEIGHBORHOOD. IT WAS REPORTED IN BOGOTA.",
]


@pytest.mark.parametrize("text", QUARTERS)
def test_a_quarter_lies_in_the_town_named_beside_it_and_not_where_a_village_bears_its_name(gazetteer, text):
    quarter, town = ("NORMANDIA", "BOGOTA") if text.isupper() else ("Normandia", "Bogota")
    places = places_of(gazetteer, text, [quarter, town])
    assert (places[quarter].lat, places[quarter].lon) == (places[town].lat, places[town].lon)
    assert places[quarter].level is PlaceLevel.POINT


def test_a_capital_stays_what_it_is_where_its_suburb_is_told_of(gazetteer):
    text = "A bomb went off in a Beirut suburb. Police in Tripoli and in Damascus gave no details."
    assert places_of(gazetteer, text, ["Beirut", "Tripoli", "Damascus"])["Beirut"].name == "Beirut"


@pytest.mark.parametrize("name", ["Zorvandia", "Merida"])
def test_a_name_before_its_division_lies_in_that_division_and_in_no_other_country(gazetteer, name):
    text = f"Gunmen stormed {name}, Usulutan department, in El Salvador on Monday."
    place = places_of(gazetteer, text, [name, "Usulutan department", "El Salvador"])[name]
    assert (place.country, place.text) == ("SLV", name)
    assert place.geo_precision == 3


def test_upper_case_copy_says_as_well_where_a_site_lies(gazetteer):
    text = "A FIRE BROKE OUT AT THE HOLLOWBROOK COUNTRY CLUB IN NAKURU, AUTHORITIES IN NAIROBI SAID. NAIROBI SENT HELP."
    places = places_of(gazetteer, text, ["HOLLOWBROOK COUNTRY CLUB", "NAKURU", "NAIROBI", "NAIROBI"])
    assert places["HOLLOWBROOK COUNTRY CLUB"].name == "Nakuru"


def test_a_quarter_stays_one_where_it_is_named_again(gazetteer):
    text = "A bomb went off in the Normandia neighborhood. Police in Bogota closed Normandia, they said."
    entities = ["Normandia", "Bogota", "Normandia"]
    assert places_of(gazetteer, text, entities)["Normandia"].country == "COL"
