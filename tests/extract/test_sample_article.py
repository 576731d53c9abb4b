"""The article this project starts from, on the shipped model: events, claimants, and what must not be there."""

from functools import lru_cache
from pathlib import Path

import pytest

from tasks.clean import Limits, clean
from tasks.deduplicate.assemble import assemble
from tasks.extract import extract, load_model
from tasks.geocode import geocode, open_gazetteer
from tasks.records import Article, Coder, Event, Extraction, PlaceRole, WireItem

SAMPLE = Path(__file__).parents[2] / "workers" / "samples" / "us-airstrikes-syria-iraq.txt"


@lru_cache(maxsize=1)
def coded(folder: Path) -> tuple[Article, Extraction, tuple[Event, ...]]:
    article = clean(WireItem(content=SAMPLE.read_bytes(), name=SAMPLE.name), limits=Limits())
    extraction = extract([article], model=load_model())[0]
    assert isinstance(extraction, Extraction)
    placed = geocode(article, extraction, gazetteer=open_gazetteer(folder))
    return article, placed, assemble(article, placed, coder=Coder(software="test", model="test", configuration="test"))


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> tuple[Event, ...]:
    return coded(tmp_path_factory.getbasetemp() / "gazetteer")[2]


@pytest.fixture(scope="module")
def strikes(events) -> Event:
    return next(event for event in events if event.mode == "aerial")


@pytest.fixture(scope="module")
def tower(events) -> Event:
    return next(event for event in events if event.event_type == "ASSAULT" and event.mode != "aerial")


def test_the_strikes_are_one_aerial_assault_of_2_february(strikes):
    assert strikes.event_type == "ASSAULT"
    assert strikes.acled_sub_event_type == "Air/drone strike"
    assert strikes.date_start == "2024-02-02"
    assert strikes.realis == "actual"
    assert (strikes.actors[0].country, strikes.actors[0].sector) == ("USA", "MIL")


def test_the_strikes_hit_three_towns(strikes):
    places = {place.text for place in strikes.locations if place.role is PlaceRole.EVENT}
    assert {"al-Mayadeen", "Al-Bukamal", "al-Qaem"} <= places


def test_three_were_killed_as_media_loyal_to_iran_claim(strikes):
    assert strikes.casualties.killed.best == 3
    assert "Iran" in strikes.casualties.killed.claims[0].claimant


def test_targets_munitions_and_facilities_keep_their_claimants(strikes):
    said = {(quantity.kind, quantity.number): quantity.claimant for quantity in strikes.quantities}
    assert said["targets_struck", 85] == said["munitions", 125] == "US Central Command"
    assert said["facilities", 3] == said["facilities", 4] == said["duration", 30] == "John Kirby"


def test_tower_22_is_another_and_historical_event(tower):
    assert tower.realis == "historical"
    assert tower.casualties.killed.best == 3
    assert [place.country for place in tower.locations if place.lat is not None] == ["JOR"]
    assert tower.recipients[0].country == "USA"


def test_nothing_happens_in_washington(events):
    assert not [place for event in events for place in event.locations if place.name and "Washington" in place.name]


def test_every_value_stands_in_the_text(events):
    article = clean(WireItem(content=SAMPLE.read_bytes(), name=SAMPLE.name), limits=Limits())
    for event in events:
        for source in event.sources:
            assert article.text[source.trigger.start : source.trigger.end] == source.trigger_text
        for place in event.locations:
            assert article.text[place.start : place.end] == place.text
        for claim in event.casualties.killed.claims if event.casualties.killed else ():
            assert article.text[claim.span.start : claim.span.end] == claim.text
