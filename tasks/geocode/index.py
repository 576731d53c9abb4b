"""The gazetteer's file: a JSON header, then flat arrays that are mapped into memory and shared by all processes.

Layout: eight bytes of magic, the header's length (uint32), the header, then the sections, each aligned to 64 bytes.
Places are rows of parallel columns. Names are unique plain keys sorted by a 64-bit hash, each with its postings
(place row, kind of name); skeletons are hashes of their own that lead to names.
"""

import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from tasks.errors import DatelineError
from tasks.geocode.hashes import Hashes, name_hash
from tasks.geocode.names import plain_key, skeleton_key

MAGIC = b"DLGAZ\x00\x00\x04"
ALIGNMENT = 64
SIEVE_SHIFT = 40
"""The sieve has a bit for each value of the upper 24 of a hash's 64: 3 % of them are set, in 2 MB."""
MAX_KEY_CHARS = 120
"""Longer 'names' are descriptions; they are not indexed."""

Array = npt.NDArray[Any]


class Kind(IntEnum):
    """How a place came by a name, from the surest to the weakest."""

    NAME = 0
    ALTERNATE = 1
    DERIVED = 2
    """A name without its generic word: Rapides for Rapides Parish."""
    CODE = 3
    """An abbreviation, valid in upper case or with dots only: LA, N.J."""
    DEMONYM = 4
    """An adjective or people's name: evidence for a country."""


class NewPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place on its way into an index."""

    geonameid: int
    """0 where GeoNames has none that is known."""
    name: str
    lat: float
    lon: float
    code: str
    """GeoNames feature code."""
    country: str
    """ISO 3166-1 alpha-2, or "" for none."""
    others: tuple[str, ...] = ()
    """Further countries that share it."""
    admin1: str = ""
    """GeoNames code, 'SY.07'."""
    population: int = 0
    fame: int = 0
    """How many alternate names GeoNames has for it."""
    radius_km: float = 0.0
    flags: int = 0


CAPITAL, LEADING, FACT = 1, 2, 4
"""Flags: national capital; largest city of its division; from Dateline's own tables."""


class IndexWriter:
    """Collects places and names in flat arrays, then writes them as one file."""

    def __init__(self) -> None:
        self._ids, self._population, self._fame = array("q"), array("q"), array("H")
        self._lat, self._lon, self._radius = array("f"), array("f"), array("f")
        self._code, self._country, self._admin1, self._flags = array("H"), array("H"), array("H"), array("B")
        self._label, self._labels = array("Q"), bytearray()
        self._hash, self._row, self._kind = array("Q"), array("I"), array("B")
        self._key_at, self._keys = array("Q"), bytearray()
        self._codes: dict[str, int] = {"": 0}
        self._countries: dict[str, int] = {"": 0}
        self._divisions: dict[str, int] = {"": 0}
        self._shared: dict[int, list[str]] = {}
        self._division_rows: dict[str, int] = {}
        self._country_rows: dict[str, int] = {}

    def add(self, place: NewPlace, names: Iterable[tuple[str, Kind]]) -> int:
        """Adds a place under its names; returns its row."""
        row = len(self._ids)
        self._ids.append(place.geonameid)
        self._population.append(place.population)
        self._fame.append(min(place.fame, 65535))
        self._lat.append(place.lat)
        self._lon.append(place.lon)
        self._radius.append(place.radius_km)
        self._code.append(_number(self._codes, place.code))
        self._country.append(_number(self._countries, place.country))
        self._admin1.append(_number(self._divisions, place.admin1))
        self._flags.append(place.flags)
        self._label.append(len(self._labels))
        self._labels += place.name.encode()
        if place.others:
            self._shared[row] = list(place.others)
        if place.code == "ADM1" and place.geonameid:
            self._division_rows[place.admin1] = row
        if place.code == "PCLI":
            self._country_rows[place.country] = row
        self._add_names(row, names)
        return row

    def _add_names(self, row: int, names: Iterable[tuple[str, Kind]]) -> None:
        best: dict[str, Kind] = {}
        for name, kind in names:
            key = plain_key.__wrapped__(name)
            if key and len(key) <= MAX_KEY_CHARS and kind < best.get(key, 9):
                best[key] = kind
        for key, kind in best.items():
            self._hash.append(name_hash(key))
            self._row.append(row)
            self._kind.append(kind)
            self._key_at.append(len(self._keys))
            self._keys += key.encode()

    def write(self, path: Path, *, source: str) -> None:
        """Writes the file; the same places give the same bytes. `source` says what it was made from."""
        sections = {**self._place_sections(), **self._name_sections()}
        header: dict[str, Any] = {
            "source": source,
            "places": len(self._ids),
            "codes": list(self._codes),
            "countries": list(self._countries),
            "divisions": list(self._divisions),
            "division_rows": [self._division_rows.get(code, -1) for code in self._divisions],
            "country_rows": [self._country_rows.get(code, -1) for code in self._countries],
            "shared": {str(row): codes for row, codes in self._shared.items()},
        }
        _write(path, header, sections)

    def _place_sections(self) -> dict[str, Array]:
        label_ends = np.array([*self._label, len(self._labels)], "<u4")
        return {
            "id": np.array(self._ids, "<i8"),
            "population": np.array(self._population, "<i8"),
            "fame": np.array(self._fame, "<u2"),
            "lat": np.array(self._lat, "<f4"),
            "lon": np.array(self._lon, "<f4"),
            "radius": np.array(self._radius, "<f4"),
            "code": np.array(self._code, "<u2"),
            "country": np.array(self._country, "<u2"),
            "admin1": np.array(self._admin1, "<u2"),
            "flags": np.array(self._flags, "u1"),
            "label_at": label_ends,
            "labels": np.frombuffer(bytes(self._labels), "u1"),
        }

    def _name_sections(self) -> dict[str, Array]:
        hashes, rows = np.array(self._hash, "u8"), np.array(self._row, "u4")
        order = np.lexsort((rows, hashes))
        hashes, rows, kinds = hashes[order], rows[order], np.array(self._kind, "u1")[order]
        unique, first = np.unique(hashes, return_index=True)
        starts = [*self._key_at, len(self._keys)]
        texts = [bytes(self._keys[starts[i] : starts[i + 1]]) for i in order[first].tolist()]
        ends = np.cumsum([0, *map(len, texts)])
        sieve = np.zeros(1 << (64 - SIEVE_SHIFT), "u1")
        sieve[(unique >> np.uint64(SIEVE_SHIFT)).astype("i8")] = 1
        sections: dict[str, Array] = {
            "sieve": np.packbits(sieve),
            "name": unique.astype("<u8"),
            "name_at": np.append(first, len(hashes)).astype("<u4"),
            "post_row": rows.astype("<u4"),
            "post_kind": kinds,
            "key_at": ends.astype("<u4"),
            "keys": np.frombuffer(b"".join(texts), "u1"),
        }
        worthy = np.minimum.reduceat(kinds, first) < Kind.CODE if len(first) else np.zeros(0, bool)
        return sections | _skeleton_sections(texts, worthy)


def _number(numbers: dict[str, int], code: str) -> int:
    return numbers.setdefault(code, len(numbers))


def _skeleton_sections(texts: list[bytes], worthy: Array) -> dict[str, Array]:
    bones = array("Q")
    names = array("I")
    for index, text in enumerate(texts):
        skeleton = skeleton_key.__wrapped__(text.decode()) if worthy[index] else ""
        if skeleton:
            bones.append(name_hash(skeleton))
            names.append(index)
    hashes, owners = np.array(bones, "u8"), np.array(names, "u4")
    order = np.lexsort((owners, hashes))
    unique, first = np.unique(hashes[order], return_index=True)
    return {
        "bone": unique.astype("<u8"),
        "bone_at": np.append(first, len(hashes)).astype("<u4"),
        "bone_name": owners[order].astype("<u4"),
    }


def _write(path: Path, header: dict[str, Any], sections: dict[str, Array]) -> None:
    header["sections"] = {}
    offset = 0
    for name, section in sections.items():
        header["sections"][name] = [section.dtype.str, offset, len(section)]
        offset += -(-section.nbytes // ALIGNMENT) * ALIGNMENT
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 12) % ALIGNMENT)
    with path.open("wb") as file:
        file.write(MAGIC + len(text).to_bytes(4, "little") + text)
        for section in sections.values():
            file.write(section.tobytes() + b"\0" * (-section.nbytes % ALIGNMENT))


class BadIndex(DatelineError):  # noqa: N818
    """The file is no gazetteer index, or one of another version."""


class Index:
    """A gazetteer file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            if file.read(8) != MAGIC:
                raise BadIndex(f"{path.name} is no gazetteer index of this version")
            length = int.from_bytes(file.read(4), "little")
            header = json.loads(file.read(length))
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        base = 12 + length
        self._sections = {
            name: np.frombuffer(self._map, kind, count, base + offset)
            for name, (kind, offset, count) in header["sections"].items()
        }
        self.source: str = header["source"]
        self.codes: list[str] = header["codes"]
        self.countries: list[str] = header["countries"]
        self.divisions: list[str] = header["divisions"]
        self.division_rows: list[int] = header["division_rows"]
        self.country_rows: list[int] = header["country_rows"]
        self.shared: dict[int, list[str]] = {int(row): codes for row, codes in header["shared"].items()}
        for name in ("id", "population", "fame", "lat", "lon", "radius", "code", "country", "admin1", "flags"):
            setattr(self, name, self._sections[name])
        self._names, self._name_at = _view(self._sections["name"]), _view(self._sections["name_at"])
        self._bones, self._bone_at = _view(self._sections["bone"]), _view(self._sections["bone_at"])
        self._post_row, self._post_kind = self._sections["post_row"], self._sections["post_kind"]
        self._bone_name = self._sections["bone_name"]
        self._key_at, self._keys = _view(self._sections["key_at"]), _view(self._sections["keys"])
        self._label_at, self._labels = _view(self._sections["label_at"]), _view(self._sections["labels"])

    id: Array
    population: Array
    fame: Array
    lat: Array
    lon: Array
    radius: Array
    code: Array
    country: Array
    admin1: Array
    flags: Array

    def __len__(self) -> int:
        return len(self.id)

    @property
    def n_names(self) -> int:
        """How many different names it knows."""
        return len(self._names)

    def label(self, row: int) -> str:
        """The place's main name."""
        return bytes(self._labels[self._label_at[row] : self._label_at[row + 1]]).decode()

    def key(self, name: int) -> str:
        """The plain key of a name."""
        return bytes(self._keys[self._key_at[name] : self._key_at[name + 1]]).decode()

    def find(self, key: str) -> int:
        """The number of a plain key, -1 if it is not there."""
        return _find(self._names, name_hash(key))

    def find_hashes(self, hashes: Hashes) -> list[int]:
        """The numbers of those names whose hashes are there, ascending."""
        if not self.n_names:
            return []
        names, sieve = self._sections["name"], self._sections["sieve"]
        bits = (hashes >> np.uint64(SIEVE_SHIFT)).astype("i8")
        hashes = hashes[(sieve[bits >> 3] >> (7 - (bits & 7)).astype("u1") & 1) > 0]
        at = np.minimum(np.searchsorted(names, hashes), self.n_names - 1)
        return sorted({int(number) for number in at[names[at] == hashes]})

    def postings(self, name: int) -> tuple[Array, Array]:
        """Rows and kinds of the places that bear a name."""
        span = slice(self._name_at[name], self._name_at[name + 1])
        return self._post_row[span], self._post_kind[span]

    def alike(self, skeleton: str) -> list[int]:
        """The names that share a skeleton."""
        at = _find(self._bones, name_hash(skeleton))
        if at < 0:
            return []
        return self._bone_name[self._bone_at[at] : self._bone_at[at + 1]].tolist()  # type: ignore[no-any-return]


def _view(section: Array) -> memoryview:
    """The section for reading one value at a time, which a memoryview does faster than an array."""
    return memoryview(section)  # type: ignore[arg-type]


def _find(hashes: memoryview, wanted: int) -> int:
    at = bisect_left(hashes, wanted)
    return at if at < len(hashes) and hashes[at] == wanted else -1
