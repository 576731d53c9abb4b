"""Mentions of one event within an article become one event.

Headline, lead and later detail tell the same event again and again; counting tellings as events is what existing
systems are blamed for. Mentions are joined in the order of the text: each goes to the earlier event it fits best,
unless something speaks against it (another day, another place, another victim, 'a separate attack').
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from tasks.crosswalk import Parties, acled_event_type, acled_sub_event, cameo_root, quad_class
from tasks.deduplicate.cluster import Telling, clusters_of, family
from tasks.deduplicate.confidence import confidence_of, evidence_of, is_told
from tasks.deduplicate.merge import (
    dating,
    merged_attributions,
    merged_casualties,
    merged_parties,
    merged_places,
    merged_quantities,
    merged_time,
    merged_weapons,
    next_best_place,
    specific_mode,
    tie_of,
    victims_of,
)
from tasks.home import country_votes, most_voted
from tasks.records import (
    Article,
    Coder,
    DatePrecision,
    Event,
    EventTime,
    EventType,
    Extraction,
    Mention,
    Participant,
    Place,
    PlaceLevel,
    PlaceRole,
    Realis,
    Source,
)

_DOMESTIC = frozenset(
    {"COP", "MIL", "GOV", "CVL", "OPP", "LAB", "CRM", "REB", "UAF", "JUD", "MED", "REL", "BUS", "UNK"}
)
_ARMY_MODES = frozenset({"aerial", "military-strike", "missile", "heavy-weapons", "invasion", "territory", "war"})
_TIME_PRECISION = {DatePrecision.DAY: 1, DatePrecision.WEEK: 2, DatePrecision.MONTH: 3, DatePrecision.YEAR: 3}
_LOOSE_TIE = 0.3
_WIDE = frozenset({DatePrecision.MONTH, DatePrecision.YEAR})
_OWN_TIE = 0.25
"""The tie from which an event's own sentence names its place."""
_SURE = 0.5
"""Score of a place from which its country is taken for that of police and residents."""
_AT_HOME = 0.3
"""Score of a place that only the article as a whole suggests."""
_EVENT_SHARE = 0.5
_PARTY_SHARE = 0.5
"""What an event there and a party of it weigh beside a town when the country of an article is sought."""
_FIRM_TIE, _FIRM_AROUND = 0.5, 0.225
"""From when on a place is firmly tied; what lies around one weighs .45 of it at least."""
_HOME_VOTE, _FIRM_VOTE, _RECIPIENTS_VOTE, _ACTORS_VOTE = 0.8, 2.0, 0.4, 0.4
"""What speaks for the country of an event: the article's own, a place firmly tied, whom it was done to, by whom."""
_KNOWN_ABROAD = frozenset({"PPLC", "PPLA", "PPLX", "ADM1"})
"""Places that are spoken of without their country: capitals, seats, quarters of towns."""
_SETTLED = 5
"""Places and adjectives of its own country from which an article is settled there."""
_REAL = frozenset({Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL})


def assemble(article: Article, extraction: Extraction, *, coder: Coder) -> tuple[Event, ...]:
    """The events of one article, each with a deterministic id, in the order of their first telling."""
    tellings = [Telling(mention, article) for mention in extraction.mentions if mention.realis is not Realis.GENERIC]
    country = _home_country(extraction)
    named = (*extraction.places, *extraction.countries)
    home = _Home(
        country,
        _country_place(named, country),
        extraction.places,
        frozenset(place.country for place in extraction.countries),
        is_settled=sum(place.country == country for place in named) >= _SETTLED,
        countries=tuple(place for place in named if place.level is PlaceLevel.COUNTRY),
    )
    clusters = clusters_of(tellings)
    told = [cluster for cluster in clusters if is_told(evidence_of([each.mention for each in cluster], article.text))]
    return _with_ids(article, [_event(article, cluster, home, coder) for cluster in told])


class _Home(NamedTuple):
    """The country most of an article's places lie in, and how the article names it."""

    country: str | None
    place: tuple[Place, ...]
    places: tuple[Place, ...]
    """All places of the article."""
    spoken: frozenset[str | None] = frozenset()
    """Countries that adjectives and the dateline name."""
    is_settled: bool = False
    """Whether the article is full of its own country."""
    countries: tuple[Place, ...] = ()
    """Countries as the article names them, by name, adjective or dateline."""


def _home_country(extraction: Extraction) -> str | None:
    """The country most of the article's places lie in, its events are tied to and its adjectives and dateline name."""
    votes = country_votes(extraction.places, extraction.countries)
    for mention in extraction.mentions:
        for country in {p.country for p in mention.locations if p.country and _is_firm([mention], p)}:
            votes[country] += _EVENT_SHARE
        for country in {party.country for party in (*mention.actors, *mention.recipients) if party.country}:
            votes[country] += _PARTY_SHARE
    return most_voted(votes)


def _country_place(places: Iterable[Place], home: str | None) -> tuple[Place, ...]:
    """Where the article is at home, as it names it: where an event took place of which nothing closer is said."""
    named = [place for place in places if place.level is PlaceLevel.COUNTRY and place.country == home and home]
    if not named:
        return ()
    return (msgspec.structs.replace(named[0], role=PlaceRole.EVENT, score=_AT_HOME, geo_precision=3),)


def _likely(places: tuple[Place, ...], mentions: Sequence[Mention], home: _Home) -> tuple[Place, ...]:
    """Without places abroad that only stand near the event, where the article has a country that it is about."""
    named = tuple(place for place in places if _is_sound(place, home))
    country = _country_of(mentions, named, home)
    if country is None:
        return named
    return tuple(p for p in named if p.country == country or p.lat is None or _is_firm(mentions, p))


def _country_of(mentions: Sequence[Mention], places: Iterable[Place], home: _Home) -> str | None:
    """The country an event happened in, by its places, its parties and what the article is about."""
    votes: defaultdict[str, float] = defaultdict(float)
    if home.country:
        votes[home.country] += _HOME_VOTE
    ties: dict[str, float] = {}
    for place in places:
        if place.country:
            tie = _FIRM_VOTE if _is_firm(mentions, place) else tie_of(mentions, place)
            ties[place.country] = max(ties.get(place.country, 0.0), tie)
    for country, tie in ties.items():
        votes[country] += tie
    for share, sides in (
        (_RECIPIENTS_VOTE, [m.recipients for m in mentions]),
        (_ACTORS_VOTE, [m.actors for m in mentions]),
    ):
        theirs = Counter(party.country for side in sides for party in side if party.country)
        for country, count in theirs.items():
            votes[country] += share * count / theirs.total()
    return most_voted(votes)


def _is_firm(mentions: Sequence[Mention], place: Place) -> bool:
    """Whether an event is firmly tied to a place, or to something in it: 'Tower 22, an outpost in Jordan'."""
    cues = [c for m in mentions for c in m.place_cues if c.span.start < place.end and place.start < c.span.end]
    return any(cue.weight >= (_FIRM_AROUND if cue.relation == "container" else _FIRM_TIE) for cue in cues)


def _at_home_or_tied(mentions: Sequence[Mention], country: str | None, home: _Home) -> tuple[Place, ...]:
    """The places of the article that an event without one of its own may have happened in."""
    sound = [place for place in home.places if _is_sound(place, home)]
    return tuple(place for place in sound if place.country == country or _is_firm(mentions, place))


def _is_sound(place: Place, home: _Home) -> bool:
    """No whole continent, nor a homonym abroad, in a country that nothing else is in.

    Found by another spelling it is one; else where the article is settled at home, and the place no seat of anything.
    """
    if place.feature_code == "CONT":
        return False
    if (
        home.country is None
        or place.lat is None
        or place.country in {None, home.country}
        or place.level is PlaceLevel.COUNTRY
    ):
        return True
    others = {p.country for p in home.places if p.geonameid != place.geonameid and _is_by_name(p)}
    if place.country in others or not _is_by_name(place):
        return place.country in others
    return place.country in home.spoken or not home.is_settled or place.feature_code in _KNOWN_ABROAD


def _is_by_name(place: Place) -> bool:
    """Whether the text calls a place what the gazetteer calls it, or names a country."""
    return place.level is PlaceLevel.COUNTRY or (place.name or "").lower() in place.text.lower()


def _event(article: Article, cluster: Sequence[Telling], home: _Home, coder: Coder) -> Event:
    mentions = [telling.mention for telling in cluster]
    first = mentions[0]
    time = merged_time(mentions)
    places = _places(mentions, home, apart=_is_apart(mentions, time))
    country = next((place.country for place in places if place.country and (place.score or 1.0) >= _SURE), home.country)
    recipients = _at_home(merged_parties([mention.recipients for mention in mentions], victims_of(mentions)), country)
    actors = _without_victims(merged_parties([mention.actors for mention in mentions]), recipients)
    mode = specific_mode(mentions)
    actors = _at_home(tuple(_abroad(_armed(party, mode), country) for party in actors), country)
    coerced = first.event_type is EventType.COERCE
    political = first.political if coerced else any(mention.political for mention in mentions)
    recipients = _told_apart(recipients, actors, first.event_type)
    sub_event = acled_sub_event(
        first.event_type,
        mode,
        _proposed(mentions, mode),
        Parties(_sector(actors), _sector(recipients)),
        political=political,
    )
    return Event(
        event_id="",
        event_type=first.event_type,
        mode=mode,
        acled_event_type=acled_event_type(sub_event),
        acled_sub_event_type=sub_event,
        cameo_root=cameo_root(first.event_type, mode),
        quad_class=quad_class(first.event_type),
        realis=_realis(mentions),
        date_start=time.start,
        date_end=time.end,
        date_precision=time.precision,
        time_precision=_TIME_PRECISION.get(time.precision),
        date_text=time.text,
        date_span=time.span,
        date_basis=time.basis,
        time_of_day=time.time_of_day,
        actors=actors,
        recipients=recipients,
        locations=places,
        casualties=merged_casualties(mentions),
        quantities=merged_quantities(mentions),
        weapons=merged_weapons(mentions),
        attributions=merged_attributions(mentions),
        political=political,
        sources=tuple(_source(article, mention) for mention in mentions),
        n_mentions=len(mentions),
        confidence=confidence_of(
            evidence_of(mentions, article.text),
            violent=first.event_type is EventType.ASSAULT,
            dated=time.start is not None,
        ),
        coder=coder,
    )


def _places(mentions: Sequence[Mention], home: _Home, *, apart: bool) -> tuple[Place, ...]:
    """Where it happened; the country that the article is at home in where nothing closer is said."""
    places = _likely(merged_places(mentions), mentions, home)
    if apart:
        places = tuple(place for place in places if tie_of(mentions, place) >= _OWN_TIE)
    if any(place.lat is not None for place in places):
        return places
    country = _country_of(mentions, places, home)
    near = () if apart else next_best_place(mentions, _at_home_or_tied(mentions, country, home))
    return (*places, *(near or _country_place(home.countries, country) or home.place))


def _is_apart(mentions: Sequence[Mention], time: EventTime) -> bool:
    """Told as background with a date of its own: the places of the story's own events are not its places."""
    background = all(mention.realis is Realis.HISTORICAL for mention in mentions)
    return background or (time.basis == "explicit" and time.precision in _WIDE)


def _proposed(mentions: Sequence[Mention], mode: str | None) -> str | None:
    """The sub-event of the mention whose mode was kept, else the first given."""
    own = [
        mention.acled_sub_event_type for mention in mentions if mention.mode == mode and mention.acled_sub_event_type
    ]
    return next(iter(own), next((m.acled_sub_event_type for m in mentions if m.acled_sub_event_type), None))


def _sector(parties: Sequence[Participant]) -> str | None:
    return parties[0].sector if parties else None


def _at_home(parties: tuple[Participant, ...], country: str | None) -> tuple[Participant, ...]:
    """'Police' and 'residents' without a nationality are those of the country it happened in."""
    return tuple(_with_country(party, country) for party in parties)


def _without_victims(actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Who is known by name to have suffered an event did not do it, unless nobody else is left."""
    victims = {party.name for party in recipients if party.name}
    return tuple(party for party in actors if party.name not in victims) or actors


def _armed(party: Participant, mode: str | None) -> Participant:
    """A state that shells or invades does so by its military."""
    if (
        mode in _ARMY_MODES
        and party.sector == "GOV"
        and party.name
        and party.name == party.text.removesuffix("’s").removeprefix("the ").removeprefix("The ")
    ):
        return msgspec.structs.replace(party, sector="MIL")
    return party


def _told_apart(
    recipients: tuple[Participant, ...], actors: tuple[Participant, ...], event_type: EventType
) -> tuple[Participant, ...]:
    """Who is a suspect in one telling is one in all; no government is attacked by its own army without being named."""
    if event_type is EventType.COERCE and any(party.sector == "CRM" for party in recipients):
        return tuple(msgspec.structs.replace(p, sector="CRM") if p.sector == "CVL" else p for p in recipients)
    if event_type is EventType.ASSAULT and actors and actors[0].sector == "MIL":
        return tuple(p for p in recipients if p.sector != "GOV" or p.country != actors[0].country)
    return recipients


def _abroad(party: Participant, country: str | None) -> Participant:
    """Police of one state do not act in another: forces that do are military."""
    if party.sector != "COP" or not party.country or not country or party.country == country:
        return party
    return msgspec.structs.replace(party, sector="MIL")


def _with_country(party: Participant, country: str | None) -> Participant:
    if party.country or party.sector not in _DOMESTIC or country is None:
        return party
    return Participant(text=party.text, name=party.name, country=country, sector=party.sector, spans=party.spans)


def _realis(mentions: Sequence[Mention]) -> Realis:
    if max(mentions, key=lambda mention: dating(mention.time)).realis is Realis.HISTORICAL:
        return Realis.HISTORICAL
    for realis in (Realis.ACTUAL, Realis.ONGOING, Realis.PLANNED, Realis.HYPOTHETICAL):
        if any(mention.realis is realis for mention in mentions):
            return realis
    return mentions[0].realis


def _source(article: Article, mention: Mention) -> Source:
    return Source(
        uri=article.uri,
        version=article.version,
        name=article.name,
        publisher=article.publisher,
        agency=article.credit,
        published=article.published,
        trigger=mention.trigger,
        trigger_text=mention.trigger_text,
        sentence=mention.sentence,
    )


# --- identity ----------------------------------------------------------------------------------------------


def _with_ids(article: Article, events: Sequence[Event]) -> tuple[Event, ...]:
    """Events with ids that stay as long as story, type, kind and place stay; equal ones are numbered."""
    seen: Counter[str] = Counter()
    found: list[Event] = []
    for event in events:
        key = _key(article, event)
        seen[key] += 1
        digest = hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest()[:20]
        found.append(_identified(event, digest))
    return tuple(found)


def _key(article: Article, event: Event) -> str:
    place = event.locations[0] if event.locations else None
    where = (place.geonameid or place.name or place.text) if place else ""
    return "|".join(
        (article.uri, event.event_type, family(event.event_type, event.mode), str(where), event.date_start or "")
    )


def _identified(event: Event, event_id: str) -> Event:
    return msgspec.structs.replace(event, event_id=event_id)
