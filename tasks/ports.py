"""What the stages need of the world, as Protocols; `workers.stores` fulfils them on Redis, `tasks.memory` in memory."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from tasks.records import Coder, Event, Fingerprint, Outcome, Record, Status, WireItem


class StoryState(Record, frozen=True, kw_only=True):
    """What is remembered of a story: its newest version, and the newest version of every event issued from it."""

    uri: str
    version: int
    version_created: dt.datetime | None = None
    status: Status = Status.USABLE
    fingerprint: Fingerprint
    events: tuple[Event, ...] = ()
    """Withdrawn ones too, so that an event that comes back keeps its id and its count of versions."""
    outlet: str | None = None
    """Who told it; see `tasks.stories.outlet`."""
    agency: str | None = None
    """Whom it credits with the text."""
    reprint_of: str | None = None
    """The story whose text this is, told again by another outlet: its events are that story's, it has none itself."""
    reprints: tuple[str, ...] = ()
    """Stories that are reprints of this one and stand as sources of its events."""
    revision: int = 0
    """Grows by one with every write; what optimistic concurrency compares."""


class StoryView(Record, frozen=True, kw_only=True):
    """What the index knew about one article when it was asked; `Ledger.settle` refuses if that has changed since."""

    story: StoryState | None = None
    """The story of the same uri."""
    candidates: tuple[StoryState, ...] = ()
    """Other stories that share the exact text or a band with the article, in order of uri."""
    exact_owner: str | None = None
    """Key of the story that holds the exact text."""
    band_sizes: tuple[int, ...] = ()
    """How many stories each band held."""
    host: StoryState | None = None
    """The story that `story` is a reprint of."""


class Message(Record, frozen=True, kw_only=True):
    """One event on its way out: a CloudEvents JSON object and the key it is routed by."""

    routing_key: str
    body: bytes


class Settlement(Record, frozen=True, kw_only=True):
    """Everything that is written about one entry, in one step or not at all."""

    entry_id: str
    outcome: Outcome
    failed_stage: str | None = None
    reason: str | None = None
    story: StoryState | None = None
    """The story as it is to be remembered; its revision is the one expected in the index plus one."""
    view: StoryView = StoryView()
    """What the decision was based on; compared only where a story is written."""
    others: tuple[StoryState, ...] = ()
    """Further stories to be remembered, each one revision on; they claim no text (reprints, and what they change)."""
    messages: tuple[Message, ...] = ()


class Wire(Protocol):
    """The raw bytes of accepted entries."""

    def read(self, entry_ids: Sequence[str]) -> list[WireItem | None]:
        """The items of these entries; None where an entry is settled and gone."""

    def add_members(self, entry_id: str, members: Iterable[WireItem]) -> int:
        """Put the members of a container on the queue, each once however often this is called; how many there are."""


class Progress(Protocol):
    """News of entries under way: who works on them, and since when."""

    def started(self, entry_ids: Sequence[str]) -> set[str]:
        """Say that work on these entries begins here; those that are still unsettled."""

    def finished(self, entry_ids: Sequence[str]) -> None:
        """Say that this stage is through with them."""

    def lost(self, entry_ids: Sequence[str], *, reason: str) -> None:
        """Say that nobody works on them any more, and why: they are to be dispatched again at once."""


class StoryIndex(Protocol):
    """Stories and fingerprints of the time window."""

    def look(self, uri: str, fingerprint: Fingerprint) -> StoryView:
        """What is known about this uri and about texts like this one."""


class Ledger(Protocol):
    """Where entries end."""

    def settle(self, settlement: Settlement) -> bool:
        """Write the outcome and all that goes with it; False if the view it was based on is out of date.

        An entry that is settled already stays as it is, and True is returned.
        """

    def hold(self, entry_id: str, until: dt.datetime) -> None:
        """Let the entry wait, unsettled, until its embargo is over."""


class Rules(Record, frozen=True, kw_only=True):
    """The settings that stages know by value."""

    duplicate_similarity: float = 0.85
    emit_realis: tuple[str, ...] = ("actual", "ongoing", "historical")


class Tools(Protocol):
    """All that stages are given; model and gazetteer are loaded when first used."""

    @property
    def wire(self) -> Wire:
        """Accepted entries."""
        ...

    @property
    def progress(self) -> Progress:
        """News of work under way."""
        ...

    @property
    def stories(self) -> StoryIndex:
        """What was told before."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Outcomes."""
        ...

    @property
    def rules(self) -> Rules:
        """Settings known by value."""
        ...

    @property
    def limits(self) -> Any:  # noqa: ANN401 - tasks.clean.Limits; stages do not know each other
        """How much of one input is read."""
        ...

    @property
    def furniture(self) -> Any:  # noqa: ANN401 - a tasks.clean.ParagraphMemory, or None
        """What the articles of each source have in common; None where it is not to be learned."""
        ...

    @property
    def model(self) -> Any:  # noqa: ANN401 - a spaCy Language
        """The language model."""
        ...

    @property
    def gazetteer(self) -> Any:  # noqa: ANN401 - tasks.geocode.Gazetteer
        """The places of the world."""
        ...

    @property
    def coder(self) -> Coder:
        """What events name as their maker."""
        ...

    @property
    def now(self) -> Callable[[], dt.datetime]:
        """The clock."""
        ...
