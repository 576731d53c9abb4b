"""Who a name stands for: leaders by name, title and year, nationalities inside compounds, what sits where."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean import Limits, clean
from tasks.extract import LanguageModel, extract
from tasks.extract.actors import Identity, folded, identify, known_in, leader_of, leaders
from tasks.extract.compounds import join
from tasks.extract.words import rows
from tasks.records import WireItem


@pytest.mark.parametrize(
    ("name", "titled", "year", "country"),
    [
        ("Yoweri Museveni", False, None, "UGA"),
        ("Museveni", False, None, "UGA"),
        ("Nicolás Maduro", False, 2019, "VEN"),
        ("Nicolas Maduro's", False, 2019, "VEN"),
        ("Major", False, None, None),
        ("Major", True, 1994, "GBR"),
        ("Banda", True, 1980, "MWI"),
        ("Banda", True, 2010, "ZMB"),
        ("Banda", True, 2013, None),
        ("Laura Bush", False, 2003, None),
        ("Nobody Inparticular", True, 2003, None),
    ],
)
def test_leaders_are_known_by_name_title_and_year(name, titled, year, country):
    found = leader_of(name, titled=titled, year=year)
    assert (found.country if found else None) == country


def test_every_leader_has_a_state_and_years_in_order():
    states = {row["iso3"] for row in rows("countries.csv")}
    for known in {leader for held in leaders()[0].values() for leader in held}:
        assert known.country in states, known
        assert 1900 < known.first <= known.last, known
        assert not re.search(r"\d", known.name), known


@given(st.text(max_size=40), st.booleans(), st.one_of(st.none(), st.integers(1900, 2100)))
def test_any_text_can_be_asked_for_a_leader(text, titled, year):
    leader_of(text, titled=titled, year=year)
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("phrase", "country"),
    [
        ("Vietnamese-led forces", "VNM"),
        ("Tamil Nadu police", "IND"),
        ("Bosnian Serb gunners", "BIH"),
        ("the Élysée", "FRA"),
        ("Sahrawi refugees", "ESH"),
    ],
)
def test_phrases_name_countries(phrase, country):
    assert known_in(phrase)[0].country == country


def test_who_backs_a_group_is_not_its_country():
    assert "TUR" not in {entry.country for entry in known_in("Turkish-backed Syrian rebels")}


def test_an_ethnic_minority_is_not_of_the_state_of_its_name():
    assert identify("Ethnic Albanians", "Albanians", ("Ethnic",)) == Identity(None, None, "CVL")
    assert identify("ethnic Albanian rebels in Macedonia", "rebels", ("ethnic", "Albanian")).country == "MKD"


def parties(model: LanguageModel, sentence: str) -> set[str | None]:
    item = WireItem(content=sentence.encode(), name="sentence", media_type="text/plain")
    (found,) = extract([clean(item, limits=Limits())], model=model)
    return {party.country for mention in found.mentions for party in mention.actors}


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("A radio station based in Beirut accused the general of lying.", "LBN"),
        ("President Museveni condemned the attack on the village.", "UGA"),
        ("Lifting the embargo was out of the question, Danish officials said.", "DNK"),
        ("The IRA claimed responsibility for the bomb that killed two policemen.", "GBR"),
        ("Norwegian helicopters and tanks shelled the hill on Monday.", "NOR"),
    ],
)
def test_actors_get_the_country_that_the_text_gives_them(model, sentence, country):
    assert country in parties(model, sentence)


def test_compounds_of_the_lexicon_are_one_word(model):
    (doc,) = model.read(["The rebels broke the cease-fire during a sit-in of the co-operative."])
    before = doc.text
    join(doc)
    words = [token.text for token in doc]
    assert {"cease-fire", "sit-in"} <= set(words)
    assert doc.text == before


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("Canada has threatened further action against Brazil over the fishing dispute.", "BRA"),
        ("Norway lifted its ban on imports of whale meat from Iceland.", "ISL"),
    ],
)
def test_whom_an_act_concerns_is_found_wherever_it_is_named(model, sentence, country):
    item = WireItem(content=sentence.encode(), name="sentence", media_type="text/plain")
    (found,) = extract([clean(item, limits=Limits())], model=model)
    assert country in {party.country for mention in found.mentions for party in mention.recipients}


@pytest.mark.parametrize(
    ("sentence", "sector"),
    [
        ("Gunmen shot dead the indigenous leader Rosa Choque in Sucre on Monday.", "CVL"),
        ("Gunmen shot dead the union leader Pedro Lima in Recife on Monday.", "LAB"),
    ],
)
def test_what_kind_of_leader_somebody_is_decides_the_sector(model, sentence, sector):
    item = WireItem(content=sentence.encode(), name="sentence", media_type="text/plain")
    (found,) = extract([clean(item, limits=Limits())], model=model)
    assert sector in {party.sector for mention in found.mentions for party in mention.recipients}
