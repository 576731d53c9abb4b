"""The stages in this process, or in several, without Redis: one JSON line per article, in the order they came.

For trying out, for notebooks and for scoring. Between processes travel msgpack bytes one way and JSON lines the other.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context

import msgspec

from config.log import set_up
from config.settings import Settings
from tasks.clean import article_name
from tasks.ports import Tools
from tasks.records import Article, Entity, Event, Extraction, Parcel, Place, Record, Span, WireItem, to_json
from workers.equipment import Equipment
from workers.inprocess import expand, process

DIED = "a worker process died over this article (out of memory, or a crash in native code)"

Batch = Sequence[WireItem]
Lines = list[bytes]


class Annotation(Record, frozen=True, kw_only=True):
    """What `dateline annotate` writes per article; the README documents the keys."""

    article: str
    """File name without its last extension."""
    uri: str | None = None
    title: str | None = None
    byline: str | None = None
    dateline: str | None = None
    published: str | None = None
    """ISO 8601; a date where the source gives no time."""
    language: str | None = None
    text: str | None = None
    """What all offsets refer to."""
    body: Span | None = None
    body_text: str | None = None
    entities: tuple[Entity, ...] = ()
    places: tuple[Place, ...] = ()
    events: tuple[Event, ...] = ()
    error: str | None = None
    """Why the article was refused."""


def annotation(parcel: Parcel) -> Annotation:
    """The line for one article, refused or not."""
    article, extraction = parcel.article, parcel.extraction or Extraction()
    if article is None:
        return Annotation(article=article_name(parcel.name), error=parcel.reason)
    return Annotation(
        article=article.name,
        uri=article.uri,
        title=article.headline,
        byline=article.byline,
        dateline=article.dateline.text if article.dateline else None,
        published=_published(article),
        language=article.language,
        text=article.text,
        body=article.body,
        body_text=article.body_text,
        entities=extraction.entities,
        places=extraction.places,
        events=parcel.events,
        error=parcel.reason,
    )


def _published(article: Article) -> str | None:
    if article.published is None:
        return None
    if article.published_precision == "day":
        return article.published.date().isoformat()
    return article.published.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def annotate(items: Iterable[WireItem], *, settings: Settings, workers: int) -> Iterator[Lines]:
    """JSON lines for all items, one list per batch; a container gives a line for each member.

    At most two batches per process are under way, so that memory stays bounded however long the input is.
    """
    batches = _batches(expand(items, limits=Equipment(settings).limits), settings.batch_size)
    if workers == 1:
        yield from (_lines(batch, _tools(_as_json(settings))) for batch in batches)
        return
    yield from _in_processes(batches, settings_json=_as_json(settings), workers=workers)


def _batches(items: Iterable[WireItem], size: int) -> Iterator[list[WireItem]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _lines(batch: Batch, tools: Tools) -> Lines:
    return [to_json(annotation(parcel)) for parcel in process(batch, tools)]


def _as_json(settings: Settings) -> str:
    """The settings as a child process is given them, without what it must not know."""
    return settings.model_dump_json(exclude={"redis_url", "topic_url", "flower_password", "push_token"})


@lru_cache(maxsize=1)
def _tools(settings_json: str) -> Tools:
    """The tools of this process; made once, and its logs kept out of standard output with it."""
    settings = Settings.model_validate_json(settings_json)
    set_up(level="WARNING", form=settings.log_format)
    return Equipment(settings)


def _annotate_packed(packed: bytes, settings_json: str) -> Lines:
    """In a child process: a batch that came as msgpack."""
    return _lines(msgspec.msgpack.decode(packed, type=list[WireItem]), _tools(settings_json))


def _in_processes(batches: Iterator[Batch], *, settings_json: str, workers: int) -> Iterator[Lines]:
    under_way: deque[tuple[bytes, Future[Lines]]] = deque()
    pool = _pool(workers)
    try:
        for batch in batches:
            packed = msgspec.msgpack.encode(batch)
            try:
                future = pool.submit(_annotate_packed, packed, settings_json)
            except BrokenProcessPool:
                pool = _pool(workers)
                future = pool.submit(_annotate_packed, packed, settings_json)
            under_way.append((packed, future))
            if len(under_way) >= 2 * workers:
                yield _result(*under_way.popleft(), settings_json)
        while under_way:
            yield _result(*under_way.popleft(), settings_json)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent may hold threads of progress bars and of numeric libraries.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _result(packed: bytes, future: Future[Lines], settings_json: str) -> Lines:
    """A batch's lines; where a process died, once more as a whole, then one by one, so that only the guilty fails."""
    try:
        return future.result()
    except BrokenProcessPool:
        pass
    batch = msgspec.msgpack.decode(packed, type=list[WireItem])
    whole = _alone(batch, settings_json)
    if whole is not None:
        return whole
    return [line for item in batch for line in _alone([item], settings_json) or [_died(item)]]


def _alone(batch: Batch, settings_json: str) -> Lines | None:
    """A batch in a process of its own; None where that process dies."""
    with _pool(1) as pool:
        try:
            return pool.submit(_annotate_packed, msgspec.msgpack.encode(batch), settings_json).result()
        except BrokenProcessPool:
            return None


def _died(item: WireItem) -> bytes:
    return to_json(Annotation(article=article_name(item.name), error=DIED))
