"""The door others push through: `POST /articles` with a token, or as a WebSub subscriber.

Source: W3C WebSub (5.3 verification of intent, 7 authenticated content distribution). One item to a request; 202 says
that it is on the wire queue, 503 with Retry-After that the queue is full and the sender should come again.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import BoundedSemaphore
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tasks.records import WireItem

Accept = Callable[[WireItem], str | None]
"""Puts an item on the queue and gives its entry id, or None where the queue is over its limit."""

_PATHS = frozenset({"/", "/articles", "/websub"})
_TIMEOUT_S = 30.0
_THREADS_MAX = 64
_RETRY_AFTER_S = "5"
_SIGNATURES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class PushServer(ThreadingHTTPServer):
    """An HTTP server for items; `serve_forever` runs it, `shutdown` from another thread stops it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        accept: Accept,
        *,
        token: str,
        max_bytes: int,
        topics: frozenset[str] = frozenset(),
    ) -> None:
        if len(token) < 16:
            raise ValueError("a token of at least 16 characters was expected")
        self.accept = accept
        self.token = token
        self.max_bytes = max_bytes
        self.topics = topics
        self._room = BoundedSemaphore(_THREADS_MAX)
        super().__init__(address, _Handler)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401
        """A thread for the request, if there is one left; else the caller waits in the backlog of the socket."""
        self._room.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401
        """Serve a request and give its thread back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401
        """A caller that hangs up is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    server: PushServer
    server_version = "dateline"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = _TIMEOUT_S
    _no_body: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        """WebSub asks whether we want a topic; anything else is a health check."""
        query = parse_qs(urlsplit(self.path).query)
        challenge, topic = query.get("hub.challenge", [""])[0], query.get("hub.topic", [""])[0]
        if challenge and topic in self.server.topics:
            self._answer(HTTPStatus.OK, challenge.encode()[:4096], "text/plain")
        elif challenge:
            self._say(HTTPStatus.NOT_FOUND, "not a topic that we subscribe to")
        elif urlsplit(self.path).path == "/health":
            self._say(HTTPStatus.OK, "ready")
        else:
            self._say(HTTPStatus.NOT_FOUND, "POST /articles was expected")

    def do_POST(self) -> None:
        """One item."""
        problem = self._refusal()
        if problem:
            self.close_connection = True  # the body is left unread
            self._say(*problem)
            return
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._is_signed_or_known(content):
            self._say(HTTPStatus.UNAUTHORIZED, "Authorization: Bearer <token>, or X-Hub-Signature, was expected")
            return
        entry = self.server.accept(_item(content, self.headers))
        if entry is None:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "the wire queue is full", {"Retry-After": _RETRY_AFTER_S})
        else:
            self._answer(HTTPStatus.ACCEPTED, json.dumps({"entry_id": entry}).encode(), "application/json")

    def _refusal(self) -> tuple[HTTPStatus, str] | None:
        """Why a request is turned away before its body is read."""
        length = self.headers.get("Content-Length", "")
        if urlsplit(self.path).path not in _PATHS:
            return HTTPStatus.NOT_FOUND, "POST /articles was expected"
        if self.headers.get("X-Hub-Signature") is None and not self._has_token():
            return HTTPStatus.UNAUTHORIZED, "Authorization: Bearer <token> was expected"
        if not (length.isascii() and length.isdigit()):
            return HTTPStatus.LENGTH_REQUIRED, "Content-Length was expected"
        if len(length) > 12 or int(length) > self.server.max_bytes:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {self.server.max_bytes} bytes are taken"
        return None

    def _has_token(self) -> bool:
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.server.token.encode())

    def _is_signed_or_known(self, content: bytes) -> bool:
        method, _, signature = self.headers.get("X-Hub-Signature", "").partition("=")
        if method not in _SIGNATURES:
            return self._has_token()
        expected = hmac.new(self.server.token.encode(), content, _SIGNATURES[method]).hexdigest()
        return hmac.compare_digest(signature.strip().lower().encode(), expected.encode())

    def _say(self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> None:
        self._answer(status, json.dumps({"message": message}).encode(), "application/json", headers or self._no_body)

    def _answer(self, status: HTTPStatus, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Outcomes are counted by the queue; requests are not logged line by line."""


def _item(content: bytes, headers: Message) -> WireItem:
    """An item as its headers describe it; names that could be paths are cut down to their last part."""
    name = (headers.get("X-Dateline-Name") or "pushed").replace("\\", "/").rsplit("/", 1)[-1][:200] or "pushed"
    return WireItem(
        content=content,
        name=name,
        media_type=headers.get("Content-Type"),
        uri=headers.get("X-Dateline-Uri"),
        source=headers.get("X-Dateline-Source") or "push",
        language=headers.get("Content-Language"),
    )
