"""What every relay promises: everything in order, nothing lost when it or its world breaks, nothing taken too early."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec
import psycopg
import pytest
from kombu import Connection, Queue
from redis import Redis

from tasks.errors import WorldError
from tests.delivery.events import emit_many
from tests.delivery.receiver import ReceiverServer
from workers import event_stream, keys
from workers.event_stream import read_events, trim_events
from workers.relays import Relay, drain
from workers.relays.jsonl import JsonlRelay
from workers.relays.postgres import PostgresRelay
from workers.relays.receiver import Receiver
from workers.relays.topic import EXCHANGE, TopicRelay
from workers.relays.webhook import WebhookRelay


class Sink(Protocol):
    """One kind of relay with what it writes to."""

    exactly_once: bool

    def open(self) -> Relay:
        """A relay as a new process would open it."""

    def received(self) -> list[str]:
        """CloudEvents ids in the order in which they came."""

    def breaks(self, monkeypatch: pytest.MonkeyPatch, relay: Any) -> None:
        """The world of this relay goes bad, until the patch is undone."""


class Jsonl:
    exactly_once = True

    def __init__(self, client: Redis, path: Path) -> None:
        self._client, self._path = client, path

    def open(self) -> Relay:
        return JsonlRelay(self._client, self._path)

    def received(self) -> list[str]:
        return [msgspec.json.decode(line)["id"] for line in self._path.read_bytes().splitlines()]

    def breaks(self, monkeypatch: pytest.MonkeyPatch, relay: Any) -> None:
        def full(_: Any) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr("workers.relays.jsonl._line", full)


class Topic:
    exactly_once = False

    def __init__(self, client: Redis, name: str) -> None:
        self._client, self._url = client, f"memory://{name}"
        self._connection = Connection(self._url)
        self._queue = Queue(name, EXCHANGE, routing_key="#")(self._connection.channel())
        self._queue.declare()
        self._taken: list[str] = []

    def open(self) -> Relay:
        return TopicRelay(self._client, self._url)

    def received(self) -> list[str]:
        while (message := self._queue.get(no_ack=True)) is not None:
            self._taken.append(message.properties["message_id"])
        return self._taken

    def breaks(self, monkeypatch: pytest.MonkeyPatch, relay: Any) -> None:
        def away(_: Any) -> None:
            raise ConnectionError("the broker is away")

        monkeypatch.setattr(relay, "_send", away)


class Postgres:
    exactly_once = True

    def __init__(self, client: Redis, dsn: str, schema: str) -> None:
        self._client, self._dsn, self._schema = client, dsn, schema

    def open(self) -> Relay:
        return PostgresRelay(self._client, self._dsn, schema=self._schema)

    def received(self) -> list[str]:
        with psycopg.connect(self._dsn) as connection:
            rows = connection.execute(
                f"SELECT event_id, event_version, stream_id FROM {self._schema}.events"
            ).fetchall()
        in_order = sorted(rows, key=lambda row: event_stream.as_numbers(row[2]))
        return [f"{event_id}.{version}" for event_id, version, _ in in_order]

    def breaks(self, monkeypatch: pytest.MonkeyPatch, relay: Any) -> None:
        def away(**_: Any) -> None:
            raise psycopg.OperationalError("the server is away")

        relay.close()
        monkeypatch.setattr("psycopg.connect", away)


class Webhook:
    exactly_once = False

    def __init__(self, client: Redis, server: ReceiverServer) -> None:
        self._client, self._server = client, server

    def open(self) -> Relay:
        receiver = Receiver(self._server.url, secrets=[b"k" * 32], timeout_s=10)
        return WebhookRelay(self._client, receiver)

    def received(self) -> list[str]:
        return self._server.ids

    def breaks(self, monkeypatch: pytest.MonkeyPatch, relay: Any) -> None:
        monkeypatch.setattr(self._server, "answer", lambda _: (503, {}, b""))


@pytest.fixture
def receiver() -> Iterator[ReceiverServer]:
    server = ReceiverServer()
    yield server
    server.close()


@pytest.fixture(params=["jsonl", "topic", "postgres", "webhook"])
def sink(request: pytest.FixtureRequest, client: Redis, tmp_path: Path) -> Sink:
    if request.param == "webhook":
        return Webhook(client, request.getfixturevalue("receiver"))
    if request.param == "jsonl":
        return Jsonl(client, tmp_path / "events.jsonl")
    if request.param == "topic":
        return Topic(client, f"contract-{tmp_path.name}")
    schema = request.getfixturevalue("schema")
    return Postgres(client, request.getfixturevalue("dsn"), schema)


def once(ids: list[str]) -> list[str]:
    """Each at its first coming."""
    return list(dict.fromkeys(ids))


def test_everything_comes_in_the_order_of_the_stream(client: Redis, sink: Sink) -> None:
    expected = emit_many(client, 150, versions=2)
    assert drain([sink.open()]) == 300
    assert sink.received() == expected


def test_what_was_there_before_the_relay_comes_too_and_what_came_before_comes_not_again(
    client: Redis, sink: Sink
) -> None:
    expected = emit_many(client, 3)
    drain([sink.open()])
    expected += emit_many(client, 3, prefix="f")
    drain([sink.open()])
    assert drain([sink.open()]) == 0
    assert sink.received() == expected


def test_a_relay_that_dies_before_it_says_that_it_is_through_loses_nothing(
    client: Redis, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = emit_many(client, 4)
    relay = sink.open()

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    # Whichever word of theirs it is that Redis never hears.
    monkeypatch.setattr("workers.relays.webhook.WebhookRelay._note", die)
    monkeypatch.setattr("workers.event_stream.acknowledge", die)
    monkeypatch.setattr("workers.event_stream.set_position", die)
    with pytest.raises(KeyboardInterrupt):
        relay.pump(block_ms=1)
    relay.close()
    monkeypatch.undo()
    expected += emit_many(client, 2, prefix="f")
    drain([sink.open()])
    assert once(sink.received()) == expected
    assert not sink.exactly_once or sink.received() == expected


def test_a_world_that_goes_bad_is_said_and_costs_nothing(
    client: Redis, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = emit_many(client, 3)
    relay = sink.open()
    relay.pump(block_ms=1)
    expected += emit_many(client, 3, prefix="f")
    sink.breaks(monkeypatch, relay)
    for _ in range(2):
        with pytest.raises(WorldError):
            relay.pump(block_ms=1)
    monkeypatch.undo()
    expected += emit_many(client, 3, prefix="g")
    drain([relay])
    assert once(sink.received()) == expected
    assert not sink.exactly_once or sink.received() == expected


def test_nothing_is_trimmed_that_a_relay_has_still_to_pass_on(client: Redis, sink: Sink) -> None:
    expected = emit_many(client, 5)
    relay = sink.open()
    relay.pump(block_ms=1)
    expected += emit_many(client, 30, prefix="f")
    trim_events(client, most=10)
    assert len(list(read_events(client))) >= 30
    drain([relay])
    trim_events(client, most=10)
    assert len(list(read_events(client))) == 10
    assert sink.received() == expected


def test_each_has_a_group_by_which_one_sees_how_far_it_is(client: Redis, sink: Sink) -> None:
    emit_many(client, 3)
    drain([sink.open()])
    [group] = client.xinfo_groups(keys.EVENTS)
    [(newest, _)] = client.xrevrange(keys.EVENTS, count=1)
    assert group["name"].decode().split(":")[0] in {"jsonl", "topic", "postgres", "webhook"}
    assert (group["last-delivered-id"], group["pending"]) == (newest, 0)


def test_a_relay_with_nothing_to_do_returns(sink: Sink, client: Redis) -> None:
    opened: Callable[[], Relay] = sink.open
    assert drain([opened()]) == 0
    assert not client.exists(keys.EVENTS) or client.xlen(keys.EVENTS) == 0
