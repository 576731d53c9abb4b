"""Clients of Redis, and what of theirs counts as the world being bad."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.commands.core import Script
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError, TimeoutError  # noqa: A004 - redis' own names
from redis.retry import Retry

from tasks.errors import WorldError

LUA = Path(__file__).parent / "lua"
TRIES = 12
"""With up to 2 s between them: a restart of Redis, loading included, is waited out."""
TIMEOUT_S = 30.0


def connect(url: str, *, tries: int = TRIES) -> Redis:
    """A client that waits out a restart; bytes in, bytes out. Connects when first used."""
    return Redis.from_url(
        url,
        retry=Retry(ExponentialBackoff(cap=2.0, base=0.05), tries),
        retry_on_error=[BusyLoadingError, ConnectionError, TimeoutError],
        socket_timeout=TIMEOUT_S,
        health_check_interval=30,
    )


@contextmanager
def world() -> Iterator[None]:
    """Turn whatever Redis complains about into WorldError: it says nothing about the article at hand."""
    try:
        yield
    except RedisError as error:
        raise WorldError(f"Redis: {error}") from error


@lru_cache(maxsize=16)
def _source(name: str) -> str:
    return (LUA / f"{name}.lua").read_text(encoding="utf-8")


def script(client: Redis, name: str) -> Script:
    """One of the scripts in workers/lua; written for Redis 6.2 and newer."""
    return client.register_script(_source(name))
