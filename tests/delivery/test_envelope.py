"""Events leave as CloudEvents 1.0."""

import datetime as dt
from typing import Any

import msgspec

from tasks.records import Article, Change, Event, EventType, Place, PlaceRole, Span
from tasks.sink.envelope import message

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def article(**changed: Any) -> Article:
    plain = Article(
        uri="u", name="n", media_type="t", content_hash="", text="", body_text="", body=Span(start=0, end=0)
    )
    return msgspec.structs.replace(plain, **changed)


def event(*places: tuple[str | None, PlaceRole], **changed: Any) -> Event:
    locations = tuple(Place(start=0, end=1, text="x", country=country, role=role) for country, role in places)
    return msgspec.structs.replace(Event(event_id="e", event_type=EventType.ASSAULT, locations=locations), **changed)


def body(event: Event, article: Article) -> dict[str, Any]:
    return msgspec.json.decode(message(event, article).body)


def test_the_envelope_has_what_the_standard_asks_for() -> None:
    found = body(event(event_version=3, change=Change.UPDATED), article(version_created=NOON, source="my feed/ü"))
    data = found.pop("data")
    assert found == {
        "specversion": "1.0",
        "id": "e.3",
        "source": "/dateline/my%20feed%2F%C3%BC",
        "type": "dateline.event.updated.v1",
        "subject": "e",
        "time": "2026-01-01T12:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:dateline:schema:event:v1",
    }
    assert (data["event_id"], data["event_version"]) == ("e", 3)


def test_an_event_of_unknown_time_has_none_in_its_envelope() -> None:
    assert "time" not in body(event(), article())


def test_the_routing_key_names_the_country_where_it_happened() -> None:
    places = (("USA", PlaceRole.SPEAKER), (None, PlaceRole.EVENT), ("SYR", PlaceRole.EVENT))
    assert message(event(*places), article()).routing_key == "ASSAULT.SYR.created"
    assert message(event(), article()).routing_key == "ASSAULT.XXX.created"
