"""The Celery app: `celery -A workers.app worker` serves all five queues, `-Q extract` one of them.

Model and gazetteer are loaded in the parent, before the pool forks, and shared by the children.
"""

import atexit
import gc
import os
import secrets
import socket
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import structlog
from celery import Celery, bootsteps, signals
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config import celeryconfig
from config import log as logging_config
from config.settings import Settings, current
from tasks.errors import DatelineError
from workers import embedded, keys
from workers.equipment import Equipment

log = structlog.get_logger()

ALIVE_S = 10
"""A worker that has said nothing for so long is dead, and what it worked on is dispatched again."""
BEAT_S = 2.0
COLLECT_EVERY = 20_000
"""New containers between two rounds of the collector: an article is thousands of records, and none form a ring."""
SOFT_LIMIT, HARD_LIMIT = 0.6, 0.8
"""Shares of stall_s after which a batch is interrupted, and its process killed: before the sweeper loses patience."""


class DatelineApp(Celery):  # type: ignore[misc]
    """Celery with the tools of the stages."""

    settings: Settings
    redis_url: str

    @cached_property
    def tools(self) -> Equipment:
        """Made in the parent, used by the children."""
        # A restarted container has the host name and often the pid of the one before: the token tells them apart.
        consumer = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        return Equipment(self.settings, redis_url=self.redis_url, consumer=consumer)


def make_app(settings: Settings, *, redis_url: str | None = None) -> DatelineApp:
    """An app for these settings; its address is the private Redis of the data folder if none is given."""
    configured = settings.redis_url.get_secret_value() if settings.redis_url else None
    made = DatelineApp("dateline", include=[f"tasks.{stage}.task" for stage in celeryconfig.STAGES])
    made.settings = settings
    made.redis_url = redis_url or configured or embedded.socket_url(settings.data_dir / "redis")
    made.config_from_object(celeryconfig)
    made.conf.update(
        broker_url=embedded.broker_url(made.redis_url),
        task_soft_time_limit=SOFT_LIMIT * settings.stall_s,
        task_time_limit=HARD_LIMIT * settings.stall_s,
    )
    made.steps["worker"].add(Heartbeat)
    return made


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
    """Says every two seconds that this worker lives; what it works on is safe for as long."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's interface
        super().__init__(parent, **options)
        self._entry: Any = None
        self._client: Redis | None = None
        self._key = ""

    def start(self, parent: Any) -> None:  # noqa: ANN401
        """Beat once before the first task, then on the worker's timer."""
        # Short and without retries: this runs in the worker's only loop.
        self._client = Redis.from_url(parent.app.redis_url, socket_timeout=1.0, retry=Retry(NoBackoff(), 0))
        self._key = keys.alive(parent.app.tools.consumer)
        self._beat()
        self._entry = parent.timer.call_repeatedly(BEAT_S, self._beat)

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002
        """Whoever stops in good order says so."""
        if self._entry:
            self._entry.cancel()
        self._send(lambda client: client.delete(self._key))

    def _beat(self) -> None:
        self._send(lambda client: client.set(self._key, "1", ex=ALIVE_S))

    def _send(self, command: Any) -> None:  # noqa: ANN401
        try:
            command(self._client)
        except RedisError as error:
            log.warning("heartbeat_missed", reason=str(error))


@signals.celeryd_init.connect
def _join_redis(instance: Any, **_: Any) -> None:  # noqa: ANN401
    """Without a configured Redis, a worker shares the private one of its data folder."""
    settings: Settings = instance.app.settings
    logging_config.set_up(level=settings.log_level, form=settings.log_format)
    if settings.redis_url is None and instance.app.redis_url.startswith("unix://"):
        stack = ExitStack()
        stack.enter_context(embedded.start_embedded(settings.data_dir))
        atexit.register(stack.close)


@signals.worker_init.connect
def _load(sender: Any, **_: Any) -> None:  # noqa: ANN401
    """Before the fork: load what the queues of this worker need, and keep the collector off it."""
    sender.app.tools.prepare(set(sender.app.amqp.queues.consume_from))
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)


@signals.task_failure.connect
def _hand_over(sender: Any, exception: BaseException, args: Any, **_: Any) -> None:  # noqa: ANN401
    """A batch failed, or its process died: its entries go to the sweeper at once.

    Runs in the child for exceptions and in the parent for a killed child or a hard time limit (there twice); handing
    over twice changes nothing.
    """
    entry_ids = args[0][0] if args and isinstance(args[0], list) else []
    stage = str(sender.name).removeprefix("dateline.")
    try:
        sender.app.tools.progress.lost(entry_ids, reason=f"{stage}: {exception!r}"[:500])
    except DatelineError as error:
        # Then the sweeper finds them by their silence.
        log.warning("handover_failed", entry_ids=entry_ids, reason=str(error))


app = make_app(current())
