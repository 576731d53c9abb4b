"""What stories of a source have in common, kept in Redis so that all workers learn from all articles."""

import hashlib
from collections.abc import Sequence
from typing import Any

from redis import Redis

from tasks.clean.learned import ARTICLES_NEEDED, LINES_MAX
from workers.connection import world
from workers.keys import TAG

KEEP_S = 30 * 86_400
"""A source that gave nothing for so long is forgotten."""
_PREFIX = f"{TAG}:furniture:"


class RedisParagraphMemory:
    """One hash per source: a line's mark to the marks of the stories that had it, and a set of them by last use."""

    def __init__(self, client: Redis, *, lines_max: int = LINES_MAX, keep_s: int = KEEP_S) -> None:
        self._client = client
        self._lines_max = lines_max
        self._keep_s = keep_s

    def known(self, source: str, marks: Sequence[str]) -> frozenset[str]:
        """Those of the marks that enough other stories had."""
        stories = self._stories(source, marks)
        return frozenset(mark for mark, found in stories.items() if len(found) >= ARTICLES_NEEDED)

    def record(self, source: str, story: str, marks: Sequence[str]) -> None:
        """Remember that a story has these lines; a count lost to another worker is made up by the next article."""
        stories = self._stories(source, marks)
        if not stories:
            return
        lines, used = self._keys(source)
        values: dict[Any, Any] = {
            mark: ",".join(sorted({*found, _short(story)})[:ARTICLES_NEEDED]) for mark, found in stories.items()
        }
        with world(), self._client.pipeline(transaction=False) as pipe:
            pipe.hset(lines, mapping=values)
            pipe.time()
            seconds, micros = pipe.execute()[1]
            pipe.zadd(used, dict.fromkeys(stories, seconds + micros / 1e6))
            pipe.zrange(used, 0, -self._lines_max - 1)
            stale = pipe.execute()[1]
            if stale:
                pipe.hdel(lines, *stale)
                pipe.zrem(used, *stale)
            pipe.expire(lines, self._keep_s)
            pipe.expire(used, self._keep_s)
            pipe.execute()

    def _stories(self, source: str, marks: Sequence[str]) -> dict[str, set[str]]:
        asked = list(dict.fromkeys(marks))
        if not asked:
            return {}
        with world():
            found = self._client.hmget(self._keys(source)[0], asked)
        pairs = zip(asked, found, strict=True)
        return {mark: set(value.decode().split(",")) if isinstance(value, bytes) else set() for mark, value in pairs}

    def _keys(self, source: str) -> tuple[str, str]:
        return f"{_PREFIX}{_short(source)}:lines", f"{_PREFIX}{_short(source)}:used"


def _short(story: str) -> str:
    return hashlib.sha256(story.encode("utf-8", "replace")).hexdigest()[:12]
