"""Events as rows of PostgreSQL, each version once: rows and position in the stream are written in one transaction.

The database itself says how far it has come (`streams`), so that neither a killed relay nor a repeated delivery writes
anything twice or leaves anything out. The consumer group in Redis only follows, for trimming and for `dateline status`.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any, Self

import msgspec
import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import WorldError
from tasks.records import Record
from workers import event_stream as stream
from workers.event_stream import StreamEvent
from workers.relays import Standby
from workers.relays.rows import NO_EVENT, CasualtyRow, EventRow, LocationRow, ParticipantRow, Rows, make_rows

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "sql"
ANSWER_S = 30.0
"""A server that has been stopped, or whose disk hangs, answers nothing; whoever waits without limit waits for ever."""
BATCH_BYTES = 16_000_000
"""Of events in one transaction; one that is larger goes alone."""
SLOWEST_BYTES_S = 1_000_000
"""Less than any server writes: by so much longer may a large event take."""
START = "0-0"
RETRY_S = 10.0
"""For what was refused, at the start of a relay; the rest has to wait for the next one."""
SHOWN = 5
ROW_CLASSES = frozenset({"22", "23", "54"})
"""Classes of SQLSTATE that speak of a row, not of the world: data exception, constraint violation, program limit.

Source: PostgreSQL manual, appendix A.
"""
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "dateline relay",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class PostgresRelay:
    """One writer per schema, by advisory lock; should the lock be lost unnoticed, the position tells."""

    name = "postgres"

    def __init__(self, client: Redis, dsn: str, *, schema: str) -> None:
        self._client = client
        self._parameters = _parameters(dsn)
        self._schema = schema
        self._group = _group(self._parameters, schema)
        self._connection: psycopg.Connection | None = None
        self._stream = ""
        self._position = START
        self._has_retried = False

    @classmethod
    def open(cls, client: Redis, settings: Settings) -> Self:
        """As the settings say; the server is asked when events are passed on.

        Raises: SettingsError where no database is named.
        """
        if settings.postgres_dsn is None:
            raise SettingsError("sinks names 'postgres', but postgres_dsn (or DATELINE_POSTGRES_DSN) is not set")
        return cls(client, settings.postgres_dsn.get_secret_value(), schema=settings.postgres_schema)

    def pump(self, *, block_ms: int) -> int:
        """Write what follows the position that the database knows, then let the group follow."""
        if self._connection is None:
            self._connect()
        events = up_to(stream.read_page(self._client, after=self._position, block_ms=block_ms), BATCH_BYTES)
        if not events:
            return 0
        size = sum(len(event.cloudevent) for event in events)
        with self._database() as connection, _cut_after(connection, ANSWER_S + size / SLOWEST_BYTES_S):
            self._write(connection, events)
        self._position = events[-1].entry_id
        stream.set_position(self._client, self._group, self._position)
        return len(events)

    def close(self) -> None:
        """Close the connection and with it the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- the connection --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        """Connect, take the lock, bring the schema up to date, and go on where the database is."""
        self._stream = stream.origin(self._client)
        with self._said():
            self._connection = psycopg.connect(**self._parameters, autocommit=True)
        with self._database() as connection:
            with _cut_after(connection, ANSWER_S):
                _prepare(connection, self._schema)
            # Without a limit: a migration of a large table takes its time.
            migrate(connection, self._schema)
            with _cut_after(connection, ANSWER_S):
                self._position = self._resumed(connection)
            if not self._has_retried:
                self._has_retried = True
                retry_refused(connection, until_s=monotonic() + RETRY_S)
        stream.set_position(self._client, self._group, self._position)

    @contextmanager
    def _database(self) -> Iterator[psycopg.Connection]:
        """The connection; whatever goes wrong with it, the next one starts from what the database knows."""
        connection = self._connection
        assert connection is not None  # noqa: S101 - pump has connected
        try:
            with self._said():
                yield connection
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What PostgreSQL complains about, without the rows that it would quote."""
        try:
            yield
        except psycopg.Error as error:
            reason = error.diag.message_primary or " ".join(str(error).split()) or type(error).__name__
            password = self._parameters.get("password")
            raise WorldError(f"PostgreSQL: {reason.replace(password, '***') if password else reason}") from None

    def _resumed(self, connection: psycopg.Connection) -> str:
        """The position of our stream."""
        connection.execute(
            "INSERT INTO streams (stream, position) VALUES (%s, %s) ON CONFLICT DO NOTHING", (self._stream, START)
        )
        rows = connection.execute("SELECT position FROM streams WHERE stream = %s", (self._stream,)).fetchall()
        return str(rows[0][0])

    # --- the rows --------------------------------------------------------------------------------------------

    def _write(self, connection: psycopg.Connection, events: Sequence[StreamEvent]) -> None:
        """All at once; where a row is refused, one by one, and what is refused is put aside with its reason."""
        try:
            with connection.transaction():
                self._advance(connection, events[-1].entry_id)
                insert(connection, [make_rows(event.cloudevent, stream_id=event.entry_id) for event in events])
        except (psycopg.Error, *NO_EVENT) as error:
            if not _is_about_a_row(error):
                raise
            with connection.transaction():
                self._advance(connection, events[-1].entry_id)
                for event in events:
                    self._write_or_refuse(connection, event)

    def _write_or_refuse(self, connection: psycopg.Connection, event: StreamEvent) -> None:
        reason = _tried(connection, event.cloudevent, stream_id=event.entry_id)
        if reason is None:
            return
        connection.execute(
            "INSERT INTO refused (stream, stream_id, reason, cloudevent) VALUES (%s, %s, %s, %s)",
            (self._stream, event.entry_id, reason, event.cloudevent),
        )
        log.error("event_refused", relay=self.name, stream_id=event.entry_id, reason=reason)

    def _advance(self, connection: psycopg.Connection, position: str) -> None:
        """Move the position, if it is still where we have left it; waits for whoever is moving it just now."""
        moved = connection.execute(
            "UPDATE streams SET position = %s, written_at = now() WHERE stream = %s AND position = %s",
            (position, self._stream, self._position),
        )
        if moved.rowcount != 1:
            raise WorldError("PostgreSQL: another relay has written meanwhile")


# --- connecting ----------------------------------------------------------------------------------------------


def _parameters(dsn: str) -> dict[str, Any]:
    """What libpq makes of a connection string. Its own messages quote the string, password and all: never shown.

    Raises: SettingsError.
    """
    try:
        named = conninfo_to_dict(dsn)
    except psycopg.Error:
        named = None
    # An `@` in a password must be written %40; otherwise the end of the password is taken for the host.
    if named is None or "@" in str(named.get("host") or ""):
        raise SettingsError(
            "postgres_dsn is no connection string: expected postgresql://user:password@host:5432/database "
            "(special characters as %40 and the like) or 'host=... dbname=... user=...'"
        ) from None
    return _DEFAULTS | named | {"client_encoding": "UTF8"}


def _group(parameters: dict[str, Any], schema: str) -> str:
    """One per place that is written to, by names that do not change with the password."""
    host = parameters.get("host") or parameters.get("hostaddr") or "local"
    name = parameters.get("dbname") or parameters.get("service") or parameters.get("user") or ""
    return f"postgres:{host}:{parameters.get('port') or 5432}/{name}/{schema}"


def _prepare(connection: psycopg.Connection, schema: str) -> None:
    """The session as we need it, and the lock.

    Raises: Standby where another relay has the lock; SettingsError where the database cannot hold all text.
    """
    [(encoding,)] = connection.execute("SHOW server_encoding").fetchall()
    if encoding != "UTF8":
        raise SettingsError(f"the PostgreSQL database has the encoding {encoding}: events need one with UTF8")
    connection.execute("SELECT set_config('search_path', %s, false)", (f'"{schema}"',))
    # What is acknowledged must be on the disk; stricter choices of the server stay.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting(%s) = 'off'",
        ("synchronous_commit",),
    )
    connection.execute(f"SET lock_timeout = '{ANSWER_S * 0.8:.0f}s'".encode())
    [(free,)] = connection.execute("SELECT pg_try_advisory_lock(%s)", (lock_key(schema),)).fetchall()
    if not free:
        raise Standby(f"another relay writes to the schema {schema}; this one takes over when that one ends")


def lock_key(schema: str) -> int:
    """The number of the advisory lock of a schema."""
    return int.from_bytes(sha256(f"dateline relay {schema}".encode()).digest()[:8], signed=True)


@contextmanager
def _cut_after(connection: psycopg.Connection, seconds: float) -> Iterator[None]:
    """Cut the connection where the block takes longer: libpq itself waits for an answer without limit."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        timer = Timer(seconds, _cut, [line])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def migrate(connection: psycopg.Connection, schema: str) -> None:
    """Bring the schema up to date, each step in a transaction of its own; the caller holds the lock.

    Raises: SettingsError where it was made by a newer Dateline.
    """
    # `IF NOT EXISTS` would ask for the right to create even where there is nothing to do.
    if connection.execute("SELECT to_regnamespace(%s)", (f'"{schema}"',)).fetchall() == [(None,)]:
        connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
    if connection.execute("SELECT to_regclass(%s)", (f'"{schema}".schema_versions',)).fetchall() == [(None,)]:
        connection.execute("CREATE TABLE schema_versions (version integer PRIMARY KEY, made_at timestamptz NOT NULL)")
    [(made,)] = connection.execute("SELECT coalesce(max(version), 0) FROM schema_versions").fetchall()
    steps = sorted(MIGRATIONS.glob("*.sql"))
    if made > len(steps):
        raise SettingsError(
            f"the PostgreSQL schema {schema} is of version {made}, this Dateline knows {len(steps)}: update Dateline"
        )
    for step in steps[made:]:
        with connection.transaction():
            connection.execute(step.read_bytes())
            connection.execute("INSERT INTO schema_versions VALUES (%s, now())", (int(step.stem),))
        log.info("schema_migrated", schema=schema, version=int(step.stem))


def up_to(events: list[StreamEvent], most_bytes: int) -> list[StreamEvent]:
    """As many of the first events as fit; one at least."""
    size = 0
    for number, event in enumerate(events):
        size += len(event.cloudevent)
        if number and size > most_bytes:
            return events[:number]
    return events


# --- writing -------------------------------------------------------------------------------------------------


def insert(connection: psycopg.Connection, batch: Sequence[Rows]) -> None:
    """Write the versions that are not there yet; of each event the newest is marked."""
    known = _known(connection, [rows.event.event_id for rows in batch])
    new: dict[tuple[str, int], Rows] = {}
    repeated: list[tuple[str, int]] = []
    for rows in batch:
        key = (rows.event.event_id, rows.event.event_version)
        if key in known or key in new:
            repeated.append(key)
        else:
            new[key] = rows
    _tell_repeated(repeated)
    newest: dict[str, int] = {}
    for event_id, version in (*known, *new):
        newest[event_id] = max(version, newest.get(event_id, version))
    latest = {key for key in new if newest[key[0]] == key[1]}
    overtaken = list({event_id for event_id, _ in latest} & {event_id for event_id, _ in known})
    if overtaken:
        connection.execute("UPDATE events SET latest = false WHERE latest AND event_id = ANY(%s)", (overtaken,))
    _insert_rows(connection, list(new.values()), latest)


def _known(connection: psycopg.Connection, event_ids: list[str]) -> set[tuple[str, int]]:
    rows = connection.execute("SELECT event_id, event_version FROM events WHERE event_id = ANY(%s)", (event_ids,))
    return set(rows.fetchall())


def _tell_repeated(keys: Sequence[tuple[str, int]]) -> None:
    """There already, though new in the stream: another pipeline told them, or a story that had been forgotten."""
    if keys:
        ids = [f"{event_id}.{version}" for event_id, version in keys[:SHOWN]]
        log.warning("versions_already_written", count=len(keys), ids=ids)


def _insert_rows(connection: psycopg.Connection, batch: Sequence[Rows], latest: set[tuple[str, int]]) -> None:
    with connection.cursor() as cursor:
        events = [rows.event for rows in batch]
        values = [(*_values(row), (row.event_id, row.event_version) in latest) for row in events]
        if values:
            cursor.executemany(_statement("events", EventRow, "latest"), values)
        tables: list[tuple[str, type[Record], Callable[[Rows], Sequence[Record]]]] = [
            ("locations", LocationRow, lambda rows: rows.locations),
            ("participants", ParticipantRow, lambda rows: rows.participants),
            ("casualties", CasualtyRow, lambda rows: rows.casualties),
        ]
        for table, kind, part in tables:
            if parts := [_values(row) for rows in batch for row in part(rows)]:
                cursor.executemany(_statement(table, kind), parts)


def _values(row: Record) -> tuple[Any, ...]:
    return msgspec.structs.astuple(row)


def _statement(table: str, kind: type[Record], *more: str) -> bytes:
    columns = (*kind.__struct_fields__, *more)
    marks = ", ".join(["%s"] * len(columns))
    # Names of our own code alone.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})".encode()  # noqa: S608


def _tried(connection: psycopg.Connection, cloudevent: bytes, *, stream_id: str) -> str | None:
    """Write one event, within the transaction that is open; why it could not be, if it could not."""
    try:
        with connection.transaction():
            insert(connection, [make_rows(cloudevent, stream_id=stream_id)])
    except (psycopg.Error, *NO_EVENT) as error:
        if not _is_about_a_row(error):
            raise
        return _reason(error)
    return None


def _is_about_a_row(error: Exception) -> bool:
    """The driver's own refusals (a NUL, a number too large) have no SQLSTATE."""
    if not isinstance(error, psycopg.Error):
        return True
    return (error.sqlstate or "")[:2] in ROW_CLASSES or (
        error.sqlstate is None and isinstance(error, psycopg.DataError)
    )


def _reason(error: Exception) -> str:
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return (primary or str(error)).replace("\0", "\N{REPLACEMENT CHARACTER}")


def retry_refused(connection: psycopg.Connection, *, until_s: float) -> None:
    """Try again what was refused: a newer Dateline, or a repaired database, may take it."""
    rows = connection.execute("SELECT stream, stream_id FROM refused ORDER BY refused_at, stream_id").fetchall()
    for row in rows:
        if monotonic() > until_s:
            return
        with connection.transaction(), _cut_after(connection, ANSWER_S):
            found = connection.execute("SELECT cloudevent FROM refused WHERE stream = %s AND stream_id = %s", row)
            [(cloudevent,)] = found.fetchall()
            if _tried(connection, cloudevent, stream_id=row[1]) is None:
                connection.execute("DELETE FROM refused WHERE stream = %s AND stream_id = %s", row)
