"""Each event once into the file, at least once onto the exchange, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from kombu import Connection, Queue
from redis import Redis

from tasks.errors import WorldError
from workers import keys
from workers.event_stream import read_events, read_group, trim_events
from workers.relays import PAUSE_MAX_S, back_off_s, drain
from workers.relays.jsonl import FileInUse, JsonlRelay
from workers.relays.topic import EXCHANGE, TopicRelay


@pytest.fixture
def emit(client: Redis) -> Callable[[int], list[str]]:
    """Put events onto the stream; their ids."""

    def put(count: int) -> list[str]:
        start = client.xlen(keys.EVENTS)
        for number in range(start, start + count):
            body = f'{{"specversion":"1.0","id":"e{number}.1","type":"t","subject":"e{number}"}}'
            client.xadd(keys.EVENTS, {"routing_key": f"ASSAULT.SYR.{number}", "cloudevent": body})
        return [f"e{number}.1" for number in range(start, start + count)]

    return put


def lines(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def ids(path: Path) -> list[str]:
    return [line["id"] for line in lines(path)]


def test_the_file_holds_every_event_in_order(client: Redis, emit: Callable, tmp_path: Path) -> None:
    expected = emit(600)
    assert drain([JsonlRelay(client, tmp_path / "events.jsonl")]) == 600
    assert ids(tmp_path / "events.jsonl") == expected


def test_a_relay_that_starts_again_goes_on_where_it_stopped(client: Redis, emit: Callable, tmp_path: Path) -> None:
    expected = emit(3)
    drain([JsonlRelay(client, tmp_path / "out")])
    expected += emit(3)
    drain([JsonlRelay(client, tmp_path / "out")])
    assert ids(tmp_path / "out") == expected


def test_a_crash_between_writing_and_acknowledging_repeats_nothing(
    client: Redis, emit: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = emit(5)
    relay = JsonlRelay(client, tmp_path / "out")
    monkeypatch.setattr("workers.event_stream.acknowledge", lambda *_: None)
    relay.pump(block_ms=1)
    relay.close()
    monkeypatch.undo()
    expected += emit(2)
    drain([JsonlRelay(client, tmp_path / "out")])
    assert ids(tmp_path / "out") == expected


def test_a_crash_in_the_middle_of_a_line_costs_nothing(client: Redis, emit: Callable, tmp_path: Path) -> None:
    expected = emit(5)
    path = tmp_path / "out"
    drain([JsonlRelay(client, path)])
    path.write_bytes(path.read_bytes()[:-7])
    drain([JsonlRelay(client, path)])
    assert ids(path) == expected


@pytest.mark.parametrize("cut", [1, 30, 120])
def test_wherever_the_file_was_cut_it_is_made_whole(
    client: Redis, emit: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr("workers.relays.jsonl.TAIL_BYTES", 16)
    expected = emit(4)
    path = tmp_path / "out"
    drain([JsonlRelay(client, path)])
    path.write_bytes(path.read_bytes()[:-cut])
    drain([JsonlRelay(client, path)])
    assert ids(path) == expected


def test_one_file_has_one_writer(client: Redis, tmp_path: Path) -> None:
    relay = JsonlRelay(client, tmp_path / "out")
    with pytest.raises(FileInUse):
        JsonlRelay(client, tmp_path / "out")
    relay.close()


def test_lines_carry_their_place_in_the_stream(client: Redis, emit: Callable, tmp_path: Path) -> None:
    emit(2)
    drain([JsonlRelay(client, tmp_path / "out")])
    stream = [event.entry_id for event in read_events(client)]
    assert [line["sequence"] for line in lines(tmp_path / "out")] == stream


@pytest.fixture
def broker() -> Iterator[Connection]:
    with Connection("memory://topic-relay") as connection:
        yield connection


def fetch(queue: Queue) -> list[Any]:
    messages = []
    while (message := queue.get(no_ack=True)) is not None:
        messages.append(message)
    return messages


def test_consumers_get_what_they_bound_to(client: Redis, emit: Callable, broker: Connection) -> None:
    channel = broker.channel()
    every = Queue("every", EXCHANGE, routing_key="#")(channel)
    some = Queue("some", EXCHANGE, routing_key="*.SYR.1")(channel)
    every.declare()
    some.declare()
    expected = emit(5)
    assert drain([TopicRelay(client, "memory://topic-relay")]) == 5
    messages = fetch(every)
    assert [message.properties["message_id"] for message in messages] == expected
    assert msgspec.json.decode(messages[0].body)["specversion"] == "1.0"
    assert messages[0].content_type == "application/cloudevents+json"
    assert [message.properties["message_id"] for message in fetch(some)] == expected[1:2]


def test_what_the_broker_did_not_take_is_published_later(
    client: Redis, emit: Callable, broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Queue("all-of-it", EXCHANGE, routing_key="#")(broker.channel())
    every.declare()
    expected = emit(3)
    relay = TopicRelay(client, "memory://topic-relay")
    send = relay._send

    def refuse_the_second(event: Any) -> None:
        if b'"e1.1"' in event.cloudevent:
            raise ConnectionError("the broker is away")
        send(event)

    monkeypatch.setattr(relay, "_send", refuse_the_second)
    with pytest.raises(WorldError):
        relay.pump(block_ms=1)
    monkeypatch.undo()
    drain([relay])
    published = [message.properties["message_id"] for message in fetch(every)]
    assert list(dict.fromkeys(published)) == expected
    assert published[-3:] == expected


def test_trimming_takes_nothing_from_a_slow_reader(client: Redis, emit: Callable) -> None:
    emit(50)
    client.xgroup_create(keys.EVENTS, "slow", id="0")
    read_group(client, "slow", consumer="c", block_ms=1)
    acknowledged = [event.entry_id for event in read_events(client)][:10]
    client.xack(keys.EVENTS, "slow", *acknowledged)
    trim_events(client, most=20)
    assert client.xlen(keys.EVENTS) == 40
    client.xack(keys.EVENTS, "slow", *(event.entry_id for event in read_events(client)))
    trim_events(client, most=20)
    assert client.xlen(keys.EVENTS) == 20


@examples(deadline=None)
@given(st.integers(1, 10_000))
def test_pauses_grow_up_to_a_limit_and_are_never_in_step(failures: int) -> None:
    most, least = (back_off_s(failures, uniform=choice) for choice in (max, min))
    assert 0 < least == most / 2 < most <= PAUSE_MAX_S
    assert most <= back_off_s(failures + 1, uniform=max)
