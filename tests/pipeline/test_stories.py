"""Short wire stories with what an analyst records of them: one event for each occasion, its day, its human cost.

Adding a story to `stories.toml` edits no code.
"""

import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

from config.settings import Settings
from tasks.records import Casualties, Event, Parcel, WireItem
from workers.equipment import Equipment
from workers.inprocess import process

STORIES = tomllib.loads((Path(__file__).parent / "stories.toml").read_text(encoding="utf-8"))["story"]
KINDS = Casualties.__struct_fields__
OPEN = -1


@lru_cache(maxsize=1)
def parcels() -> dict[str, Parcel]:
    """All stories, read together."""
    items = [WireItem(content=story["text"].encode(), name=story["name"]) for story in STORIES]
    return {parcel.name: parcel for parcel in process(items, Equipment(Settings()))}


def cost(event: Event, kind: str) -> list[int] | None:
    """Best, low and high of one kind of harm."""
    count = getattr(event.casualties, kind)
    return count and [OPEN if value is None else value for value in (count.best, count.low, count.high)]


def told(event: Event, asked: dict[str, object]) -> dict[str, object]:
    """What an event says of what is asked for, in the same words."""
    found: dict[str, object] = {"type": event.event_type.value}
    if "date" in asked:
        found["date"] = [event.date_start, event.date_end]
    for kind in KINDS:
        if kind in asked:
            found[kind] = cost(event, kind)
        if f"{kind}_by" in asked:
            claims = getattr(event.casualties, kind).claims if cost(event, kind) else ()
            who = " | ".join(claim.claimant or "" for claim in claims)
            found[f"{kind}_by"] = [part for part in asked[f"{kind}_by"] if part.lower() in who.lower()]
    if "by" in asked:
        who = " | ".join(said.speaker or said.organisation or "" for said in event.attributions)
        found["by"] = asked["by"] if str(asked["by"]).lower() in who.lower() else who
    return found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
def test_an_analyst_would_record_the_same(story):
    events = parcels()[story["name"]].events
    for asked in story["event"]:
        same = [told(event, asked) for event in events if event.event_type == asked["type"]]
        assert asked in same
