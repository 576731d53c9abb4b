"""Whether sources answer, and whether what they give can be read."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec

from tasks.clean import Limits, clean
from tasks.errors import ArticleError
from tasks.records import Article, WireItem
from workers.sources.description import SourceDescription
from workers.sources.folder import watch_folder
from workers.sources.memory import Memory
from workers.sources.polling import Fetcher, Poller

SAMPLE = 20
"""Items of a source that are read for the check."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a source found."""

    id: str
    address: str
    problem: str | None = None
    """Why nothing came, or why items cannot be read."""
    items: int = 0
    readable: int = 0
    formats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    newest: dt.datetime | None = None
    per_day: float | None = None
    """Items a day, by the dates of those seen."""
    expected_per_day: float | None = None
    licence: str | None = None

    @property
    def is_well(self) -> bool:
        """Items came and could be read."""
        return self.problem is None and self.readable > 0


def check_sources(
    sources: Sequence[SourceDescription], *, fetcher: Fetcher, now: Callable[[], dt.datetime]
) -> Iterator[Check]:
    """One check for each source, in order."""
    for source in sources:
        yield _check(source, fetcher, now)


def _check(source: SourceDescription, fetcher: Fetcher, now: Callable[[], dt.datetime]) -> Check:
    items, problem = _look(source, fetcher, now)
    articles: list[Article] = []
    for item in items[:SAMPLE]:
        try:
            articles.append(clean(item, limits=Limits(max_item_bytes=source.max_bytes)))
        except ArticleError as error:
            problem = problem or f"{type(error).__name__}: {error}"
    dates = sorted(article.published for article in articles if article.published)
    days = (dates[-1] - dates[0]).total_seconds() / 86_400 if len(dates) > 1 else 0.0
    return Check(
        id=source.id,
        address=source.url or source.path or "",
        problem=problem or (None if items else "no items there"),
        items=len(items),
        readable=len(articles),
        formats=tuple(sorted({article.media_type for article in articles})),
        languages=tuple(sorted({article.language for article in articles if article.language})),
        newest=dates[-1] if dates else None,
        per_day=round(len(dates) / days, 1) if days > 0.1 else None,
        expected_per_day=source.expected_per_day,
        licence=source.licence,
    )


def _look(
    source: SourceDescription, fetcher: Fetcher, now: Callable[[], dt.datetime]
) -> tuple[list[WireItem], str | None]:
    if source.path:
        return list(watch_folder(source, Memory(), now=now, settled_s=0.0)), None
    poller = Poller(source, Memory(), fetcher, now=now)
    items = list(poller.poll())
    return items, poller.problem
