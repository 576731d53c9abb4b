"""What the five tasks have in common: a batch comes in, every article in it gets a fate, the batch goes on.

The one broad `except` of the project stands in `guarded`, where a task meets an article.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter, process_time
from typing import Any

import msgspec
import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from celery import Task

from tasks.errors import ArticleError, DatelineError, WorldError
from tasks.ports import Tools
from tasks.records import Outcome, Parcel, Status, to_json

log = structlog.get_logger()

Packed = list[Any]
"""A batch in a message: `[entry ids, parcels as JSON]`. The ids stand apart, so that whoever finds a message of a dead
worker, or shows it, needs not look into the articles."""

MAX_RETRIES = 3
"""Tries of a batch while the world is bad, before its articles are left to the sweeper."""
REASON_CHARS = 500
ENTRY_ID = re.compile(r"\b\d{6,}-\d+\b")

Work = Callable[[Parcel, Tools], Parcel]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the chain; name = file = task = queue = metric label."""

    name: str
    run: Callable[[Sequence[Parcel], Tools], Sequence[Parcel]]
    shed: Callable[[Parcel], Parcel] | None = None
    """Takes out what later stages have no use for, before the parcel goes into a message."""

    @property
    def task(self) -> str:
        """Name of its Celery task."""
        return f"dateline.{self.name}"


def each(
    name: str,
    work: Work,
    *,
    needs: Callable[[Parcel], bool] | None = None,
    shed: Callable[[Parcel], Parcel] | None = None,
) -> Stage:
    """A stage that works on one article at a time; parcels it is not needed for pass unchanged."""
    return Stage(name, partial(_each, name, work, needs or is_open), shed)


def _each(
    name: str, work: Work, wanted: Callable[[Parcel], bool], parcels: Sequence[Parcel], tools: Tools
) -> list[Parcel]:
    return [guarded(name, work, parcel, tools) if wanted(parcel) else parcel for parcel in parcels]


def guarded(name: str, work: Work, parcel: Parcel, tools: Tools) -> Parcel:
    """The parcel after work, or quarantined with the reason.

    Raises: WorldError, SoftTimeLimitExceeded - these say nothing about the article.
    """
    try:
        return work(parcel, tools)
    except (WorldError, SoftTimeLimitExceeded):
        raise
    except ArticleError as error:
        return quarantined(parcel, stage=name, error=error)
    except Exception as error:  # a bug met by one article must not take its batch along
        log.exception("stage_failed", stage=name, entry_id=parcel.entry_id)
        return quarantined(parcel, stage=name, error=error)


def quarantined(parcel: Parcel, *, stage: str, error: BaseException) -> Parcel:
    """The parcel with nothing more to be done but to put it away."""
    reason = f"{type(error).__name__}: {error}"[:REASON_CHARS]
    return msgspec.structs.replace(
        parcel, outcome=Outcome.QUARANTINED, failed_stage=stage, reason=reason, extraction=None, events=()
    )


def is_open(parcel: Parcel) -> bool:
    """Whether anything is left to do before the sink."""
    return parcel.outcome is None and parcel.held_until is None


def is_to_be_coded(parcel: Parcel) -> bool:
    """Whether events are to be looked for: a kill or a withheld story withdraws events, it tells none."""
    article = parcel.article
    return is_open(parcel) and article is not None and article.status in {Status.USABLE, Status.EMBARGOED}


def pack(parcels: Sequence[Parcel], *, stage: str) -> Packed:
    """A batch as a message carries it; what cannot be written down (a lone surrogate) is quarantined."""
    try:
        payload = to_json(parcels)
    except (UnicodeEncodeError, TypeError, ValueError):
        payload = to_json([_writable(parcel, stage) for parcel in parcels])
    return [[parcel.entry_id for parcel in parcels], payload.decode()]


def _writable(parcel: Parcel, stage: str) -> Parcel:
    try:
        to_json(parcel)
    except (UnicodeEncodeError, TypeError, ValueError) as error:
        bare = Parcel(entry_id=parcel.entry_id, name=parcel.entry_id)
        return quarantined(bare, stage=stage, error=error)
    return parcel


def unpack(packed: Packed) -> list[Parcel]:
    """The parcels of a message; the dispatcher's messages carry ids alone."""
    entry_ids, parcels = packed
    if not parcels:
        return [Parcel(entry_id=entry_id) for entry_id in entry_ids]
    return msgspec.json.decode(parcels, type=list[Parcel])


class BatchError(DatelineError):
    """A batch failed as a whole, and nobody knows which article is to blame."""


class StageTask(Task):  # type: ignore[misc]
    """Base of the five tasks: progress, retries, ids for whoever looks on."""

    abstract = True
    max_retries = MAX_RETRIES
    # An ordered list of ids comes first in the result; article text never shows in events, logs or Flower.
    resultrepr_maxsize = 64

    @property
    def tools(self) -> Tools:
        """What the app was equipped with."""
        tools: Tools = self.app.tools
        return tools

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # noqa: ANN401 - Celery's own
        """Send, with the entry ids as what is shown of the arguments."""
        if args and isinstance(args[0], list):
            options["argsrepr"] = " ".join(args[0][0])
        return super().apply_async(args, kwargs, **options)

    def run_stage(self, stage: Stage, packed: Packed) -> Packed:
        """One batch through one stage."""
        started, cpu_started = perf_counter(), process_time()
        try:
            parcels = self._pass(stage, unpack(packed))
        except WorldError as error:
            log.warning("stage_postponed", stage=stage.name, reason=str(error), entry_ids=packed[0])
            raise self.retry(exc=error, countdown=2**self.request.retries) from error
        duration_ms = round((perf_counter() - started) * 1000, 1)
        cpu_ms = round((process_time() - cpu_started) * 1000, 1)
        failed = sum(parcel.failed_stage == stage.name for parcel in parcels)
        spent = {"duration_ms": duration_ms, "cpu_ms": cpu_ms}
        log.info("stage_passed", stage=stage.name, articles=len(parcels), failed=failed, **spent)
        return pack(parcels, stage=stage.name)

    def _pass(self, stage: Stage, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
        unsettled = self.tools.progress.started([parcel.entry_id for parcel in parcels])
        parcels = [parcel for parcel in parcels if parcel.entry_id in unsettled]
        parcels = run_or_quarantine(stage, parcels, self.tools)
        self.tools.progress.finished([parcel.entry_id for parcel in parcels])
        return [stage.shed(parcel) for parcel in parcels] if stage.shed else parcels


def run_or_quarantine(stage: Stage, parcels: Sequence[Parcel], tools: Tools) -> Sequence[Parcel]:
    """The stage's result; an article that fails even alone (too slow, too big for the memory) is quarantined.

    Raises: WorldError; BatchError where several articles failed together and each is to be tried alone.
    """
    try:
        return stage.run(parcels, tools)
    except WorldError:
        raise
    except Exception as error:  # noqa: BLE001 - see above
        # A MemoryError must not reach Celery: its main process would exit, and the next one too.
        if len(parcels) == 1:
            return [quarantined(parcels[0], stage=stage.name, error=error)]
        raise BatchError(f"{stage.name}: {len(parcels)} articles failed together: {error!r}"[:REASON_CHARS]) from None
