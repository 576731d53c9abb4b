"""From tolls and their claimants to one count."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tasks.extract.tolls.toll import Harmed, Toll
from tasks.records import Claim, Count, People, Span
from tasks.victims import distinct_groups


class ClaimedToll(NamedTuple):
    """A toll and who says so."""

    toll: Toll
    claimant: str | None = None
    agency: str | None = None


def to_count(
    claimed: Sequence[ClaimedToll],
    *,
    locate: Callable[[int, int], Span] | None = None,
    words: Callable[[Span], str] | None = None,
) -> Count | None:
    """One count over all claims of one kind; None without any.

    A later running total supersedes what stands before it; parts of a group never count beside the whole. Among the
    rest the number most often given is the best, the greater of two equally frequent ones. Bounds are the least and the
    greatest that anyone claims, open where the greatest claim is open; a lower number for which nobody vouches is a
    detail and bounds nothing.
    `locate` maps offsets to the article's text, `words` gives what stands there.
    """
    if not claimed:
        return None
    place = locate or (lambda start, end: Span(start=start, end=end))
    claims = tuple(_claim(entry, place, words) for entry in _distinct(claimed))
    entries = _added_up(_wholes(claimed))
    whole = [entry.toll for entry in entries]
    best = _best(entries)
    rival = [entry.toll for entry in entries if not _is_unvouched(entry, best)]
    lows = [toll.low if toll.low is not None else toll.best for toll in rival]
    highs = [toll.high if toll.high is not None else toll.best for toll in whole]
    low = min((value for value in lows if value is not None), default=None)
    high = max((value for value in highs if value is not None), default=None)
    open_ended = any(toll.high is None and toll.best == high for toll in whole)
    return Count(
        best=best,
        low=low,
        high=None if open_ended else high,
        claims=claims,
        groups=distinct_groups(claims),
    )


def _distinct(claimed: Sequence[ClaimedToll]) -> list[ClaimedToll]:
    seen: dict[tuple[int, int], ClaimedToll] = {}
    for entry in claimed:
        seen.setdefault((entry.toll.start_char, entry.toll.end_char), entry)
    return sorted(seen.values(), key=lambda entry: entry.toll.start_char)


def _wholes(claimed: Sequence[ClaimedToll]) -> list[ClaimedToll]:
    """The tolls that speak of the whole: after the last running total only that and what follows it."""
    ordered = sorted(claimed, key=lambda entry: entry.toll.start_char)
    totals = [index for index, entry in enumerate(ordered) if _is_running(entry, ordered[:index])]
    if totals:
        ordered = ordered[totals[-1] :]
    whole = [entry for entry in ordered if not entry.toll.part]
    cues = {entry.toll.cue for entry in whole if entry.toll.counted}
    counted = [entry for entry in whole if entry.toll.cue in cues]
    return counted or whole or ordered


def _is_running(entry: ClaimedToll, before: Sequence[ClaimedToll]) -> bool:
    """A total that supersedes what stands before it; a lower one of another claimant only contradicts that."""
    if not entry.toll.total:
        return False
    best = entry.toll.best
    return best is None or not any(
        (other.toll.best or 0) > best and other.claimant and entry.claimant and other.claimant != entry.claimant
        for other in before
    )


def _is_unvouched(entry: ClaimedToll, best: int | None) -> bool:
    """Whether nobody vouches for a lower number: it counts some of those whom the best counts."""
    return entry.claimant is None and not entry.toll.total and (entry.toll.best or 0) < (best or 0)


def _best(entries: Sequence[ClaimedToll]) -> int | None:
    values = [entry.toll.best for entry in entries if entry.toll.best is not None]
    if not values:
        return None
    totals = [
        entry.toll.best
        for number, entry in enumerate(entries)
        if entry.toll.best is not None and _is_running(entry, entries[:number])
    ]
    if totals:
        return totals[-1]
    return max(set(values), key=lambda value: (values.count(value), value))


def _added_up(entries: Sequence[ClaimedToll]) -> list[ClaimedToll]:
    """One entry for tolls told beside each other: 'killed along with two guards', 'six died and ten were shot'."""
    beside: dict[int, dict[tuple[int, int], ClaimedToll]] = {}
    for entry in entries:
        toll = entry.toll
        key = toll.cue if toll.beside is None else toll.beside
        beside.setdefault(key, {}).setdefault((toll.start_char, toll.end_char), entry)
    return [_sum(list(told.values())) for told in beside.values()]


def _sum(entries: Sequence[ClaimedToll]) -> ClaimedToll:
    first, tolls = entries[0], [entry.toll for entry in entries if entry.toll.best is not None]
    if len(tolls) <= 1:
        return first._replace(toll=tolls[0]) if tolls else first
    bests = [toll.best or 0 for toll in tolls]
    lows = [toll.low if toll.low is not None else toll.best or 0 for toll in tolls]
    highs = [toll.high for toll in tolls if toll.high is not None]
    high = sum(highs) if len(highs) == len(tolls) else None
    return first._replace(toll=tolls[0]._replace(low=sum(lows), best=sum(bests), high=high))


def _claim(entry: ClaimedToll, place: Callable[[int, int], Span], words: Callable[[Span], str] | None) -> Claim:
    toll = entry.toll
    span = place(toll.start_char, toll.end_char)
    return Claim(
        number_low=toll.low,
        number_high=toll.high,
        number=toll.best,
        text=words(span) if words else toll.text,
        span=span,
        claimant=entry.claimant,
        agency=entry.agency,
        groups=tuple(_people(one, place(one.start_char, one.end_char), words) for one in toll.groups),
    )


def _people(one: Harmed, span: Span, words: Callable[[Span], str] | None) -> People:
    return People(number=one.number, text=words(span) if words else one.text, span=span, name=one.name, part=one.part)
