"""Derives tasks/geocode/data/airports.tsv.gz: airports with an IATA code, from the `airportsdata` package (MIT).

    python -m benchmarks.derive_airports AIRPORTS_CSV

Columns: name, city, country, latitude, longitude. Run once per edition; the result is committed.
"""

import csv
import gzip
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tasks/geocode/data/airports.tsv.gz"
NAMED_LIKE_ONE = ("airport", "aerodrome", "airfield", "air base", "airbase")


def main(source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        airports = [row for row in csv.DictReader(file) if row["iata"]]
    lines = [
        f"{row['name']}\t{row['city']}\t{row['country']}\t{float(row['lat']):.2f}\t{float(row['lon']):.2f}"
        for row in airports
        if any(word in row["name"].lower() for word in NAMED_LIKE_ONE)
    ]
    TARGET.write_bytes(gzip.compress(("\n".join(sorted(lines)) + "\n").encode(), 9, mtime=0))
    print(f"{len(lines)} airports")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
