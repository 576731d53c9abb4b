"""What is to be written about one parcel: pure, from the parcel and what the index knows."""

from collections.abc import Sequence

from tasks.ports import Rules, Settlement, StoryState, StoryView
from tasks.records import Article, Event, Fingerprint, Outcome, Parcel, Signal, Status
from tasks.sink.envelope import message
from tasks.sink.reconcile import Reconciled, reconcile, withdraw_all
from tasks.stories import duplicate_reason, find_twin, succeeds_twin

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
    previous = view.story or successor_of(view, article, fingerprint, rules=rules)
    result = _reconciled(previous, article, parcel.events, rules=rules)
    return Settlement(
        entry_id=parcel.entry_id,
        outcome=Outcome.DONE,
        story=_next_state(previous, article, fingerprint, result.events),
        view=view,
        messages=tuple(message(event, article) for event in result.issued),
    )


def _reconciled(previous: StoryState | None, article: Article, events: Sequence[Event], *, rules: Rules) -> Reconciled:
    before = previous.events if previous else ()
    if article.status is Status.CANCELED:
        return withdraw_all(before, reason="kill")
    if article.status is Status.WITHHELD or _embargoed_for_ever(article):
        return withdraw_all(before, reason="withheld")
    if previous and article.signal in {Signal.REFILE, Signal.REPEAT}:
        return Reconciled(events=before)
    wanted = [event for event in events if event.realis in rules.emit_realis]
    reason = "correction" if article.signal is Signal.CORRECTION else "update"
    return reconcile(before, wanted, reason=reason)


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
        revision=previous.revision + 1 if previous else 1,
    )
