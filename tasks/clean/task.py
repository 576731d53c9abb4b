"""The Celery task of cleaning: raw bytes of the wire queue become articles, containers become entries."""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from celery import shared_task

from tasks.clean import clean, split
from tasks.ports import Tools
from tasks.records import Outcome, Parcel, Status, WireItem
from tasks.stage import Packed, Stage, StageTask, guarded


def run(parcels: Sequence[Parcel], tools: Tools) -> list[Parcel]:
    """Read and clean a batch; entries that are settled already drop out."""
    items = tools.wire.read([parcel.entry_id for parcel in parcels])
    return [
        guarded(STAGE.name, partial(work, item), parcel, tools)
        for parcel, item in zip(parcels, items, strict=True)
        if item is not None
    ]


def work(item: WireItem, parcel: Parcel, tools: Tools) -> Parcel:
    """One entry: an article, or a container whose members go onto the queue as entries of their own."""
    parcel = msgspec.structs.replace(parcel, name=item.name)
    members = tools.wire.add_members(parcel.entry_id, _members(item, tools))
    if members:
        return msgspec.structs.replace(parcel, outcome=Outcome.SPLIT, members=members)
    article = clean(item, limits=tools.limits, memory=tools.furniture)
    until = article.embargoed_until if article.status is Status.EMBARGOED else None
    held_until = until if until and until > tools.now() else None
    return msgspec.structs.replace(parcel, article=article, held_until=held_until)


def _members(item: WireItem, tools: Tools) -> Iterator[WireItem]:
    for member in split(item, limits=tools.limits):
        yield msgspec.structs.replace(member, depth=item.depth + 1)


STAGE = Stage("clean", run)


@shared_task(base=StageTask, bind=True, name=STAGE.task)
def clean_batch(self: StageTask, batch: Packed) -> Packed:
    """Bytes in, articles out."""
    return self.run_stage(STAGE, batch)
