"""What several mentions say about one event, made one: time, places, parties, human cost, who says so."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from tasks.deduplicate.cluster import km_between
from tasks.records import (
    Attribution,
    Casualties,
    Claim,
    Count,
    DatePrecision,
    Entity,
    EventTime,
    Mention,
    Participant,
    Place,
    PlaceLevel,
    PlaceRole,
    Quantity,
    Span,
)
from tasks.victims import distinct_groups

_T = TypeVar("_T")
_VAGUE_MODES = ("kill", "injure", "attack", "violence", "clash", "military-strike", "deploy", "demo", "destroy")
"""Modes that any other mode of the same event makes more exact, vaguest first: what a bomb destroyed was bombed."""
_BASES = {"explicit": 3, "dateline": 3, "published": 3, "narrative": 1, "statement": 1, "default": 0, None: 0}
_EXACT = {
    DatePrecision.DAY: 3,
    DatePrecision.WEEK: 2,
    DatePrecision.MONTH: 2,
    DatePrecision.YEAR: 1,
    DatePrecision.UNKNOWN: 0,
}
_KEPT_SHARE = 0.6
"""Share of the strongest tie from which a place counts beside it."""
_ELSEWHERE = frozenset({"from", "dateline"})
_LEAST_TIE = 0.2
_DETAIL = 0.35
_BROAD = frozenset({PlaceLevel.COUNTRY, PlaceLevel.ADMIN1, PlaceLevel.REGION})
_CITY = PlaceLevel.CITY
_CONTAINER = "container"
_DIVISIONS = re.compile(
    r"(?i)\b(?:governorate|province|region|state|department|district|county|oblast|prefecture|of)\b"
)
_VOWELS = frozenset("aeiouy")
_LEAST_BONES = 3
_DISTRICT_KM = 30.0
"""Around the middle of a second-level division of which no radius is known."""
_WIDTH = {
    None: 0,
    PlaceLevel.POINT: 0,
    PlaceLevel.CITY: 0,
    PlaceLevel.ADMIN2: 1,
    PlaceLevel.ADMIN1: 2,
    PlaceLevel.REGION: 3,
    PlaceLevel.COUNTRY: 4,
}


_ABDUCTION = "abduct"


def specific_mode(mentions: Sequence[Mention]) -> str | None:
    """The most exact mode; the first mention decides between equals.

    Abduction is the mode of an event without further violence only (ACLED codebook); where somebody was killed or hurt
    as well, the attack is what counts.
    """
    modes = [mention.mode for mention in mentions if mention.mode]
    harmed = (count for m in mentions for count in (m.casualties.killed, m.casualties.injured) if count)
    if any(count.best for count in harmed):
        modes = [mode for mode in modes if mode != _ABDUCTION] or modes
    exact = [mode for mode in modes if mode not in _VAGUE_MODES]
    if exact:
        return exact[0]
    return max(modes, key=_VAGUE_MODES.index, default=None)


def merged_time(mentions: Sequence[Mention]) -> EventTime:
    """The time of the mention that dates it best; the earliest in the text decides between equals.

    A year or month gives way to a day within it that another mention gives.
    """
    best = max((mention.time for mention in mentions), key=dating)
    within = [mention.time for mention in mentions if best.start and (mention.time.start or "").startswith(best.start)]
    best = max(within, key=lambda time: _EXACT[time.precision], default=best)
    clock = next((mention.time.time_of_day for mention in mentions if mention.time.time_of_day), None)
    return msgspec.structs.replace(best, time_of_day=best.time_of_day or clock)


def dating(time: EventTime) -> tuple[int, int]:
    """How well a time dates an event; comparable."""
    if time.start is None:
        return (-1, 0)
    return (_BASES.get(time.basis, 0), _EXACT[time.precision])


def merged_places(mentions: Sequence[Mention]) -> tuple[Place, ...]:
    """Where it happened: the places that the mentions tie to it, each once, without those tied far more loosely."""
    found: dict[object, tuple[float, Place]] = {}
    for mention in mentions:
        for place in mention.locations:
            if place.role is PlaceRole.EVENT:
                key = place.geonameid or place.name or place.text
                weight, known = _tie(mention, place), found.get(key)
                if known is None or _tells_more((weight, place), known):
                    found[key] = (max(weight, known[0] if known else 0.0), place)
    tied = list(found.values())
    # A name that nobody can find on the map takes no place away: 'Tower 22, an outpost in Jordan' is in Jordan.
    strongest = max((weight for weight, place in tied if place.lat is not None), default=0.0)
    often = _tied_often(mentions)
    places = [
        place
        for weight, place in tied
        if weight >= _KEPT_SHARE * strongest or _is_detail(weight, place, tied, often=place.geonameid in often)
    ]
    named = _without_seats(places, mentions)
    return tuple(place for place in named if not _is_wider(place, named))


def _tells_more(new: tuple[float, Place], known: tuple[float, Place]) -> bool:
    """Whether a place is tied better, or names the house in the town that both lie in."""
    if (new[1].level is PlaceLevel.POINT) is not (known[1].level is PlaceLevel.POINT):
        weight, least = (new[0], known[0]) if new[1].level is PlaceLevel.POINT else (known[0], new[0])
        return (weight >= _KEPT_SHARE * least) is (new[1].level is PlaceLevel.POINT)
    return new[0] > known[0]


def _without_seats(places: Sequence[Place], mentions: Sequence[Mention]) -> list[Place]:
    """'Zakho in Dohuk province', told elsewhere as 'Zakho, Dohuk': what only says where another place lies goes."""
    holding = [cue.span for m in mentions for cue in m.place_cues if cue.relation == _CONTAINER]
    holders = {place.geonameid for m in mentions for place in m.locations if any(_on(span, place) for span in holding)}
    bare = [p for p in places if p.lat is None or not (_holds(p, places) or any(_on(span, p) for span in holding))]
    inner = [p for p in bare if p.lat is not None and p.geonameid not in holders]
    return bare if inner else list(places)


def _holds(place: Place, places: Sequence[Place]) -> bool:
    """Whether a town bears the name of the division that another of the places lies in, however it is spelt."""
    return place.level is _CITY and any(
        other.country == place.country and other.name != place.name and _is_named_alike(other.admin1, place.name)
        for other in places
    )


def _is_named_alike(division: str | None, town: str | None) -> bool:
    """'Duhok Governorate' and 'Dihok': one name but for its vowels and what kind of thing it is."""
    if not division or not town:
        return False
    one, two = _bones(division), _bones(town)
    return division == town or (one == two and len(one) >= _LEAST_BONES)


def _bones(name: str) -> str:
    plain = unicodedata.normalize("NFKD", _DIVISIONS.sub("", name)).casefold()
    return "".join(letter for letter in plain if letter.isalpha() and letter not in _VOWELS)


def _on(span: Span, place: Place) -> bool:
    return span.start < place.end and place.start < span.end


def _is_wider(place: Place, places: Sequence[Place]) -> bool:
    """Whether another of the places is smaller, and lies within it as far as one can tell."""
    if place.level is PlaceLevel.ADMIN2:
        return any(_is_in_district(other, place) for other in places)
    if place.level not in _BROAD:
        return False
    finer = [other for other in places if other.lat is not None and _WIDTH[other.level] < _WIDTH[place.level]]
    if place.level is not PlaceLevel.ADMIN1:
        return bool(finer)
    return any(other.country != place.country or other.admin1 in {None, place.name} for other in finer)


def _is_in_district(inner: Place, district: Place) -> bool:
    """Whether a town or point lies in a second-level division, by its distance from the middle."""
    if inner is district or inner.lat is None or inner.country != district.country or _WIDTH[inner.level] > 0:
        return False
    return km_between(inner, district) <= max(district.radius_km or 0.0, _DISTRICT_KM)


def next_best_place(mentions: Sequence[Mention], places: Sequence[Place]) -> tuple[Place, ...]:
    """The resolved place with the strongest tie: 'Tower 22, an outpost in Jordan' was in Jordan."""
    ties = [
        (cue.weight, -place.start, place)
        for mention in mentions
        for cue in mention.place_cues
        for place in places
        if cue.relation not in _ELSEWHERE and cue.weight >= _LEAST_TIE and place.lat is not None
        if cue.span.start < place.end and place.start < cue.span.end
    ]
    if not ties:
        return ()
    return (msgspec.structs.replace(max(ties, key=lambda tie: tie[:2])[2], role=PlaceRole.EVENT),)


def _is_detail(weight: float, place: Place, tied: Sequence[tuple[float, Place]], *, often: bool) -> bool:
    """Whether a place says more exactly where within a state that is tied to the event anyway."""
    if place.level is PlaceLevel.COUNTRY or (weight < _DETAIL and not often):
        return False
    if place.level in _BROAD and not often:
        return False
    return any(
        other.level is PlaceLevel.COUNTRY and other.country == place.country and tie > weight for tie, other in tied
    )


def _tied_often(mentions: Sequence[Mention]) -> frozenset[int | None]:
    """Places that more than one mention ties to the event, however loosely."""
    times = Counter(
        number
        for m in mentions
        for number in {p.geonameid for p in m.locations if p.geonameid and _tie(m, p) >= _LEAST_TIE}
    )
    return frozenset(number for number, count in times.items() if count > 1)


def tie_of(mentions: Sequence[Mention], place: Place) -> float:
    """How strongly any of the mentions ties a place to the event."""
    return max(_tie(mention, place) for mention in mentions)


def _tie(mention: Mention, place: Place) -> float:
    """How strongly the mention's cues tie a place to it."""
    weights = [cue.weight for cue in mention.place_cues if cue.span.start < place.end and place.start < cue.span.end]
    return max(weights, default=0.1)


def merged_parties(
    sides: Iterable[tuple[Participant, ...]], victims: frozenset[Span] = frozenset()
) -> tuple[Participant, ...]:
    """One side of an event: who is counted among the victims and known best comes first, each party once."""
    found: dict[str, Participant] = {}
    for side in sides:
        for party in side:
            key = (party.name or party.text).lower()
            known = found.get(key)
            found[key] = party if known is None else _joined(known, party)
    ranked = sorted(found.values(), key=lambda party: -_known(party) - 3 * _is_among(party, victims))
    return tuple(_each_once(ranked)[:6])


def _each_once(parties: Sequence[Participant]) -> list[Participant]:
    """Phrases that hold another party stand for that one, which gets their spans; in the order given."""
    told: dict[str, list[Participant]] = {}
    for party in parties:
        inner = min((p for p in parties if _is_within(p, party)), key=lambda p: len(p.text), default=party)
        told.setdefault((inner.name or inner.text).lower(), [inner]).append(party)
    return [
        msgspec.structs.replace(same[0], spans=tuple(dict.fromkeys(span for party in same for span in party.spans)))
        for same in told.values()
    ]


def _is_within(short: Participant, long: Participant) -> bool:
    """'position of Iranian militias in Goma' beside 'Iranian militias': the same people, put more narrowly."""
    return (
        short is not long
        and bool(short.text)
        and (short.country, short.sector) == (long.country, long.sector)
        and re.search(rf"\b{re.escape(short.text)}\b", long.text) is not None
        and len(short.text) < len(long.text)
        and (short.name == long.name or long.name is None or long.name == long.text)
    )


def victims_of(mentions: Sequence[Mention]) -> frozenset[Span]:
    """Spans of the phrases that count who was killed or hurt."""
    counts = [count for m in mentions for count in (m.casualties.killed, m.casualties.injured) if count]
    return frozenset(claim.span for count in counts for claim in count.claims)


def _is_among(party: Participant, victims: frozenset[Span]) -> bool:
    return any(span.start < victim.end and victim.start < span.end for span in party.spans for victim in victims)


def _joined(one: Participant, two: Participant) -> Participant:
    better, other = (one, two) if _known(one) >= _known(two) else (two, one)
    return msgspec.structs.replace(better, spans=tuple(dict.fromkeys((*better.spans, *other.spans))))


def _known(party: Participant) -> int:
    """How much is known of a party; what only the rules imply comes last, and a mere state before it."""
    implied = not party.spans
    if party.sector == "GOV" and party.name and party.name in party.text:
        return 3 * (not implied)
    return (2 * bool(party.country) + 2 * bool(party.sector) + (party.sector != "UNK") + bool(party.name)) * (
        not implied
    )


def merged_casualties(mentions: Sequence[Mention]) -> Casualties:
    """Human cost over all mentions."""
    counts = {}
    for kind in Casualties.__struct_fields__:
        given = [count for mention in mentions if (count := getattr(mention.casualties, kind)) is not None]
        if given:
            counts[kind] = _count(given)
    return Casualties(**counts)


def _count(given: Sequence[Count]) -> Count:
    claims = tuple({(claim.span, claim.claimant): claim for count in given for claim in count.claims}.values())
    stated = [count for count in given if any(_has_number(claim) for claim in count.claims)] or list(given)
    best = _best([count.best for count in stated])
    rival = [count for count in stated if not _is_unvouched(count, best)]
    lows = [count.low for count in rival if count.low is not None]
    highs = [count.high for count in rival]
    high = None if any(value is None for value in highs) else max(value for value in highs if value is not None)
    return Count(best=best, low=min(lows, default=None), high=high, claims=claims, groups=distinct_groups(claims))


def _is_unvouched(count: Count, best: int | None) -> bool:
    """Whether nobody vouches for a lower number: it counts some of those whom the best counts."""
    return (count.best or 0) < (best or 0) and not any(claim.claimant for claim in count.claims)


def _has_number(claim: Claim) -> bool:
    return (claim.number or 0) > 1 or any(character.isdigit() for character in claim.text)


def _best(values: Sequence[int | None]) -> int | None:
    """The number most mentions give; the greater of two equally frequent ones."""
    counted = Counter(value for value in values if value is not None)
    return max(counted, key=lambda value: (counted[value], value), default=None)


def merged_quantities(mentions: Sequence[Mention]) -> tuple[Quantity, ...]:
    """Counted things, each phrase once."""
    return _once(
        (entry for mention in mentions for entry in mention.quantities), lambda entry: (entry.span, entry.kind)
    )


def merged_attributions(mentions: Sequence[Mention]) -> tuple[Attribution, ...]:
    """Who says so, each attribution once."""
    return _once((entry for mention in mentions for entry in mention.attributions), lambda entry: entry.span)


def merged_weapons(mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    """Weapons, each word once."""
    return _once((entry for mention in mentions for entry in mention.weapons), lambda entry: entry.text.lower())


def _once(entries: Iterable[_T], key: Callable[[_T], object]) -> tuple[_T, ...]:
    return tuple({key(entry): entry for entry in entries}.values())
