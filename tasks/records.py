"""The records that pass between stages and out to consumers.

Frozen, typed, serialised as JSON. Text is `str`; every offset is a code point, `[start, end)`, into
`Article.text`, so that `text[start:end]` is the evidence. Datetimes are aware UTC. None means "not known",
never "" or 0. Field names follow PLOVER, ACLED, GeoNames and ninjs where they have one.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

RECORD_VERSION = 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, keyword-only; a reader of an older version ignores fields it does not know."""


class Span(Record, frozen=True, kw_only=True):
    """A stretch of `Article.text`, code points, end exclusive."""

    start: int
    end: int


# --- the wire ---------------------------------------------------------------------------------------------


class Status(StrEnum):
    """Publication status of an article, as in NewsML-G2 pubStatus and ninjs pubstatus."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"
    EMBARGOED = "embargoed"


class Signal(StrEnum):
    """What the sender says this version is, relative to what it sent before."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    REFILE = "refile"
    REPEAT = "repeat"


class WireItem(Record, frozen=True, kw_only=True):
    """One item as it was received: bytes nobody has looked into yet, and what the sender said beside them."""

    content: bytes
    name: str
    """File name or feed entry id; its stem names the article in reports."""
    media_type: str | None = None
    """As declared by the sender; a hint only, the format is recognised by content."""
    uri: str | None = None
    source: str | None = None
    """Identifier of the configured source (feed, folder) it came from."""
    received: dt.datetime | None = None
    language: str | None = None
    """Default language of the source, BCP 47."""
    time_zone: str | None = None
    """IANA zone that times without an offset are in."""
    depth: int = 0
    """How many containers it came out of."""


class Dateline(Record, frozen=True, kw_only=True):
    """The line that says where and when a story was filed: 'DAMASCUS, Feb 2 (Reuters) -'."""

    text: str
    span: Span
    place: str | None = None
    place_span: Span | None = None
    date: dt.date | None = None
    agency: str | None = None


class SenderPlace(Record, frozen=True, kw_only=True):
    """A place the sender gave as metadata; kept apart from the places Dateline finds."""

    name: str
    code: str | None = None
    lat: float | None = None
    lon: float | None = None


class Article(Record, frozen=True, kw_only=True):
    """One version of one story, decoded and cleaned."""

    uri: str
    """Stable over versions; from the sender where it gives one, else derived from source and content."""
    name: str
    """File name without its last extension, or the feed's entry id."""
    version: int = 1
    media_type: str
    """Format it was decoded from, e.g. text/plain, text/html, application/vnd.iptc.g2.newsitem+xml."""
    content_hash: str
    """SHA-256 (hex) of the original bytes."""
    text: str
    """What all offsets refer to: the decoded file for plain text, the extracted text for markup; unaltered."""
    body_text: str
    """The cleaned story, headline first, paragraphs separated by blank lines; what extraction reads."""
    body_map: tuple[tuple[int, int], ...] = ()
    """Breakpoints (offset in body_text, offset in text), ascending; see `tasks.offsets`."""
    body: Span
    """From the first to the last character of the story within `text` (furniture inside included)."""
    headline: str | None = None
    headline_span: Span | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    slug: str | None = None
    language: str | None = None
    first_created: dt.datetime | None = None
    version_created: dt.datetime | None = None
    published: dt.datetime | None = None
    published_precision: str | None = None
    """'second', 'minute' or 'day': how exactly the source states it."""
    received: dt.datetime | None = None
    status: Status = Status.USABLE
    signal: Signal = Signal.NEW
    embargoed_until: dt.datetime | None = None
    editorial_note: str | None = None
    urgency: int | None = None
    source: str | None = None
    """Configured source it came from."""
    publisher: str | None = None
    """Who published it (site, newspaper, provider)."""
    credit: str | None = None
    """Agency credited with the text."""
    subjects: tuple[str, ...] = ()
    sender_places: tuple[SenderPlace, ...] = ()
    rights: str | None = None
    notes: tuple[str, ...] = ()
    """What was done to it that a reader should know: 'truncated to 500000 characters of 1200000'."""
    ignored_fields: tuple[str, ...] = ()
    """Fields of the input that were recognised as carrying nothing for an event, or not known."""


class Entity(Record, frozen=True, kw_only=True):
    """A name found by the language model."""

    start: int
    end: int
    label: str
    text: str


# --- places -----------------------------------------------------------------------------------------------


class PlaceLevel(StrEnum):
    """How exact a place is."""

    POINT = "point"
    CITY = "city"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    REGION = "region"
    COUNTRY = "country"


class PlaceRole(StrEnum):
    """What a place is to an event or an article."""

    EVENT = "event"
    ORIGIN = "origin"
    DATELINE = "dateline"
    SPEAKER = "speaker"
    MENTIONED = "mentioned"


class Candidate(Record, frozen=True, kw_only=True):
    """A runner-up of place resolution."""

    geonameid: int
    name: str
    country: str | None
    lat: float
    lon: float
    score: float


class Place(Record, frozen=True, kw_only=True):
    """A place mention, resolved to GeoNames or explained as unresolved."""

    start: int
    end: int
    text: str
    name: str | None = None
    geonameid: int | None = None
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    """ISO 3166-1 alpha-3."""
    admin1: str | None = None
    admin2: str | None = None
    feature_class: str | None = None
    feature_code: str | None = None
    level: PlaceLevel | None = None
    role: PlaceRole = PlaceRole.MENTIONED
    geo_precision: int | None = None
    """ACLED: 1 exact, 2 near or part of a region, 3 larger region."""
    radius_km: float | None = None
    """For offset points ('30 km north of Mosul') and areas; None for a settlement."""
    score: float | None = None
    """Calibrated probability that this is the right place."""
    candidates: tuple[Candidate, ...] = ()
    unresolved_reason: str | None = None


# --- events -----------------------------------------------------------------------------------------------


class EventType(StrEnum):
    """PLOVER event types."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    COOPERATE = "COOPERATE"
    AID = "AID"
    CONCEDE = "CONCEDE"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


class Realis(StrEnum):
    """Whether and when the text says the event took place."""

    ACTUAL = "actual"
    HISTORICAL = "historical"
    ONGOING = "ongoing"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    GENERIC = "generic"


class DatePrecision(StrEnum):
    """How exactly the text dates an event; ACLED time precision 1 (day), 2 (week), 3 (month or coarser)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class EventTime(Record, frozen=True, kw_only=True):
    """When an event happened, as resolved from the text."""

    start: str | None = None
    """ISO 8601 date as far as known: YYYY, YYYY-MM or YYYY-MM-DD."""
    end: str | None = None
    precision: DatePrecision = DatePrecision.UNKNOWN
    text: str | None = None
    span: Span | None = None
    basis: str | None = None
    """What it was resolved against: 'explicit', 'dateline', 'published', 'narrative', 'default'."""
    time_of_day: str | None = None
    """'16:00', 'night', 'morning' where the text says so."""


class Participant(Record, frozen=True, kw_only=True):
    """An actor or recipient."""

    text: str
    name: str | None = None
    """Canonical name."""
    country: str | None = None
    """ISO 3166-1 alpha-3."""
    sector: str | None = None
    """PLOVER sector: GOV MIL COP REB UAF CRM CVL OPP JUD IGO NGO MED LAB REL BUS UNK."""
    spans: tuple[Span, ...] = ()


class Attribution(Record, frozen=True, kw_only=True):
    """Who said so."""

    speaker: str | None = None
    organisation: str | None = None
    agency: str | None = None
    """News agency or outlet it was relayed through."""
    span: Span
    """The words that attribute ('Kirby said', 'according to the statement')."""
    quote: Span | None = None


class People(Record, frozen=True, kw_only=True):
    """People that a phrase counts, names or points at together: 'two policemen', 'a child', 'Elena Ruiz'."""

    number: int | None
    """None where the phrase gives no number ('soldiers')."""
    text: str
    span: Span
    name: str | None = None
    """The name, where it is one person who is named."""
    part: bool = False
    """Of those whom another group of the same claim counts: 'nine people, including a judge'."""


class Claim(Record, frozen=True, kw_only=True):
    """One statement of a number, by one claimant."""

    number_low: int | None
    number_high: int | None
    number: int | None
    """Best value; None where the text is too vague ('dozens' has a low but no best value)."""
    text: str
    span: Span
    claimant: str | None = None
    agency: str | None = None
    groups: tuple[People, ...] = ()
    """Who is counted, one by one: the number of 'two policemen and a child' is three, its groups are two."""


class Count(Record, frozen=True, kw_only=True):
    """A number of people harmed, over all claims; None where the text says nothing, 0 only where it says none."""

    best: int | None
    low: int | None
    high: int | None
    claims: tuple[Claim, ...] = ()
    groups: tuple[People, ...] = ()
    """The groups of all claims, each once as far as the text tells them apart."""


class Casualties(Record, frozen=True, kw_only=True):
    """Human cost of an event."""

    killed: Count | None = None
    injured: Count | None = None
    arrested: Count | None = None
    abducted: Count | None = None
    displaced: Count | None = None
    missing: Count | None = None


class Quantity(Record, frozen=True, kw_only=True):
    """Another counted thing: targets struck, munitions, arrests, facilities, minutes."""

    kind: str
    number: float | None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    text: str
    span: Span
    claimant: str | None = None


class PlaceCue(Record, frozen=True, kw_only=True):
    """A toponym that syntax ties to an event mention, before it is resolved."""

    span: Span
    relation: str
    """'in', 'near', 'target', 'to', 'from', 'owner', 'container', 'sentence', 'previous', 'headline', 'scene' or
    'dateline'."""
    weight: float
    """0 to 1: how strongly the text says that it happened there."""


class Mention(Record, frozen=True, kw_only=True):
    """One telling of an event in an article: a trigger and what syntax ties to it."""

    trigger: Span
    trigger_text: str
    sentence: Span
    event_type: EventType
    mode: str | None = None
    context: tuple[str, ...] = ()
    acled_sub_event_type: str | None = None
    realis: Realis = Realis.ACTUAL
    actors: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    time: EventTime = EventTime()
    place_cues: tuple[PlaceCue, ...] = ()
    locations: tuple[Place, ...] = ()
    """Filled by geocode."""
    casualties: Casualties = Casualties()
    quantities: tuple[Quantity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    weapons: tuple[Entity, ...] = ()
    political: bool = True
    """False for ordinary crime."""
    in_headline: bool = False
    confidence: float = 0.5
    coreference: int | None = None
    """Mentions that extraction already knows to be the same event share a number."""


class Source(Record, frozen=True, kw_only=True):
    """One telling of an event by one article version."""

    uri: str
    version: int
    name: str | None = None
    publisher: str | None = None
    agency: str | None = None
    published: dt.datetime | None = None
    text_cluster: str | None = None
    """Reprints of one text share it: the uri of the story that was told first. Spans refer to the source's own text."""
    trigger: Span
    trigger_text: str
    sentence: Span


class Coder(Record, frozen=True, kw_only=True):
    """What made the record: enough to make it again."""

    software: str
    model: str
    """Model name and hash."""
    configuration: str
    """Hash of the settings and data files that influence coding."""


class Change(StrEnum):
    """What happened to an event with this version."""

    CREATED = "created"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


class Event(Record, frozen=True, kw_only=True):
    """A normalized event: who did what to whom, where, when, at what human cost, according to whom."""

    record_version: int = RECORD_VERSION
    event_id: str
    event_version: int = 1
    change: Change = Change.CREATED
    reason: str | None = None
    """Why updated or withdrawn: update, correction, kill, withheld, reprint, reprint withdrawn, merged."""
    event_type: EventType
    mode: str | None = None
    context: tuple[str, ...] = ()
    acled_event_type: str | None = None
    acled_sub_event_type: str | None = None
    cameo_root: str | None = None
    quad_class: int | None = None
    realis: Realis = Realis.ACTUAL
    date_start: str | None = None
    date_end: str | None = None
    date_precision: DatePrecision = DatePrecision.UNKNOWN
    time_precision: int | None = None
    """ACLED: 1 day, 2 week, 3 month or coarser."""
    date_text: str | None = None
    date_span: Span | None = None
    date_basis: str | None = None
    time_of_day: str | None = None
    actors: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    locations: tuple[Place, ...] = ()
    casualties: Casualties = Casualties()
    quantities: tuple[Quantity, ...] = ()
    weapons: tuple[Entity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    political: bool = True
    sources: tuple[Source, ...] = ()
    n_mentions: int = 1
    """Tellings within the text."""
    n_sources: int = 1
    """Outlets that brought it, reprints of one text each."""
    n_independent: int = 1
    """Texts: all reprints of one are one."""
    confidence: float = 0.5
    coder: Coder | None = None


# --- between the stages -----------------------------------------------------------------------------------


class Extraction(Record, frozen=True, kw_only=True):
    """What the language model and the event coder found in one article; places once geocode has been there."""

    entities: tuple[Entity, ...] = ()
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()
    countries: tuple[Place, ...] = ()
    """Countries named by adjectives ('Salvadoran') and by the dateline's town: no place mentions; filled by geocode."""


class Fingerprint(Record, frozen=True, kw_only=True):
    """What two texts are compared by."""

    exact: str
    """Hash of the normalised text."""
    bands: tuple[str, ...] = ()
    """Locality-sensitive hash keys: near-duplicates share at least one."""
    signature: tuple[int, ...] = ()
    """MinHash values, for estimating similarity."""


class Outcome(StrEnum):
    """How an accepted wire entry ended."""

    DONE = "done"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    SPLIT = "split"
    """A container: its members were put on the wire queue as entries of their own."""


class Parcel(Record, frozen=True, kw_only=True):
    """One wire entry on its way through the stages."""

    entry_id: str
    """Id in the wire stream."""
    name: str = ""
    attempt: int = 1
    article: Article | None = None
    extraction: Extraction | None = None
    events: tuple[Event, ...] = ()
    fingerprint: Fingerprint | None = None
    duplicate_of: str | None = None
    members: int = 0
    held_until: dt.datetime | None = None
    """An embargo that has not passed yet: the entry waits, and is dispatched again when it has."""
    outcome: Outcome | None = None
    """Set once nothing more is to be done; later stages let the parcel pass."""
    failed_stage: str | None = None
    reason: str | None = None


def to_json(record: Any) -> bytes:  # noqa: ANN401 - any record or container of records
    """A record, or a container of records, as JSON."""
    return msgspec.json.encode(record)
