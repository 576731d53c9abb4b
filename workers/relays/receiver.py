"""One address that events are posted to: the signed request, and what its answer means.

Source: Standard Webhooks 1.0; CloudEvents HTTP 1.1 Web Hooks 1.0.2, section 2.2 (which statuses mean what).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from hashlib import sha256

import httpx

from config.errors import SettingsError
from tasks.records import Record
from workers.relays.signing import sign
from workers.retry_after import asked_wait_s

USER_AGENT = "dateline/0.1 (webhook)"
REFUSED = frozenset({400, 409, 413, 422})
"""Statuses that speak of the request at hand (RFC 9110, 15.5; 422 is a schema that does not fit)."""
STOPPED = frozenset({401, 403, 410})
"""The receiver does not know us any more: trying on is noise, and 410 asks us to end."""
BROKEN = 500
"""The receiver's own fault, perhaps with this event alone."""
ANSWER_BYTES = 16_384
"""Of an answer that are read; it says nothing that we need but its status."""
REASON_CHARS = 200
RETRY_AFTER_MAX_S = 3600.0


class Verdict(Enum):
    """What an answer means."""

    TAKEN = auto()
    REFUSED = auto()
    BROKEN = auto()
    STOPPED = auto()
    AWAY = auto()


class Answer(Record, frozen=True, kw_only=True):
    """What a receiver said, or why it said nothing."""

    status: int | None
    reason: str
    """For the log: nothing that the receiver wrote."""
    said: str = ""
    """Beginning of what it wrote."""
    wait_s: float = 0.0
    """As it asked for."""

    @property
    def verdict(self) -> Verdict:
        """What is to be done."""
        if self.status is None:
            return Verdict.AWAY
        if 200 <= self.status < 300:
            return Verdict.TAKEN
        known = {BROKEN: Verdict.BROKEN} | dict.fromkeys(REFUSED, Verdict.REFUSED)
        return (known | dict.fromkeys(STOPPED, Verdict.STOPPED)).get(self.status, Verdict.AWAY)


class Receiver:
    """Posts to one address; redirects are not followed, and no answer is waited for or read without limit."""

    def __init__(
        self, url: str, *, secrets: Sequence[bytes], timeout_s: float, now: Callable[[], float] = time.time
    ) -> None:
        self._url = _checked(url)
        self._secrets = tuple(secrets)
        self._now = now
        self.timeout_s = timeout_s
        self.host = self._url.host
        # An address may hold a password: never shown whole.
        self.name = f"{self.host}:{sha256(url.encode()).hexdigest()[:8]}"
        self._http = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=timeout_s)
        # httpx limits each step of a request; asyncio limits all of it.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def post(self, body: bytes, *, message_id: str, media_type: str) -> Answer:
        """Sign and send."""
        signed = sign(body, message_id=message_id, timestamp=int(self._now()), secrets=self._secrets)
        headers = {"content-type": media_type, "user-agent": USER_AGENT} | signed
        return self._runner.run(self._answer(body, headers))

    async def _answer(self, body: bytes, headers: dict[str, str]) -> Answer:
        """What the receiver answers, within the time for all of it: a dripping answer is none."""
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                self._http.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                said = b""
                async for piece in response.aiter_raw():
                    said += piece
                    if len(said) >= ANSWER_BYTES:
                        break
                return _answer_of(response, said, now=self._now())
        except TimeoutError:
            return Answer(status=None, reason=f"no answer within {self.timeout_s:g} s")
        except (httpx.HTTPError, OSError) as error:
            return Answer(status=None, reason=f"no answer ({type(error).__name__})")

    def close(self) -> None:
        """Close its connections."""
        if not self._http.is_closed:
            self._runner.run(self._http.aclose())
            self._runner.close()


def _answer_of(response: httpx.Response, said: bytes, *, now: float) -> Answer:
    status = response.status_code
    word = ", and redirects are not followed: set the final address" if response.is_redirect else ""
    text = "".join(char if char.isprintable() else " " for char in said[: 4 * REASON_CHARS].decode("utf-8", "replace"))
    wait_s = retry_after_s(response.headers.get("retry-after", ""), now=now)
    return Answer(status=status, reason=f"HTTP {status}{word}", said=text.strip()[:REASON_CHARS], wait_s=wait_s)


def retry_after_s(value: str, *, now: float) -> float:
    """How long a receiver asks us to wait, 0 s where it does not, never hours."""
    return min(asked_wait_s(value, now=now), RETRY_AFTER_MAX_S)


def _checked(url: str) -> httpx.URL:
    """Raises: SettingsError, without the address."""
    with suppress(httpx.InvalidURL, ValueError):
        address = httpx.URL(url)
        if address.scheme in {"http", "https"} and address.host:
            return address
    raise SettingsError("webhook_urls: expected addresses that begin with https:// or http://")
