"""How sure it is that an event took place and is typed right: a logistic model of the evidence for it.

What its mentions give is its strength, which decides whether it is put out at all. The probability stretches that
strength and knows two things more, its kind and whether it has a date: three weights, fitted on the gold articles and
on wires of our own (development data), with articles held out in turn (decision 0096).
`python -m benchmarks.evaluate_events gold` prints the reliability table.
"""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from tasks.records import Mention

_LEAST = -0.325
"""Strength from which events are put out: of weaker ones too often nothing happened."""
_TIED = 0.5
_LEAD_SHARE = 0.25
_LOOSE = frozenset({"narrative", "default", None})


class Evidence(NamedTuple):
    """What speaks for an event, each 0 or 1."""

    verb: float
    """Some mention is a verb, or a noun that speaks of one occasion by itself."""
    again: float
    actor: float
    recipient: float
    dated: float
    placed: float
    counted: float
    lead: float


_BIAS = -1.1
_WEIGHTS = Evidence(verb=0.9, again=0.9, actor=0.4, recipient=0.1, dated=0.6, placed=0.1, counted=0.5, lead=0.6)


def evidence_of(mentions: Sequence[Mention], text: str) -> Evidence:
    """The evidence that an event's mentions give."""
    return Evidence(
        verb=max(mention.confidence for mention in mentions),
        again=float(len(mentions) > 1),
        actor=float(any(party.spans for mention in mentions for party in mention.actors)),
        recipient=float(any(party.spans for mention in mentions for party in mention.recipients)),
        dated=float(any(m.time.start and m.time.basis not in _LOOSE for m in mentions)),
        placed=float(any(cue.weight >= _TIED for mention in mentions for cue in mention.place_cues)),
        counted=float(any(m.casualties.killed or m.casualties.injured or m.casualties.arrested for m in mentions)),
        lead=float(mentions[0].in_headline or mentions[0].trigger.start < _LEAD_SHARE * len(text)),
    )


_STRETCH, _LOWERED = 1.4, -0.95
_PEACEFUL, _WITH_DATE = 1.2, 0.6
"""Words of violence are figures of speech and told apart wrongly more often than arrests, protests and retreats."""


def strength_of(evidence: Evidence) -> float:
    """How much speaks for an event; more evidence never means less."""
    return _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, evidence, strict=True))


def is_told(evidence: Evidence) -> bool:
    """Whether enough speaks for an event to put it out."""
    return strength_of(evidence) >= _LEAST


def confidence_of(evidence: Evidence, *, violent: bool, dated: bool) -> float:
    """Probability that a reader would agree that this event took place, with this type."""
    score = _LOWERED + _STRETCH * strength_of(evidence) + _PEACEFUL * (not violent) + _WITH_DATE * dated
    return round(1 / (1 + exp(-score)), 3)
