"""Looking a name up in the gazetteer by hand."""

from collections.abc import Iterator

from tasks.geocode import Gazetteer
from tasks.records import Candidate


def candidates(gazetteer: Gazetteer, name: str) -> Iterator[Candidate]:
    """The places a name may mean, in the gazetteer's order; the score is the likeness of the names."""
    index = gazetteer.index
    hits = gazetteer.search(name, demonyms=True)
    for row, likeness in zip(hits.rows, hits.likeness, strict=True):
        country = gazetteer.countries.get(index.countries[index.country[row]])
        yield Candidate(
            geonameid=int(index.id[row]),
            name=index.label(int(row)),
            country=country.iso3 if country else None,
            lat=round(float(index.lat[row]), 5),
            lon=round(float(index.lon[row]), 5),
            score=round(float(likeness), 3),
        )
