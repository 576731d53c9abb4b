"""An event as rows of tables: pure, from the CloudEvent in the stream to what PostgreSQL takes.

Field names are column names; see sql/.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator

import msgspec

from tasks.records import Casualties, Event, Participant, Place, PlaceRole, Record

REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()
_ESCAPE = re.compile(
    rb"\\(?:(?P<pair>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?P<unstorable>u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""Every escape sequence of a JSON text, each from its own backslash: that of `\\\\u0000` is none of a NUL."""


NO_EVENT = (msgspec.MsgspecError, RecursionError)
"""What `make_rows` raises where the bytes are no event that this version of Dateline knows."""


class EventRow(Record, frozen=True, kw_only=True):
    """Table `events`, but for what the database alone knows."""

    event_id: str
    event_version: int
    change: str
    reason: str | None
    event_type: str
    mode: str | None
    context: list[str]
    acled_event_type: str | None
    acled_sub_event_type: str | None
    cameo_root: str | None
    quad_class: int | None
    realis: str
    date_start: dt.date | None
    date_end: dt.date | None
    date_precision: str
    time_precision: int | None
    country: str | None
    political: bool
    n_mentions: int
    n_sources: int
    n_independent: int
    confidence: float
    told_at: dt.datetime | None
    stream_id: str
    record: str
    """JSON, as it came."""


class LocationRow(Record, frozen=True, kw_only=True):
    """Table `locations`."""

    event_id: str
    event_version: int
    number: int
    role: str
    text: str
    name: str | None
    geonameid: int | None
    lat: float | None
    lon: float | None
    country: str | None
    admin1: str | None
    feature_code: str | None
    level: str | None
    geo_precision: int | None
    radius_km: float | None
    score: float | None
    unresolved_reason: str | None


class ParticipantRow(Record, frozen=True, kw_only=True):
    """Table `participants`."""

    event_id: str
    event_version: int
    number: int
    side: str
    text: str
    name: str | None
    country: str | None
    sector: str | None


class CasualtyRow(Record, frozen=True, kw_only=True):
    """Table `casualties`."""

    event_id: str
    event_version: int
    kind: str
    best: int | None
    low: int | None
    high: int | None
    n_claims: int
    claimants: list[str]


class Rows(Record, frozen=True, kw_only=True):
    """All rows of one event version."""

    event: EventRow
    locations: tuple[LocationRow, ...]
    participants: tuple[ParticipantRow, ...]
    casualties: tuple[CasualtyRow, ...]


class _Envelope(Record, frozen=True, kw_only=True):
    data: msgspec.Raw
    time: dt.datetime | None = None


def make_rows(cloudevent: bytes, *, stream_id: str) -> Rows:
    """The rows of one event version.

    Raises: one of NO_EVENT.
    """
    envelope = msgspec.json.decode(storable(cloudevent), type=_Envelope)
    event = msgspec.json.decode(envelope.data, type=Event)
    return Rows(
        event=_event(event, envelope, stream_id),
        locations=tuple(_location(event, number, place) for number, place in enumerate(event.locations)),
        participants=tuple(_participants(event)),
        casualties=tuple(_casualties(event)),
    )


def storable(text: bytes) -> bytes:
    """A JSON text without what PostgreSQL's text cannot hold: NUL and halves of surrogate pairs become U+FFFD."""
    valid = text.decode("utf-8", "replace").encode()
    return _ESCAPE.sub(lambda found: REPLACEMENT if found["unstorable"] else found[0], valid)


def first_day(date: str | None) -> dt.date | None:
    """The first day of a date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD; None for anything else."""
    return _day(date, last=False)


def last_day(date: str | None) -> dt.date | None:
    """The last day of a date as far as it is known."""
    return _day(date, last=True)


def _day(date: str | None, *, last: bool) -> dt.date | None:
    if not date or not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date, flags=re.ASCII):
        return None
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    try:
        known = month or (12 if last else 1)
        return dt.date(year, known, day or (monthrange(year, known)[1] if last else 1))
    except ValueError:
        return None


def _event(event: Event, envelope: _Envelope, stream_id: str) -> EventRow:
    return EventRow(
        event_id=event.event_id,
        event_version=event.event_version,
        change=event.change.value,
        reason=event.reason,
        event_type=event.event_type.value,
        mode=event.mode,
        context=list(event.context),
        acled_event_type=event.acled_event_type,
        acled_sub_event_type=event.acled_sub_event_type,
        cameo_root=event.cameo_root,
        quad_class=event.quad_class,
        realis=event.realis.value,
        date_start=first_day(event.date_start),
        date_end=last_day(event.date_end or event.date_start),
        date_precision=event.date_precision.value,
        time_precision=event.time_precision,
        country=_country(event.locations),
        political=event.political,
        n_mentions=event.n_mentions,
        n_sources=event.n_sources,
        n_independent=event.n_independent,
        confidence=event.confidence,
        told_at=envelope.time,
        stream_id=stream_id,
        record=bytes(envelope.data).decode(),
    )


def _country(places: tuple[Place, ...]) -> str | None:
    """Of the first place where it happened: the one that stands in the routing key."""
    happened = [place for place in places if place.role is PlaceRole.EVENT] or places
    return next((place.country for place in happened if place.country), None)


def _location(event: Event, number: int, place: Place) -> LocationRow:
    return LocationRow(
        event_id=event.event_id,
        event_version=event.event_version,
        number=number,
        role=place.role.value,
        text=place.text,
        name=place.name,
        geonameid=place.geonameid,
        lat=place.lat,
        lon=place.lon,
        country=place.country,
        admin1=place.admin1,
        feature_code=place.feature_code,
        level=place.level.value if place.level else None,
        geo_precision=place.geo_precision,
        radius_km=place.radius_km,
        score=place.score,
        unresolved_reason=place.unresolved_reason,
    )


def _participants(event: Event) -> Iterator[ParticipantRow]:
    sides: list[tuple[str, Participant]] = [("actor", one) for one in event.actors]
    sides += [("recipient", one) for one in event.recipients]
    for number, (side, one) in enumerate(sides):
        yield ParticipantRow(
            event_id=event.event_id,
            event_version=event.event_version,
            number=number,
            side=side,
            text=one.text,
            name=one.name,
            country=one.country,
            sector=one.sector,
        )


def _casualties(event: Event) -> Iterator[CasualtyRow]:
    for kind in Casualties.__struct_fields__:
        count = getattr(event.casualties, kind)
        if count is not None:
            yield CasualtyRow(
                event_id=event.event_id,
                event_version=event.event_version,
                kind=kind,
                best=count.best,
                low=count.low,
                high=count.high,
                n_claims=len(count.claims),
                claimants=list(dict.fromkeys(claim.claimant for claim in count.claims if claim.claimant)),
            )
