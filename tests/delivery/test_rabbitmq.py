"""The topic exchange on a real RabbitMQ: what is confirmed is kept, what is not is published again, in order."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from kombu import Connection, Queue
from redis import Redis

from tasks.errors import WorldError
from tests.delivery.rabbitmq import Node, binary
from workers import event_stream, keys
from workers.relays import drain, topic
from workers.relays.topic import EXCHANGE, TopicRelay

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(binary("rabbitmq-server") is None, reason="no RabbitMQ here (apt-get install rabbitmq-server)"),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("rabbitmq"))
    try:
        node.start()
        yield node
    finally:
        node.end()


@pytest.fixture
def emit(client: Redis) -> Callable[[int], list[str]]:
    """Put events onto the stream; their ids."""

    def put(count: int) -> list[str]:
        start = client.xlen(keys.EVENTS)
        numbers = range(start, start + count)
        for number in numbers:
            body = f'{{"specversion":"1.0","id":"e{number}.1","type":"t","subject":"e{number}","x":"\u00e9"}}'
            client.xadd(keys.EVENTS, {"routing_key": f"ASSAULT.SYR.{number % 3}", "cloudevent": body})
        return [f"e{number}.1" for number in numbers]

    return put


def bind(node: Node, name: str, key: str) -> None:
    with Connection(node.url) as connection:
        queue = Queue(name, EXCHANGE, routing_key=key, durable=True)(connection.channel())
        queue.declare()
        queue.purge()


def fetch(node: Node, name: str) -> list[Any]:
    messages = []
    with Connection(node.url) as connection:
        queue = Queue(name, EXCHANGE, durable=True)(connection.channel())
        while (message := queue.get(no_ack=True)) is not None:
            messages.append(message)
    return messages


def ids(messages: list[Any]) -> list[str]:
    return [message.properties["message_id"] for message in messages]


def unacknowledged(client: Redis) -> int:
    return int(client.xpending(keys.EVENTS, topic.GROUP)["pending"])


def test_consumers_get_what_they_bound_to_in_order(client: Redis, emit: Callable, node: Node) -> None:
    bind(node, "every", "#")
    bind(node, "some", "*.SYR.1")
    expected = emit(300)
    assert drain([TopicRelay(client, node.url)]) == 300
    messages = fetch(node, "every")
    assert ids(messages) == expected
    assert ids(fetch(node, "some")) == expected[1::3]
    assert unacknowledged(client) == 0
    first = messages[0]
    assert msgspec.json.decode(first.body)["x"] == "\u00e9"
    assert (first.content_type, first.properties["delivery_mode"]) == ("application/cloudevents+json", 2)
    assert first.headers == {"cloudevents_type": "t", "cloudevents_subject": "e0"}


def test_a_broker_that_is_killed_loses_nothing_it_has_confirmed(client: Redis, emit: Callable, node: Node) -> None:
    bind(node, "kept", "#")
    relay = TopicRelay(client, node.url)
    expected = emit(50)
    assert relay.pump(block_ms=1) == 50
    node.kill()
    expected += emit(20)
    with pytest.raises(WorldError):
        relay.pump(block_ms=1)
    assert unacknowledged(client) == 20
    node.start()
    drain([relay])
    assert list(dict.fromkeys(ids(fetch(node, "kept")))) == expected
    assert unacknowledged(client) == 0


def test_a_broker_that_dies_between_two_events_gets_them_all_in_the_end(
    client: Redis, emit: Callable, node: Node
) -> None:
    bind(node, "torn", "#")
    relay = TopicRelay(client, node.url)
    expected = emit(400)
    killer = threading.Timer(0.2, node.kill)
    killer.start()
    with contextlib.suppress(WorldError):
        while relay.pump(block_ms=1):
            pass
    killer.join()
    emit(1)
    with pytest.raises(WorldError):
        relay.pump(block_ms=1)
    node.start()
    expected += [f"e{number}.1" for number in range(400, client.xlen(keys.EVENTS))]
    drain([relay])
    assert list(dict.fromkeys(ids(fetch(node, "torn")))) == expected


def test_a_broker_short_of_memory_is_not_waited_for_without_end(
    client: Redis, emit: Callable, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic, "ANSWER_S", 0.5)
    bind(node, "full", "#")
    relay = TopicRelay(client, node.url)
    expected = emit(3)
    relay.pump(block_ms=1)
    node.control("set_vm_memory_high_watermark", "0.00001")
    expected += emit(3)
    began = time.monotonic()
    with pytest.raises(WorldError):
        relay.pump(block_ms=1)
    assert time.monotonic() - began < 60
    assert unacknowledged(client) == 3
    node.control("set_vm_memory_high_watermark", "0.4")
    drain([relay])
    assert list(dict.fromkeys(ids(fetch(node, "full")))) == expected


def test_an_exchange_of_another_kind_is_a_message_and_loses_nothing(client: Redis, emit: Callable, node: Node) -> None:
    with Connection(node.url) as connection:
        channel = connection.channel()
        channel.exchange_delete(EXCHANGE.name)
        channel.exchange_declare(EXCHANGE.name, "fanout", durable=True, auto_delete=False)
    emit(2)
    relay = TopicRelay(client, node.url)
    with pytest.raises(WorldError, match="topic exchange"):
        relay.pump(block_ms=1)
    assert unacknowledged(client) == 2
    with Connection(node.url) as connection:
        connection.channel().exchange_delete(EXCHANGE.name)
    bind(node, "after", "#")
    assert drain([relay]) == 2
    assert len(ids(fetch(node, "after"))) == 2
    assert len(list(event_stream.read_events(client))) == 2
