"""The five stages one after the other on the sample articles, without Celery and Redis."""

import itertools
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from config.celeryconfig import STAGES
from config.settings import Settings
from tasks.clean.language import identifier
from tasks.memory import MemoryStore
from tasks.records import Change, Event, WireItem
from tasks.sink.envelope import CloudEvent
from tasks.sink.reconcile import substance
from tasks.stage import pack, run_or_quarantine, unpack
from workers.equipment import Equipment

SAMPLES = Path(__file__).parents[2] / "workers" / "samples"


@lru_cache(maxsize=1)
def equipment() -> Equipment:
    return Equipment(Settings())


class Memory(Equipment):
    """Stores in memory; model and gazetteer as they are."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(Settings())
        self.wire = self.progress = self.stories = self.ledger = store  # type: ignore[assignment]
        self.model, self.gazetteer = equipment().model, equipment().gazetteer


def process(items: Sequence[WireItem], *, together: int = 16) -> MemoryStore:
    """Everything accepted and settled, in batches as the dispatcher makes them."""
    store = MemoryStore()
    tools = Memory(store)
    for item in items:
        store.accept(item)
    while waiting := [entry_id for entry_id in store.waiting if entry_id not in store.held]:
        batch = [waiting[:together], ""]
        for name in STAGES:
            stage = import_module(f"tasks.{name}.task").STAGE
            parcels = run_or_quarantine(stage, unpack(batch), tools)
            batch = pack([stage.shed(parcel) if stage.shed else parcel for parcel in parcels], stage=name)
    return store


def samples(pattern: str) -> list[WireItem]:
    return [WireItem(content=path.read_bytes(), name=path.name) for path in sorted(SAMPLES.glob(pattern))]


def standing(store: MemoryStore) -> dict[str, list[bytes]]:
    """What stands of each story at the end."""
    events: dict[str, dict[str, Event]] = {}
    for settlement in store.settled:
        for story in (settlement.story, *settlement.others):
            if story:
                events[story.uri] = {event.event_id: event for event in story.events}
    return {
        uri: sorted(substance(event) for event in known.values() if event.change is not Change.WITHDRAWN)
        for uri, known in events.items()
    }


def bodies(store: MemoryStore) -> list[bytes]:
    return [message.body for settlement in store.settled for message in settlement.messages]


def test_every_sample_has_its_outcome() -> None:
    store = process(samples("*"))
    assert store.waiting == {}
    assert set(store.outcomes()) >= {"done", "duplicate", "quarantined", "split"}
    assert all(settlement.reason for settlement in store.settled if settlement.outcome == "quarantined")


def test_the_same_input_gives_the_same_bytes_however_it_is_batched() -> None:
    assert bodies(process(samples("*.txt"), together=1)) == bodies(process(samples("*.txt"), together=16))


@pytest.mark.parametrize("pattern", ["kenya-blast-*", "rail-depot-*"])
def test_versions_in_any_order_end_the_same(pattern: str) -> None:
    versions = samples(pattern)
    ends = [standing(process(order, together=1)) for order in itertools.permutations(versions)]
    assert all(end == ends[0] for end in ends)


def test_a_kill_leaves_no_event_standing() -> None:
    store = process(samples("rail-depot-*"))
    assert any(b"event.withdrawn" in body for body in bodies(store))
    assert [events for events in standing(store).values() if events] == []


def test_everything_fed_twice_issues_nothing_new() -> None:
    once, twice = process(samples("*")), process(samples("*") * 2)
    assert bodies(once) == bodies(twice)
    assert twice.outcomes()["done"] == once.outcomes()["done"]


def test_a_reprint_is_one_more_source_of_every_event_whichever_comes_first() -> None:
    for order in (samples("market-attack-*"), samples("market-attack-*")[::-1]):
        store = process(order, together=1)
        told = [msgspec.json.decode(body, type=CloudEvent).data for body in bodies(store)]
        newest = {event.event_id: event for event in told}
        assert newest
        for event in newest.values():
            assert (event.n_sources, event.n_independent) == (2, 1)
            assert {source.name for source in event.sources} == {"market-attack-1", "market-attack-2-reprint"}
            assert len({source.text_cluster for source in event.sources}) == 1


def test_a_worker_that_cleans_has_the_model_of_languages_before_it_forks() -> None:
    identifier.cache_clear()
    Equipment(Settings()).prepare({"clean"})
    assert identifier.cache_info().currsize == 1
