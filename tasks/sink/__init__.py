"""Sink: what a version of a story changes, as CloudEvents, each event version once."""

from tasks.sink.decide import decide, without_story
from tasks.sink.envelope import CloudEvent, message
from tasks.sink.reconcile import reconcile

__all__ = ["CloudEvent", "decide", "message", "reconcile", "without_story"]
