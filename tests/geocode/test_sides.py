"""'Eastern Ethiopia' lies where the people of the east live; a name no gazetteer knows needs a close tie."""

import pytest

from tasks.geocode.locate import locate
from tasks.geocode.sides import side_of
from tasks.records import EventType, Mention, Place, PlaceCue, PlaceLevel, Span

AT = Span(start=0, end=1)


def row_of(gazetteer, iso2: str) -> int:
    return gazetteer.index.country_rows[gazetteer.index.countries.index(iso2)]


@pytest.mark.parametrize(
    ("iso2", "bearing", "lat", "lon"),
    [
        ("ET", 90.0, (5, 11), (41, 46)),
        ("UA", 90.0, (46, 50.5), (35, 40)),
        ("NG", 45.0, (9, 13.5), (8.5, 14)),
        ("LB", 180.0, (33, 33.8), (35, 36)),
    ],
)
def test_the_side_of_a_country_lies_within_it(gazetteer, iso2, bearing, lat, lon):
    side = side_of(gazetteer, row_of(gazetteer, iso2), bearing, within_division=False)
    assert lat[0] < side.lat < lat[1]
    assert lon[0] < side.lon < lon[1]


def test_a_country_of_one_town_has_no_sides(gazetteer):
    assert side_of(gazetteer, row_of(gazetteer, "VA"), 0.0, within_division=False) is None


def test_the_side_of_a_division_lies_within_the_division(gazetteer):
    index = gazetteer.index
    texas = index.division_rows[index.divisions.index("US.TX")]
    side = side_of(gazetteer, texas, 180.0, within_division=True)
    assert 25.8 < side.lat < float(index.lat[texas])
    assert abs(side.lon - float(index.lon[texas])) < 4.0


@pytest.mark.parametrize(("weight", "kept"), [(0.2, 0), (0.6, 1)])
def test_an_unknown_name_counts_only_where_syntax_ties_it(weight, kept):
    unknown = Place(start=10, end=15, text="Xanto", unresolved_reason="no place of this name in the gazetteer")
    cue = PlaceCue(span=Span(start=10, end=15), relation="in", weight=weight)
    mention = Mention(trigger=AT, trigger_text="", sentence=AT, event_type=EventType.ASSAULT, place_cues=(cue,))
    assert len(locate(mention, [unknown])) == kept


def test_a_known_name_counts_from_a_loose_tie_on():
    known = Place(start=10, end=15, text="Xanto", name="Xanto", lat=1.0, lon=1.0, level=PlaceLevel.CITY)
    cue = PlaceCue(span=Span(start=10, end=15), relation="previous", weight=0.2)
    mention = Mention(trigger=AT, trigger_text="", sentence=AT, event_type=EventType.ASSAULT, place_cues=(cue,))
    assert len(locate(mention, [known])) == 1
