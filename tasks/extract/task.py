"""The Celery task of extraction: the language model sees the whole batch at once."""

from collections.abc import Sequence

import msgspec
from billiard.exceptions import SoftTimeLimitExceeded
from celery import shared_task

from tasks.errors import ArticleError, WorldError
from tasks.extract import extract
from tasks.ports import Tools
from tasks.records import Article, Extraction, Parcel
from tasks.stage import Packed, Stage, StageTask, guarded, is_to_be_coded, quarantined


def run(parcels: Sequence[Parcel], tools: Tools) -> list[Parcel]:
    """Extract from every article of the batch that is to be coded."""
    wanted = [parcel for parcel in parcels if is_to_be_coded(parcel)]
    extracted = {parcel.entry_id: parcel for parcel in _together(wanted, tools)}
    return [extracted.get(parcel.entry_id, parcel) for parcel in parcels]


def _together(parcels: Sequence[Parcel], tools: Tools) -> list[Parcel]:
    """All in one go; where that fails, one by one, so that only the guilty one is quarantined."""
    articles = [parcel.article for parcel in parcels if parcel.article is not None]
    if not articles:
        return []
    try:
        results = extract(articles, model=tools.model)
    except (WorldError, SoftTimeLimitExceeded):
        raise
    except Exception:  # noqa: BLE001 - the model choked on the batch; `guarded` finds out on which article
        return [guarded(STAGE.name, work, parcel, tools) for parcel in parcels]
    return [_with_result(parcel, result) for parcel, result in zip(parcels, results, strict=True)]


def work(parcel: Parcel, tools: Tools) -> Parcel:
    """One article alone."""
    articles: list[Article] = [parcel.article] if parcel.article else []
    return next(_with_result(parcel, result) for result in extract(articles, model=tools.model))


def _with_result(parcel: Parcel, result: Extraction | ArticleError) -> Parcel:
    if isinstance(result, ArticleError):
        return quarantined(parcel, stage=STAGE.name, error=result)
    return msgspec.structs.replace(parcel, extraction=result)


STAGE = Stage("extract", run)


@shared_task(base=StageTask, bind=True, name=STAGE.task)
def extract_batch(self: StageTask, batch: Packed) -> Packed:
    """Articles in, entities and event mentions out."""
    return self.run_stage(STAGE, batch)
