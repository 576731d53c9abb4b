"""Entries that nobody works on any more are found, and are tried alone."""

import datetime as dt
from collections.abc import Callable
from time import sleep

import pytest
from redis import Redis

from tasks.records import WireItem
from workers import keys
from workers.app import make_app
from workers.dead import DeadLetters
from workers.dispatcher import Dispatcher, batches, send_chain
from workers.queue import WireQueue
from workers.stores import RedisLedger, RedisProgress
from workers.sweeper import Sweeper


@pytest.fixture
def ledger(client: Redis) -> RedisLedger:
    return RedisLedger(client, window=dt.timedelta(days=1), dead_letter_bytes=1000)


@pytest.fixture
def sweeper(client: Redis, ledger: RedisLedger) -> Sweeper:
    return Sweeper(client, ledger=ledger, stall_s=0.2, max_attempts=3)


@pytest.fixture
def taken(client: Redis) -> Callable[[int], list[str]]:
    """Accepted entries that a dispatcher has taken."""

    def take(count: int) -> list[str]:
        list(WireQueue(client, backlog_limit=1000).push([WireItem(content=b"x", name="x")] * count))
        [[_, rows]] = client.xreadgroup(keys.GROUP, keys.QUEUED, {keys.WIRE: ">"}, count=count)
        return [entry_id.decode() for entry_id, _ in rows]

    return take


def worker(client: Redis, name: str, *, lives: bool) -> RedisProgress:
    if lives:
        client.set(keys.alive(name), "1", ex=60)
    return RedisProgress(client, consumer=name)


def test_what_a_dead_worker_had_in_hand_is_taken_at_once(client: Redis, sweeper: Sweeper, taken: Callable) -> None:
    entry_ids = taken(3)
    worker(client, "dead:1", lives=False).started(entry_ids)
    assert sweeper.sweep().again == tuple(entry_ids)
    assert sweeper.sweep().again == ()


def test_what_a_living_worker_has_in_hand_is_left_to_it(client: Redis, sweeper: Sweeper, taken: Callable) -> None:
    worker(client, "alive:1", lives=True).started(taken(3))
    assert sweeper.sweep().again == ()


def test_what_a_living_worker_keeps_for_too_long_is_taken(client: Redis, sweeper: Sweeper, taken: Callable) -> None:
    entry_ids = taken(1)
    worker(client, "alive:1", lives=True).started(entry_ids)
    sleep(0.3)
    assert sweeper.sweep().again == tuple(entry_ids)


def test_a_batch_passed_on_by_a_worker_that_died_later_is_not_tried_again(
    client: Redis, sweeper: Sweeper, taken: Callable
) -> None:
    entry_ids = taken(2)
    progress = worker(client, "dead:1", lives=False)
    progress.started(entry_ids)
    progress.finished(entry_ids)
    assert sweeper.sweep().again == ()


def test_a_lost_message_is_noticed_by_silence(client: Redis, sweeper: Sweeper, taken: Callable) -> None:
    entry_ids = taken(2)
    assert sweeper.sweep().again == ()
    sleep(0.3)
    assert sweeper.sweep().again == tuple(entry_ids)


def test_a_message_that_only_waits_long_is_not_sent_again(
    client: Redis, sweeper: Sweeper, taken: Callable, settings
) -> None:
    entry_ids = taken(20)
    send_chain(make_app(settings))(entry_ids)
    assert client.llen(keys.CELERY_PREFIX + "clean") == 1
    sleep(0.3)
    assert sweeper.sweep().again == ()


def test_an_entry_under_embargo_is_no_lost_entry(
    client: Redis, sweeper: Sweeper, ledger: RedisLedger, taken: Callable
) -> None:
    [entry_id] = taken(1)
    ledger.hold(entry_id, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    sleep(0.3)
    assert sweeper.sweep().again == ()


def test_after_its_tries_alone_an_entry_is_put_away_with_the_last_reason(
    client: Redis, sweeper: Sweeper, taken: Callable
) -> None:
    [entry_id] = taken(1)
    progress = worker(client, "dead:1", lives=False)
    for _ in range(3):
        progress.lost([entry_id], reason="extract: WorkerLostError(signal 9)")
        assert sweeper.sweep().again == (entry_id,)
    progress.lost([entry_id], reason="extract: WorkerLostError(signal 9)")
    assert sweeper.sweep().quarantined == (entry_id,)
    [letter] = DeadLetters(client).list()
    assert (letter.stage, letter.attempts) == ("extract", 3)
    assert "WorkerLostError(signal 9)" in letter.reason
    assert client.hgetall(keys.COUNTS) == {b"quarantined": b"1"}
    assert not client.exists(keys.ATTEMPTS, keys.TROUBLE)


def test_workers_that_die_as_a_whole_cost_an_article_little(client: Redis, sweeper: Sweeper, taken: Callable) -> None:
    [entry_id] = taken(1)
    for number in range(15):
        worker(client, f"dead:{number}", lives=False).started([entry_id])
        assert sweeper.sweep().again == (entry_id,)
    worker(client, "dead:15", lives=False).started([entry_id])
    assert sweeper.sweep().quarantined == (entry_id,)
    assert not client.exists(keys.ATTEMPTS)


def test_two_sweepers_never_take_the_same_entry(
    client: Redis, sweeper: Sweeper, ledger: RedisLedger, taken: Callable
) -> None:
    entry_ids = taken(3)
    other = Sweeper(client, ledger=ledger, stall_s=0.2, max_attempts=3)
    sleep(0.3)
    assert sorted(sweeper.sweep().again + other.sweep().again) == sorted(entry_ids)


def dispatcher(client: Redis, ledger: RedisLedger, settings, sent: list[list[str]]) -> Dispatcher:
    return Dispatcher(
        client, send=lambda ids: sent.append(list(ids)), ledger=ledger, settings=settings, clock=lambda: 0.0
    )


def test_what_is_under_way_is_bounded(client: Redis, ledger: RedisLedger, settings) -> None:
    sent: list[list[str]] = []
    list(WireQueue(client, backlog_limit=1000).push([WireItem(content=b"x", name="x")] * 500))
    few = settings.model_copy(update={"in_flight_batches": 3, "batch_size": 16})
    for _ in range(20):
        dispatcher(client, ledger, few, sent).step()
    assert [len(batch) for batch in sent] == [16, 16, 16]


def test_two_dispatchers_share_the_entries_out(client: Redis, ledger: RedisLedger, settings) -> None:
    sent: list[list[str]] = []
    list(WireQueue(client, backlog_limit=1000).push([WireItem(content=b"x", name="x")] * 96))
    pair = [dispatcher(client, ledger, settings, sent) for _ in range(2)]
    for _ in range(5):
        for one in pair:
            one.step()
    entry_ids = [entry_id for batch in sent for entry_id in batch]
    assert len(entry_ids) == len(set(entry_ids)) == 96


def test_an_embargo_that_is_over_is_released_once(
    client: Redis, ledger: RedisLedger, settings, taken: Callable
) -> None:
    sent: list[list[str]] = []
    early, late = taken(2)
    ledger.hold(early, dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    ledger.hold(late, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    one = dispatcher(client, ledger, settings, sent)
    one.step()
    one.step()
    assert sent == [[early]]


def test_a_quiet_wire_does_not_keep_an_article_waiting_and_a_busy_one_fills_its_batches(
    client: Redis, ledger: RedisLedger, settings
) -> None:
    sent: list[list[str]] = []
    now = [100.0]
    one = Dispatcher(
        client, send=lambda ids: sent.append(list(ids)), ledger=ledger, settings=settings, clock=lambda: now[0]
    )
    queue = WireQueue(client, backlog_limit=1000)
    list(queue.push([WireItem(content=b"x", name="x")]))
    one.step()
    assert [len(batch) for batch in sent] == [1]
    list(queue.push([WireItem(content=b"x", name="x")] * 3))
    one.step()
    assert len(sent) == 1
    now[0] += settings.batch_wait_ms / 1000
    one.step()
    assert [len(batch) for batch in sent] == [1, 3]


def test_large_articles_go_in_small_batches() -> None:
    taken = [("a", 100), ("b", 100), ("c", 900), ("d", 5), ("e", 5)]
    assert list(batches(taken, limit_bytes=200)) == [["a", "b"], ["c"], ["d", "e"]]
