"""The promises under kill -9, poison, restart and flood, in miniature; benchmarks/drills.py has them whole."""

import datetime as dt
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

import msgspec
import pytest
from redis import Redis

from config.settings import Settings
from tasks.sink.envelope import CloudEvent
from workers import keys
from workers.app import make_app
from workers.connection import connect
from workers.dead import DeadLetters
from workers.dispatcher import make_dispatcher
from workers.embedded import revive, start_embedded
from workers.event_stream import read_events
from workers.queue import WireQueue
from workers.status import ledger
from workers.stores import RedisLedger

pytestmark = pytest.mark.slow


def push(client: Redis, *items: Any) -> None:
    list(WireQueue(client, backlog_limit=100_000).push(items))


def issued(client: Redis) -> list[CloudEvent]:
    return [msgspec.json.decode(event.cloudevent, type=CloudEvent) for event in read_events(client)]


def told(client: Redis) -> list[tuple[str, int, str, str | None]]:
    return [(e.data.event_type.value, e.data.event_version, e.data.change.value, e.data.reason) for e in issued(client)]


def assert_each_version_once(client: Redis) -> None:
    counted = Counter(event.id for event in issued(client))
    assert {name: count for name, count in counted.items() if count > 1} == {}


def test_a_poison_article_is_put_away_and_its_neighbours_go_on(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    neighbours = [wire_item(f"u{n}", f"number {n} of {n * 7} and {n * 31} things PROTEST") for n in range(15)]
    push(client, *neighbours[:7], wire_item("poison", "DIE at once"), *neighbours[7:])
    dispatch()
    assert client.hgetall(keys.COUNTS) == {b"done": b"15", b"events": b"15", b"quarantined": b"1"}
    [letter] = DeadLetters(client).list()
    assert (letter.name, letter.stage, letter.attempts) == ("poison", "extract", 3)
    assert_each_version_once(client)


def test_every_kind_of_bad_article_has_its_outcome_and_reason(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    push(
        client,
        wire_item("bug", "a BUG in it"),
        wire_item("memory", "too much MEMORY"),
        wire_item("slow", "very SLOW indeed"),
        wire_item("world", "the WORLD is bad"),
        wire_item("surrogate", "\\ud800 AID"),
        wire_item("good", "an AID convoy"),
    )
    client.xadd(keys.WIRE, {"content": b"\xff\xfe\x00", "name": b"\xff"})
    client.xadd(keys.WIRE, {"nothing": b""})
    dispatch()
    reasons = {letter.name: (letter.stage, letter.reason.split(":")[0]) for letter in DeadLetters(client).list()}
    assert reasons["bug"] == ("extract", "KeyError")
    assert reasons["memory"] == ("extract", "MemoryError")
    assert reasons["slow"] == ("extract", "SoftTimeLimitExceeded")
    assert reasons["world"][0] == "extract"
    assert reasons["\ufffd"] == ("clean", "MalformedArticle")
    assert ledger(client).accepted == 8
    assert ledger(client).done == 2


def test_workers_killed_again_and_again_lose_nothing_and_repeat_nothing(
    client: Redis, wire_item: Callable, start_worker: Callable, dispatch: Callable
) -> None:
    workers = [start_worker(STANDIN_WORK_S="0.02") for _ in range(2)]
    push(client, *(wire_item(f"u{n}", f"number {n} of {n * 7} and {n * 31} things ASSAULT") for n in range(300)))
    kills = 0

    def kill_one() -> None:
        """After every fiftieth article, however fast the machine is."""
        nonlocal kills
        if kills < 3 and int(client.hget(keys.COUNTS, "done") or 0) >= 50 * (kills + 1):
            victim = workers.pop(0)
            os.kill(victim.pid, signal.SIGKILL)
            workers.append(start_worker(STANDIN_WORK_S="0.02"))
            kills += 1

    dispatch(within_s=240, on_step=kill_one)
    assert kills == 3
    assert ledger(client).done == ledger(client).accepted == 300
    assert len(issued(client)) == 300
    assert_each_version_once(client)


def test_redis_killed_and_started_again_loses_nothing(
    tmp_path: Path, wire_item: Callable, start_worker: Callable
) -> None:
    with start_embedded(tmp_path) as url:
        settings = Settings(redis_url=url, data_dir=tmp_path, stall_s=10)
        client = connect(url)
        WireQueue(client, backlog_limit=10).ensure()
        start_worker(url=url, STANDIN_WORK_S="0.01")
        push(client, *(wire_item(f"u{n}", f"number {n} of {n * 7} and {n * 31} things AID") for n in range(300)))
        book = RedisLedger(client, window=dt.timedelta(days=1), dead_letter_bytes=1000)
        dispatcher = make_dispatcher(client, app=make_app(settings), ledger=book, settings=settings)
        stop = threading.Event()
        runner = threading.Thread(target=lambda: dispatcher.run(stop, until_drained=True))
        runner.start()
        until = monotonic() + 240
        for reached in (30, 150):
            while ledger(client).done < reached and monotonic() < until:
                sleep(0.05)
            os.kill(int((tmp_path / "redis" / "redis.pid").read_text()), signal.SIGKILL)
            sleep(0.3)
            assert revive(tmp_path)
        runner.join(max(1, until - monotonic()))
        stop.set()
        runner.join()
        assert ledger(client).done == ledger(client).accepted == 300
        assert_each_version_once(client)


def test_a_story_is_updated_corrected_and_killed_for_whoever_received_it(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    for one in (
        wire_item("s", "first ASSAULT then PROTEST", version=1),
        wire_item("s", "first ASSAULT=aerial then AID", version=3, signal="correction"),
        wire_item("s", "an old one about CONSULT", version=2),
        wire_item("s", "first ASSAULT=aerial then AID anew", version=4, signal="refile"),
        wire_item("s", "", version=5, status="canceled"),
        wire_item("s", "first ASSAULT then PROTEST", version=1),
    ):
        push(client, one)
        dispatch()
    assert told(client) == [
        ("ASSAULT", 1, "created", None),
        ("PROTEST", 1, "created", None),
        ("ASSAULT", 2, "updated", "correction"),
        ("PROTEST", 2, "withdrawn", "correction"),
        ("AID", 1, "created", None),
        ("ASSAULT", 3, "withdrawn", "kill"),
        ("AID", 2, "withdrawn", "kill"),
    ]
    assert client.hgetall(keys.COUNTS)[b"duplicate"] == b"2"


def test_a_withheld_story_is_suspended_and_comes_back(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    for version, status in ((1, ""), (2, "withheld"), (3, "usable")):
        push(client, wire_item("s", "one ASSAULT", version=version, status=status))
        dispatch()
    assert [event[1:] for event in told(client)] == [
        (1, "created", None),
        (2, "withdrawn", "withheld"),
        (3, "updated", "update"),
    ]


def test_an_embargo_is_kept_over_a_restart_and_a_kill_before_its_end_stands(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    push(client, wire_item("warm", "up"))
    dispatch()
    due = time() + 10
    push(client, wire_item("early", "one ASSAULT", status=f"embargoed@{due}"))
    push(client, wire_item("killed", "one PROTEST", status=f"embargoed@{due}"))
    dispatch()
    assert (ledger(client).held, ledger(client).open, told(client)) == (2, 0, [])
    push(client, wire_item("killed", "", version=2, status="canceled"))
    dispatch()
    assert time() < due, "this machine is too busy for this test"
    sleep(due - time() + 0.2)
    push(client, wire_item("other", "nothing much"))
    dispatch()
    assert told(client) == [("ASSAULT", 1, "created", None)]
    assert ledger(client).held == 0


def test_the_same_article_fed_twice_gives_its_events_once(
    client: Redis, wire_item: Callable, worker: Any, dispatch: Callable
) -> None:
    stories = [wire_item(f"u{n}", f"number {n} of {n * 7} and {n * 31} things ASSAULT") for n in range(40)]
    reprints = [wire_item(f"v{n}", f"number {n} of {n * 7} and {n * 31} things ASSAULT") for n in range(40)]
    push(client, *(one for pair in zip(stories, reprints, stories, strict=True) for one in pair))
    dispatch()
    assert ledger(client).done == 40
    assert ledger(client).duplicate == 80
    assert len(issued(client)) == 40
    assert_each_version_once(client)


def test_a_container_becomes_its_members(client: Redis, wire_item: Callable, worker: Any, dispatch: Callable) -> None:
    lines = [wire_item(f"m{n}", f"number {n} of {n * 7} and {n * 31} things AID").content for n in range(100)]
    client.xadd(keys.WIRE, {"content": b"\n".join([b"#", *lines]), "name": "a.zip"})
    dispatch()
    book = ledger(client)
    assert (book.accepted, book.split, book.done, book.events) == (101, 1, 100, 100)
    assert not client.exists(keys.SPLIT)
