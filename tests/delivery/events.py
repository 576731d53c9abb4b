"""Events for tests of relays: whole records in their envelopes, as the sink writes them."""

from typing import Any

import msgspec
from redis import Redis

from tasks.records import (
    Article,
    Casualties,
    Change,
    Claim,
    Count,
    Event,
    EventType,
    Participant,
    Place,
    PlaceLevel,
    PlaceRole,
    Span,
)
from tasks.sink.envelope import message
from workers import keys

ARTICLE = Article(
    uri="urn:test:1",
    name="one",
    media_type="text/plain",
    content_hash="0",
    text="",
    body_text="",
    body=Span(start=0, end=0),
)
SPAN = Span(start=0, end=1)


def an_event(event_id: str, version: int = 1, **changed: Any) -> Event:
    """An attack in Mosul with a toll, whatever is changed about it."""
    killed = Count(
        best=3,
        low=3,
        high=4,
        claims=(Claim(number_low=3, number_high=4, number=3, text="three", span=SPAN, claimant="police"),),
    )
    event = Event(
        event_id=event_id,
        event_version=version,
        change=Change.CREATED if version == 1 else Change.UPDATED,
        event_type=EventType.ASSAULT,
        date_start="2024-02-02",
        actors=(Participant(text="gunmen", country="IRQ", sector="UAF"),),
        recipients=(Participant(text="a market"), Participant(text="three people", sector="CVL")),
        locations=(
            Place(start=0, end=1, text="Baghdad", country="IRQ", role=PlaceRole.MENTIONED),
            Place(
                start=0,
                end=1,
                text="Mosul",
                name="Mosul",
                geonameid=99072,
                lat=36.335,
                lon=43.11889,
                country="IRQ",
                level=PlaceLevel.CITY,
                role=PlaceRole.EVENT,
                score=0.9,
            ),
        ),
        casualties=Casualties(killed=killed),
    )
    return msgspec.structs.replace(event, **changed)


def emit_event(client: Redis, event: Event) -> str:
    """Put one onto the stream; its CloudEvents id."""
    told = message(event, ARTICLE)
    client.xadd(keys.EVENTS, {"routing_key": told.routing_key, "cloudevent": told.body})
    return f"{event.event_id}.{event.event_version}"


def emit_raw(client: Redis, cloudevent: bytes) -> str:
    """Put bytes onto the stream as they are; their stream id."""
    entry_id: Any = client.xadd(keys.EVENTS, {"routing_key": "ASSAULT.IRQ.created", "cloudevent": cloudevent})
    return str(entry_id.decode())


def emit_many(client: Redis, count: int, *, versions: int = 1, prefix: str = "e") -> list[str]:
    """Put `count` events onto the stream, in so many versions each, all first versions first; their ids."""
    pipe = client.pipeline(transaction=False)
    ids = []
    for version in range(1, versions + 1):
        for number in range(count):
            told = message(an_event(f"{prefix}{number}", version), ARTICLE)
            pipe.xadd(keys.EVENTS, {"routing_key": told.routing_key, "cloudevent": told.body})
            ids.append(f"{prefix}{number}.{version}")
    pipe.execute()
    return ids
