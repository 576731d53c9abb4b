"""MUC-3/4 incident templates against our events: whether incidents are found, and how well their slots are filled.

Slots are scored on matched incidents as MUC-4 did: recall over the slots the key fills, precision over those we fill,
half a point for what is partly right (Chinchor, "MUC-4 evaluation metrics", M92-1002; "Guidelines for scoring
mismatches", M92-1044; slotconfig.el of the scoring program, version 3.3). Where those leave a choice, the stricter one
is taken:

`place`: the key gives a chain, 'COLOMBIA: ANTIOQUIA (DEPARTMENT): MEDELLIN (CITY)'. A point for its last place in its
country; half a point for a place around it, down to the country alone, for the last place in another country, and for
a town where the key gives only the country. Of places that the key gives as alternatives ('COLOMBIA / VENEZUELA') the
best counts; one that it marks as optional ('? HONDURAS') is asked for only if it is filled. The slot takes one place:
of several of ours it is the smallest, the first of equals, chosen without a look at the key. `place_each` takes all:
the best is compared, every other is a spurious fill.

`number`: the number belongs to one human target, one group of people or one person; a list of targets is a list of
fills. A fill is right if number and effect are those of a target that no other fill has taken. What the key gives as
'PLURAL' is asked for too; where the key hedges ('~30', '15-') the bare number is half right; a target that the key
marks as optional ('?1') counts only if it is filled. Targets whose effect is neither death nor injury are asked for in
`number_all` alone, where our abducted stand beside our killed and injured.

`place_lax`, `number_claimed` and `number_summed` are figures of an earlier scorer, kept for comparison: any place of a
chain full, a substring of it full, the country full where the key has no more; the numbers of our claims, each once
(stricter than MUC where one claim counts a list of people, laxer where the key gives a plural), and those with sums of
the key's numbers allowed.
"""

import datetime as dt
import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tasks.extract.actors import known_in
from tasks.records import Event, EventType, Place, PlaceLevel, Realis

_BOMBS = frozenset({"bomb", "suicide-bomb", "grenade", "aerial", "missile"})
_TYPES = {"abduct": "KIDNAPPING", "hijack": "KIDNAPPING", "arson": "ARSON", "rob": "ROBBERY"}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_DATE = re.compile(r"(\d{1,2}) ([A-Z]{3}) (\d{2})")
_EFFECTS = {"DEATH": "killed", "INJURY": "injured"}
_OTHER = "other"
_SIZES = (
    PlaceLevel.POINT,
    PlaceLevel.CITY,
    PlaceLevel.ADMIN2,
    PlaceLevel.ADMIN1,
    None,
    PlaceLevel.REGION,
    PlaceLevel.COUNTRY,
)
_NOTHING = frozenset({"-", "*", ""})
SLOTS = (
    "type",
    "date",
    "place",
    "number",
    "effect",
    "weapon",
    "place_each",
    "number_all",
    "place_lax",
    "number_claimed",
    "number_summed",
)


class Target(NamedTuple):
    """A human target of the key, or a group of people of ours."""

    numbers: frozenset[str]
    """Right numbers; 'PLURAL' where none is given."""
    effect: str
    """'killed', 'injured' or 'other'."""
    near: frozenset[str] = frozenset()
    """Numbers that are half right: the key hedges them."""
    optional: bool = False


class Spot(NamedTuple):
    """One place of ours: country, and the names the text and the gazetteer give it, none for a mere country."""

    country: str | None
    names: frozenset[str]
    around: frozenset[str]


class Incident(NamedTuple):
    """One template, or one of our events in its terms."""

    types: frozenset[str]
    first: dt.date | None
    last: dt.date | None
    places: tuple[str, ...]
    country: str | None
    numbers: Counter[str]
    """Numbers of human targets with a stated effect: '3 killed'."""
    targets: tuple[Target, ...]
    effects: frozenset[str]
    weapon: str | None
    spots: tuple[Spot, ...] = ()
    """Of ours only, the smallest first."""
    chains: tuple[tuple[str, ...], ...] = ()
    """Of the key only: places from the country down to the last, one chain for each alternative."""
    is_place_optional: bool = False


class Score(NamedTuple):
    """Points of one slot, and how often it was filled."""

    right: float
    keyed: int
    given: int


def stories(path: Path, sets: tuple[str, ...]) -> Iterator[tuple[str, str, list[Incident]]]:
    """Stories of the sets with their key: id, text, accomplished incidents."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            if story["id"].rsplit("-", 1)[0] in sets:
                yield story["id"], story["text"], [i for t in story["templates"] if (i := key_of(t)) is not None]


def key_of(template: dict[str, list[str]]) -> Incident | None:
    """A template as an incident; None for what did not happen."""
    kinds = template.get("INCIDENT: TYPE", ["*"])
    if kinds == ["*"] or "ACCOMPLISHED" not in template.get("INCIDENT: STAGE OF EXECUTION", [""])[0]:
        return None
    first, last = _days(template["INCIDENT: DATE"][0])
    places = [
        part.split("(")[0].strip() for entry in template["INCIDENT: LOCATION"] for part in re.split(r":| - | / ", entry)
    ]
    harmed = list(_harmed(template))
    return Incident(
        types=frozenset(part.strip() for part in kinds[0].split("/")),
        first=first,
        last=last,
        places=tuple(place for place in places if place not in {"-", ""}),
        country=_country(places[0]) if places else None,
        numbers=Counter(f"{number} {effect}" for number, effect in harmed if number),
        targets=tuple(_targets(template)),
        effects=frozenset(effect for _, effect in harmed),
        weapon=_keyed_weapon(template),
        chains=tuple(_chains(template["INCIDENT: LOCATION"])),
        is_place_optional=template["INCIDENT: LOCATION"][0].startswith("?"),
    )


def _chains(entries: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The chains of a slot: '(PERU: LIMA (CITY)) / (PERU: CUSCO (CITY))' are two; several entries are one."""
    if len(entries) > 1:
        entries = [": ".join(entry.replace(" / ", ": ") for entry in entries)]
    for alternative in (part for entry in entries for part in entry.lstrip("? ").split(" / ")):
        parts = re.split(r":| - ", alternative.strip().removeprefix("("))
        names = [part.split("(")[0].strip(" )") for part in parts]
        if chain := tuple(name for name in names if name not in {"-", ""}):
            yield chain


def _keyed_weapon(template: dict[str, list[str]]) -> str | None:
    entry = template.get("INCIDENT: INSTRUMENT TYPE", ["-"])[0]
    return None if entry[:1] in {"-", "*"} else entry.split(":")[0].strip("? ")


def _targets(template: dict[str, list[str]]) -> Iterator[Target]:
    """Every human target that the key gives a number; one both killed and hurt stands for two."""
    effects: dict[str, list[str]] = {}
    for entry in template.get("HUM TGT: EFFECT OF INCIDENT", []):
        effects.setdefault(_fill(entry), []).append(entry.split(":")[0].strip("?() "))
    for entry in template.get("HUM TGT: NUMBER", []):
        number = entry.split(":")[0].strip()
        if number in _NOTHING:
            continue
        for effect in effects.get(_fill(entry), [_OTHER]):
            yield _target(number, _EFFECTS.get(effect.split(" / ")[0], _OTHER))


def _target(number: str, effect: str) -> Target:
    """A target of a number as the key writes it: '6', '~30', '15-', '? PLURAL', '30 / ~30'."""
    parts = [part.strip() for part in number.lstrip("? ").split("/")]
    exact = frozenset(part for part in parts if part.isdigit() or part == "PLURAL")
    near = frozenset(part.strip("~- ") for part in parts) - exact
    return Target(exact, effect, near, optional=number.startswith("?"))


def _harmed(template: dict[str, list[str]]) -> Iterator[tuple[str | None, str]]:
    """(number, effect) of every human target that was killed or hurt."""
    numbers = {_fill(entry): entry.split(":")[0].strip() for entry in template.get("HUM TGT: NUMBER", [])}
    for entry in template.get("HUM TGT: EFFECT OF INCIDENT", []):
        effect = entry.split(":")[0].strip("? ")
        if effect in _EFFECTS:
            number = numbers.get(_fill(entry), "")
            yield (number if number.isdigit() else None), _EFFECTS[effect]


def _fill(entry: str) -> str:
    return entry.split(":", 1)[-1].strip()


def _days(text: str) -> tuple[dt.date | None, dt.date | None]:
    found = _DATE.findall(text)
    days = [day for parts in found if (day := _calendar_day(*parts)) is not None]
    if not days:
        return None, None
    if text.strip().startswith("-"):
        return days[0] - dt.timedelta(days=31), days[0]
    return days[0], days[-1]


def _calendar_day(day: str, month: str, year: str) -> dt.date | None:
    """The day; None for the key's '31 NOV'."""
    try:
        return dt.date(1900 + int(year), _MONTHS[month], int(day))
    except ValueError:
        return None


def _country(name: str) -> str | None:
    known = known_in(name.title())
    return known[0].country if known else None


def ours(events: Iterable[Event]) -> list[tuple[Event, Incident]]:
    """Our events in the key's terms."""
    happened = {Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL}
    chosen = [event for event in events if event.event_type is EventType.ASSAULT and event.realis in happened]
    return [(event, _incident(event)) for event in chosen]


def _incident(event: Event) -> Incident:
    kind = "BOMBING" if event.mode in _BOMBS else _TYPES.get(event.mode or "", "ATTACK")
    places = [place for place in event.locations if place.role == "event"]
    day = _day(event.date_start or event.date_end)
    counts = {effect: getattr(event.casualties, effect) for effect in ("killed", "injured")}
    numbers = [
        f"{claim.number} {effect}"
        for effect, count in counts.items()
        if count
        for claim in count.claims
        if claim.number
    ]
    numbers += [f"{count.best} {effect}" for effect, count in counts.items() if count and count.best]
    return Incident(
        types=frozenset({kind}),
        first=day,
        last=_day(event.date_end) or day,
        places=tuple(name.upper() for place in places for name in (place.text, place.name or "")),
        country=next((place.country for place in places if place.country), None),
        numbers=Counter(dict.fromkeys(numbers, 1)),
        targets=tuple(_groups(event)),
        effects=frozenset(effect for effect, count in counts.items() if count and count.best != 0),
        weapon=event.weapons[0].text.upper() if event.weapons else None,
        spots=_spots(places),
    )


def _groups(event: Event) -> Iterator[Target]:
    """The groups of people whom an event harmed."""
    for effect, name in (("killed", "killed"), ("injured", "injured"), ("abducted", _OTHER)):
        count = getattr(event.casualties, effect)
        for group in count.groups if count else ():
            yield Target(frozenset({"PLURAL" if group.number is None else str(group.number)}), name)


def _spots(places: list[Place]) -> tuple[Spot, ...]:
    country = next((place.country for place in places if place.country), None)
    ordered = sorted(places, key=lambda place: _SIZES.index(place.level))
    return tuple(dict.fromkeys(_spot(place, country) for place in ordered))


def _spot(place: Place, country: str | None) -> Spot:
    names = () if place.level is PlaceLevel.COUNTRY else (place.text, place.name or "")
    around = (place.admin1 or "", place.admin2 or "")
    return Spot(place.country or country, _folded(names), _folded(around))


def _folded(names: Iterable[str]) -> frozenset[str]:
    """Names in plain capitals, without accents and with single blanks."""
    plain = (unicodedata.normalize("NFD", name.upper()) for name in names)
    return frozenset(" ".join(re.sub(r"[^A-Z0-9 ]", "", name.replace("\n", " ")).split()) for name in plain) - {""}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text and len(text) == 10 else None


def match(keys: list[Incident], found: list[Incident]) -> list[tuple[int, int]]:
    """Pairs of key and event, one to one, most alike first; alike in nothing but the type is no match."""
    scored = [(_likeness(key, event), i, j) for i, key in enumerate(keys) for j, event in enumerate(found)]
    pairs: list[tuple[int, int]] = []
    for likeness, i, j in sorted(scored, key=lambda entry: (-entry[0], entry[1], entry[2])):
        if likeness >= 1.0 and i not in {a for a, _ in pairs} and j not in {b for _, b in pairs}:
            pairs.append((i, j))
    return pairs


def _likeness(key: Incident, event: Incident) -> float:
    points = 1.0 * bool(key.types & event.types) + _lax_place(key, event) + _date(key, event)
    return points + 1.0 * bool(key.numbers & event.numbers) + 0.5 * bool(key.effects & event.effects)


def _place(key: Incident, spots: Sequence[Spot]) -> Score:
    """The best chain of the key against the best of some places; every further one is spurious."""
    right = max((_of_chain(chain, spot) for chain in key.chains for spot in spots), default=0.0)
    is_asked = bool(key.chains) and (bool(right) or not key.is_place_optional)
    return Score(right, int(is_asked), len(spots))


def _of_chain(chain: tuple[str, ...], spot: Spot) -> float:
    """Points for one place of ours."""
    country = _country(chain[0])
    same = country is not None and country == spot.country
    if len(chain) < 2:
        return same * (1.0 if not spot.names else 0.5)
    last = _folded(chain[-1:]) & spot.names
    if last and (same or spot.country is None):
        return 1.0
    return 0.5 if same or last or _folded(chain[1:]) & (spot.names | spot.around) else 0.0


def _lax_place(key: Incident, event: Incident) -> float:
    wanted = {_plain(name) for name in key.places[1:]}
    if any(_plain(name) in wanted or any(_plain(name) and _plain(name) in w for w in wanted) for name in event.places):
        return 1.0
    same = key.country is not None and key.country == event.country
    return (1.0 if not wanted else 0.5) if same else 0.0


def _plain(name: str) -> str:
    return re.sub(r"[^A-Z ]", "", name.upper()).strip()


def _date(key: Incident, event: Incident) -> float:
    if key.first is None or event.last is None or key.last is None:
        return 0.0
    start = event.first or event.last
    if key.first <= start <= key.last:
        return 1.0
    return 0.5 if abs((start - key.last).days) <= 1 else 0.0


def slot_scores(key: Incident, event: Incident) -> dict[str, Score]:
    """Points of every slot of a matched pair."""
    hit = len(key.effects & event.effects)
    return {
        "type": Score(float(bool(key.types & event.types)), 1, 1),
        "date": Score(_date(key, event), int(key.last is not None), int(event.last is not None)),
        "place": _place(key, event.spots[:1]),
        "number": _targets_score(_hurt(key.targets), _hurt(event.targets)),
        "effect": Score(hit, len(key.effects), len(event.effects)),
        "weapon": Score(_weapon(key, event), int(key.weapon is not None), int(event.weapon is not None)),
        "place_each": _place(key, event.spots),
        "number_all": _targets_score(key.targets, event.targets),
        "place_lax": Score(_lax_place(key, event), int(bool(key.places)), int(bool(event.places))),
        "number_claimed": _claimed_numbers(key, event),
        "number_summed": _summed_numbers(key, event),
    }


def _hurt(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    return tuple(target for target in targets if target.effect != _OTHER)


def _targets_score(keyed: tuple[Target, ...], given: tuple[Target, ...]) -> Score:
    """Each group of ours against a target of the key that is still free: first the right ones, then the half right."""
    free, left, right = list(keyed), list(given), 0.0
    for points, numbers in ((1.0, _exact), (0.5, _near)):
        for group in tuple(left):
            target = next((t for t in free if t.effect == group.effect and numbers(t) & group.numbers), None)
            if target is not None:
                free.remove(target)
                left.remove(group)
                right += points
    missed = sum(target.optional for target in free)
    return Score(right, len(keyed) - missed, len(given))


def _exact(target: Target) -> frozenset[str]:
    return target.numbers


def _near(target: Target) -> frozenset[str]:
    return target.near


def _claimed_numbers(key: Incident, event: Incident) -> Score:
    return Score((key.numbers & event.numbers).total(), key.numbers.total(), event.numbers.total())


def _summed_numbers(key: Incident, event: Incident) -> Score:
    """Numbers of each effect; a number of ours that is the sum of the key's is right for each of them."""
    right = keyed = given = 0
    for effect in _EFFECTS.values():
        wanted = [int(entry.split()[0]) for entry in key.numbers.elements() if entry.endswith(effect)]
        told = [int(entry.split()[0]) for entry in event.numbers.elements() if entry.endswith(effect)]
        summed = bool(wanted) and sum(wanted) in told
        right += len(wanted) if summed else (Counter(wanted) & Counter(told)).total()
        keyed += len(wanted)
        given += len(told) + (len(wanted) - 1 if summed else 0)
    return Score(right, keyed, given)


def _weapon(key: Incident, event: Incident) -> float:
    if key.weapon is None or event.weapon is None:
        return 0.0
    return 1.0 if key.weapon.split()[-1][:4] == event.weapon[:4] else 0.5 * (key.weapon in {"GUN", "EXPLOSIVE", "BOMB"})
