import pytest

from tasks.geocode.recall import is_refused, offered, scene_of
from tasks.records import Entity


def entity(text: str, name: str, label: str, nth: int = 0) -> Entity:
    at = -1
    for _ in range(nth + 1):
        at = text.index(name, at + 1)
    return Entity(start=at, end=at + len(name), label=label, text=name)


def names_offered(gazetteer, text: str, entities: list[Entity]) -> list[str]:
    return [text[start:end] for start, end in offered(entities, scene_of(text, entities, gazetteer))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jordan Henderson scored twice.", "Jordan"),
        ("Lincoln said he would appeal. Abraham Lincoln left.", "Lincoln"),
        ("Mr. Houston denied the charge.", "Houston"),
        ("The hotel heiress Paris Hiltonova arrived.", "Paris"),
    ],
)
def test_a_persons_name_is_no_place(gazetteer, text, name):
    entities = [entity(text, name, "Location")]
    if "Abraham" in text:
        entities.append(entity(text, "Abraham Lincoln", "Person"))
    assert is_refused(entities[0], scene_of(text, entities, gazetteer))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Washington said it would respond.", "Washington"),
        ("Jordan said it had closed the border.", "Jordan"),
        ("Shells fell in Lincoln on Sunday.", "Lincoln"),
        ("Troops left Aleppo.", "Aleppo"),
    ],
)
def test_a_place_stays_a_place(gazetteer, text, name):
    one = entity(text, name, "Location")
    assert not is_refused(one, scene_of(text, [one], gazetteer))


def test_a_virus_is_no_river(gazetteer):
    text = "The Ebola virus spread. Ebola has killed hundreds."
    second = entity(text, "Ebola", "Location", nth=1)
    assert is_refused(second, scene_of(text, [second], gazetteer))


@pytest.mark.parametrize(
    ("text", "label", "name"),
    [
        ("Police in Greer, S.C., arrested two men.", None, "Greer"),
        ("A man was shot in Bicester on Monday.", None, "Bicester"),
        ("Officials of Walker County met.", None, "Walker County"),
        ("The plan was rejected by Kentucky on Friday.", "Person", "Kentucky"),
    ],
)
def test_a_missed_place_is_offered(gazetteer, text, label, name):
    entities = [entity(text, name, label)] if label else []
    assert name in names_offered(gazetteer, text, entities)


def test_a_place_in_the_name_of_a_public_body_is_offered(gazetteer):
    text = "The Columbus Police Department made an arrest."
    assert names_offered(gazetteer, text, [entity(text, "Columbus Police Department", "Organization")]) == ["Columbus"]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("He told the Washington Post about it.", "Washington Post", "Organization"),
        ("In March the talks ended.", "March", "Date"),
        ("Paris Hilton waved.", "Paris Hilton", "Person"),
        ("Ms. Nice spoke on Reading.", "Nice", "Person"),
    ],
)
def test_papers_months_and_persons_are_not_offered(gazetteer, text, name, label):
    assert names_offered(gazetteer, text, [entity(text, name, label)]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The show starts at 9 p.m. EST on Friday.", "EST"),
        ("Drama at the summit. The drama went on for hours.", "Drama"),
        ("They grew angrier by the hour.", "angrier"),
    ],
)
def test_time_zones_and_common_words_are_no_places(gazetteer, text, name):
    found = [entity(text, name, "Location")]
    assert is_refused(found[0], scene_of(text, found, gazetteer))


def test_a_time_zone_is_not_offered(gazetteer):
    assert names_offered(gazetteer, "Polls close at 7 p.m. in EST and later elsewhere.", []) == []


def test_a_town_whose_name_is_also_a_word_stays_a_place_where_it_is_used_as_one(gazetteer):
    text = "Shells fell in Split on Monday. The talks split the party."
    found = [entity(text, "Split", "Location")]
    assert not is_refused(found[0], scene_of(text, found, gazetteer))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Members of the Patriotic Union (UP) were killed. UP leaders fled.", "UP"),
        ("THE UP [PATRIOTIC UNION] TOOK PART. FOUR UP MEMBERS DIED.", "UP"),
        ("THEY FLED IN A JEEPNEYCO.", "JEEPNEYCO"),
    ],
)
def test_letters_of_a_body_and_one_of_many_things_are_no_places(gazetteer, text, name):
    entities = [entity(text, name, "Location")]
    assert is_refused(entities[0], scene_of(text, entities, gazetteer))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He left the United Arab Emirates (UAE). The UAE agreed.", "UAE"),
        ("Police raided a Beirut hospital.", "Beirut"),
        ("Fighting went on in Northern Ireland.", "Northern Ireland"),
        ("Two died in Toulouse (FRA) on Sunday.", "Toulouse"),
    ],
)
def test_letters_of_a_country_and_towns_with_an_article_stay_places(gazetteer, text, name):
    entities = [entity(text, name, "Location")]
    assert not is_refused(entities[0], scene_of(text, entities, gazetteer))
