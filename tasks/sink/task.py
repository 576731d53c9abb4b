"""The Celery task of the sink: every parcel gets its outcome written, whatever has become of it."""

from collections.abc import Sequence

import msgspec
from celery import shared_task

from tasks.errors import WorldError
from tasks.ports import Settlement, Tools
from tasks.records import Parcel
from tasks.sink.decide import decide, without_story
from tasks.stage import Packed, Stage, StageTask, guarded

TRIES = 20
"""How often a decision is made anew because the story changed meanwhile; each time somebody else got through."""


def run(parcels: Sequence[Parcel], tools: Tools) -> list[Parcel]:
    """Settle a batch, one parcel after the other."""
    return [_settled(parcel, tools) for parcel in parcels]


def _settled(parcel: Parcel, tools: Tools) -> Parcel:
    settled = guarded(STAGE.name, work, parcel, tools)
    if settled.failed_stage == STAGE.name:
        tools.ledger.settle(without_story(settled))
    return settled


def work(parcel: Parcel, tools: Tools) -> Parcel:
    """Settle one parcel, or let it wait for the end of its embargo."""
    if parcel.held_until is not None and parcel.outcome is None:
        tools.ledger.hold(parcel.entry_id, parcel.held_until)
        return parcel
    for _ in range(TRIES):
        settlement = _settlement(parcel, tools)
        if tools.ledger.settle(settlement):
            return msgspec.structs.replace(parcel, outcome=settlement.outcome, failed_stage=settlement.failed_stage)
    raise WorldError(f"{parcel.entry_id}: the story changed {TRIES} times while it was being written")


def _settlement(parcel: Parcel, tools: Tools) -> Settlement:
    if parcel.outcome is not None or parcel.article is None or parcel.fingerprint is None:
        return without_story(parcel)
    view = tools.stories.look(parcel.article.uri, parcel.fingerprint)
    return decide(parcel, view, rules=tools.rules)


def shed(parcel: Parcel) -> Parcel:
    """Nothing but the id and how it ended."""
    return Parcel(entry_id=parcel.entry_id, name=parcel.name, outcome=parcel.outcome, failed_stage=parcel.failed_stage)


STAGE = Stage("sink", run, shed)


@shared_task(base=StageTask, bind=True, name=STAGE.task)
def sink_batch(self: StageTask, batch: Packed) -> Packed:
    """Events in; outcomes, stories and event versions written, each once."""
    return self.run_stage(STAGE, batch)
