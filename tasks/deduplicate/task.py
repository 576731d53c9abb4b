"""The Celery task of deduplication: the same text drops out here, the rest becomes events.

It only looks; claims are written by the sink, together with the outcome, so that an article that fails later on does
not swallow its twin.
"""

import msgspec
from celery import shared_task

from tasks.deduplicate.assemble import assemble
from tasks.deduplicate.fingerprint import fingerprint
from tasks.ports import Tools
from tasks.records import Outcome, Parcel
from tasks.stage import Packed, StageTask, each, is_to_be_coded
from tasks.stories import duplicate_reason


def work(parcel: Parcel, tools: Tools) -> Parcel:
    """One article: its fingerprint, and its events if its text is new."""
    article = parcel.article
    if article is None:
        return parcel
    prints = fingerprint(article)
    view = tools.stories.look(article.uri, prints)
    reason = duplicate_reason(view, article, prints, threshold=tools.rules.duplicate_similarity)
    if reason:
        return msgspec.structs.replace(parcel, fingerprint=prints, outcome=Outcome.DUPLICATE, reason=reason)
    coded = parcel.extraction is not None and is_to_be_coded(parcel)
    events = assemble(article, parcel.extraction, coder=tools.coder) if coded and parcel.extraction else ()
    return msgspec.structs.replace(parcel, fingerprint=prints, events=events)


def shed(parcel: Parcel) -> Parcel:
    """Without the texts and the extraction: the events hold all that goes out."""
    article = parcel.article and msgspec.structs.replace(parcel.article, text="", body_text="", body_map=())
    return msgspec.structs.replace(parcel, article=article, extraction=None)


STAGE = each("deduplicate", work, shed=shed)


@shared_task(base=StageTask, bind=True, name=STAGE.task)
def deduplicate_batch(self: StageTask, batch: Packed) -> Packed:
    """Mentions in, events of new texts out."""
    return self.run_stage(STAGE, batch)
