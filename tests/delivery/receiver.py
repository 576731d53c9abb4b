"""A receiver of webhooks on this machine, which answers as a test says."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

Answer = tuple[int, dict[str, str], bytes]
TAKEN: Answer = (204, {}, b"")


@dataclass(frozen=True)
class Request:
    """What came."""

    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """The CloudEvents in it."""
        content = msgspec.json.decode(self.body)
        return content if isinstance(content, list) else [content]

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return [event["id"] for event in self.events]


class ReceiverServer:
    """Answers every request by `answer`; keeps those it has taken."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.taken: list[Request] = []
        self.answer: Callable[[Request], Answer | str] = lambda _: TAKEN
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:  # the sender was killed in the middle of it: nothing came
                    self.close_connection = True
                    return
                request = Request({name.lower(): value for name, value in self.headers.items()}, body)
                site.requests.append(request)
                answer = site.answer(request)
                if isinstance(answer, str):
                    self.misbehave(answer)
                    return
                status, headers, content = answer
                if 200 <= status < 300:
                    site.taken.append(request)
                self.send_response(status)
                for name, value in ({"content-length": str(len(content))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                site.requests.append(Request({}, b"a redirect was followed"))

            def misbehave(self, how: str) -> None:
                self.close_connection = True
                try:
                    if how == "hang":
                        site.hold.wait(10)
                    elif how == "drip":
                        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                        for _ in range(200):
                            site.hold.wait(0.05)
                            self.wfile.write(b"x-more: 1\r\n")
                    elif how == "endless":
                        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n")
                        while not site.hold.is_set():
                            self.wfile.write(b"x" * 65_536)
                    elif how == "nonsense":
                        self.wfile.write(b"220 mail.example ESMTP\r\n")
                except OSError:
                    pass

            def log_message(self, *args: Any) -> None:
                pass

        self.hold = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?token=hunter2"
        self.thread = threading.Thread(target=lambda: self.server.serve_forever(0.02), daemon=True)
        self.thread.start()

    @property
    def ids(self) -> list[str]:
        """Of the events that were taken, in order."""
        return [name for request in self.taken for name in request.ids]

    def close(self) -> None:
        """End it."""
        self.hold.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def wait_for(true: Callable[[], Any], *, within_s: float = 60) -> None:
    """Look again and again."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
