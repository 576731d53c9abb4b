"""A worker with stand-ins for the three stages of others, for tests of delivery alone.

An article is 'uri|version|status|signal|text'. What it says decides what happens: DIE kills the process, SLOW takes
long, BUG raises, MEMORY exhausts it; every other word in capitals becomes an event.
`celery -A tests.delivery.standin worker`, in the environment of a test.
"""

import datetime as dt
import os
import signal
import socket
import time
from functools import partial
from hashlib import sha256

import msgspec

from config.settings import current
from tasks.deduplicate.fingerprint import fingerprint
from tasks.errors import MalformedArticle, WorldError
from tasks.ports import Tools
from tasks.records import (
    Article,
    Event,
    EventType,
    Extraction,
    Outcome,
    Parcel,
    Signal,
    Source,
    Span,
    Status,
    WireItem,
)
from tasks.sink.task import STAGE as SINK
from tasks.stage import Packed, Stage, StageTask, each, guarded, is_to_be_coded
from tasks.stories import duplicate_reason
from workers.app import make_app
from workers.equipment import Equipment

TYPES = {kind.value: kind for kind in EventType}


def parse(item: WireItem) -> Article:
    """The article of an item."""
    try:
        uri, version, status, sign, text = item.content.decode("utf-8").split("|", 4)
        status, _, until = status.partition("@")
        return Article(
            uri=uri,
            name=item.name,
            version=int(version),
            media_type="text/plain",
            content_hash=sha256(item.content).hexdigest(),
            text=text,
            body_text=text,
            body=Span(start=0, end=len(text)),
            status=Status(status or "usable"),
            signal=Signal(sign or "new"),
            embargoed_until=dt.datetime.fromtimestamp(float(until), dt.UTC) if until else None,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise MalformedArticle(str(error)) from error


def clean(item: WireItem, parcel: Parcel, tools: Tools) -> Parcel:
    """A line starting with '#' is a container of the lines after it."""
    if item.content.startswith(b"#"):
        lines = item.content.splitlines()[1:]
        members = (WireItem(content=line, name=f"{item.name}/{number}") for number, line in enumerate(lines))
        count = tools.wire.add_members(parcel.entry_id, members)
        return msgspec.structs.replace(parcel, outcome=Outcome.SPLIT, members=count)
    article = parse(item)
    until = article.embargoed_until
    held = until if until and until > tools.now() else None
    return msgspec.structs.replace(parcel, article=article, name=item.name, held_until=held)


def clean_all(parcels, tools):
    """As tasks.clean.task.run."""
    items = tools.wire.read([parcel.entry_id for parcel in parcels])
    return [
        guarded("clean", partial(clean, item), parcel, tools)
        for parcel, item in zip(parcels, items, strict=True)
        if item is not None
    ]


def extract(parcel: Parcel, tools: Tools) -> Parcel:
    """The troublesome stage."""
    text = parcel.article.text if parcel.article else ""
    if "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "SLOW" in text:
        time.sleep(60)
    if "BUG" in text:
        raise KeyError("a bug")
    if "MEMORY" in text:
        raise MemoryError
    if "WORLD" in text:
        raise WorldError("the model is away")
    time.sleep(float(os.environ.get("STANDIN_WORK_S", "0")))
    return msgspec.structs.replace(parcel, extraction=Extraction())


def code(parcel: Parcel, tools: Tools) -> Parcel:
    """One event per word that is an event type."""
    article = parcel.article
    if article is None:
        return parcel
    prints = fingerprint(article)
    view = tools.stories.look(article.uri, prints)
    reason = duplicate_reason(view, article, prints, threshold=tools.rules.duplicate_similarity)
    if reason:
        return msgspec.structs.replace(parcel, fingerprint=prints, outcome=Outcome.DUPLICATE, reason=reason)
    words = article.text.split() if is_to_be_coded(parcel) else []
    kinds = [
        (word, TYPES[word.strip(".,").partition("=")[0]])
        for word in words
        if word.strip(".,").partition("=")[0] in TYPES
    ]
    events = tuple(_event(article, number, word, kind) for number, (word, kind) in enumerate(kinds))
    return msgspec.structs.replace(parcel, fingerprint=prints, events=events)


def _event(article: Article, number: int, word: str, kind: EventType) -> Event:
    span = Span(start=0, end=1)
    source = Source(
        uri=article.uri, version=article.version, trigger=span, trigger_text=word.partition("=")[0], sentence=span
    )
    event_id = sha256(f"{article.uri} {number} {kind}".encode()).hexdigest()[:16]
    return Event(event_id=event_id, event_type=kind, mode=word.partition("=")[2] or None, sources=(source,))


STAGES = (
    Stage("clean", clean_all),
    each("extract", extract, needs=is_to_be_coded),
    each("geocode", lambda parcel, tools: parcel),
    each("deduplicate", code),
    SINK,
)


def register(app, stage: Stage):
    """The task of one stand-in."""

    @app.task(base=StageTask, bind=True, name=stage.task, max_retries=1)
    def task(self: StageTask, batch: Packed) -> Packed:
        return self.run_stage(stage, batch)

    return task


class Unloaded(Equipment):
    """Without a model and a gazetteer: the stand-ins need none, and a worker starts in a second."""

    def prepare(self, queues: object) -> None:
        """Nothing to load."""


app = make_app(current())
app.tools = Unloaded(app.settings, redis_url=app.redis_url, consumer=f"{socket.gethostname()}:{os.getpid()}")
app.conf.include = ["tasks.sink.task"]
app.set_default()
for _stage in STAGES[:-1]:
    register(app, _stage)
