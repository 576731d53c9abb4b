"""HTTP and HTTPS sources, polled: conditional requests, back-off, bounds on size and time.

Source: RFC 9110 (ETag, If-None-Match, If-Modified-Since, Retry-After, 304, 410).
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from time import monotonic

import httpx

from tasks.clean import Limits, split
from tasks.errors import ArticleError
from tasks.records import WireItem
from workers.retry_after import asked_wait_s
from workers.sources.description import SourceDescription
from workers.sources.guard import AddressRefused, Resolve, checked, resolve
from workers.sources.memory import PollState, SourceMemory

BACK_OFF_MAX_S = 6 * 3600.0
REDIRECTS_MAX = 5
_USER_AGENT = "dateline/0.1 (news wire reader)"
_CHUNK_BYTES = 65_536


class Fetched:
    """What an address answered."""

    def __init__(self, status: int, headers: httpx.Headers, content: bytes, url: str) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.url = url


class FetchFailed(Exception):  # noqa: N818 - inside of this module
    """No usable answer: the network, the time limit, the size limit, the guard."""


class Fetcher:
    """Fetches one address after the other; redirects are followed by hand, so that each is checked."""

    def __init__(self, client: httpx.Client | None = None, *, resolver: Resolve = resolve) -> None:
        self._client = client or httpx.Client(trust_env=False, follow_redirects=False)
        self._resolver = resolver

    def fetch(self, source: SourceDescription, headers: dict[str, str]) -> Fetched:
        """The answer of a source's address. Raises: FetchFailed."""
        url = httpx.URL(source.url or "")
        deadline = monotonic() + source.timeout_s
        for _ in range(REDIRECTS_MAX + 1):
            answer = self._ask(url, source, headers, deadline)
            if answer.status not in {301, 302, 303, 307, 308} or "location" not in answer.headers:
                return answer
            try:
                url = url.join(answer.headers["location"])
            except (httpx.InvalidURL, ValueError) as error:
                raise FetchFailed(f"redirect to no address: {error}") from error
        raise FetchFailed(f"more than {REDIRECTS_MAX} redirects")

    def _ask(self, url: httpx.URL, source: SourceDescription, headers: dict[str, str], deadline: float) -> Fetched:
        try:
            request = checked(url, allow_private=source.allow_private, resolver=self._resolver)
            request.headers.update({"User-Agent": _USER_AGENT, "Accept-Encoding": "gzip, deflate"} | headers)
            request.extensions["timeout"] = httpx.Timeout(source.timeout_s).as_dict()
            answer = self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, AddressRefused, UnicodeError) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}") from error
        try:
            return Fetched(answer.status_code, answer.headers, _bounded(answer, source, deadline), str(url))
        except (httpx.HTTPError, OSError) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}") from error
        finally:
            answer.close()


def _bounded(answer: httpx.Response, source: SourceDescription, deadline: float) -> bytes:
    """The body, as far as size and time allow; a slow or endless one is given up."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_bytes(_CHUNK_BYTES):
        size += len(piece)
        if size > source.max_bytes:
            raise FetchFailed(f"answer of more than {source.max_bytes} bytes")
        if monotonic() > deadline:
            raise FetchFailed(f"answer took longer than {source.timeout_s:g} s")
        pieces.append(piece)
    return b"".join(pieces)


class Poller:
    """One source, looked at again and again."""

    def __init__(
        self, source: SourceDescription, memory: SourceMemory, fetcher: Fetcher, *, now: Callable[[], dt.datetime]
    ) -> None:
        self.source = source
        self._memory = memory
        self._fetcher = fetcher
        self._now = now
        self._limits = Limits(max_item_bytes=source.max_bytes)
        self.wait_s = 0.0
        """How long to wait before the next look."""
        self.problem: str | None = None
        """What went wrong with the last look, if anything."""

    def poll(self) -> Iterator[WireItem]:
        """What is new since the last look. Problems are kept, not raised: the world may be better next time."""
        state = self._memory.state
        if state.gone:
            self.wait_s = BACK_OFF_MAX_S
            return
        try:
            answer = self._fetcher.fetch(self.source, _validators(state))
        except FetchFailed as error:
            self._failed(str(error))
            return
        if answer.status == 304:
            self._succeeded(state.etag, state.modified)
            return
        if answer.status != 200:
            gone = answer.status == 410
            asked = answer.headers.get("retry-after", "").strip()
            wait_s = asked_wait_s(asked, now=self._now().timestamp())
            self._failed(f"HTTP {answer.status}", retry_after_s=wait_s, gone=gone)
            return
        yield from self._new(answer)
        self._succeeded(answer.headers.get("etag"), answer.headers.get("last-modified"))

    def _new(self, answer: Fetched) -> Iterator[WireItem]:
        whole = WireItem(
            content=answer.content,
            name=f"{self.source.id}-{self._now():%Y%m%dT%H%M%S}",
            media_type=answer.headers.get("content-type"),
            received=self._now(),
        )
        for item in _documents(whole, self._limits):
            if self._memory.is_new(hashlib.sha256(item.content).hexdigest()[:32]):
                yield self.source.describe(item)

    def _succeeded(self, etag: str | None, modified: str | None) -> None:
        self.problem = None
        self.wait_s = self.source.cadence_s
        self._memory.put_state(PollState(etag=etag, modified=modified))
        self._memory.save()

    def _failed(self, problem: str, *, retry_after_s: float = 0.0, gone: bool = False) -> None:
        """Twice as long with every failure, and never sooner than the address asked for."""
        state = self._memory.state
        failures = min(state.failures + 1, 16)
        self.problem = problem
        self.wait_s = min(max(self.source.cadence_s * 2**failures, retry_after_s), BACK_OFF_MAX_S)
        self._memory.put_state(PollState(etag=state.etag, modified=state.modified, failures=failures, gone=gone))
        self._memory.save()


def _validators(state: PollState) -> dict[str, str]:
    headers = {}
    if state.etag:
        headers["If-None-Match"] = state.etag
    if state.modified:
        headers["If-Modified-Since"] = state.modified
    return headers


def _documents(whole: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The entries of a feed, or the one document; what cannot be split goes on whole, to be quarantined."""
    try:
        members = list(split(whole, limits=limits))
    except ArticleError:
        members = []
    yield from members or [whole]
