"""The Celery task of geocoding."""

import msgspec
from celery import shared_task

from tasks.geocode import geocode
from tasks.ports import Tools
from tasks.records import Parcel
from tasks.stage import Packed, StageTask, each, is_to_be_coded


def work(parcel: Parcel, tools: Tools) -> Parcel:
    """Places for one article."""
    if parcel.article is None or parcel.extraction is None:
        return parcel
    extraction = geocode(parcel.article, parcel.extraction, gazetteer=tools.gazetteer)
    return msgspec.structs.replace(parcel, extraction=extraction)


STAGE = each("geocode", work, needs=is_to_be_coded)


@shared_task(base=StageTask, bind=True, name=STAGE.task)
def geocode_batch(self: StageTask, batch: Packed) -> Packed:
    """Mentions in, mentions with places out."""
    return self.run_stage(STAGE, batch)
