"""Replay: items at the pace they once came, or faster."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import msgspec

from tasks.records import WireItem

PAUSE_MAX_S = 3600.0
"""A longer silence of the original is not waited out."""


def paced(
    items: Iterable[WireItem], *, speed: float, sleep: Callable[[float], bool], now: Callable[[], dt.datetime]
) -> Iterator[WireItem]:
    """The items with the pauses that were between them, divided by `speed`; 0 gives them without a pause.

    Each is received anew, at the time it is given out; `sleep` says True to stop.
    """
    if speed < 0:
        raise ValueError(f"speed {speed}: 0 or a positive factor was expected")
    before: dt.datetime | None = None
    for item in items:
        if speed and before and item.received:
            pause = (item.received - before).total_seconds() / speed
            if pause > 0 and sleep(min(pause, PAUSE_MAX_S)):
                return
        before = item.received or before
        yield msgspec.structs.replace(item, received=now())
