"""How sure it is that an event took place and is typed right: a logistic model of the evidence for it.

The weights were fitted on the gold articles (development data) with a strong ridge and rounded;
`python -m benchmarks.evaluate_events gold` prints the reliability table.
"""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from tasks.records import Mention

LEAST = 0.42
"""Events less sure than this are not put out: too often nothing happened."""
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


def confidence_of(evidence: Evidence) -> float:
    """Probability that a reader would agree that this event took place, with this type."""
    score = _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, evidence, strict=True))
    return round(1 / (1 + exp(-score)), 3)
