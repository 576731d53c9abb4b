"""Events in PostgreSQL: each version once, whatever is killed, whoever else writes, whatever a text holds."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import WorldError
from tasks.records import Change, EventType, Participant
from tests.delivery.events import an_event, emit_event, emit_many, emit_raw
from tests.delivery.postgres import Server
from workers import keys
from workers.event_stream import read_events, trim_events
from workers.relays import Standby, drain, open_relays, run_relay
from workers.relays import postgres as postgres_relay
from workers.relays.postgres import PostgresRelay

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/sinks.md")
WITHIN_S = 60
EACH = 600
"""Events, in two versions, between two kills: some pages of the stream."""
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def query(dsn: str, schema: str) -> Query:
    """Ask the database, as an analyst would."""

    def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"SET search_path TO {schema}")
            return connection.execute(statement, values).fetchall()

    return ask


@pytest.fixture
def relay(client: Redis, dsn: str, schema: str) -> Iterator[Callable[[], Any]]:
    """Open relays; they are closed afterwards."""
    with ExitStack() as stack:

        def start() -> Any:
            one = PostgresRelay(client, dsn, schema=schema)
            stack.callback(one.close)
            return one

        yield start


def written(query: Query) -> list[str]:
    """The ids of all versions, in the order of the stream."""
    rows = query("SELECT event_id, event_version, stream_id FROM events")
    in_order = sorted(rows, key=lambda row: tuple(map(int, row[2].split("-"))))
    return [f"{event_id}.{version}" for event_id, version, _ in in_order]


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def running(*relays: Any) -> Iterator[None]:
    """The relays at work, each in a thread of its own, as `dateline relay` runs them."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=run_relay, args=(one, stop), kwargs={"uniform": lambda _, most: min(most, 0.2)})
        for one in relays
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(WITHIN_S)
            assert not thread.is_alive()


def test_every_version_becomes_rows_that_an_analyst_can_ask_for(client: Redis, relay: Callable, query: Query) -> None:
    expected = emit_many(client, 300, versions=2)
    assert drain([relay()]) == 600
    assert written(query) == expected
    assert query("SELECT count(*), min(event_version) FROM current_events") == [(300, 2)]
    found = query(
        "SELECT event_type, country, date_start::text, date_end::text, record->>'event_id', written_at IS NOT NULL "
        "FROM current_events WHERE event_id = 'e7'"
    )
    assert found == [("ASSAULT", "IRQ", "2024-02-02", "2024-02-02", "e7", True)]
    places = query(
        "SELECT name, lat, geonameid FROM current_events JOIN locations USING (event_id, event_version) "
        "WHERE event_id = 'e7' AND role = 'event'"
    )
    assert places == [("Mosul", 36.335, 99072)]
    assert query("SELECT side, count(*) FROM participants GROUP BY side ORDER BY side") == [
        ("actor", 600),
        ("recipient", 1200),
    ]
    assert query("SELECT sum(best) FROM current_events JOIN casualties USING (event_id, event_version)") == [(900,)]


def test_a_withdrawn_event_leaves_the_current_ones_and_stays_in_history(
    client: Redis, relay: Callable, query: Query
) -> None:
    emit_event(client, an_event("a"))
    emit_event(client, an_event("b"))
    one = relay()
    one.pump(block_ms=1)
    emit_event(client, an_event("a", 2, change=Change.WITHDRAWN, reason="kill"))
    one.pump(block_ms=1)
    assert query("SELECT event_id FROM current_events") == [("b",)]
    assert query("SELECT event_version, latest FROM events WHERE event_id = 'a' ORDER BY 1") == [(1, False), (2, True)]
    emit_event(client, an_event("a", 3))
    one.pump(block_ms=1)
    assert query("SELECT event_id, event_version FROM current_events ORDER BY 1") == [("a", 3), ("b", 1)]


def test_the_newest_version_is_marked_in_whatever_order_they_come(client: Redis, relay: Callable, query: Query) -> None:
    one = relay()
    for versions in ([3], [1, 2], [5, 4], [2]):
        for version in versions:
            emit_event(client, an_event("a", version))
        one.pump(block_ms=1)
    assert query("SELECT event_version FROM events WHERE latest") == [(5,)]
    assert query("SELECT count(*) FROM events") == [(5,)]


@pytest.mark.parametrize("moment", ["_advance", "insert", "commit", "set_position"])
def test_wherever_a_relay_breaks_off_nothing_is_lost_or_written_twice(
    client: Redis, relay: Callable, query: Query, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    expected = emit_many(client, 5)
    one = relay()
    one.pump(block_ms=1)
    expected += emit_many(client, 5, prefix="f")

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    if moment == "_advance":
        monkeypatch.setattr(one, "_advance", die)
    elif moment == "insert":
        monkeypatch.setattr(postgres_relay, "_insert_rows", die)
    elif moment == "commit":
        # The server ends the session with the rows written and not committed.
        monkeypatch.setattr(postgres_relay, "_tell_repeated", lambda _: one._connection.pgconn.finish())
    else:
        monkeypatch.setattr("workers.event_stream.set_position", die)
    with pytest.raises((KeyboardInterrupt, WorldError)):
        one.pump(block_ms=1)
    monkeypatch.undo()
    one.close()
    expected += emit_many(client, 3, prefix="g")
    drain([relay()])
    assert written(query) == expected


@pytest.mark.slow
def test_a_relay_killed_again_and_again_writes_every_version_once(
    client: Redis, redis_url: str, dsn: str, schema: str, query: Query
) -> None:
    environment = os.environ | {
        "DATELINE_REDIS_URL": redis_url,
        "DATELINE_SINKS": "postgres",
        "DATELINE_POSTGRES_DSN": dsn,
        "DATELINE_POSTGRES_SCHEMA": schema,
        "DATELINE_LOG_LEVEL": "ERROR",
    }
    environment.pop("DATELINE_TEST_POSTGRES", None)
    expected: list[str] = []
    kills, in_the_middle = 3, 0

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-P", "-m", "workers.cli", "relay"], env=environment)

    process = start()
    try:
        until(lambda: client.exists(keys.EVENTS) and client.xinfo_groups(keys.EVENTS))
        for round_ in range(kills):
            expected += emit_many(client, EACH, versions=2, prefix=f"r{round_}-")
            # While it writes: each time a little later.
            begun = passed(client)
            until(lambda begun=begun: passed(client) != begun)
            time.sleep(0.02 * round_)
            process.send_signal(signal.SIGKILL)
            process.wait()
            in_the_middle += behind(client) > 0
            process = start()
        until(lambda: behind(client) == 0)
        process.terminate()
        assert process.wait(WITHIN_S) == 0
    finally:
        process.kill()
        process.wait()
    assert written(query) == expected
    assert query("SELECT count(*) FROM events WHERE latest") == [(EACH * kills,)]
    assert query("SELECT count(*) FROM locations") == [(len(expected) * 2,)]
    assert query("SELECT count(*) FROM refused") == [(0,)]
    assert in_the_middle


def passed(client: Redis) -> bytes:
    """How far the group is."""
    [group] = client.xinfo_groups(keys.EVENTS)
    return group["last-delivered-id"]


def behind(client: Redis) -> int:
    """Events that the group has still to pass."""
    if not client.exists(keys.EVENTS):
        return 0
    [group] = client.xinfo_groups(keys.EVENTS)
    return len(client.xrange(keys.EVENTS, min=f"({group['last-delivered-id'].decode()}", count=300))


@pytest.mark.slow
def test_a_server_that_crashes_in_the_middle_gets_everything_once(
    client: Redis, postgres: Server, schema: str, query: Query
) -> None:
    expected = emit_many(client, 300)
    one = PostgresRelay(client, postgres.dsn, schema=schema)
    with running(one):
        until(lambda: client.xinfo_groups(keys.EVENTS))
        expected += emit_many(client, 2000, prefix="f")
        postgres.stop("immediate")
        expected += emit_many(client, 300, prefix="g")
        postgres.start()
        until(lambda: behind(client) == 0)
    one.close()
    assert written(query) == expected


@pytest.mark.slow
def test_a_server_that_answers_no_more_is_not_waited_for_without_end(
    client: Redis, postgres: Server, schema: str, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = PostgresRelay(client, postgres.dsn, schema=schema)
    expected = emit_many(client, 3)
    one.pump(block_ms=1)
    expected += emit_many(client, 3, prefix="f")
    monkeypatch.setattr(postgres_relay, "ANSWER_S", 0.5)
    postgres.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(WorldError, match="PostgreSQL"):
            one.pump(block_ms=1)
        assert time.monotonic() - began < 20
    finally:
        postgres.signal(signal.SIGCONT)
    monkeypatch.undo()
    with running(one):
        until(lambda: behind(client) == 0)
    one.close()
    assert written(query) == expected


def test_a_server_that_is_away_is_a_message_without_the_password(client: Redis, tmp_path: Any) -> None:
    emit_many(client, 1)
    one = PostgresRelay(client, f"postgresql://me:hunter2@/db?host={tmp_path}", schema="x")
    with pytest.raises(WorldError, match="PostgreSQL") as raised:
        one.pump(block_ms=1)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "dsn",
    ["postgres//me:hunter2@host", "postgresql://me:hunter%zz2@host", "postgresql://me:p@hunter2@host/db", "x=hunter2"],
)
def test_what_is_no_connection_string_is_a_message_without_it(client: Redis, dsn: str) -> None:
    with pytest.raises(SettingsError, match="postgres_dsn") as raised:
        PostgresRelay(client, dsn, schema="x")
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_of_two_relays_one_works_and_the_other_takes_over(client: Redis, relay: Callable, query: Query) -> None:
    first, second = relay(), relay()
    expected = emit_many(client, 3)
    assert first.pump(block_ms=1) == 3
    for _ in range(2):
        with pytest.raises(Standby, match="another relay"):
            second.pump(block_ms=1)
    first.close()
    expected += emit_many(client, 3, prefix="f")
    assert second.pump(block_ms=1) == 3
    assert written(query) == expected


def test_a_relay_that_lost_its_lock_unnoticed_takes_nothing_from_its_successor(
    client: Redis, relay: Callable, query: Query, dsn: str
) -> None:
    first, second = relay(), relay()
    expected = emit_many(client, 3)
    first.pump(block_ms=1)
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (first._connection.info.backend_pid,))
    until(lambda: takes_over(second))
    expected += emit_many(client, 3, prefix="f")
    with pytest.raises(WorldError):
        first.pump(block_ms=1)
    with pytest.raises(Standby):
        first.pump(block_ms=1)
    assert second.pump(block_ms=1) == 3
    assert written(query) == expected


def takes_over(relay: Any) -> bool:
    try:
        relay.pump(block_ms=1)
    except Standby:
        return False
    return True


def test_without_a_lock_at_all_the_position_keeps_two_writers_apart(
    client: Redis, relay: Callable, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As when the server has dropped the lock with a session that it thinks dead.
    numbers = iter(range(100))
    monkeypatch.setattr(postgres_relay, "lock_key", lambda _: next(numbers))
    first, second = relay(), relay()
    expected = emit_many(client, 3)
    first.pump(block_ms=1)
    second.pump(block_ms=1)
    expected += emit_many(client, 3, prefix="f")
    assert second.pump(block_ms=1) == 3
    with pytest.raises(WorldError, match="another relay has written"):
        first.pump(block_ms=1)
    assert first.pump(block_ms=1) == 0
    assert written(query) == expected


def test_two_relays_started_at_once_make_one_schema(client: Redis, relay: Callable, query: Query) -> None:
    expected = emit_many(client, 500)
    with running(relay(), relay(), relay()):
        until(lambda: client.xinfo_groups(keys.EVENTS) and behind(client) == 0)
    assert written(query) == expected


def test_what_a_text_cannot_hold_is_replaced_and_the_rest_stays(client: Redis, relay: Callable, query: Query) -> None:
    text = "a\0b \\u0000 \U0001f600 é"
    emit_event(client, an_event("nul", reason=text, actors=(Participant(text=text),)))
    body = msgspec.json.encode({"data": an_event("half")})
    emit_raw(client, body.replace(b'"gunmen"', rb'"gun\ud800men \ud83d\ude00"'))
    drain([relay()])
    assert query("SELECT count(*) FROM refused") == [(0,)]
    [(reason, inner, actor)] = query(
        "SELECT reason, record->>'reason', p.text FROM events JOIN participants p USING (event_id, event_version) "
        "WHERE event_id = 'nul' AND side = 'actor'"
    )
    assert reason == inner == actor == text.replace("\0", "\ufffd")
    assert query("SELECT text FROM participants WHERE event_id = 'half' AND side = 'actor'") == [
        ("gun\ufffdmen \U0001f600",)
    ]


def test_a_record_of_ten_megabytes_is_written(client: Redis, relay: Callable, query: Query) -> None:
    emit_event(client, an_event("huge", actors=(Participant(text="x" * 10_000_000),)))
    drain([relay()])
    assert query("SELECT length(text) FROM participants WHERE side = 'actor'") == [(10_000_000,)]


def test_large_events_are_written_a_few_at_a_time(
    client: Redis, relay: Callable, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_relay, "BATCH_BYTES", 5_000)
    sizes = (100, 10_000, 100, 100, 3_000, 3_000)
    expected = [
        emit_event(client, an_event(f"e{number}", actors=(Participant(text="x" * size),)))
        for number, size in enumerate(sizes)
    ]
    one = relay()
    counts = list(iter(lambda: one.pump(block_ms=1), 0))
    assert sum(counts) == len(sizes)
    assert len(counts) > 3
    assert written(query) == expected


def test_what_the_database_refuses_is_put_aside_and_holds_nothing_up(
    client: Redis, relay: Callable, query: Query
) -> None:
    expected = [emit_event(client, an_event("a"))]
    no_json = emit_raw(client, b"no event \0 at all")
    emit_event(client, an_event("wide", quad_class=2**40))
    emit_event(client, an_event(os.urandom(4000).hex()))  # more than an index takes
    deep = emit_raw(client, b'{"data":' + b"[" * 100_000)
    expected.append(emit_event(client, an_event("b")))
    one = relay()
    assert drain([one]) == 6
    assert written(query) == expected
    refused = query("SELECT stream_id, reason, cloudevent FROM refused ORDER BY stream_id")
    assert [row[0] for row in refused][::3] == [no_json, deep]
    assert all(row[1] for row in refused)
    assert bytes(refused[0][2]) == b"no event \0 at all"
    assert behind(client) == 0


def test_what_was_refused_is_tried_again_when_a_relay_starts(
    client: Redis, relay: Callable, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = relay()
    make = postgres_relay.make_rows

    def older(cloudevent: bytes, *, stream_id: str) -> Any:
        if b'"AID"' in cloudevent:
            raise msgspec.ValidationError("a kind of event that an older Dateline does not know")
        return make(cloudevent, stream_id=stream_id)

    monkeypatch.setattr(postgres_relay, "make_rows", older)
    emit_event(client, an_event("a", event_type=EventType.AID))
    emit_event(client, an_event("a", 2))
    first.pump(block_ms=1)
    assert query("SELECT reason FROM refused") == [("a kind of event that an older Dateline does not know",)]
    first.close()
    monkeypatch.undo()
    assert relay().pump(block_ms=1) == 0
    assert query("SELECT count(*) FROM refused") == [(0,)]
    assert query("SELECT event_version, latest FROM events ORDER BY 1") == [(1, False), (2, True)]


def test_another_event_stream_is_read_from_its_beginning(client: Redis, relay: Callable, query: Query) -> None:
    emit_many(client, 3)
    drain([relay()])
    # Another Redis, say that of a run of its own, whose events are older than the position in the first.
    client.delete(keys.EVENTS, keys.ORIGIN)
    client.xadd(
        keys.EVENTS, {"routing_key": "", "cloudevent": msgspec.json.encode({"data": an_event("old")})}, id="1-1"
    )
    client.xadd(keys.EVENTS, {"routing_key": "", "cloudevent": msgspec.json.encode({"data": an_event("e1")})}, id="1-2")
    assert drain([relay()]) == 2
    assert query("SELECT event_id FROM events ORDER BY 1") == [("e0",), ("e1",), ("e2",), ("old",)]


def test_events_that_wait_for_the_database_are_not_trimmed(client: Redis, relay: Callable, query: Query) -> None:
    expected = emit_many(client, 20)
    one = relay()
    one.pump(block_ms=1)
    expected += emit_many(client, 30, prefix="f")
    trim_events(client, most=5)
    assert len(list(read_events(client))) == 31
    drain([one])
    trim_events(client, most=5)
    assert len(list(read_events(client))) == 5
    assert written(query) == expected


def test_a_schema_of_a_newer_dateline_is_left_alone(
    client: Redis, relay: Callable, query: Query, dsn: str, schema: str
) -> None:
    drain([relay()])
    with psycopg.connect(dsn) as connection:
        connection.execute(f"INSERT INTO {schema}.schema_versions VALUES (99, now())")
    emit_many(client, 1)
    with pytest.raises(SettingsError, match="version 99"):
        relay().pump(block_ms=1)
    assert query("SELECT count(*) FROM events") == [(0,)]


def test_a_role_that_may_only_write_needs_no_right_to_create(
    client: Redis, relay: Callable, query: Query, dsn: str, schema: str
) -> None:
    drain([relay()])
    role = f"{schema}_writer"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'for-the-test-only'")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}")
    expected = emit_many(client, 2)
    as_role = make_conninfo(dsn, user=role, password="for-the-test-only")
    try:
        assert drain([PostgresRelay(client, as_role, schema=schema)]) == 2
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")
    assert written(query) == expected


def test_a_database_without_unicode_is_refused_in_words(client: Redis, dsn: str) -> None:
    name = f"dateline_test_latin_{os.getpid()}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(SettingsError, match="UTF8"):
            PostgresRelay(client, make_conninfo(dsn, dbname=name), schema="x").pump(block_ms=1)
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}")


def test_two_databases_have_two_groups_and_no_password_in_their_names(client: Redis) -> None:
    names = [
        PostgresRelay(client, dsn, schema="dateline")._group
        for dsn in ("postgresql://me:hunter2@one.example/db", "host=two.example dbname=db user=me password=hunter2")
    ]
    assert names == ["postgres:one.example:5432/db/dateline", "postgres:two.example:5432/db/dateline"]


def test_no_database_named_is_a_message(client: Redis) -> None:
    with pytest.raises(SettingsError, match="DATELINE_POSTGRES_DSN"):
        PostgresRelay.open(client, Settings(sinks=("postgres",)))


def test_without_the_driver_a_message_says_how_to_get_it(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "workers.relays.postgres")
    with pytest.raises(SettingsError, match=r"dateline\[postgres\]"):
        open_relays(client, Settings(sinks=("postgres",), postgres_dsn="host=x"))


QUERIES = re.findall("```sql\n(.*?)```", "".join((ROOT / name).read_text("utf-8") for name in PAGES), flags=re.DOTALL)


@pytest.mark.parametrize("statement", QUERIES)
def test_queries_in_the_documentation_give_rows(
    client: Redis, relay: Callable, query: Query, schema: str, statement: str
) -> None:
    place = msgspec.structs.replace(an_event("").locations[1], country="SYR", lat=36.3, lon=37.0)
    emit_event(client, an_event("a", locations=(place,), date_start="2024-02"))
    emit_event(client, an_event("a", 2, locations=(place,), date_start="2024-02-01", reason="correction"))
    drain([relay()])
    assert query(statement.replace("dateline.", f"{schema}."))
