"""Events as CloudEvents 1.0, one JSON object each.

Source: CloudEvents 1.0.2, section "Context attributes"; JSON event format, section 2.
"""

import datetime as dt
from urllib.parse import quote

from msgspec import UNSET, UnsetType

from tasks.ports import Message
from tasks.records import RECORD_VERSION, Article, Event, PlaceRole, Record, to_json

SCHEMA = f"urn:dateline:schema:event:v{RECORD_VERSION}"
UNKNOWN_COUNTRY = "XXX"


class CloudEvent(Record, frozen=True, kw_only=True):
    """The envelope; attribute names are the standard's, lower case without underscores."""

    specversion: str = "1.0"
    id: str
    """Event id and version: unique, and the same however often it is sent."""
    source: str
    type: str
    subject: str
    time: dt.datetime | UnsetType = UNSET
    """Left out where the story states none."""
    datacontenttype: str = "application/json"
    dataschema: str = SCHEMA
    data: Event


def message(event: Event, article: Article) -> Message:
    """The event as it goes out. Its time is the story's own, so that the same input gives the same bytes."""
    envelope = CloudEvent(
        id=f"{event.event_id}.{event.event_version}",
        source=f"/dateline/{quote(article.source or 'wire', safe='')}",
        type=f"dateline.event.{event.change}.v{RECORD_VERSION}",
        subject=event.event_id,
        time=article.version_created or article.published or article.received or UNSET,
        data=event,
    )
    return Message(routing_key=routing_key(event), body=to_json(envelope))


def routing_key(event: Event) -> str:
    """`<event type>.<country>.<change>`, as consumers of the topic exchange bind to it."""
    return f"{event.event_type}.{_country(event)}.{event.change}"


def _country(event: Event) -> str:
    happened = [place for place in event.locations if place.role is PlaceRole.EVENT] or event.locations
    return next((place.country for place in happened if place.country), UNKNOWN_COUNTRY)
