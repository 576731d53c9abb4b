"""One gazetteer for all tests of the room, built once per machine and version; and small sources to build from."""

import gzip
import json
import os
import tempfile
from pathlib import Path

import pytest

from tasks.geocode import Gazetteer, facts, open_gazetteer
from tasks.geocode.build import Sources

CACHE = Path(os.environ.get("DATELINE_TEST_CACHE", Path(tempfile.gettempdir()) / "dateline-test-cache"))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return open_gazetteer(CACHE)


SMALL_CITIES = {
    "98182": ("Baghdad", 33.34, 44.40, "IQ", "07", 7216000, ["Bagdad", "Baġdād"]),
    "99072": ("Mosul", 36.34, 43.12, "IQ", "15", 1683000, ["Al Mawşil", "Mossoul"]),
    "170654": ("Damascus", 33.51, 36.29, "SY", "13", 1569394, ["Dimashq"]),
    "4352728": ("Damascus", 39.29, -77.20, "US", "MD", 15257, []),
}


@pytest.fixture
def small_sources(tmp_path: Path) -> Sources:
    """Four cities, and the tables cut down to Iraq, Syria and the United States."""
    data = tmp_path / "tables"
    data.mkdir()
    for path in sorted(facts.DATA.iterdir()):
        if path.suffix not in {".tsv", ".txt", ".gz"}:
            continue
        is_packed = path.suffix == ".gz"
        text = gzip.decompress(path.read_bytes()).decode() if is_packed else path.read_text(encoding="utf-8")
        if path.name.startswith(("divisions", "airports")):
            text = "".join(line for line in text.splitlines(keepends=True) if line.startswith(("IQ.", "SY.", "US.MD")))
        if path.name.startswith("towns"):
            text = "".join(line for line in text.splitlines(keepends=True) if "\tUS.MD\t" in line)
        content = text.encode()
        (data / path.name).write_bytes(gzip.compress(content, mtime=0) if is_packed else content)
    cities = tmp_path / "cities.json"
    rows = {
        number: {
            "geonameid": int(number), "name": name, "latitude": lat, "longitude": lon, "countrycode": country,
            "population": people, "admin1code": admin1, "alternatenames": others,
        }
        for number, (name, lat, lon, country, admin1, people, others) in SMALL_CITIES.items()
    }  # fmt: skip
    cities.write_text(json.dumps(rows), encoding="utf-8")
    return Sources(data=data, cities=cities)
