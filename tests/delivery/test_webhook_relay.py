"""Events posted to receivers of every kind: at least once, in order per event, and one bad event stops nothing."""

import base64
import hashlib
import hmac
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings, read_settings
from tests.delivery.events import an_event, emit_event, emit_many, emit_raw
from tests.delivery.receiver import TAKEN, Answer, ReceiverServer, Request, wait_for
from workers import event_stream, keys
from workers.dead import NoSuchLetter
from workers.relays import Postponed, RelayStopped, Standby, drain, open_relays, run_relay, run_relays, webhook
from workers.relays.receiver import RETRY_AFTER_MAX_S, Receiver, retry_after_s
from workers.relays.signing import read_secret, sign
from workers.relays.webhook import WebhookRelay
from workers.status import queue_status
from workers.undelivered import UndeliveredEvents

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
KEY = b"k" * 32
TIMEOUT_S = 5.0


@pytest.fixture
def receiver() -> Iterator[ReceiverServer]:
    server = ReceiverServer()
    yield server
    server.close()


@pytest.fixture
def relay(client: Redis, receiver: ReceiverServer) -> Iterator[Callable[..., WebhookRelay]]:
    """Open relays; they are closed afterwards."""
    with ExitStack() as stack:

        def start(*, url: str | None = None, timeout_s: float = TIMEOUT_S, **more: Any) -> WebhookRelay:
            one = WebhookRelay(
                client, Receiver(url or receiver.url, secrets=[KEY], timeout_s=timeout_s), **({"tries": 3} | more)
            )
            stack.callback(one.close)
            return one

        yield start


def pump_all(relay: WebhookRelay) -> int:
    """As `run_relay`, without its pauses; how often it was put off."""
    put_off = 0
    while put_off < 100:
        try:
            if not relay.pump(block_ms=1):
                return put_off
        except Postponed:
            put_off += 1
    raise AssertionError("it is put off for ever")


def answers(*statuses: int) -> Callable[[Request], Answer]:
    """These statuses one after another, then everything is taken."""
    left = list(statuses)
    return lambda _: (left.pop(0), {}, b"") if left else TAKEN


def refusing(*ids: str, status: int = 422) -> Callable[[Request], Answer]:
    """Refuse requests with any of these events."""
    return lambda request: (status, {}, b"does\nnot fit") if set(request.ids) & set(ids) else TAKEN


# --- the request -------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_standard_webhooks() -> None:
    headers = sign(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        secrets=[read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_request_is_one_signed_cloudevent(client: Redis, relay: Callable, receiver: ReceiverServer) -> None:
    [name] = emit_many(client, 1)
    began = int(time.time())
    drain([relay()])
    [request] = receiver.requests
    assert request.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    [(_, fields)] = client.xrange(keys.EVENTS)
    assert request.body == fields[b"cloudevent"]
    assert request.headers["webhook-id"] == name == request.events[0]["id"]
    assert began <= int(request.headers["webhook-timestamp"]) <= time.time()
    signed = f"{name}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


def test_a_receiver_written_by_the_documentation_takes_it_and_nothing_else(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sinks.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.findall("```python\n(.*?)```", page, flags=re.DOTALL)[0], names)
    emit_many(client, 1)
    drain([relay()])
    [request] = receiver.requests
    assert names["is_ours"](SECRET, request.headers, request.body)
    assert not names["is_ours"](SECRET, request.headers, request.body + b" ")
    assert not names["is_ours"](SECRET, request.headers | {"webhook-timestamp": "1"}, request.body)
    assert not names["is_ours"]("whsec_" + "A" * 44, request.headers, request.body)


def test_while_keys_are_changed_both_sign() -> None:
    headers = sign(b"{}", message_id="a", timestamp=1, secrets=[KEY, b"n" * 32])
    both = [sign(b"{}", message_id="a", timestamp=1, secrets=[key])["webhook-signature"] for key in (KEY, b"n" * 32)]
    assert headers["webhook-signature"].split() == both


@pytest.mark.parametrize("secret", ["", "whsec_", "hunter2", "whsec_" + base64.b64encode(b"short").decode(), "whsec_é"])
def test_a_weak_secret_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(SettingsError, match="webhook_secrets") as raised:
        read_secret(secret)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("url", ["ftp://hunter2/x", "hunter2", "http://", "https://?hunter2", "file:///hunter2"])
def test_what_is_no_web_address_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(SettingsError, match="webhook_urls") as raised:
        Receiver(url, secrets=[KEY], timeout_s=1)
    assert "hunter2" not in str(raised.value)


def test_a_batch_is_a_cloudevents_batch(client: Redis, relay: Callable, receiver: ReceiverServer) -> None:
    expected = emit_many(client, 25)
    drain([relay(batch=10)])
    assert [len(request.ids) for request in receiver.taken] == [10, 10, 5]
    assert {request.headers["content-type"] for request in receiver.taken} == {
        "application/cloudevents-batch+json; charset=utf-8"
    }
    assert len({request.headers["webhook-id"] for request in receiver.taken}) == 3
    assert receiver.ids == expected


# --- a receiver that does not take --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [302, 307, 404, 408, 415, 425, 429, 502, 503, 504])
def test_what_is_wrong_with_the_receiver_is_waited_for(
    client: Redis, relay: Callable, receiver: ReceiverServer, status: int
) -> None:
    receiver.answer = answers(*[status] * 10)
    expected = emit_many(client, 3)
    assert pump_all(relay()) == 10
    assert receiver.ids == expected
    assert list(UndeliveredEvents(client).list()) == []


@pytest.mark.parametrize("how", ["drop", "hang", "drip", "nonsense"])
def test_a_receiver_without_manners_is_waited_for_but_not_long(
    client: Redis, relay: Callable, receiver: ReceiverServer, how: str
) -> None:
    expected = emit_many(client, 2)
    receiver.answer = lambda _: how
    one = relay(timeout_s=0.3)
    began = time.monotonic()
    with pytest.raises(Postponed, match="no answer"):
        one.pump(block_ms=1)
    assert time.monotonic() - began < 5
    receiver.answer = lambda _: TAKEN
    time.sleep(0.1)
    pump_all(one)
    assert receiver.ids == expected


def test_an_endless_answer_is_not_read_to_its_end(client: Redis, relay: Callable, receiver: ReceiverServer) -> None:
    emit_many(client, 1)
    receiver.answer = lambda _: "endless"
    assert relay(timeout_s=20).pump(block_ms=1) == 1


def test_a_receiver_that_is_away_is_a_message_without_its_address(client: Redis, relay: Callable) -> None:
    emit_many(client, 1)
    with pytest.raises(Postponed) as raised:
        relay(url="http://me:hunter2@127.0.0.1:1/hunter2").pump(block_ms=1)
    assert "hunter2" not in str(raised.value) + relay().name


def test_redirects_are_not_followed(client: Redis, relay: Callable, receiver: ReceiverServer) -> None:
    elsewhere = ReceiverServer()
    try:
        emit_many(client, 1)
        receiver.answer = lambda _: (307, {"location": elsewhere.url}, b"")
        with pytest.raises(Postponed, match="redirects are not followed"):
            relay().pump(block_ms=1)
        assert elsewhere.requests == []
    finally:
        elsewhere.close()


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_receiver_that_does_not_know_us_stops_the_relay_and_loses_nothing(
    client: Redis, relay: Callable, receiver: ReceiverServer, status: int
) -> None:
    receiver.answer = answers(status)
    expected = emit_many(client, 3)
    with pytest.raises(RelayStopped, match=f"HTTP {status}"):
        relay().pump(block_ms=1)
    assert len(receiver.requests) == 1
    assert event_stream.position(client, relay().name) == "0-0"
    event_stream.trim_events(client, most=1)
    assert [event.cloudevent for event in event_stream.read_events(client)][:1] == [receiver.requests[0].body]
    assert len(expected) == client.xlen(keys.EVENTS)


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_an_event_that_is_refused_for_good_holds_up_no_other(
    client: Redis, relay: Callable, receiver: ReceiverServer, status: int
) -> None:
    expected = emit_many(client, 5)
    receiver.answer = refusing("e2.1", status=status)
    assert pump_all(relay()) == 2
    assert receiver.ids == [name for name in expected if name != "e2.1"]
    [letter] = UndeliveredEvents(client).list()
    assert (letter.event, letter.attempts, letter.reason) == ("e2.1", 3, f"HTTP {status}: does not fit")
    assert letter.relay == relay().name


def test_of_a_refused_batch_only_the_refused_event_is_set_aside(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    expected = emit_many(client, 25)
    receiver.answer = refusing("e3.1", "e12.1")
    pump_all(relay(batch=10))
    assert receiver.ids == [name for name in expected if name not in {"e3.1", "e12.1"}]
    assert [letter.event for letter in UndeliveredEvents(client).list()] == ["e3.1", "e12.1"]


def test_tries_are_counted_over_a_pause_longer_than_the_lease(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    emit_many(client, 2)
    receiver.answer = refusing("e0.1")
    one = relay()
    for _ in range(2):
        with pytest.raises(Postponed):
            one.pump(block_ms=1)
        client.delete(keys.lease(one.name))
    assert pump_all(one) == 0
    assert receiver.ids == ["e1.1"]


def test_a_receiver_that_breaks_at_one_event_gets_the_others(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    expected = emit_many(client, 5)
    receiver.answer = refusing("e2.1", status=500)
    pump_all(relay())
    assert receiver.ids == [name for name in expected if name != "e2.1"]
    assert [letter.event for letter in UndeliveredEvents(client).list()] == ["e2.1"]


def test_a_receiver_that_is_broken_altogether_loses_nothing(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    expected = emit_many(client, 3)
    receiver.answer = lambda _: (500, {}, b"")
    one = relay()
    for _ in range(10):
        with pytest.raises(Postponed):
            one.pump(block_ms=1)
    receiver.answer = lambda _: TAKEN
    pump_all(one)
    assert list(UndeliveredEvents(client).list()) == []
    assert list(dict.fromkeys(receiver.ids)) == expected


def test_a_receiver_that_refuses_everything_stops_the_relay(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    emit_many(client, 50)
    receiver.answer = lambda _: (400, {}, b"signature?")
    with pytest.raises(RelayStopped, match="one after another"):
        pump_all(relay(tries=1))
    assert len(list(UndeliveredEvents(client).list())) == webhook.MOST_IN_ROW


def test_a_full_store_is_waited_for(
    client: Redis, relay: Callable, receiver: ReceiverServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MOST_SET_ASIDE", 1)
    emit_many(client, 2)
    receiver.answer = refusing("e0.1", "e1.1")
    one = relay(tries=1)
    assert one.pump(block_ms=1) == 1
    with pytest.raises(Exception, match="set aside"):
        one.pump(block_ms=1)
    [letter] = UndeliveredEvents(client).list()
    UndeliveredEvents(client).drop(letter.letter_id)
    assert one.pump(block_ms=1) == 1


# --- what was set aside -------------------------------------------------------------------------------------


@pytest.fixture
def refused(client: Redis, relay: Callable, receiver: ReceiverServer) -> UndeliveredEvents:
    """The first version of an event is set aside."""
    emit_event(client, an_event("a"))
    receiver.answer = refusing("a.1")
    drain([relay(tries=1)])
    return UndeliveredEvents(client)


def test_what_was_set_aside_can_be_shown_redriven_and_is_taken_then(
    client: Redis, relay: Callable, receiver: ReceiverServer, refused: UndeliveredEvents
) -> None:
    [letter] = refused.list()
    [(_, fields)] = client.xrange(keys.EVENTS)
    assert refused.show(letter.letter_id) == (letter, fields[b"cloudevent"])
    receiver.answer = lambda _: TAKEN
    refused.redrive(letter.letter_id)
    assert drain([relay()]) == 1
    assert receiver.ids == ["a.1"]
    assert drain([relay()]) == 0
    assert not client.exists(keys.UNDELIVERED, keys.newest(letter.relay)) or not client.xlen(keys.UNDELIVERED)
    with pytest.raises(NoSuchLetter):
        refused.redrive(letter.letter_id)


def test_what_is_refused_again_is_set_aside_again(
    client: Redis, relay: Callable, receiver: ReceiverServer, refused: UndeliveredEvents
) -> None:
    [letter] = refused.list()
    refused.redrive(letter.letter_id)
    expected = emit_many(client, 2)
    drain([relay()])
    assert receiver.ids == expected
    [again] = refused.list()
    assert (again.event, again.attempts) == ("a.1", 2)


def test_a_version_that_was_overtaken_is_not_sent_after_the_newer_one(
    client: Redis, relay: Callable, receiver: ReceiverServer, refused: UndeliveredEvents
) -> None:
    emit_event(client, an_event("a", 2))
    drain([relay()])
    receiver.answer = lambda _: TAKEN
    [letter] = refused.list()
    refused.redrive(letter.letter_id)
    drain([relay()])
    assert receiver.ids == ["a.2"]
    assert list(refused.list()) == []
    assert not client.exists(keys.newest(letter.relay))


def test_what_is_dropped_leaves_nothing_behind(client: Redis, refused: UndeliveredEvents) -> None:
    [letter] = refused.list()
    refused.drop(letter.letter_id)
    assert list(refused.list()) == []
    assert not client.exists(keys.newest(letter.relay))
    with pytest.raises(NoSuchLetter):
        refused.drop(letter.letter_id)


def test_what_is_no_cloudevent_is_sent_and_set_aside_like_any_other(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    entry_id = emit_raw(client, b"no event")
    expected = emit_many(client, 1)
    receiver.answer = lambda request: (400, {}, b"") if request.body == b"no event" else TAKEN
    pump_all(relay())
    assert receiver.ids == expected
    assert [letter.event for letter in UndeliveredEvents(client).list()] == [entry_id]


# --- pauses -------------------------------------------------------------------------------------------------


class Pauses:
    """A flag that notes how long it is waited for, and is set after some waits."""

    def __init__(self, most: int) -> None:
        self.waited: list[float] = []
        self._most = most

    def is_set(self) -> bool:
        return len(self.waited) >= self._most

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def test_pauses_grow_and_are_at_least_what_the_receiver_asks_for(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    emit_many(client, 1)
    asked = iter(["", "", "30", "", ""])
    receiver.answer = lambda _: (503, {"retry-after": next(asked)}, b"")
    pauses = Pauses(5)
    run_relay(relay(), pauses, uniform=lambda _, most: most)  # type: ignore[arg-type]
    assert pauses.waited == [2, 4, 30, 16, 32]


@examples(deadline=None)
@given(st.one_of(st.text(), st.integers().map(str), st.datetimes().map(lambda at: f"{at:%a, %d %b %Y %H:%M:%S GMT}")))
def test_whatever_a_receiver_asks_for_the_wait_is_bounded(value: str) -> None:
    assert 0 <= retry_after_s(value, now=0.0) <= RETRY_AFTER_MAX_S


def test_a_date_to_retry_after_is_understood() -> None:
    assert retry_after_s("Thu, 01 Jan 1970 00:01:40 GMT", now=40.0) == 60


# --- several ------------------------------------------------------------------------------------------------


@contextmanager
def at_work(relays: list[Any]) -> Iterator[None]:
    stop = threading.Event()
    said: list[BaseException] = []

    def work() -> None:
        try:
            run_relays(relays, stop)
        except RelayStopped as error:
            said.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def test_a_slow_or_stopped_receiver_holds_up_no_other(
    client: Redis, receiver: ReceiverServer, settings: Settings
) -> None:
    slow, gone = ReceiverServer(), ReceiverServer()
    slow.answer = lambda _: "hang"
    gone.answer = lambda _: (410, {}, b"")
    chosen = settings.model_copy(
        update={"sinks": ("webhook", "jsonl"), "jsonl_path": settings.data_dir / "out", "webhook_timeout_s": 2.0}
    )
    given_ = {"webhook_urls": [slow.url, gone.url, receiver.url], "webhook_secrets": [SECRET]}
    relays = open_relays(client, Settings.model_validate(chosen.model_dump() | given_))
    assert len(relays) == 4
    expected = emit_many(client, 100)
    try:
        with at_work(list(relays)):
            wait_for(lambda: receiver.ids == expected)
            wait_for(lambda: len((settings.data_dir / "out").read_bytes().splitlines()) == 100)
        assert slow.taken == []
        assert len(gone.requests) == 1
    finally:
        for server in (slow, gone):
            server.close()
        for one in relays:
            one.close()


def test_of_two_relays_one_works_and_the_other_takes_over(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    first, second = relay(), relay()
    expected = emit_many(client, 2)
    assert first.pump(block_ms=1) == 1
    with pytest.raises(Standby, match="another relay"):
        second.pump(block_ms=1)
    pump_all(first)
    expected += emit_many(client, 2, prefix="f")
    client.delete(keys.lease(first.name))  # as when it has expired
    pump_all(second)
    with pytest.raises(Standby):
        first.pump(block_ms=1)
    assert receiver.ids == expected


def test_a_relay_that_lost_its_lease_while_it_posted_moves_nothing(
    client: Redis, relay: Callable, receiver: ReceiverServer
) -> None:
    first = relay()

    def steal(_: Request) -> Answer:
        client.set(keys.lease(first.name), "another")
        return TAKEN

    expected = emit_many(client, 2)
    receiver.answer = steal
    with pytest.raises(Exception, match="taken over"):
        first.pump(block_ms=1)
    assert event_stream.position(client, first.name) == "0-0"
    client.delete(keys.lease(first.name))
    receiver.answer = lambda _: TAKEN
    pump_all(first)
    assert list(dict.fromkeys(receiver.ids)) == expected


def test_an_emptied_redis_is_no_end(client: Redis, relay: Callable, receiver: ReceiverServer) -> None:
    one = relay()
    expected = emit_many(client, 2)
    pump_all(one)
    client.delete(keys.EVENTS)
    expected += emit_many(client, 2, prefix="f")
    for _ in range(10):
        with suppress(Exception):
            pump_all(one)
    assert list(dict.fromkeys(receiver.ids)) == expected


@pytest.mark.slow
def test_a_relay_killed_again_and_again_posts_everything_in_order(
    client: Redis, redis_url: str, receiver: ReceiverServer, tmp_path: Path
) -> None:
    told = tmp_path / "log"
    environment = os.environ | {
        "DATELINE_REDIS_URL": redis_url,
        "DATELINE_SINKS": "webhook",
        "DATELINE_WEBHOOK_URLS": receiver.url,
        "DATELINE_WEBHOOK_SECRETS": SECRET,
        "DATELINE_WEBHOOK_TIMEOUT_S": "1",
        "DATELINE_LOG_LEVEL": "DEBUG",
    }

    def start() -> "subprocess.Popen[bytes]":
        with told.open("ab") as log:
            return subprocess.Popen([sys.executable, "-P", "-m", "workers.cli", "relay"], env=environment, stderr=log)

    expected: list[str] = []
    process = start()
    try:
        for round_ in range(3):
            expected += emit_many(client, 100, versions=2, prefix=f"r{round_}-")
            before = len(receiver.taken)
            wait_for(lambda before=before: len(receiver.taken) > before + 20)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = start()
        wait_for(lambda: set(receiver.ids) == set(expected))
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    # Each kill costs a repetition of one request at most.
    assert list(dict.fromkeys(receiver.ids)) == expected
    assert len(receiver.ids) <= len(expected) + 3
    log = told.read_text(encoding="utf-8")
    assert "relay_stands_by" in log
    assert "hunter2" not in log


# --- the command line ---------------------------------------------------------------------------------------


def test_the_command_line_deals_with_what_was_set_aside(
    client: Redis, redis_url: str, refused: UndeliveredEvents, relay: Callable, receiver: ReceiverServer
) -> None:
    def dateline(*arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-P", "-m", "workers.cli", "undelivered", *arguments]
        environment = os.environ | {"DATELINE_REDIS_URL": redis_url}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    [letter] = refused.list()
    assert "a.1" in dateline("list")
    assert '"data":' in dateline("show", letter.letter_id)
    assert queue_status(client).undelivered == 1
    assert dateline("redrive", "--all") == "1 redriven\n"
    dateline("drop", letter.letter_id, code=2)
    drain([relay(tries=1)])
    assert dateline("drop", "--all") == "1 dropped\n"
    assert dateline("list") == ""


# --- settings -----------------------------------------------------------------------------------------------


def test_addresses_and_keys_are_lists_and_secret(tmp_path: Any) -> None:
    environ = {
        "DATELINE_WEBHOOK_URLS": "https://a.example/hunter2, https://b.example/x",
        "DATELINE_WEBHOOK_SECRETS": SECRET,
    }
    settings = read_settings(environ, folder=tmp_path)
    assert [url.get_secret_value() for url in settings.webhook_urls] == [
        "https://a.example/hunter2",
        "https://b.example/x",
    ]
    assert "hunter2" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("given_", "named"), [({}, "WEBHOOK_URLS"), ({"webhook_urls": ["http://x/"]}, "WEBHOOK_SECRETS")]
)
def test_what_is_missing_is_named(client: Redis, given_: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        open_relays(client, Settings(sinks=("webhook",), **given_))
