"""The ports of the stages in memory: for runs in one process, and as the measure the Redis stores are held to."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from tasks.ports import Settlement, StoryState, StoryView
from tasks.records import Fingerprint, WireItem


class MemoryStore:
    """Wire, progress, stories and ledger of one process."""

    def __init__(self) -> None:
        self.waiting: dict[str, WireItem] = {}
        """Accepted and unsettled, in order of arrival."""
        self.settled: list[Settlement] = []
        self.held: dict[str, dt.datetime] = {}
        self.trouble: dict[str, str] = {}
        self._members: dict[str, int] = {}
        self._stories: dict[str, StoryState] = {}
        self._exact: dict[str, str] = {}
        self._bands: dict[str, set[str]] = {}
        self._numbers = count(1)

    def accept(self, item: WireItem) -> str:
        """Take an item in; its entry id."""
        entry_id = f"1700000000000-{next(self._numbers)}"
        self.waiting[entry_id] = item
        return entry_id

    def read(self, entry_ids: Sequence[str]) -> list[WireItem | None]:
        """See tasks.ports.Wire."""
        return [self.waiting.get(entry_id) for entry_id in entry_ids]

    def add_members(self, entry_id: str, members: Iterable[WireItem]) -> int:
        """See tasks.ports.Wire."""
        total = 0
        for number, member in enumerate(members, start=1):
            total = number
            if entry_id in self.waiting and number > self._members.get(entry_id, 0):
                self.accept(member)
                self._members[entry_id] = number
        return total

    def started(self, entry_ids: Sequence[str]) -> set[str]:
        """See tasks.ports.Progress."""
        return {entry_id for entry_id in entry_ids if entry_id in self.waiting}

    def finished(self, entry_ids: Sequence[str]) -> None:
        """See tasks.ports.Progress."""

    def lost(self, entry_ids: Sequence[str], *, reason: str) -> None:
        """See tasks.ports.Progress."""
        self.trouble |= dict.fromkeys(entry_ids, reason)

    def look(self, uri: str, fingerprint: Fingerprint) -> StoryView:
        """See tasks.ports.StoryIndex."""
        bands = [self._bands.get(band, set()) for band in fingerprint.bands]
        owner = self._exact.get(fingerprint.exact)
        others = sorted(({name for band in bands for name in band} | ({owner} if owner else set())) - {uri})
        own = self._stories.get(uri)
        return StoryView(
            story=own,
            candidates=tuple(self._stories[name] for name in others),
            exact_owner=owner,
            band_sizes=tuple(len(band) for band in bands),
            host=self._stories.get(own.reprint_of) if own and own.reprint_of else None,
        )

    def settle(self, settlement: Settlement) -> bool:
        """See tasks.ports.Ledger."""
        if settlement.entry_id not in self.waiting:
            return True
        story = settlement.story
        if not all(map(self._follows, settlement.others)) or (story and not self._is_free(story, settlement.view)):
            return False
        self._stories |= {state.uri: state for state in settlement.others}
        if story:
            self._claim(story)
        del self.waiting[settlement.entry_id]
        self.held.pop(settlement.entry_id, None)
        self.settled.append(settlement)
        return True

    def _follows(self, story: StoryState) -> bool:
        known = self._stories.get(story.uri)
        return (known.revision if known else 0) == story.revision - 1

    def _is_free(self, story: StoryState, view: StoryView) -> bool:
        now = self.look(story.uri, story.fingerprint)
        sizes = view.band_sizes or (0,) * len(story.fingerprint.bands)
        return self._follows(story) and (now.exact_owner, now.band_sizes) == (view.exact_owner, sizes)

    def _claim(self, story: StoryState) -> None:
        self._stories[story.uri] = story
        self._exact[story.fingerprint.exact] = story.uri
        for band in story.fingerprint.bands:
            self._bands.setdefault(band, set()).add(story.uri)

    def hold(self, entry_id: str, until: dt.datetime) -> None:
        """See tasks.ports.Ledger."""
        if entry_id in self.waiting:
            self.held[entry_id] = until

    def outcomes(self) -> Mapping[str, int]:
        """How many entries ended how."""
        names = [settlement.outcome.value for settlement in self.settled]
        return {name: names.count(name) for name in sorted(set(names))}
