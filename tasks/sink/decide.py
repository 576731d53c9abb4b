"""What is to be written about one parcel: pure, from the parcel and what the index knows."""

from collections.abc import Sequence

import msgspec

from tasks.ports import Rules, Settlement, StoryState, StoryView
from tasks.records import Article, Event, Fingerprint, Outcome, Parcel, Signal, Status
from tasks.sink.envelope import message
from tasks.sink.reconcile import Reconciled, reconcile, withdraw_all
from tasks.sink.reprints import MOST_REPRINTS, reprinted, without_reprint
from tasks.stories import duplicate_reason, find_host, find_twin, is_origin, outlet, succeeds_twin

REMEMBERED_EVENTS = 500
"""Events kept per story at most, newest last; an article that tells more is no story but a database."""


def without_story(parcel: Parcel) -> Settlement:
    """For a parcel that ended before the sink: a duplicate, a container, one in quarantine."""
    outcome = parcel.outcome or Outcome.QUARANTINED
    reason = parcel.reason or (None if parcel.outcome else "reached the sink without an article")
    return Settlement(
        entry_id=parcel.entry_id,
        outcome=outcome,
        failed_stage=parcel.failed_stage or ("sink" if parcel.outcome is None else None),
        reason=parcel.duplicate_of or reason,
    )


def successor_of(view: StoryView, article: Article, fingerprint: Fingerprint, *, rules: Rules) -> StoryState | None:
    """The story under another uri that this article corrects, updates or kills."""
    if view.story is not None or not succeeds_twin(article):
        return None
    return find_twin(view, fingerprint, threshold=rules.duplicate_similarity)


def decide(parcel: Parcel, view: StoryView, *, rules: Rules) -> Settlement:
    """The settlement of a parcel that reached the sink in good order."""
    article, fingerprint = parcel.article, parcel.fingerprint
    if article is None or fingerprint is None:
        return without_story(parcel)
    reason = duplicate_reason(view, article, fingerprint, threshold=rules.duplicate_similarity)
    if reason:
        return Settlement(entry_id=parcel.entry_id, outcome=Outcome.DUPLICATE, reason=reason)
    host = find_host(view, article, fingerprint, threshold=rules.duplicate_similarity)
    if host:
        return _told_again(parcel, article, view, host, rules=rules)
    previous = view.story or successor_of(view, article, fingerprint, rules=rules)
    result = _reconciled(previous, article, parcel.events, rules=rules)
    state = _next_state(previous, article, fingerprint, result.events)
    freed, lost = _without(view.host, article.uri)
    story, others = _written(state, previous)
    return Settlement(
        entry_id=parcel.entry_id,
        outcome=Outcome.DONE,
        story=story,
        view=view,
        others=(*others, *([freed] if freed else ())),
        messages=tuple(message(event, article) for event in (*lost, *result.issued)),
    )


def _written(state: StoryState, previous: StoryState | None) -> tuple[StoryState | None, tuple[StoryState, ...]]:
    """A kill claims no text: the killed one stays known, so that whoever prints it later tells no new story."""
    if previous is None or state.status is not Status.CANCELED:
        return state, ()
    return None, (msgspec.structs.replace(state, fingerprint=previous.fingerprint),)


def _reconciled(previous: StoryState | None, article: Article, events: Sequence[Event], *, rules: Rules) -> Reconciled:
    before = previous.events if previous else ()
    withdrawn = _withdrawn(article)
    if withdrawn:
        return withdraw_all(before, reason=withdrawn)
    if previous and article.signal in {Signal.REFILE, Signal.REPEAT}:
        return Reconciled(events=before)
    reprints = previous.reprints if previous else ()
    return reconcile(before, _emitted(events, rules), reason=_reason(article), reprints=reprints)


def _withdrawn(article: Article) -> str | None:
    """Why the article takes its story back, if it does."""
    if article.status is Status.CANCELED:
        return "kill"
    return "withheld" if article.status is Status.WITHHELD or _embargoed_for_ever(article) else None


def _emitted(events: Sequence[Event], rules: Rules) -> list[Event]:
    return [event for event in events if event.realis in rules.emit_realis]


def _reason(article: Article) -> str:
    return "correction" if article.signal is Signal.CORRECTION else "update"


# --- reprints ----------------------------------------------------------------------------------------------


def _told_again(parcel: Parcel, article: Article, view: StoryView, host: StoryState, *, rules: Rules) -> Settlement:
    """Another outlet's telling of the host's text: remembered by its own uri, a source of the host's events."""
    known = article.uri in host.reprints
    if not known and len(host.reprints) >= MOST_REPRINTS:
        return Settlement(entry_id=parcel.entry_id, outcome=Outcome.DUPLICATE, reason=f"same text as {host.uri}")
    fingerprint = parcel.fingerprint
    assert fingerprint is not None  # noqa: S101 - decide has looked
    moved = view.host if view.host and view.host.uri != host.uri else None
    freed, lost = _without(moved, article.uri)
    changed, issued = _changed_host(host, article, parcel.events, rules=rules)
    own = _next_state(view.story, article, fingerprint, ())
    states = (msgspec.structs.replace(own, reprint_of=host.uri), changed, freed)
    first = view.story is None and not succeeds_twin(article)
    return Settlement(
        entry_id=parcel.entry_id,
        outcome=Outcome.DUPLICATE if first else Outcome.DONE,
        reason=f"same text as {host.uri}" if first else None,
        others=tuple(state for state in states if state),
        messages=tuple(message(event, article) for event in (*lost, *issued)),
    )


def _changed_host(
    host: StoryState, article: Article, events: Sequence[Event], *, rules: Rules
) -> tuple[StoryState | None, tuple[Event, ...]]:
    """The host as the reprint leaves it, None where it changes nothing; and what is to be sent."""
    if article.status is Status.CANCELED and is_origin(article, host):
        result = withdraw_all(host.events, reason="kill")
        return _after(host, result, host.reprints, status=Status.CANCELED), result.issued
    if _withdrawn(article):
        return _without(host, article.uri)
    if article.signal in {Signal.REFILE, Signal.REPEAT}:
        return None, ()
    revises = _reason(article) if succeeds_twin(article) else None
    told = _emitted(events, rules)
    result = reprinted(host.events, told, uri=article.uri, cluster=host.uri, revises=revises)
    if result.events == host.events:
        return None, ()
    return _after(host, result, sorted({*host.reprints, article.uri})), result.issued


def _without(host: StoryState | None, uri: str) -> tuple[StoryState | None, tuple[Event, ...]]:
    if host is None or uri not in host.reprints:
        return None, ()
    result = without_reprint(host.events, uri=uri)
    return _after(host, result, [name for name in host.reprints if name != uri]), result.issued


def _after(
    host: StoryState, result: Reconciled, reprints: Sequence[str], *, status: Status | None = None
) -> StoryState:
    return msgspec.structs.replace(
        host,
        events=result.events,
        reprints=tuple(reprints),
        status=status or host.status,
        revision=host.revision + 1,
    )


# --- what is remembered ------------------------------------------------------------------------------------


def _embargoed_for_ever(article: Article) -> bool:
    return article.status is Status.EMBARGOED and article.embargoed_until is None


def _next_state(
    previous: StoryState | None, article: Article, fingerprint: Fingerprint, events: Sequence[Event]
) -> StoryState:
    status = Status.WITHHELD if _embargoed_for_ever(article) else article.status
    return StoryState(
        uri=previous.uri if previous else article.uri,
        version=max(article.version, previous.version) if previous else article.version,
        version_created=article.version_created,
        status=Status.USABLE if status is Status.EMBARGOED else status,
        fingerprint=fingerprint,
        events=tuple(events[-REMEMBERED_EVENTS:]),
        outlet=outlet(article.publisher, article.credit, article.uri) or (previous.outlet if previous else None),
        agency=article.credit or (previous.agency if previous else None),
        reprints=previous.reprints if previous else (),
        revision=previous.revision + 1 if previous else 1,
    )
