"""Names of all that Dateline keeps in Redis; the hash tag keeps it in one slot, so that one script may touch it all."""

from hashlib import sha256

TAG = "{dateline}"
WIRE = f"{TAG}:wire"
"""Stream: the ledger of what was accepted and is not settled."""
GROUP = "dateline"
EVENTS = f"{TAG}:events"
"""Stream of CloudEvents."""
DEAD = f"{TAG}:dead"
"""Stream of dead letters."""
UNDELIVERED = f"{TAG}:undelivered"
"""Stream of events that their receiver refuses."""
ORIGIN = f"{TAG}:origin"
"""A random name of this event stream, for those outside who remember how far they have read it."""
COUNTS = f"{TAG}:counts"
"""Hash: how many entries ended how."""
ATTEMPTS = f"{TAG}:attempts"
"""Hash: solo tries of unsettled entries."""
TROUBLE = f"{TAG}:trouble"
"""Hash: what went wrong last with unsettled entries."""
HELD = f"{TAG}:held"
"""Sorted set: entries under embargo, by the time they are due."""
SPLIT = f"{TAG}:split"
"""Hash: members put on the queue, of containers not settled yet."""
CELERY_PREFIX = f"{TAG}:celery:"
"""Before all keys of kombu."""

# Owners of pending entries besides the workers, as consumers of the group.
QUEUED = "queued"
"""Dispatched and waiting for a stage."""
LOST = "lost"
"""Whoever worked on it is known to be dead."""
WAITING = "held"
"""Under embargo."""

OUTCOMES = ("done", "duplicate", "quarantined", "split")


def alive(consumer: str) -> str:
    """The key that expires when a worker is dead."""
    return f"{TAG}:alive:{consumer}"


def lease(relay: str) -> str:
    """The key that expires when a relay is dead."""
    return f"{TAG}:lease:{relay}"


def redriven(relay: str) -> str:
    """Stream of events that a relay is to send once more."""
    return f"{TAG}:redriven:{relay}"


def newest(relay: str) -> str:
    """Hash: of events with a version set aside, the newest version that was taken since."""
    return f"{TAG}:newest:{relay}"


def story_id(uri: str) -> str:
    """A story's short name in bands and keys; an uri may be of any length."""
    return sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def story(identity: str) -> str:
    """Hash of one story: state, revision."""
    return f"{TAG}:story:{identity}"


def exact(digest: str) -> str:
    """The story that holds this exact text."""
    return f"{TAG}:text:{digest}"


def band(name: str) -> str:
    """Set of the stories in one band."""
    return f"{TAG}:band:{name}"
