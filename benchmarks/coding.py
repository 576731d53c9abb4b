"""The stages in one process, for measuring: text in, events out."""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.licence import faults_in
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
        articles = [article for item in items if (article := cleaned(item)) is not None]
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
        began = time.process_time()
        placed = geocode(article, extraction, gazetteer=self.gazetteer)
        self.seconds["geocode"] = self.seconds.get("geocode", 0.0) + time.process_time() - began
        return placed


def pipeline(model: Path | None = None) -> Pipeline:
    """The pipeline with the shipped model and gazetteer."""
    return Pipeline(load_model(model), _gazetteer())


def _gazetteer() -> Gazetteer:
    folder = Path(os.environ.get("DATELINE_GAZETTEER", Path(tempfile.gettempdir()) / "dateline-gazetteer"))
    return open_gazetteer(folder)


def cleaned(item: WireItem) -> Article | None:
    """The cleaned article; None if it is refused."""
    try:
        return clean(item, limits=Limits())
    except ArticleError:
        return None


def text_item(name: str, text: str) -> WireItem:
    """A plain text as a wire item."""
    return WireItem(content=text.encode(), name=name, media_type="text/plain")


def faults_of(coded: Coded) -> list[str]:
    """What must never be: a span that is not its text, a number of casualties that the text does not hold."""
    text, found = coded.article.text, []
    size = len(text)
    for mention in coded.extraction.mentions:
        if text[mention.trigger.start : mention.trigger.end] != mention.trigger_text:
            found.append("trigger span")
        spans = [mention.sentence, *(cue.span for cue in mention.place_cues)]
        found += ["span outside" for span in spans if not 0 <= span.start < span.end <= size]
    for event in coded.events:
        parties = [party for party in (*event.actors, *event.recipients) if party.spans]
        found += ["party span" for p in parties if text[p.spans[0].start : p.spans[0].end] != p.text]
        found += ["place span" for place in event.locations if text[place.start : place.end] != place.text]
        for kind in type(event.casualties).__struct_fields__:
            count = getattr(event.casualties, kind)
            if count is None:
                continue
            found += [f"{kind} claim span" for c in count.claims if text[c.span.start : c.span.end] != c.text]
            found += [f"{kind} group span" for g in count.groups if text[g.span.start : g.span.end] != g.text]
            found += list(faults_in(kind, count))
    return found
