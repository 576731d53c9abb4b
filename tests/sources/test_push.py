import hashlib
import hmac
import threading

import httpx
import pytest

from workers.sources import PushServer

TOKEN = "a-token-of-the-test-suite"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Door:
    def __init__(self):
        self.items = []
        self.full = False
        self.server = PushServer(
            ("127.0.0.1", 0), self.accept, token=TOKEN, max_bytes=1000, topics=frozenset({"https://acme.example/feed"})
        )
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=lambda: self.server.serve_forever(0.02), daemon=True)
        self.thread.start()

    def accept(self, item):
        if self.full:
            return None
        self.items.append(item)
        return f"{len(self.items)}-0"


@pytest.fixture
def door():
    made = Door()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def client(door):
    with httpx.Client(base_url=door.url, trust_env=False) as made:
        yield made


def test_an_item_pushed_with_the_token_is_accepted(door, client):
    headers = BEARER | {"X-Dateline-Name": "../../a.txt", "X-Dateline-Source": "desk", "Content-Type": "text/plain"}
    answer = client.post("/articles", content=b"The army said so.", headers=headers)
    assert (answer.status_code, answer.json()) == (202, {"entry_id": "1-0"})
    (item,) = door.items
    assert (item.content, item.name, item.source, item.media_type) == (
        b"The army said so.",
        "a.txt",
        "desk",
        "text/plain",
    )


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
def test_without_the_token_nothing_is_accepted(door, client, headers):
    assert client.post("/articles", content=b"x", headers=headers).status_code == 401
    assert door.items == []


def test_a_signature_of_the_body_does_as_well_as_the_token(door, client):
    good = hmac.new(TOKEN.encode(), b"<rss/>", hashlib.sha256).hexdigest()
    assert client.post("/websub", content=b"<rss/>", headers={"X-Hub-Signature": f"sha256={good}"}).status_code == 202
    assert (
        client.post("/websub", content=b"<rss></rss>", headers={"X-Hub-Signature": f"sha256={good}"}).status_code == 401
    )
    assert client.post("/websub", content=b"<rss/>", headers={"X-Hub-Signature": "md5=x"}).status_code == 401
    assert len(door.items) == 1


def test_too_large_an_item_is_turned_away_unread(door, client):
    assert client.post("/articles", content=b"x" * 1001, headers=BEARER).status_code == 413
    assert client.post("/articles", content=iter([b"x"]), headers=BEARER).status_code == 411


def test_a_full_queue_asks_to_come_again(door, client):
    door.full = True
    answer = client.post("/articles", content=b"x", headers=BEARER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_websub_intent_is_confirmed_for_our_topics_only(client):
    ours = {"hub.mode": "subscribe", "hub.topic": "https://acme.example/feed", "hub.challenge": "abc"}
    answer = client.get("/websub", params=ours)
    assert (answer.status_code, answer.text) == (200, "abc")
    assert client.get("/websub", params=ours | {"hub.topic": "https://other.example/"}).status_code == 404
    assert client.get("/health").status_code == 200


def test_many_senders_at_once_lose_nothing(door):
    def send():
        with httpx.Client(base_url=door.url, trust_env=False) as client:
            for _ in range(10):
                assert client.post("/articles", content=b"x", headers=BEARER).status_code == 202

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(door.items) == 80


def test_a_short_token_is_refused():
    with pytest.raises(ValueError, match="16 characters"):
        PushServer(("127.0.0.1", 0), lambda item: None, token="short", max_bytes=10)
