"""The stages in one process, for measuring: text in, events out."""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from tasks.clean import Limits, clean
from tasks.deduplicate.assemble import assemble
from tasks.errors import ArticleError
from tasks.extract import LanguageModel, extract, load_model
from tasks.geocode import Gazetteer, geocode, open_gazetteer
from tasks.records import Article, Coder, Event, Extraction, WireItem

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
    gazetteer: Gazetteer
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
        """Places resolved."""
        began = time.perf_counter()
        placed = geocode(article, extraction, gazetteer=self.gazetteer)
        self.seconds["geocode"] = self.seconds.get("geocode", 0.0) + time.perf_counter() - began
        return placed


def pipeline(model: Path | None = None) -> Pipeline:
    """The pipeline with the shipped model and gazetteer."""
    return Pipeline(load_model(model), _gazetteer())


def _gazetteer() -> Gazetteer:
    folder = Path(os.environ.get("DATELINE_GAZETTEER", Path(tempfile.gettempdir()) / "dateline-gazetteer"))
    return open_gazetteer(folder)


def _cleaned(item: WireItem) -> Article | None:
    try:
        return clean(item, limits=Limits())
    except ArticleError:
        return None


def text_item(name: str, text: str) -> WireItem:
    """A plain text as a wire item."""
    return WireItem(content=text.encode(), name=name, media_type="text/plain")
