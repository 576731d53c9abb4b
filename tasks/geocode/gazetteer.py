"""Looking names up: which places a written name may mean, and how well it fits each.

Exact plain keys come first; then the article or generic word taken off or put on; then transliteration variants; last,
for long names, one letter's difference. The first step that finds something is the answer.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Indel, JaroWinkler

from tasks.geocode import facts
from tasks.geocode.build import ensure_index
from tasks.geocode.hashes import neighbour_hashes
from tasks.geocode.index import Array, Index, Kind
from tasks.geocode.names import ARTICLES, plain_key, skeleton_key, sound_key

MAX_CANDIDATES = 80
"""Most places weighed for one name, largest first; 'San Jose' has over 300."""
MIN_ALIKE, MIN_ALIKE_LATIN = 0.84, 0.95
"""Least likeness of a spelling variant, where names are transliterated and where they are not; below these, invented
names find partners (docs/gazetteer.md)."""
VARIANT_PENALTY = 0.3
"""Where names are transliterated another spelling is the rule, so it counts less against a place (assumed: the corpora
that weights are fitted on hold too few such names)."""
LATIN_COUNTRIES = frozenset(
    [
        "AD",
        "AG",
        "AI",
        "AL",
        "AO",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "BA",
        "BB",
        "BE",
        "BF",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BW",
        "BZ",
        "CA",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CZ",
        "DE",
        "DK",
        "DM",
        "DO",
        "EC",
        "EE",
        "ES",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GT",
        "GU",
        "GW",
        "GY",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IM",
        "IS",
        "IT",
        "JE",
        "JM",
        "KI",
        "KN",
        "KY",
        "LC",
        "LI",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "ML",
        "MP",
        "MQ",
        "MS",
        "MT",
        "MU",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NR",
        "NU",
        "NZ",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PL",
        "PM",
        "PR",
        "PT",
        "PW",
        "PY",
        "RE",
        "RO",
        "RW",
        "SB",
        "SC",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SZ",
        "TC",
        "TG",
        "TK",
        "TL",
        "TO",
        "TR",
        "TT",
        "TV",
        "TZ",
        "UG",
        "US",
        "UY",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)
"""Countries that write their names in Latin letters: English text takes them over letter by letter."""
MIN_EDITED_CHARS, MAX_EDITED_CHARS = 7, 20
"""Shorter names have neighbours one letter away that are other names; longer ones are descriptions."""
MAX_ALIKE = 2000
"""Most names compared that share a skeleton; two-consonant skeletons have more."""
CACHED_NAMES = 2048
_CODE, _DEMONYM = int(Kind.CODE), int(Kind.DEMONYM)


class Hits(NamedTuple):
    """The places a name may mean, as parallel arrays."""

    rows: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint8]
    likeness: npt.NDArray[np.float32]
    """1 for the name itself, less for variants."""

    def __len__(self) -> int:
        return len(self.rows)


NOTHING = Hits(np.zeros(0, "u4"), np.zeros(0, "u1"), np.zeros(0, "f4"))


Step = Callable[[str], list[tuple[int, float]]]
"""One way of looking a plain key up: the numbers of names and how alike they are."""


class Gazetteer:
    """The index with its look-up rules; one per process, its pages shared by all."""

    def __init__(self, index: Index, countries: list[facts.Country]) -> None:
        self.index = index
        self.countries = {country.iso2: country for country in countries}
        self._cache: OrderedDict[tuple[str, int, bool], Hits] = OrderedDict()

    @cached_property
    def demonyms(self) -> dict[str, str]:
        """Adjectives and peoples' names, as written, to ISO2 country codes."""
        found: dict[str, str] = {}
        for country in sorted(self.countries.values(), key=lambda country: country.population):
            found |= {form: country.iso2 for name in country.adjectives for form in (name, name + "s")}
        return found

    @cached_property
    def demonym_words(self) -> frozenset[str]:
        """The words of the demonyms, to pass over quickly what is in none."""
        return frozenset(word for form in self.demonyms for word in form.split())

    def search(self, name: str, *, demonyms: bool = False) -> Hits:
        """The places that `name` may mean, the more populous first; `demonyms` admits 'Iraqi' for Iraq."""
        return self._cached(name, (self._by_key, self._by_sound, self._by_edit), demonyms=demonyms)

    def known(self, name: str, *, demonyms: bool = False) -> Hits:
        """The places of this name or of a form of it with article or generic word moved; spellings left aside."""
        return self._cached(name, (self._by_key,), demonyms=demonyms)

    def resembling(self, name: str, *, demonyms: bool = False) -> Hits:
        """The places whose names are spelt much like `name`, where none is `known` under it."""
        return self._cached(name, (self._by_sound, self._by_edit), demonyms=demonyms)

    def _cached(self, name: str, steps: tuple[Step, ...], *, demonyms: bool, size: int = -1) -> Hits:
        key = (name, len(steps) if size < 0 else size, demonyms)
        hits = self._cache.get(key)
        if hits is None:
            hits = self._search(plain_key(name), steps, code=is_code(name), demonyms=demonyms)
            self._cache[key] = hits
            if len(self._cache) > CACHED_NAMES:
                self._cache.popitem(last=False)
        return hits

    def exact(self, name: str, *, demonyms: bool = False) -> Hits:
        """The places of exactly this name, variants left aside."""
        return self._cached(name, (self._by_name,), demonyms=demonyms, size=0)

    def _search(self, key: str, steps: tuple[Step, ...], *, code: bool, demonyms: bool) -> Hits:
        for step in steps if key else ():
            hits = self._postings(step(key), code=code, demonyms=demonyms)
            if len(hits):
                return hits
        return NOTHING

    def _by_name(self, key: str) -> list[tuple[int, float]]:
        return [(self.index.find(key), 1.0)]

    def _by_key(self, key: str) -> list[tuple[int, float]]:
        name = self.index.find(key)
        if name >= 0 and (self.index.postings(name)[1] != Kind.CODE).any():
            return [(name, 1.0)]
        found = [(name, 1.0)] if name >= 0 else []
        return found + [(n, 0.97) for form in _other_forms(key) if (n := self.index.find(form)) >= 0]

    def _by_sound(self, key: str) -> list[tuple[int, float]]:
        skeleton = skeleton_key(key)
        if not skeleton or len(key) < 4:
            return []
        names = self.index.alike(skeleton)[:MAX_ALIKE]
        near = process.extract(
            key, [self.index.key(name) for name in names], scorer=JaroWinkler.similarity, score_cutoff=0.6, limit=40
        )
        sound = sound_key(key)
        scored = [
            (names[at], 0.5 * Indel.normalized_similarity(sound, sound_key(other)) + 0.5 * likeness)
            for other, likeness, at in near
        ]
        latin = {name: self._is_written_in_latin(name) for name, _ in scored}
        scored = [(n, likeness) for n, likeness in scored if likeness >= (MIN_ALIKE_LATIN if latin[n] else MIN_ALIKE)]
        best = max((likeness for _, likeness in scored), default=0.0)
        return [
            (n, 1 - (1.05 - likeness) * (1.0 if latin[n] else VARIANT_PENALTY))
            for n, likeness in scored
            if likeness >= best - 0.04
        ]

    def _is_written_in_latin(self, name: int) -> bool:
        rows, _ = self.index.postings(name)
        return bool(self._is_latin[self.index.country[rows]].all())

    @cached_property
    def _is_latin(self) -> Array:
        return np.array([code in LATIN_COUNTRIES for code in self.index.countries])

    def _by_edit(self, key: str) -> list[tuple[int, float]]:
        if not MIN_EDITED_CHARS <= len(key) <= MAX_EDITED_CHARS or key.count(" ") > 1 or not key.isascii():
            return []
        return [(name, 0.8) for name in self.index.find_hashes(neighbour_hashes(key))]

    def _postings(self, names: list[tuple[int, float]], *, code: bool, demonyms: bool) -> Hits:
        parts = []
        for name, likeness in names:
            if name < 0:
                continue
            rows, kinds = self.index.postings(name)
            if int(kinds.max()) >= _CODE:
                fits = (kinds < _CODE) | ((kinds == _CODE) & code) | ((kinds == _DEMONYM) & demonyms)
                rows, kinds = rows[fits], kinds[fits]
            parts.append((rows, kinds, np.full(len(rows), likeness, "f4")))
        if not parts:
            return NOTHING
        if len(parts) == 1:
            return self._by_people(*parts[0])
        return self._ordered(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _by_people(self, rows: Array, kinds: Array, likeness: Array) -> Hits:
        """The places of one name, which stand in the index once each and in the order of their rows."""
        if len(rows) < 2:
            return Hits(rows, kinds, likeness)
        order = np.argsort(-self.index.population[rows], kind="stable")
        return self._fewest(rows[order], kinds[order], likeness)

    def _ordered(self, rows: Array, kinds: Array, likeness: Array) -> Hits:
        order = np.lexsort((rows, -self.index.population[rows], -likeness))
        _, first = np.unique(rows[order], return_index=True)
        order = order[np.sort(first)]
        return self._fewest(rows[order], kinds[order], likeness[order])

    def _fewest(self, rows: Array, kinds: Array, likeness: Array) -> Hits:
        if len(rows) <= MAX_CANDIDATES:
            return Hits(rows, kinds, likeness)
        weight = self.index.population[rows] + self.index.fame[rows].astype("i8") * 1000
        kept = np.sort(np.argsort(-weight, kind="stable")[:MAX_CANDIDATES])
        return Hits(rows[kept], kinds[kept], likeness[kept])


def is_code(name: str) -> bool:
    """Whether a name is written as an abbreviation: U.S., UK, Calif."""
    return name.isupper() or name.endswith(".")


_GENERIC = re.compile(
    r"^(?:the |city of |town of |village of |port of |state of |greater |downtown |central |metropolitan |old )"
    r"| (?:city|town|village|area|region|metro|metropolitan area|suburb|suburbs)$"
)
_SWAPPED = re.compile(r"^(?:(lake|mount|river|cape) (.+)|(.+) (river|lake|mountain|island))$")


def _other_forms(key: str) -> list[str]:
    """The same name with an article or a generic word taken off, put on or moved."""
    forms = []
    if bare := _GENERIC.sub("", key):
        forms.append(bare)
    words = key.split()
    if words[0] in ARTICLES and len(words) > 1:
        forms.append(" ".join(words[1:]))
    else:
        forms += [f"al {key}", f"the {key}"]
    if swapped := _SWAPPED.match(key):
        before, core, other, after = swapped.groups()
        forms += [f"{core} {before}"] if before else [f"{after} {other}"]
    else:
        forms += [f"{key} river"]
    return [form for form in dict.fromkeys(forms) if form != key]


def open_gazetteer(path: Path, *, user_places: Path | None = None) -> Gazetteer:
    """The gazetteer of an index file, or of a folder, where it is built first if need be.

    Raises: tasks.geocode.index.BadIndex, tasks.geocode.build.BadPlaces.
    """
    file = path if path.is_file() else ensure_index(path, user_places=user_places)
    return Gazetteer(Index(file), facts.read_countries())
