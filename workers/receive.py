"""The HTTP door in front of the wire queue."""

import secrets
import threading
from contextlib import closing
from threading import Event

from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.records import WireItem
from workers import keys
from workers.connection import connect, world
from workers.queue import WireQueue, to_fields
from workers.sources import PushServer

TOKEN_BYTES = 24


def receive(settings: Settings, url: str, stop: Event, *, address: tuple[str, int], topics: frozenset[str]) -> None:
    """Serve until told to stop.

    Raises: SettingsError for a token that is too short, or an address that cannot be listened on.
    """
    with closing(connect(url)) as client:
        queue = WireQueue(client, backlog_limit=settings.backlog_limit)
        queue.ensure()
        server = _server(settings, client, queue, address=address, topics=topics)
        with server:
            threading.Thread(target=server.serve_forever, name="serve", daemon=True).start()
            print(f"listening on http://{address[0]}:{server.server_port}/articles", flush=True)
            stop.wait()
            server.shutdown()


def _server(
    settings: Settings, client: Redis, queue: WireQueue, *, address: tuple[str, int], topics: frozenset[str]
) -> PushServer:
    def accept(item: WireItem) -> str | None:
        if queue.is_full():
            return None
        with world():
            return client.xadd(keys.WIRE, to_fields(item)).decode()  # type: ignore[arg-type, union-attr]

    try:
        return PushServer(address, accept, token=_token(settings), max_bytes=settings.max_item_bytes, topics=topics)
    except (ValueError, OSError) as error:
        raise SettingsError(f"cannot serve on {address[0]}:{address[1]}: {error}") from error


def _token(settings: Settings) -> str:
    if settings.push_token:
        return settings.push_token.get_secret_value()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    print(f"token {token} (made up; set DATELINE_PUSH_TOKEN to choose one)", flush=True)
    return token
