"""Both stores, in memory and on Redis, keep the same promises."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from redis import Redis

from tasks.memory import MemoryStore
from tasks.ports import Message, Settlement, StoryState, StoryView
from tasks.records import Event, EventType, Fingerprint, Outcome, WireItem
from workers import keys
from workers.queue import WireQueue
from workers.stores import RedisLedger, RedisProgress, RedisStories, RedisWire

MESSAGE = Message(routing_key="ASSAULT.SYR.created", body=b"{}")


class OnRedis(RedisWire, RedisProgress, RedisStories, RedisLedger):
    """All four Redis stores at once, with the few looks inside that the contract needs."""

    def __init__(self, client: Redis) -> None:
        RedisWire.__init__(self, client)
        RedisProgress.__init__(self, client, consumer="here:1")
        RedisStories.__init__(self, client)
        RedisLedger.__init__(self, client, window=dt.timedelta(days=1), dead_letter_bytes=1000)
        self._client = client

    def accept(self, item: WireItem) -> str:
        list(WireQueue(self._client, backlog_limit=1000).push([item]))
        [[_, [(entry_id, _)]]] = self._client.xreadgroup(keys.GROUP, keys.QUEUED, {keys.WIRE: ">"}, count=1)
        return entry_id.decode()

    def outcomes(self) -> dict[str, int]:
        counts = self._client.hgetall(keys.COUNTS)
        return {name.decode(): int(value) for name, value in counts.items() if name != b"events"}

    def messages(self) -> int:
        return self._client.xlen(keys.EVENTS)

    def unsettled(self) -> int:
        return self._client.xlen(keys.WIRE)


class InMemory(MemoryStore):
    """The same looks inside."""

    def messages(self) -> int:
        return sum(len(settlement.messages) for settlement in self.settled)

    def unsettled(self) -> int:
        return len(self.waiting)


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return InMemory()
    return OnRedis(request.getfixturevalue("client"))


@pytest.fixture
def entry(store: Any) -> Callable[[str], str]:
    return lambda name: store.accept(WireItem(content=b"text", name=name))


def prints(exact: str = "e1", *bands: str) -> Fingerprint:
    return Fingerprint(exact=exact, bands=bands or ("b1", "b2"), signature=(1, 2, 3, 4))


def story(uri: str, fingerprint: Fingerprint, *, revision: int = 1) -> StoryState:
    event = Event(event_id=f"{uri}-1", event_type=EventType.ASSAULT)
    return StoryState(uri=uri, version=1, fingerprint=fingerprint, events=(event,), revision=revision)


def done(entry_id: str, state: StoryState, view: StoryView) -> Settlement:
    return Settlement(entry_id=entry_id, outcome=Outcome.DONE, story=state, view=view, messages=(MESSAGE,))


def test_what_was_accepted_is_read_as_it_was(store: Any) -> None:
    sent = WireItem(content=bytes(range(256)), name="a\u00e9.txt", uri="u", received=dt.datetime.now(dt.UTC), depth=2)
    assert store.read([store.accept(sent)]) == [sent]


def test_a_settled_entry_is_gone(store: Any, entry: Any) -> None:
    entry_id = entry("a")
    store.settle(Settlement(entry_id=entry_id, outcome=Outcome.DUPLICATE))
    assert store.read([entry_id]) == [None]
    assert store.started([entry_id]) == set()


def test_an_entry_is_settled_once_however_often_it_is_tried(store: Any, entry: Any) -> None:
    entry_id, state = entry("a"), story("a", prints())
    view = store.look("a", prints())
    assert store.settle(done(entry_id, state, view))
    assert store.settle(done(entry_id, state, view))
    assert store.settle(Settlement(entry_id=entry_id, outcome=Outcome.QUARANTINED, reason="late"))
    assert store.outcomes() == {"done": 1}
    assert store.messages() == 1


def test_a_story_is_found_by_its_uri_and_by_its_text(store: Any, entry: Any) -> None:
    store.settle(done(entry("a"), story("a", prints()), store.look("a", prints())))
    assert store.look("a", prints("other", "x")).story == story("a", prints())
    assert store.look("b", prints("e1", "x")).candidates == (story("a", prints()),)
    assert store.look("b", prints("other", "b2")).candidates == (story("a", prints()),)
    assert store.look("b", prints("other", "x")).candidates == ()


def test_of_two_twins_in_flight_at_once_the_second_is_refused(store: Any, entry: Any) -> None:
    first, second = entry("a"), entry("b")
    view_of_first, view_of_second = store.look("a", prints()), store.look("b", prints())
    assert store.settle(done(first, story("a", prints()), view_of_first))
    assert not store.settle(done(second, story("b", prints()), view_of_second))
    assert store.unsettled() == 1
    assert store.look("b", prints()).candidates


def test_near_twins_in_flight_are_refused_too(store: Any, entry: Any) -> None:
    first, second = entry("a"), entry("b")
    near = prints("e2", "b2", "b3")
    view_of_first, view_of_second = store.look("a", prints()), store.look("b", near)
    assert store.settle(done(first, story("a", prints()), view_of_first))
    assert not store.settle(done(second, story("b", near), view_of_second))


def test_two_versions_in_flight_do_not_overwrite_each_other(store: Any, entry: Any) -> None:
    first, second = entry("a"), entry("a")
    other = prints("e2", "b8", "b9")
    view_of_first, view_of_second = store.look("a", prints()), store.look("a", other)
    assert store.settle(done(first, story("a", prints()), view_of_first))
    assert not store.settle(done(second, story("a", other), view_of_second))
    assert store.settle(done(second, story("a", other, revision=2), store.look("a", other)))


def with_others(entry_id: str, *others: StoryState, state: StoryState | None = None) -> Settlement:
    view = StoryView(band_sizes=(0,) * len(state.fingerprint.bands)) if state else StoryView()
    return Settlement(
        entry_id=entry_id, outcome=Outcome.DONE, story=state, view=view, others=others, messages=(MESSAGE, MESSAGE)
    )


def test_other_stories_are_written_along_and_claim_no_text(store: Any, entry: Any) -> None:
    host, again = story("host", prints()), msgspec.structs.replace(story("host", prints()), revision=2)
    store.settle(done(entry("h"), host, store.look("host", prints())))
    reprint = msgspec.structs.replace(story("reprint", prints()), reprint_of="host")
    own = story("own", prints("e9", "b8", "b9"))
    assert store.settle(with_others(entry("r"), reprint, again, state=own))
    assert store.messages() == 3
    assert store.look("other", prints()).candidates == (again,)
    assert store.look("other", prints("e9", "b8")).candidates == (own,)
    view = store.look("reprint", prints("e5", "b5"))
    assert (view.story, view.host) == (reprint, again)
    assert store.look("own", prints()).host is None


def test_another_story_that_has_changed_meanwhile_refuses_all(store: Any, entry: Any) -> None:
    host = story("host", prints())
    store.settle(done(entry("h"), host, store.look("host", prints())))
    own = story("own", prints("e9", "b8", "b9"))
    first, unheard_of = entry("r"), story("new", prints())
    for outdated in (host, msgspec.structs.replace(unheard_of, revision=2)):
        assert not store.settle(with_others(first, unheard_of, outdated, state=own))
    assert store.look("new", prints()).story is None
    assert store.look("own", prints()).story is None
    assert store.unsettled() == 1
    assert store.messages() == 1


def test_a_quarantined_article_claims_nothing(store: Any, entry: Any) -> None:
    view = store.look("a", prints())
    store.settle(Settlement(entry_id=entry("a"), outcome=Outcome.QUARANTINED, failed_stage="geocode", reason="bug"))
    assert store.look("b", prints()).candidates == ()
    assert store.settle(done(entry("b"), story("b", prints()), view))


def test_members_go_onto_the_queue_once_however_often_their_container_is_unpacked(store: Any, entry: Any) -> None:
    container = entry("zip")
    members = [WireItem(content=b"m", name=f"m{number}") for number in range(70)]
    for reached in (3, 40, 70, 70):
        store.add_members(container, members[:reached])
    assert store.unsettled() == 71
    store.settle(Settlement(entry_id=container, outcome=Outcome.SPLIT))
    assert store.add_members(container, members) > 0
    assert store.unsettled() == 70


def test_an_item_without_members_is_no_container(store: Any, entry: Any) -> None:
    assert store.add_members(entry("a"), []) == 0


def test_a_held_entry_stays_unsettled(store: Any, entry: Any) -> None:
    entry_id = entry("a")
    store.hold(entry_id, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert store.unsettled() == 1
    assert store.started([entry_id]) == {entry_id}
