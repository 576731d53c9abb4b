"""Short wire articles of our own (wires.toml) and what a conflict analyst codes in them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tasks.clean import Limits, clean
from tasks.deduplicate.assemble import assemble
from tasks.extract import LanguageModel, extract
from tasks.records import Coder, Event, Realis, WireItem

WIRES = Path(__file__).with_name("wires.toml")
OCCASIONS = {"ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "RETREAT"}
UNREAL = {Realis.PLANNED, Realis.HYPOTHETICAL, Realis.NEGATED}
CODER = Coder(software="test", model="test", configuration="test")


@cache
def articles() -> dict[str, dict[str, Any]]:
    table = tomllib.loads(WIRES.read_text(encoding="utf-8"))
    return {article["id"]: article for article in table["article"]}


@pytest.fixture(scope="module")
def coded(model: LanguageModel) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for name, article in articles().items():
        item = WireItem(content=article["text"].encode(), name=name, media_type="text/plain")
        cleaned = clean(item, limits=Limits())
        (extraction,) = extract([cleaned], model=model)
        events = assemble(cleaned, extraction, coder=CODER)  # type: ignore[arg-type]
        found[name] = [event for event in events if event.event_type in OCCASIONS and event.realis not in UNREAL]
    return found


MISSED = pytest.mark.xfail(strict=True, reason="known to be missed: wires.toml says so")


def wanted() -> list[Any]:
    return [
        pytest.param(name, event, id=f"{name}-{event['told_by']}", marks=[MISSED] if "missed" in event else [])
        for name, article in articles().items()
        for event in article.get("event", [])
    ]


def told(events: list[Event], wanted: dict[str, Any]) -> Event | None:
    """The event of that type one of whose triggers holds the words."""
    return next(
        (
            event
            for event in events
            if event.event_type == wanted["type"]
            and any(wanted["told_by"] in source.trigger_text for source in event.sources)
        ),
        None,
    )


def sectors(parties: Any) -> set[str]:
    return {party.sector for party in parties}


@pytest.mark.parametrize(("name", "event"), wanted())
def test_an_event_is_coded_as_an_analyst_would(coded, name, event):
    found = told(coded[name], event)
    assert found is not None, [(e.event_type, [s.trigger_text for s in e.sources]) for e in coded[name]]
    if "acled" in event:
        assert (found.acled_sub_event_type or "") == event["acled"]
    if "actor" in event:
        assert event["actor"] in sectors(found.actors)
    if "recipient" in event:
        assert event["recipient"] in sectors(found.recipients)
    if "background" in event:
        assert (found.realis is Realis.HISTORICAL) == event["background"]


def complete() -> list[Any]:
    whole = [article for article in articles().values() if article["complete"]]
    return [pytest.param(article["id"], marks=[MISSED] if "invented" in article else []) for article in whole]


@pytest.mark.parametrize("name", complete())
def test_nothing_else_is_told_to_have_happened(coded, name):
    listed = articles()[name].get("event", [])
    known = [found for event in listed if (found := told(coded[name], event)) is not None]
    others = [event for event in coded[name] if event not in known]
    assert not [(event.event_type, [source.trigger_text for source in event.sources]) for event in others]
