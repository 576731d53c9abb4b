"""A private Redis for the tests of delivery, empty before each."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from redis import Redis

from config.settings import Settings
from tasks.records import WireItem
from tests.delivery.postgres import NO_SERVER, Server, binaries
from workers.app import make_app
from workers.connection import connect
from workers.dispatcher import Dispatcher, make_dispatcher
from workers.embedded import start_embedded
from workers.queue import WireQueue
from workers.stores import RedisLedger

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lives as long as the tests."""
    with start_embedded(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    """A client of an empty server with an open wire queue."""
    client = connect(redis_url, tries=1)
    # The keys of Celery stay: a worker may be running, and has declared its queues.
    stale = [key for key in client.scan_iter(match="{dateline}:*") if b":celery:" not in key and b":alive:" not in key]
    client.delete("{dateline}:none", *stale)
    WireQueue(client, backlog_limit=10).ensure()
    yield client
    client.close()


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    """Settings for the tests' server."""
    return Settings(redis_url=redis_url, data_dir=tmp_path, stall_s=10)


@pytest.fixture
def wire_item() -> Callable[..., WireItem]:
    """An article as tests/delivery/standin.py reads it."""

    def make(uri: str, text: str, *, version: int = 1, status: str = "", signal: str = "") -> WireItem:
        return WireItem(content=f"{uri}|{version}|{status}|{signal}|{text}".encode(), name=uri)

    return make


StartWorker = Callable[..., subprocess.Popen[bytes]]


@contextmanager
def _workers(redis_url: str) -> Iterator[StartWorker]:
    """A function that starts Celery workers with stand-in stages; they end with the context."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*, stall_s: float = 10, url: str = redis_url, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "tests.delivery.standin", "worker", "-c", "1", "-l", "ERROR"]
        command.append(f"--hostname=test{len(processes)}@%h")
        added = {"DATELINE_REDIS_URL": url, "DATELINE_STALL_S": str(stall_s), "DATELINE_LOG_LEVEL": "ERROR"}
        processes.append(subprocess.Popen(command, env=os.environ | added | environment, cwd=REPOSITORY))
        return processes[-1]

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def start_worker(redis_url: str) -> Iterator[StartWorker]:
    """Start workers of a test's own."""
    with _workers(redis_url) as start:
        yield start


@pytest.fixture(scope="module")
def worker(redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker shared by the tests that do it no harm."""
    with _workers(redis_url) as start:
        yield start()


@pytest.fixture
def dispatch(client: Redis, settings: Settings) -> Callable[..., Dispatcher]:
    """Run a dispatcher until everything is settled; fails where that takes too long."""
    app = make_app(settings)

    def run(*, within_s: float = 240, on_step: Callable[[], None] | None = None, **changed: object) -> Dispatcher:
        stop = threading.Event()
        timer = threading.Timer(within_s, stop.set)
        timer.start()
        ledger = RedisLedger(client, window=dt.timedelta(days=1), dead_letter_bytes=100_000)
        dispatcher = make_dispatcher(client, app=app, ledger=ledger, settings=settings.model_copy(update=changed))
        dispatcher.run(stop, until_drained=True, on_step=on_step)
        timer.cancel()
        assert not stop.is_set(), f"not drained within {within_s} s"
        return dispatcher

    return run


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server that lives as long as the tests, and may be stopped and started by them."""
    if binaries() is None:
        pytest.skip(NO_SERVER)
    # Not among the folders of pytest: the server runs as another user, who may not enter those.
    folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
    server = Server(folder)
    server.start()
    yield server
    server.stop("immediate")
    shutil.rmtree(folder)


@pytest.fixture
def dsn(request: pytest.FixtureRequest) -> str:
    """The database of the tests: the one that DATELINE_TEST_POSTGRES names, or one of their own server."""
    return os.environ.get("DATELINE_TEST_POSTGRES") or request.getfixturevalue("postgres").dsn


@pytest.fixture
def schema(dsn: str) -> Iterator[str]:
    """The name of a schema that is not there yet, and is gone afterwards."""
    name = f"dateline_test_{uuid4().hex[:12]}"
    yield name
    with psycopg.connect(dsn) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
