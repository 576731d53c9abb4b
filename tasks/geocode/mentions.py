"""Place mentions of a text: what each names, what qualifies it, and which mentions ask the same question."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

import msgspec
import numpy as np

from tasks.geocode.gazetteer import NOTHING, Gazetteer, Hits
from tasks.geocode.index import Kind
from tasks.geocode.names import plain_key
from tasks.geocode.rank import Question

LEFT_CHARS, RIGHT_CHARS = 60, 50
"""How far around a mention its qualifiers are looked for."""

_COMPASS = {
    "north": 0, "northeast": 45, "east": 90, "southeast": 135, "south": 180, "southwest": 225, "west": 270,
    "northwest": 315,
}  # fmt: skip
_DIRECTION = r"(?:north|south)(?:[\s-]?(?:east|west))?|east|west"
_OFFSET = re.compile(
    rf"(?i)\b(\d+(?:[.,]\d+)?)\s*-?\s*(km|kms|kilomet(?:er|re)s?|miles?|mi|metres?|meters?|m)\b\.?\s*"
    rf"(?:\([^)]*\)\s*)?(?:(?:to the|due)\s+)?({_DIRECTION})?(?:ern)?\s*(?:of|from|outside(?: of)?|away from)\s+"
    r"(?:the\s+)?(?:(?:capital|city|town|village|port|border|central|provincial|northern|southern|eastern|western)\s+)*"
    r"(?:of\s+)?(?:the\s+)?$"
)
_OFFSET_RIGHT = re.compile(
    rf"(?i)^,?\s+(?:[A-Z][\w ]+,\s+)?(?:(?:a|the) (?:town|city|village)\s+)?(?:some |about |around |roughly |nearly )?"
    rf"(\d+(?:[.,]\d+)?)\s*-?\s*(km|kms|kilomet(?:er|re)s?|miles?|mi)\b\.?\s*(?:\([^)]*\)\s*)?"
    rf"(?:(?:to the|due)\s+)?({_DIRECTION})?(?:ern)?\s*(?:of|from|outside)\s+(?:the\s+)?(?:capital,?\s+)?"
)
_SIDE_LEFT = re.compile(
    rf"(?i)\b(?:{_DIRECTION})ern\s+(?:part of\s+|parts of\s+)?(?:the\s+)?(?:city of\s+|province of\s+)?$"
    r"|\b(?:countryside|outskirts|suburbs?|parts|areas?|edges?|rural\s+areas?|vicinity) (?:of|around|near)\s+"
    r"(?:the\s+)?(?:city of\s+)?$"
    r"|\b(?:near|outside|around|close to|rural|greater)\s+(?:the\s+)?(?:city of\s+|town of\s+)?$"
    rf"|\b(?:{_DIRECTION})\s+(?:of\s+)?(?:the\s+)?$|\b(?:central|upper|lower|mid|rural)[\s-]$"
)
_SIDE_RIGHT = re.compile(
    r"(?i)^(?:['’]s)?\s+(?:\w+\s+)?(?:countryside|outskirts|suburbs?|hinterland|vicinity|area|border)\b"
)
_INNER_SIDE = re.compile(
    rf"(?i)^(?:the\s+)?(?:(?:{_DIRECTION})(?:ern)?|central|rural|downtown|greater|upper|lower|mid)[\s-]+(?=\w)"
)
_INNER_AREA = re.compile(r"(?i)(?:['’]s)?\s+(?:countryside|outskirts|suburbs?|hinterland|vicinity|area|border)$")
_HINTS = {
    "admin1": r"province|governorate|oblast|krai|kray|state|prefecture|voivodeship|canton|emirate|region|wilaya"
    r"|republic",
    "admin2": r"county|parish|district|raion|rayon|borough|shire|municipality|department|division|tehsil|taluk|woreda",
    "settlement": r"city|town|village|hamlet|suburb|township|neighbou?rhood",
    "water": r"river|lake|sea|bay|gulf|strait|creek|canal|channel|ocean|reservoir",
}
_HINT_RIGHT = re.compile(
    r"(?i)^(?:['’]s)?\s+(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HINTS.items()) + r")\b"
)
_HINT_LEFT = re.compile(
    r"(?i)\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HINTS.items()) + r")\s+of\s+(?:the\s+)?$"
)
_HINT_INNER = re.compile(r"(?i)\s+(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HINTS.items()) + r")s?$")
_QUARTER = r"(?:neighbou?rhood|suburb|barrio|colonia|housing estate|slum|shantytown)s?"
_QUARTER_WORDS = ("hood", "suburb", "barrio", "colonia", "housing estate", "slum", "shantytown")
_QUARTER_RIGHT = re.compile(rf"(?i)^\s+{_QUARTER}\b")
_QUARTER_LEFT = re.compile(rf"(?i)\b{_QUARTER}\s+(?:of|known as|called)\s+(?:the\s+)?$")
_QUARTER_INNER = re.compile(rf"(?i)\s{_QUARTER}$|^{_QUARTER}\s")
_TOWARDS = re.compile(rf"(?i)\b({_DIRECTION})(?:ern)?\s+(?:parts? of\s+)?(?:the\s+)?$")
_INNER_TOWARDS = re.compile(rf"(?i)^(?:the\s+)?({_DIRECTION})(?:ern)?[\s-]")
_DIGIT = re.compile(r"\d")
_SIDE_WORDS = frozenset(
    {"the", "of", "near", "outside", "around", "to", "rural", "greater", "central", "upper", "lower", "mid"}
    | {side + ending for side in _COMPASS for ending in ("", "ern")}
)
"""The last word before a name that _SIDE_LEFT, _HINT_LEFT or _TOWARDS may match: without one they need not look."""
_POSSESSIVE = re.compile(r"['’]s?$")
_BETWEEN = re.compile(
    r"(?i)^(?:\s*,\s*|\s*\(\s*|,? in (?:the )?(?:\w+ )?(?:\w+ of )?|,? (?:a|the) [\w-]+(?: \w+)? in (?:the )?)$"
)
_AFTER = re.compile(r"^,\s*((?:[A-Z][\w’'-]*\.?|[A-Z]\.)(?:[ -]?[A-Z][\w’'-]*\.?)*)")


_NEWSPAPER = re.compile(
    r"^ (?:(?:Daily|Sunday|Evening|Morning) )?(?:Times|Post|Herald|Tribune|Gazette|Chronicle|Globe|Telegraph|Examiner"
    r"|News|Journal|Courier|Observer|Star|Sun|Mail|Dispatch|Inquirer)\b"
)
"""Newspapers are named after towns: the Washington Post, the New York Times."""
_STORY_OPENS = re.compile(r"^(?:,\s[^\n]{0,40}?)?\s*(?:\([A-Z][^)\n]{1,30}\)\s*)?(?:—|–|--|-\s|\()")
_LINE_OPENS = re.compile(r"(?:^|[\n\r.!?”\"]\s*|\s{2,})$")


def opens_story(words: str, left: str, right: str) -> bool:
    """Whether the mention stands where a dateline does: 'WASHINGTON (AP) —'. Datelines name towns."""
    return len(words) > 3 and words.isupper() and bool(_LINE_OPENS.search(left) and _STORY_OPENS.match(right))


class Offset(msgspec.Struct, frozen=True):
    """So far from a place, in a direction where the text gives one."""

    km: float
    bearing: float | None


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A mention taken apart."""

    start: int
    end: int
    text: str
    core: str
    """The name without what qualifies it."""
    hits: Hits
    hint: str = ""
    partial: bool = False
    """Part or neighbourhood of the place, not the place itself: 'eastern', 'near', 'the countryside of'."""
    side: float | None = None
    """Bearing of the part that is meant: 90 in 'eastern Ethiopia'."""
    offset: Offset | None = None
    beside: Offset | None = None
    """How far it lies from the next place named: 'La Esperanza, 180 km west of Tegucigalpa'."""
    beside_at: int = -1
    """Where that place's name starts."""
    container: str = ""
    """The name it is said to lie in."""
    is_quarter: bool = False
    """Part of a town, as the text says: 'the Escalon neighborhood', 'the suburb of Normandia'."""


def read_mention(text: str, start: int, end: int, gazetteer: Gazetteer, *, demonyms: bool = False) -> Named:
    """Takes the mention text[start:end] apart and looks it up."""
    words = text[start:end]
    left, right = text[max(0, start - LEFT_CHARS) : start], text[end : end + RIGHT_CHARS]
    left = left[max(left.rfind(". "), left.rfind("\n"), -1) + 1 :]
    opens = opens_story(words, left, right)
    found = _look_up(words, gazetteer, demonyms=demonyms)
    is_quarter = _is_quarter(left, words, right)
    offset = _offset(_OFFSET.search(left)) if _DIGIT.search(left) else None
    if not _may_qualify(left):
        left = ""
    beside = _OFFSET_RIGHT.match(right) if _DIGIT.search(right) else None
    return Named(
        start=start,
        end=end,
        text=words,
        core=found.core,
        hits=found.hits,
        hint=found.hint
        or (" " in words and _hint(_HINT_INNER, words))
        or _hint(_HINT_RIGHT, right)
        or (left and _hint(_HINT_LEFT, left))
        or ("settlement" if opens or _NEWSPAPER.match(right) else ""),
        side=_side(words, found.core, left) if left or found.core != words else None,
        beside=_offset(beside),
        beside_at=end + beside.end() if beside else -1,
        partial=found.is_partial or (offset is None and bool(_SIDE_LEFT.search(left) or _SIDE_RIGHT.match(right))),
        offset=offset,
        container=found.container or _container_after(right),
        is_quarter=is_quarter,
    )


def _is_quarter(left: str, words: str, right: str) -> bool:
    """Whether the text calls it a part of a town; a cheap look before the dear ones."""
    around = f"{left}{words}{right}".lower()
    if not any(word in around for word in _QUARTER_WORDS):
        return False
    return bool(_QUARTER_RIGHT.match(right) or _QUARTER_INNER.search(words) or _QUARTER_LEFT.search(left))


def _may_qualify(left: str) -> bool:
    """Whether the words before a name can say anything of it; a cheap look before the dear ones."""
    words = left.rsplit(None, 1)
    return left.endswith("-") or (bool(words) and words[-1].rpartition("-")[2].lower() in _SIDE_WORDS)


def parted(text: str, start: int, end: int, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """The spans of 'Fujian, China', which are two names, if what the first is said to lie in is known; else one."""
    spans = []
    at = start
    for part in text[start:end].split(", "):
        spans.append((at, at + len(part)))
        at += len(part) + 2
    if len(spans) == 1 or not all(_is_known_name(text[a:b], gazetteer) for a, b in spans[1:]):
        return [(start, end)]
    return spans


def _is_known_name(words: str, gazetteer: Gazetteer) -> bool:
    return any(len(gazetteer.known(form.core)) for form in _forms(words))


DIRECTIONS = frozenset(["north", "south", "east", "west", "northern", "southern", "eastern", "western", "central"])
"""Alone they are no names, though divisions somewhere bear them."""


_SIDES = DIRECTIONS | {north + side for north in ("north", "south") for side in ("east", "west", "eastern", "western")}


def is_direction(words: str) -> bool:
    """Whether a mention is only a side of something: 'the Northeast', 'North of'."""
    return all(word in _SIDES or word in {"of", "and", "the"} for word in re.split(r"[\s-]+", words.lower()) if word)


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """The name within a mention, and what it was found as."""

    core: str
    hits: Hits
    hint: str = ""
    is_partial: bool = False
    container: str = ""


def _look_up(words: str, gazetteer: Gazetteer, *, demonyms: bool) -> _Found:
    """The name in a mention: as it stands, without qualifiers, its first part, by spelling, or a place inside it."""
    if is_direction(words):
        return _Found(core=words, hits=NOTHING)
    forms = _forms(words)
    for form in forms:
        hits = gazetteer.known(form.core, demonyms=demonyms)
        if len(hits):
            return msgspec.structs.replace(form, hits=hits)
    first, comma, rest = words.partition(",")
    if comma and len(hits := gazetteer.search(first.strip())):
        return _Found(core=first.strip(), hits=hits, container=rest.strip())
    for form in forms[:2]:
        hits = gazetteer.resembling(form.core, demonyms=demonyms)
        if len(hits):
            return msgspec.structs.replace(form, hits=hits)
    core, hits = _inside(words, gazetteer)
    return _Found(core=core, hits=hits, is_partial=len(hits) > 0)


def _forms(words: str) -> list[_Found]:
    """A mention whole, then without possessive, side ('eastern') and generic word ('province')."""
    if words.isalpha():
        return [_Found(core=words, hits=NOTHING)]
    core = _POSSESSIVE.sub("", words).strip() or words
    side = _INNER_SIDE.sub("", _INNER_AREA.sub("", core)).strip()
    bare = _HINT_INNER.sub("", side).strip()
    forms = [_Found(core=words, hits=NOTHING), _Found(core=core, hits=NOTHING)]
    if side and side != core:
        forms.append(_Found(core=side, hits=NOTHING, is_partial=True))
    if bare and bare != side:
        forms.append(_Found(core=bare, hits=NOTHING, hint=_hint(_HINT_INNER, side), is_partial=side != core))
    return [form for number, form in enumerate(forms) if form.core not in {f.core for f in forms[:number]}]


_PREPOSED = re.compile(r"\b(?:of|in|at|near|de|du|da|do|del)\s+(?:the\s+)?(.+)$")
INSIDE_LIKENESS = 0.9
"""A facility is not the town in its name: the place is right, the point is near."""
MIN_INSIDE_PEOPLE = 15_000
"""A single word in a longer name must be a better known place; smaller ones are mostly persons' names."""


def _inside(words: str, gazetteer: Gazetteer) -> tuple[str, Hits]:
    """The known place inside the name of an unknown facility: 'Colchester Hospital', 'Bank of Japan'."""
    parts = words.split()
    if not 1 < len(parts) <= 8:
        return words, NOTHING
    preposed = _PREPOSED.search(words)
    forms = [preposed.group(1)] if preposed else []
    forms += [" ".join(parts[:size]) for size in range(min(len(parts) - 1, 3), 0, -1)]
    forms += [" ".join(parts[-size:]) for size in range(min(len(parts) - 1, 2), 0, -1)]
    for form in forms:
        if not form[:1].isupper() or plain_key(form) in GENERIC_WORDS:
            continue
        hits = gazetteer.exact(form, demonyms=form == parts[0])
        if " " not in form:
            own = hits.kinds != Kind.ALTERNATE  # of the many other names of towns some are words
            hits = Hits(hits.rows[own], hits.kinds[own], hits.likeness[own])
        if len(hits) and (" " in form or _is_known(hits, gazetteer)):
            likeness = np.full(len(hits), INSIDE_LIKENESS, "f4")
            return form, Hits(hits.rows, hits.kinds, likeness)
    return words, NOTHING


GENERIC_WORDS = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "centre",
        "center",
        "upper",
        "lower",
        "middle",
        "new",
        "old",
        "great",
        "park",
        "lake",
        "river",
        "mount",
        "bay",
        "hill",
        "hills",
        "valley",
        "island",
        "bridge",
        "bend",
        "tower",
        "hall",
        "house",
        "palace",
        "castle",
        "square",
        "street",
        "road",
        "avenue",
        "university",
        "college",
        "school",
        "hospital",
        "church",
        "mosque",
        "temple",
        "cathedral",
        "chapel",
        "airport",
        "station",
        "stadium",
        "arena",
        "academy",
        "institute",
        "museum",
        "library",
        "theatre",
        "theater",
        "hotel",
        "plaza",
        "mall",
        "market",
        "court",
        "prison",
        "jail",
        "camp",
        "base",
        "fort",
        "port",
        "federal",
        "national",
        "royal",
        "state",
        "county",
        "city",
        "town",
        "village",
        "district",
        "province",
        "region",
        "union",
        "united",
        "international",
        "general",
        "grand",
        "first",
        "second",
        "third",
        "saint",
        "santa",
        "san",
        "st",
        "convention",
        "civic",
        "community",
        "memorial",
        "medical",
        "health",
        "public",
        "congress",
        "parliament",
        "senate",
        "assembly",
        "council",
        "ministry",
        "department",
        "office",
        "embassy",
        "bank",
        "police",
        "army",
        "navy",
        "force",
        "club",
        "league",
        "cup",
        "festival",
        "summit",
        "forum",
        "commission",
        "committee",
        "court",
        "democratic",
        "republic",
        "kingdom",
        "liberty",
        "independence",
        "victory",
        "freedom",
        "martyrs",
        "revolution",
        "people",
        "world",
        "global",
        "olympic",
        "area",
        "agency",
        "authority",
        "management",
        "board",
        "complex",
        "site",
        "trust",
        "metro",
        "cape",
        "point",
        "beach",
        "government",
        "local",
        "conservation",
        "protection",
        "association",
        "society",
        "company",
        "group",
        "service",
        "services",
        "programme",
        "program",
        "project",
        "fund",
    ]
)
"""Words of names that are also names of some village: alone they say nothing."""


def _is_known(hits: Hits, gazetteer: Gazetteer) -> bool:
    return int(gazetteer.index.population[hits.rows].max()) >= MIN_INSIDE_PEOPLE


def _hint(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.lastgroup or "" if found else ""


def _side(words: str, core: str, left: str) -> float | None:
    found = _INNER_TOWARDS.match(words) if core != words else _TOWARDS.search(left)
    return _bearing(found.group(1)) if found else None


def _bearing(direction: str) -> float:
    return _COMPASS[re.sub(r"[\s-]", "", direction.lower())]


def _offset(found: re.Match[str] | None) -> Offset | None:
    if not found:
        return None
    number, unit, direction = found.groups()
    factor = 1.609 if unit.lower().startswith("mi") else 0.001 if unit.lower().startswith("m") else 1.0
    bearing = _bearing(direction) if direction else None
    return Offset(float(number.replace(",", ".")) * factor, bearing)


def _container_after(right: str) -> str:
    found = _AFTER.match(right)
    return found.group(1) if found else ""


# --- questions --------------------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The questions of an article and, per mention, the number of its question (-1: the name leads nowhere)."""

    questions: tuple[Question, ...]
    numbers: tuple[int, ...]


def ask(text: str, mentions: Sequence[Named], gazetteer: Gazetteer, *, clues: Iterable[str] = ()) -> Asked:
    """Joins mentions of one name into one question and links names to what they are said to lie in.

    One sense per article: a bare name joins the question of its qualified form ('Paris, Texas' ... 'Paris').
    """
    mentions = [_in_full(mention, text, gazetteer) for mention in mentions]
    containers = _containers(text, mentions, gazetteer)
    keys = [_key(mention, container) for mention, container in zip(mentions, containers, strict=True)]
    keys = _join_bare(_spelt_out(text, mentions, keys, gazetteer))
    asked: dict[tuple[str, str, str], Question] = {}
    counts = Counter(keys)
    for mention, key in zip(mentions, keys, strict=True):
        if len(mention.hits) and key not in asked and plain_key(mention.core) == key[0]:
            asked[key] = Question(name=mention.core, hits=mention.hits, count=counts[key], hint=mention.hint)
    extra = [(name, gazetteer.search(name)) for name in (*containers, *clues) if name]
    for name, hits in extra:
        if len(hits) and not any(key[0] == plain_key(name) for key in asked):
            asked[plain_key(name), "", ""] = Question(name=name, hits=hits, weak=True)
    order = {key: number for number, key in enumerate(asked)}
    by_name: dict[str, int] = {}
    for key, number in order.items():
        by_name.setdefault(key[0], number)
    questions = [_linked(question, key, by_name, number) for number, (key, question) in enumerate(asked.items())]
    numbers = tuple(order.get(key, -1) for key in keys)
    for mention, number in zip(mentions, numbers, strict=True):
        other = _beside(mention, mentions, numbers)
        if mention.beside and number >= 0 and other not in {-1, number}:
            questions[number] = msgspec.structs.replace(
                questions[number], beside=other, distance_km=mention.beside.km, bearing=mention.beside.bearing
            )
    for number, listed in _lists(text, mentions, numbers).items():
        questions[number] = msgspec.structs.replace(questions[number], listed=tuple(sorted(listed)))
    return Asked(questions=tuple(questions), numbers=numbers)


_LISTED = re.compile(r"(?i)^(?:, |;? (?:and|or) |, (?:and|or) |; )(?:the |in |from )?$")
MIN_LISTED = 3
"""Two names with a comma between are more often a place and what it lies in; with 'and' between they are a list."""


def _lists(text: str, mentions: Sequence[Named], numbers: Sequence[int]) -> dict[int, set[int]]:
    """For each question the others it is listed with."""
    chains: list[list[int]] = [[]]
    is_joined = [False]
    end = -1
    for mention, number in sorted(zip(mentions, numbers, strict=True), key=lambda pair: pair[0].start):
        gap = text[end : mention.start] if 0 <= end <= mention.start <= end + 12 else ""
        if not gap or not _LISTED.match(gap):
            chains.append([])
            is_joined.append(False)
        is_joined[-1] |= len(gap) > 2 and ("and" in gap or "or" in gap)
        chains[-1].append(number)
        end = mention.end
    found: dict[int, set[int]] = {}
    for chain, joined in zip(chains, is_joined, strict=True):
        if len(chain) >= MIN_LISTED or (joined and len(chain) > 1):
            for number in chain:
                found.setdefault(number, set()).update(other for other in chain if other not in {-1, number})
    found.pop(-1, None)
    return found


def settled(mentions: Sequence[Named]) -> list[Named]:
    """In 'La Esperanza, 180 km west of Tegucigalpa' the distance belongs to the first name, not to the second."""
    measured = {mention.beside_at for mention in mentions if mention.beside}
    return [
        msgspec.structs.replace(mention, offset=None)
        if mention.offset and any(mention.start <= at < mention.end for at in measured)
        else mention
        for mention in mentions
    ]


def _beside(mention: Named, mentions: Sequence[Named], numbers: Sequence[int]) -> int:
    """The question of the place that a distance is measured from."""
    at = mention.beside_at
    return next((n for other, n in zip(mentions, numbers, strict=True) if other.start <= at < other.end), -1)


def _containers(text: str, mentions: Sequence[Named], gazetteer: Gazetteer) -> list[str]:
    """The name each mention is said to lie in: the next mention after a comma or 'in', else a known name there."""
    order = sorted(range(len(mentions)), key=lambda number: (mentions[number].start, mentions[number].end))
    found = [""] * len(mentions)
    for here, there in pairwise(order):
        mention, following = mentions[here], mentions[there]
        if following.start >= mention.end and _BETWEEN.match(text[mention.end : following.start]):
            found[here] = following.core if len(following.hits) else ""
    for number, mention in enumerate(mentions):
        if not found[number] and mention.container and len(gazetteer.exact(mention.container)):
            found[number] = mention.container
    return [name if plain_key(name) != plain_key(mentions[n].core) else "" for n, name in enumerate(found)]


def _key(mention: Named, container: str) -> tuple[str, str, str]:
    return plain_key(mention.core), mention.hint, plain_key(container) if container else ""


_SMALL_WORDS = frozenset({"of", "the", "and", "&"})
MIN_INITIALS, MAX_INITIALS = 2, 5


def _initials(name: str) -> str:
    """SA for South Africa, TT for Trinidad and Tobago; "" for one word."""
    words = [word for word in re.split(r"[\s-]+", name) if word.lower() not in _SMALL_WORDS]
    return "".join(word[:1] for word in words).upper() if len(words) > 1 else ""


def _spelt_out(
    text: str, mentions: Sequence[Named], keys: list[tuple[str, str, str]], gazetteer: Gazetteer
) -> list[tuple[str, str, str]]:
    """An abbreviation joins the question of the name whose initials it is: 'SA' that of 'South Africa'.

    After a comma it is a division's code ('Albany, NY') and stays what it is.
    """
    short = {number: letters for number, m in enumerate(mentions) if (letters := _abbreviation(m, text, gazetteer))}
    if not short:
        return keys
    long = {_initials(m.core): key for m, key in zip(mentions, keys, strict=True) if " " in m.core and len(m.hits)}
    return [long.get(short[number], key) if number in short else key for number, key in enumerate(keys)]


def _in_full(mention: Named, text: str, gazetteer: Gazetteer) -> Named:
    """An abbreviation under the name of the country or division that the text spells out: 'SA' beside South Africans.

    Countries that are known by it (U.S.) and the states of the United States (LA) stay what they are.
    """
    letters = _abbreviation(mention, text, gazetteer)
    if not letters or any(where == "PCLI" or where.startswith("US.") for where in _wheres(mention.hits, gazetteer)):
        return mention
    initials = " (?:of |the |and |& )*".join(rf"{letter}[\w’'-]+" for letter in letters)
    for found in islice(re.finditer(rf"\b{initials}", text), MAX_TRIED):
        hits = gazetteer.known(found.group(), demonyms=True)
        if {"PCLI", "ADM1"} & set(_wheres(hits, gazetteer)):
            return msgspec.structs.replace(mention, core=found.group(), hits=hits)
    return mention


MAX_TRIED = 20


def _wheres(hits: Hits, gazetteer: Gazetteer) -> list[str]:
    """The kinds of the places and the divisions they lie in."""
    index = gazetteer.index
    kinds = [index.codes[at] for at in index.code[hits.rows].tolist()]
    return kinds + [index.divisions[at] for at in index.admin1[hits.rows].tolist()]


def _abbreviation(mention: Named, text: str, gazetteer: Gazetteer) -> str:
    """Its letters, "" if it is none: LIMA in upper-case copy is a city of its own."""
    if not mention.core.isupper() or text[max(0, mention.start - 2) : mention.start] == ", ":
        return ""
    named = mention.hits.rows[mention.hits.kinds < int(Kind.CODE)]
    if len(named) and int(gazetteer.index.population[named].max()) >= MIN_INSIDE_PEOPLE:
        return ""
    letters = re.sub(r"[.&\s]", "", mention.core)
    return letters if MIN_INITIALS <= len(letters) <= MAX_INITIALS else ""


def _join_bare(keys: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    qualified: dict[tuple[str, str], Counter[str]] = {}
    for name, hint, container in keys:
        if container:
            qualified.setdefault((name, hint), Counter())[container] += 1
    joined = []
    for name, hint, container in keys:
        known = qualified.get((name, hint)) if not container else None
        joined.append((name, hint, known.most_common(1)[0][0]) if known else (name, hint, container))
    return joined


def _linked(question: Question, key: tuple[str, str, str], by_name: dict[str, int], number: int) -> Question:
    container = by_name.get(key[2], -1) if key[2] else -1
    return question if container in {-1, number} else msgspec.structs.replace(question, container=container)


__all__ = ["NOTHING", "Asked", "Named", "Offset", "ask", "read_mention", "settled"]
