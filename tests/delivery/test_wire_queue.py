"""The door: what goes in comes out, anybody may push, and nobody may push too much."""

import datetime as dt
import threading
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from tasks.records import WireItem
from workers import keys
from workers.queue import WireQueue, from_fields, to_fields
from workers.stores import RedisWire

text = st.none() | st.text(st.characters(codec="utf-8"), max_size=30)
moments = st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.replace(fold=0))


@given(
    st.builds(
        WireItem,
        content=st.binary(max_size=200),
        name=st.text(st.characters(codec="utf-8")),
        media_type=text,
        uri=text,
        source=text,
        received=st.none() | moments,
        language=text,
        time_zone=text,
        depth=st.integers(0, 99),
    )
)
@settings(deadline=None)
def test_an_item_survives_the_queue(item: WireItem) -> None:
    fields = {name.encode(): value for name, value in to_fields(item).items()}
    assert from_fields("1-0", fields) == item


@given(st.dictionaries(st.sampled_from([b"content", b"name", b"received", b"depth", b"x"]), st.binary(max_size=20)))
def test_whatever_a_foreign_producer_writes_is_read_without_an_error(fields: dict[bytes, bytes]) -> None:
    item = from_fields("1-0", fields)
    assert item.content == fields.get(b"content", b"")


def test_a_bare_xadd_is_enough(client: Redis) -> None:
    entry_id = client.xadd(keys.WIRE, {"content": b"\xff\x00"}).decode()
    assert RedisWire(client).read([entry_id]) == [WireItem(content=b"\xff\x00", name=entry_id)]


def test_a_group_that_comes_late_still_sees_everything(client: Redis) -> None:
    client.flushall()
    client.xadd(keys.WIRE, {"content": b"early"})
    WireQueue(client, backlog_limit=5).ensure()
    assert client.xinfo_groups(keys.WIRE)[0]["last-delivered-id"] == b"0-0"


def test_a_producer_waits_while_the_queue_is_full_and_goes_on_when_it_is_not(client: Redis) -> None:
    queue = WireQueue(client, backlog_limit=100)
    waits: list[int] = []
    items = [WireItem(content=b"x", name=str(number)) for number in range(500)]
    pushed = threading.Thread(target=lambda: list(queue.push(items, on_wait=waits.append)))
    pushed.start()
    until = monotonic() + 20
    while pushed.is_alive() and monotonic() < until:
        assert queue.backlog() <= 100 + 64
        for entry_id, _ in client.xrange(keys.WIRE, count=40):
            client.xdel(keys.WIRE, entry_id)
        pushed.join(0.05)
    assert waits
    assert not pushed.is_alive()


def test_what_is_under_embargo_holds_nobody_back(client: Redis) -> None:
    queue = WireQueue(client, backlog_limit=2)
    for number in range(2):
        client.zadd(keys.HELD, {client.xadd(keys.WIRE, {"content": b"x"}): number})
    assert not queue.is_full()


def test_a_redis_short_of_memory_holds_producers_back(client: Redis) -> None:
    queue = WireQueue(client, backlog_limit=1000)
    before = client.config_get("maxmemory")["maxmemory"]
    try:
        client.config_set("maxmemory", int(client.info("memory")["used_memory"] / 0.6))
        assert not queue.is_full()
        client.config_set("maxmemory", int(client.info("memory")["used_memory"] / 0.8))
        assert queue.is_full()
    finally:
        client.config_set("maxmemory", before)
