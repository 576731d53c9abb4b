"""What the stages are given when they run for real: stores on Redis; model and gazetteer, loaded when first used."""

import datetime as dt
from collections.abc import Callable, Set
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from redis import Redis

from config.celeryconfig import STAGES
from config.settings import Settings
from tasks.ports import Rules
from tasks.records import Coder, WireItem, to_json
from workers.connection import connect
from workers.stores import RedisLedger, RedisProgress, RedisStories, RedisWire

CODING_SETTINGS = (
    *("max_text_chars", "max_body_words", "learn_furniture"),
    *("emit_realis", "duplicate_similarity", "story_window_d"),
)
"""Settings that change what events say; they are part of every event's `coder.configuration`."""

WARM_UP = b"""Two killed in attack near Port Sample

PORT SAMPLE, March 3 (Sample Wire) - Gunmen attacked a convoy in Sudan on Tuesday, killing two soldiers and wounding
three civilians, a police spokesman said. Thousands protested in Khartoum the day after.
"""


class Equipment:
    """The tools of one process; everything is made when first used, so that nothing is open before a fork."""

    def __init__(self, settings: Settings, *, redis_url: str | None = None, consumer: str = "local") -> None:
        self.settings = settings
        self.consumer = consumer
        self._redis_url = redis_url

    @cached_property
    def client(self) -> Redis:
        """The connection of all stores."""
        if self._redis_url is None:
            raise RuntimeError("these tools were made without a Redis")
        return connect(self._redis_url)

    @cached_property
    def wire(self) -> RedisWire:
        """The bytes of accepted entries."""
        return RedisWire(self.client)

    @cached_property
    def progress(self) -> RedisProgress:
        """News of entries under way."""
        return RedisProgress(self.client, consumer=self.consumer)

    @cached_property
    def stories(self) -> RedisStories:
        """Stories of the time window."""
        return RedisStories(self.client)

    @cached_property
    def ledger(self) -> RedisLedger:
        """Where entries end."""
        window = dt.timedelta(days=self.settings.story_window_d)
        return RedisLedger(self.client, window=window, dead_letter_bytes=self.settings.max_item_bytes)

    @cached_property
    def rules(self) -> Rules:
        """Settings the stages know by value."""
        return Rules(duplicate_similarity=self.settings.duplicate_similarity, emit_realis=self.settings.emit_realis)

    @cached_property
    def limits(self) -> Any:  # noqa: ANN401 - see tasks.ports.Tools
        """How much of one input is read."""
        from tasks.clean import Limits

        names = ("max_item_bytes", "max_text_chars", "max_body_words", "max_members")
        return Limits(**{name: getattr(self.settings, name) for name in names})

    @cached_property
    def furniture(self) -> Any:  # noqa: ANN401 - see tasks.ports.Tools
        """Lines that articles of a source share, learned by all workers together; None unless switched on."""
        if not self.settings.learn_furniture:
            return None
        from workers.sources import RedisParagraphMemory

        return RedisParagraphMemory(self.client)

    @cached_property
    def model(self) -> Any:  # noqa: ANN401 - see tasks.ports.Tools
        """The language model."""
        from tasks.extract import load_model

        return load_model(self.settings.model)

    @cached_property
    def gazetteer(self) -> Any:  # noqa: ANN401 - see tasks.ports.Tools
        """The gazetteer, built in the data folder the first time."""
        from tasks.geocode import open_gazetteer

        path = self.settings.gazetteer or self.settings.data_dir / "gazetteer"
        return open_gazetteer(path, user_places=self.settings.user_places)

    @cached_property
    def coder(self) -> Coder:
        """What is to be named in events as their maker."""
        meta = self.model.meta
        return Coder(
            software=f"dateline {version('dateline')}",
            model=f"{meta.get('lang')}_{meta.get('name')} {meta.get('version')} {_digest(meta)}",
            configuration=_digest({name: getattr(self.settings, name) for name in CODING_SETTINGS}),
        )

    def prepare(self, queues: Set[str]) -> None:
        """Load what a worker of these queues needs, and put one article through, so that forks share all tables."""
        if "clean" in queues:
            from tasks.clean.language import identifier

            identifier()
        if queues & {"extract", "deduplicate"}:
            _ = self.coder
        if "geocode" in queues:
            _ = self.gazetteer
        if queues >= set(STAGES[:-1]):
            from workers.inprocess import process

            process([WireItem(content=WARM_UP, name="warm-up.txt")], self)

    @property
    def now(self) -> Callable[[], dt.datetime]:
        """The clock."""
        return lambda: dt.datetime.now(dt.UTC)


def _digest(value: Any) -> str:  # noqa: ANN401 - anything that JSON can say
    return sha256(to_json(value)).hexdigest()[:12]
