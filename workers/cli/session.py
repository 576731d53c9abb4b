"""What commands need of the world: settings, a Redis, a flag that says when to stop."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from threading import Event

    from redis import Redis

    from config.settings import Settings


class Service(NamedTuple):
    """A part that runs for long."""

    settings: "Settings"
    url: str
    stop: "Event"


@contextmanager
def redis(*, tries: int = 2) -> Iterator["Redis"]:
    """A client of the configured Redis, or of a private one."""
    from config.settings import current
    from workers.connection import connect
    from workers.embedded import redis_for

    with redis_for(current()) as url, closing(connect(url, tries=tries)) as client:
        yield client


@contextmanager
def service() -> Iterator[Service]:
    """Logging set up, Redis at hand, and a flag that SIGTERM and Ctrl-C set."""
    import signal
    import threading

    from config.log import set_up
    from config.settings import current
    from workers.embedded import redis_for

    settings = current()
    set_up(level=settings.log_level, form=settings.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with redis_for(settings) as url:
        yield Service(settings, url, stop)
