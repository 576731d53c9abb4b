"""Place names that the language model missed or called something else, and places it found that are none.

The gazetteer offers only what is safe: a name must be known exactly, and the text must use it as a place: after a
locative preposition, before the division or country it lies in, with a generic word ('County'), in the place of a
dateline, as a country or division, or as a place elsewhere in the article. Names that persons bear need more than
one of these. Places inside the names of public bodies ('Columbus Police Department') are offered as mentions.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from tasks.geocode import facts
from tasks.geocode.gazetteer import Gazetteer, is_code
from tasks.geocode.index import Kind
from tasks.geocode.mentions import GENERIC_WORDS, opens_story
from tasks.geocode.names import plain_key
from tasks.records import Entity

PLACE_LABELS = frozenset({"Location", "Facility", "GPE", "LOC", "FAC"})
PERSON_LABELS = frozenset({"Person", "PERSON"})
BODY_LABELS = frozenset({"Organization", "ORG", "Facility", "FAC", "Misc"})
OTHER_LABELS = PERSON_LABELS | BODY_LABELS | frozenset({"NORP", "Product"})
"""Labels the model may have given to a place by mistake; a date or a sum of money is none."""
MAX_CHARS = 60_000
"""As much of a text as is searched for missed names."""
LARGE_CITY = 100_000

_CAPITALISED = re.compile(
    r"(?<![\w’'-])(?:[A-Z]\.(?:\s?[A-Z]\.)+"
    r"|[A-Z][\w’'-]*\.?(?:[ ](?:(?:of|the|al|el|de|la|del|and)[ ])?[A-Z][\w’'-]*){0,3})"
)
_IN = re.compile(
    r"(?i)\b(?:in|near|outside|inside|across|throughout|around|downtown|nearby|towards?|leaving|northern|southern|eastern"
    r"|western|central|(?:north|south|east|west)(?:east|west)? of)\s+(?:the\s+|nearby\s+|downtown\s+)?(?:(?:city|town"
    r"|village|state|province|county) of\s+)?$"
)
_AT = re.compile(
    r"(?i)\b(?:at|from|to|of|into|via|for|between|and|visit(?:ed|ing)?|left|reach(?:ed|ing)?)\s+(?:the\s+)?$"
)
_CONTAINER = re.compile(r"^,\s+((?:[A-Z]\.\s?)+|[A-Z][\w’'-]*\.?(?:[ ][A-Z][\w’'-]*\.?){0,2})")
_GENERIC = re.compile(
    r"(?:^(?:Lake|Mount|Mt\.?|Fort|Port|Cape|Gulf|Strait|Isle|City|Town|County|Province|State)\s"
    r"|\s(?:County|Parish|Province|Governorate|District|Oblast|River|Lake|Island|Islands|Valley|Bay|Sea|Mountains"
    r"|City|Township|Beach|Springs|Heights|Falls|Desert|Peninsula|Prefecture))$|^(?:Lake|Mount|Mt\.?|Fort|Cape) "
)
_BODY = re.compile(
    r"(?i)\b(?:police|sheriff|fire|rescue|county|city|state|department|ministry|minister|government|governor|mayor|court"
    r"|courthouse|council|councillors|commission|board|school|schools|university|college|hospital|medical|clinic|jail"
    r"|prison|airport|senate|legislature|assembly|parliament|congress|guard|army|navy|air force|military|chamber"
    r"|library|museum|embassy|authority|agency|district|municipality|region|association|society|center|centre|club"
    r"|church|park|health|bank|office|administration|coast|federation|union|bureau|institute|academy|station)\b"
)
_MEDIA = re.compile(
    r"(?i)\b(?:times|post|herald|tribune|journal|gazette|star|sun|mail|mirror|telegraph|news|press|today|chronicle"
    r"|courier|globe|magazine|radio|tv|television)\b"
)
_SPEECH = re.compile(r"^\s+(?:said|says|told|added|explained|noted|testified|replied|recalled|who|has said|was born)\b")
_SURNAME = re.compile(r"^\s+(?:[A-Z]\.\s+)?([A-Z][a-z]+)")
_DISEASE = re.compile(
    r"\b(?:The )?([A-Z][\w’'-]*(?: [A-Z][\w’'-]*)?) (?:virus|fever|h[ae]+morrhagic|disease|syndrome|encephalitis)"
)
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Sgt|Col|Capt|Rev|Prof|Judge|President|Minister|Sir|Lord|Lady)\.?\s+$"
)


_ONE_OF_MANY = re.compile(r"(?i)\b(?:a|an)\s+$")
_IN_BRACKETS = re.compile(r"(?<=\s)[(\[](?P<letters>[A-Z]{2,6})[)\]]")
_BEFORE_BRACKETS = re.compile(r"\b(?P<letters>[A-Z]{2,6})\s+[(\[](?P<words>[A-Z][^()\[\]]{3,80})[)\]]")
_SMALL = frozenset({"of", "the", "for", "and", "in", "de", "del", "la", "y", "e", "et"})


@lru_cache(maxsize=1)
def persons() -> frozenset[str]:
    """Names that persons bear as often as places."""
    return facts.read_persons()


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What judging a name needs to know of its article."""

    text: str
    gazetteer: Gazetteer
    places: frozenset[str]
    """Plain keys of the places that the model found."""
    people: frozenset[str]
    """Words of the persons' names that the model found."""
    is_upper: bool
    """Whether the copy is in capitals throughout, so that capitals say nothing."""
    used: frozenset[str]
    """Plain keys of those places that some occurrence uses as one: after a preposition, before a division."""
    diseases: frozenset[str]
    """Plain keys of names that a virus or fever bears in this article: Ebola, West Nile."""
    bodies: frozenset[str] = frozenset()
    """Abbreviations that the article spells out as something else than a place: 'the Patriotic Union (UP)'."""


def scene_of(text: str, entities: Iterable[Entity], gazetteer: Gazetteer) -> Scene:
    """The scene of an article."""
    entities = list(entities)
    bare = Scene(
        text=text,
        gazetteer=gazetteer,
        places=frozenset(plain_key(entity.text) for entity in entities if entity.label in PLACE_LABELS),
        people=frozenset(
            word
            for entity in entities
            if entity.label in PERSON_LABELS and " " in entity.text
            for word in entity.text.split()
        ),
        is_upper=is_upper_copy(text),
        used=frozenset(),
        diseases=frozenset(plain_key(found.group(1)) for found in _DISEASE.finditer(text, 0, MAX_CHARS)),
        bodies=_bodies(text, gazetteer),
    )
    used = {plain_key(e.text) for e in entities if e.label in PLACE_LABELS and _is_used(e, bare)}
    return msgspec.structs.replace(bare, used=frozenset(used))


def _bodies(text: str, gazetteer: Gazetteer) -> frozenset[str]:
    """Abbreviations in or before brackets whose letters begin the words beside them, unless these name a place.

    In any order, since translations keep the letters: 'Patriotic Union (UP)'.
    """
    found: set[str] = set()
    if "(" not in text and "[" not in text:
        return frozenset()
    for match in _IN_BRACKETS.finditer(text, 0, MAX_CHARS):
        letters, words = match["letters"], _words_before(text, match.start(), len(match["letters"]))
        if words and _initials(words) == sorted(letters.lower()) and not len(gazetteer.exact(" ".join(words))):
            found.add(letters)
    for match in _BEFORE_BRACKETS.finditer(text, 0, MAX_CHARS):
        words = [word for word in match["words"].split() if word.lower() not in _SMALL]
        if _initials(words) == sorted(match["letters"].lower()) and not len(gazetteer.exact(match["words"])):
            found.add(match["letters"])
    return frozenset(found)


def _words_before(text: str, end: int, count: int) -> list[str]:
    """So many words before an offset, small ones like 'of' not counted."""
    words = [word for word in text[max(0, end - 120) : end].split() if word.lower() not in _SMALL]
    return words[-count:]


def _initials(words: Sequence[str]) -> list[str]:
    return sorted(word[0].lower() for word in words)


def is_upper_copy(text: str) -> bool:
    """Whether nearly all letters are capitals."""
    sample = text[:2000]
    capitals = sum(map(str.isupper, sample))
    return capitals > 0.8 * max(1, sum(map(str.isalpha, sample)))


def _is_used(entity: Entity, scene: Scene) -> bool:
    left, right = scene.text[max(0, entity.start - 40) : entity.start], scene.text[entity.end : entity.end + 60]
    return bool(_IN.search(left) or _AT.search(left)) or _container_fits(entity.text, right, scene)


# --- refusing ---------------------------------------------------------------------------------------------


def is_refused(entity: Entity, scene: Scene) -> bool:
    """Whether a name the model took for a place is a person's: 'Jordan Henderson', 'Lincoln said', 'Mr. Houston'."""
    right = scene.text[entity.end : entity.end + 40]
    left = scene.text[max(0, entity.start - 30) : entity.start]
    if _is_no_name(entity, left, scene):
        return True
    if plain_key(entity.text) in scene.diseases and not _IN.search(left):
        return True
    if " " in entity.text or _IN.search(left):
        return False
    if entity.text in persons() and (_TITLE.search(left) or _has_surname(right, scene)):
        return True
    if _level(entity.text, scene.gazetteer) >= 2:
        return False
    return _acts_as_person(entity, right, scene) or _is_common_word(entity.text, scene)


TIME_ZONES = frozenset(
    {
        "EST",
        "EDT",
        "CST",
        "CDT",
        "MST",
        "MDT",
        "PST",
        "PDT",
        "ET",
        "CT",
        "PT",
        "GMT",
        "UTC",
        "BST",
        "IST",
        "CET",
        "CEST",
    }
    | {"EET", "EEST", "MSK", "JST", "AEST", "AEDT", "NZST"}
)
"""Hours are told in them; Est is a region of Burkina Faso."""


def _is_no_name(entity: Entity, left: str, scene: Scene) -> bool:
    """Whether a time zone, a body's letters or one of many things ('in a jeep') was taken for a place."""
    if entity.text in TIME_ZONES or entity.text in scene.bodies:
        return True
    if not any(letter.isupper() for letter in entity.text):
        return True
    return _ONE_OF_MANY.search(left) is not None and not len(scene.gazetteer.known(entity.text))


def _is_common_word(name: str, scene: Scene) -> bool:
    """Whether the text has it in small letters too, as words have that only stood in a headline: 'Drama'."""
    small = name.lower()
    if not name.isalpha() or plain_key(name) in scene.used or small not in scene.text:
        return False
    return re.search(rf"\b{small}\b", scene.text) is not None


def _has_surname(right: str, scene: Scene) -> bool:
    surname = _SURNAME.match(right)
    return surname is not None and _is_surname(surname.group(1), scene)


def _acts_as_person(entity: Entity, right: str, scene: Scene) -> bool:
    """Part of a person's name in this article and never used as a place, or the subject of speech."""
    is_persons = entity.text in scene.people
    if is_persons and plain_key(entity.text) not in scene.used:
        return True
    return bool(_SPEECH.match(right)) and (is_persons or entity.text in persons())


def _is_surname(word: str, scene: Scene) -> bool:
    """A capitalised word that is no country, no generic word and no public body: what follows a first name."""
    return plain_key(word) not in GENERIC_WORDS and not _BODY.match(word) and _level(word, scene.gazetteer) < 2


# --- offering ---------------------------------------------------------------------------------------------


def offered(entities: Sequence[Entity], scene: Scene) -> list[tuple[int, int]]:
    """Spans of names that are used as places though the model does not say so; none overlaps a place of the model."""
    taken = [(entity.start, entity.end) for entity in entities if entity.label in PLACE_LABELS]
    spans = _offered_once(entities, scene)
    known = scene.places | {plain_key(scene.text[start:end]) for start, end in spans}
    if known != scene.places:
        spans += _offered_once(entities, msgspec.structs.replace(scene, places=known))
    free = [span for span in spans if not any(start < span[1] and span[0] < end for start, end in taken)]
    return _disjoint(free)


def _offered_once(entities: Sequence[Entity], scene: Scene) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for entity in entities:
        if entity.label in OTHER_LABELS:
            spans += _in_entity(entity, scene)
    return spans + _in_gaps(sorted((entity.start, entity.end) for entity in entities), scene)


def _in_entity(entity: Entity, scene: Scene) -> list[tuple[int, int]]:
    """The whole of a person or body that is a place after all, else the place in a public body's name."""
    start, end = _trimmed(entity.start, entity.end, scene.text)
    name = scene.text[start:end]
    if is_used_as_place(start, end, scene, is_person=entity.label in PERSON_LABELS):
        return [(start, end)]
    if "," in name and (first := name.split(",")[0]) and len(scene.gazetteer.exact(first)):
        return [span for span in [(start, start + len(first))] if _has_container(*span, scene)]
    if entity.label in BODY_LABELS and _BODY.search(name) and not _MEDIA.search(name):
        return _inside_body(start, name, scene)
    return []


def _trimmed(start: int, end: int, text: str) -> tuple[int, int]:
    """Without 'the' before and a possessive behind."""
    if text[start : start + 4].lower() == "the ":
        start += 4
    while end > start and (text[end - 1] in " ,;:" or text[end - 2 : end] in {"'s", "’s"}):
        end -= 2 if text[end - 2 : end] in {"'s", "’s"} else 1
    return start, end


def _without_stop(start: int, end: int, scene: Scene) -> tuple[int, int]:
    """Without a full stop that ends the sentence: the name is as well known without it."""
    name = scene.text[start:end]
    if not name.endswith(".") or "." in name[:-1]:
        return start, end
    is_code_only = _level(name, scene.gazetteer) > _level(name[:-1], scene.gazetteer)
    return (start, end) if is_code_only else (start, end - 1)


def _inside_body(start: int, name: str, scene: Scene) -> list[tuple[int, int]]:
    words = name.split(" ")
    for size in range(min(3, len(words) - 1), 0, -1):
        form = " ".join(words[:size])
        if plain_key(form) not in GENERIC_WORDS and _names_place(form, scene):
            return [(start, start + len(form))]
    preposed = re.search(r"\b(?:of|in|at)\s+(?:the\s+)?([A-Z].*)$", name)
    if preposed and _names_place(preposed.group(1), scene):
        return [(start + preposed.start(1), start + preposed.end(1))]
    return []


def _names_place(form: str, scene: Scene) -> bool:
    """Known, and either a division or larger, a large city, or a place of this article; persons' names only that."""
    if plain_key(form) in scene.places:
        return True
    level = _level(form, scene.gazetteer)
    return level >= 2 or (level == 1 and form not in persons() and form not in scene.people)


def _in_gaps(covered: list[tuple[int, int]], scene: Scene) -> list[tuple[int, int]]:
    """Capitalised names outside all entities."""
    spans = []
    at = 0
    for found in _CAPITALISED.finditer(scene.text, 0, MAX_CHARS):
        start, end = found.span()
        while at < len(covered) and covered[at][1] <= start:
            at += 1
        if at < len(covered) and covered[at][0] < end:
            end = covered[at][0]
        span = _longest_place(start, end, scene) if end - start > 1 else None
        if span:
            spans.append(span)
    return spans


def _longest_place(start: int, end: int, scene: Scene) -> tuple[int, int] | None:
    words = scene.text[start:end].rstrip().split(" ")
    for first in range(len(words)):
        for size in range(len(words) - first, 0, -1):
            span = _trimmed(start, start + len(" ".join(words[first : first + size])), scene.text)
            span = _without_stop(*span, scene)
            if span[1] > span[0] and is_used_as_place(*span, scene, is_person=False):
                return span
        start += len(words[first]) + 1
    return None


def is_used_as_place(start: int, end: int, scene: Scene, *, is_person: bool) -> bool:
    """Whether the text uses this name, if it is known at all, as the name of a place."""
    name = scene.text[start:end]
    key = plain_key(name)
    if len(key) < 2 or key in GENERIC_WORDS or key in NEVER or key in scene.diseases or not name[0].isupper():
        return False
    level = -1 if name in TIME_ZONES else _level(name, scene.gazetteer)
    if level < 0:
        return False
    left, right = scene.text[max(0, start - 40) : start], scene.text[end : end + 60]
    if _TITLE.search(left) or _SPEECH.match(right):
        return False
    if scene.is_upper and len(name) <= 3:
        return False
    doubtful = scene.is_upper or _is_personal(name, scene) or (is_person and level == 0)
    return _evidence(name, level, (left, right), scene) >= (2 if doubtful else 1)


NEVER = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "ms",
        "mr",
        "mrs",
        "dr",
        "no",
        "ok",
        "ap",
        "afp",
        "upi",
        "ill",
        "id",
        "im",
        "ive",
        "ba",
        "ma",
        "jos",
        "pa",
        "ct",
        "mc",
        "ad",
        "tv",
        "pm",
        "am",
        "us",
        "army",
        "reading",
        "nice",
        "mobile",
        "split",
        "bath",
        "cork",
        "tours",
        "orange",
        "bar",
        "man",
        "same",
        "pau",
        "lens",
        "as",
        "most",
        "of",
        "are",
        "ars",
        "mons",
        "sale",
        "sandwich",
        "hull",
        "deal",
        "rugby",
        "battle",
        "ware",
        "wells",
        "poole",
        "bury",
        "crook",
        "hove",
        "police",
        "star",
        "sun",
        "post",
        "mail",
        "normal",
        "union",
        "fair",
        "best",
        "young",
        "king",
        "god",
        "jesus",
        "christmas",
        "easter",
        "passover",
        "ramadan",
        "christ",
        "bible",
        "koran",
        "english",
        "french",
        "spanish",
        "german",
    ]
)
"""Words of every article that are also names of places."""


def _is_personal(name: str, scene: Scene) -> bool:
    return name in persons() or name in scene.people


def _evidence(name: str, level: int, around: tuple[str, str], scene: Scene) -> int:
    """How many times over the text says that this is a place; 1 is enough for a name that no person bears."""
    left, right = around
    points = 0
    if _container_fits(name, right, scene) or opens_story(name, left, right):
        points += 2
    if _IN.search(left):
        points += 2
    elif _AT.search(left) and level >= 1:
        points += 1
    if " " in name and (_GENERIC.search(name) or level >= 1):
        points += 2
    if plain_key(name) in scene.places:
        points += 1
    if level >= 2 or (level == 1 and not _starts_sentence(left)):
        points += 1
    return points


def _starts_sentence(left: str) -> bool:
    return not left.strip() or left.rstrip()[-1] in ".!?:”\"'’\n" or left.endswith("\n")


def _container_fits(name: str, right: str, scene: Scene) -> bool:
    found = _CONTAINER.match(right)
    if not found:
        return False
    gazetteer = scene.gazetteer
    inner, outer = gazetteer.exact(name), gazetteer.exact(found.group(1).strip())
    index = gazetteer.index
    for row in outer.rows.tolist():
        code = index.codes[index.code[row]]
        if code == "PCLI" and (index.country[inner.rows] == index.country[row]).any():
            return True
        if code == "ADM1" and (index.admin1[inner.rows] == index.admin1[row]).any():
            return True
    return False


def _has_container(start: int, end: int, scene: Scene) -> bool:
    return _container_fits(scene.text[start:end], scene.text[end : end + 60], scene)


@lru_cache(maxsize=8192)
def _level(name: str, gazetteer: Gazetteer) -> int:
    """-1 unknown, 0 some place, 1 a large city or known region, 2 a country or first-level division by its own name."""
    hits = gazetteer.exact(name)
    if not len(hits) or (len(name) < 4 and not is_code(name)):
        return -1
    index = gazetteer.index
    codes = [index.codes[code] for code in index.code[hits.rows].tolist()]
    own = hits.kinds != Kind.DERIVED
    if "PCLI" in codes:
        return 2
    if any(code == "ADM1" and ok for code, ok in zip(codes, own.tolist(), strict=True)):
        return 2 if max(index.population[hits.rows].tolist()) >= LARGE_CITY else 0
    best = max(
        (int(n) for n, kind in zip(index.population[hits.rows], hits.kinds, strict=True) if kind == Kind.NAME),
        default=0,
    )
    return 1 if best >= LARGE_CITY else 0


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
