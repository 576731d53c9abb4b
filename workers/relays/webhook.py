"""Events posted to an address: CloudEvents 1.0 over HTTP in structured mode, signed, at least once, in order per event.

One relay per address, so that a slow receiver holds up itself alone. What is wrong with the receiver is waited for; an
event that it refuses is set aside after some tries (`workers/undelivered.py`).
Source: CloudEvents HTTP protocol binding 1.0.2, 3.2 and 3.3; Standard Webhooks 1.0.
"""

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal
from uuid import uuid4

import msgspec
import structlog
from redis import Redis
from redis.commands.core import Script

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import WorldError
from tasks.records import Record
from workers import event_stream as stream
from workers import keys
from workers.connection import script, world
from workers.event_stream import StreamEvent, as_numbers
from workers.relays import Postponed, RelayStopped, Standby
from workers.relays.receiver import Answer, Receiver, Verdict
from workers.relays.signing import read_secret

log = structlog.get_logger()

SINGLE = "application/cloudevents+json; charset=utf-8"
BATCH = "application/cloudevents-batch+json; charset=utf-8"
MOST_SET_ASIDE = 10_000
MOST_IN_ROW = 20
"""Events set aside one after another, then it is no longer taken for the events' fault."""


class _Versioned(Record, frozen=True, kw_only=True):
    event_version: int = 0


class _Head(Record, frozen=True, kw_only=True):
    id: str = ""
    subject: str = ""
    data: _Versioned = _Versioned()


class _Letter(Record, frozen=True, kw_only=True):
    """An event that somebody has redriven."""

    letter_id: str
    event: StreamEvent
    attempts: int


class WebhookRelay:
    """Keeps its position in its consumer group, and moves it only while it holds its lease."""

    def __init__(
        self,
        client: Redis,
        receiver: Receiver,
        *,
        batch: int = 1,
        tries: int = 5,
    ) -> None:
        self._client = client
        self._receiver = receiver
        self._batch, self._most_tries = batch, tries
        self.name = f"webhook:{receiver.name}"
        self._token = uuid4().hex
        self._lease, self._passed_script, self._aside = (script(client, name) for name in ("lease", "passed", "aside"))
        self._position: str | None = None
        self._waiting: list[StreamEvent] = []
        self._alone_until = "0-0"
        self._tried = ("", 0)
        self._in_row = 0

    @classmethod
    def open_all(cls, client: Redis, settings: Settings) -> "list[WebhookRelay]":
        """One for each address in the settings.

        Raises: SettingsError where there is no address or no secret.
        """
        if not settings.webhook_urls:
            raise SettingsError("sinks names 'webhook', but webhook_urls (or DATELINE_WEBHOOK_URLS) is not set")
        secrets = [read_secret(secret.get_secret_value()) for secret in settings.webhook_secrets]
        if not secrets:
            raise SettingsError("sinks names 'webhook', but webhook_secrets (or DATELINE_WEBHOOK_SECRETS) is not set")
        urls = dict.fromkeys(secret.get_secret_value() for secret in settings.webhook_urls)
        receivers = [Receiver(url, secrets=secrets, timeout_s=settings.webhook_timeout_s) for url in urls]
        return [cls(client, one, batch=settings.webhook_batch, tries=settings.webhook_tries) for one in receivers]

    def pump(self, *, block_ms: int) -> int:
        """Send one request: what somebody has redriven, else the next events; how many are done with."""
        try:
            self._hold()
            letter = self._next_redriven()
            if letter:
                return self._send_again(letter)
            if not self._waiting:
                self._waiting = stream.read_page(self._client, after=self._position or "0-0", block_ms=block_ms)
            return self._send_next() if self._waiting else 0
        except Postponed:
            raise
        except WorldError:
            self._position = None
            raise

    def close(self) -> None:
        """Close the connection, and let another process have the lease at once."""
        with suppress(WorldError), world():
            self._lease(keys=[keys.lease(self.name)], args=[self._token, 0])
        self._receiver.close()

    # --- which events ----------------------------------------------------------------------------------------

    def _hold(self) -> None:
        """Take or renew the lease, for longer than a request takes; whoever takes it anew asks where it stands.

        Raises: Standby where another process has it.
        """
        lease_ms = int((self._receiver.timeout_s * 1.5 + 1) * 1000)
        with world():
            answer = self._lease(keys=[keys.lease(self.name)], args=[self._token, lease_ms])
        if answer == b"held":
            raise Standby(f"another relay posts to {self._receiver.host}; this one takes over when that one ends")
        if answer == b"taken" or self._position is None:
            self._position = stream.position(self._client, self.name)
            self._waiting = []

    def _send_next(self) -> int:
        alone = as_numbers(self._waiting[0].entry_id) <= as_numbers(self._alone_until)
        batch = self._waiting[: 1 if alone else self._batch]
        answer = self._post(batch)
        if answer.verdict is Verdict.TAKEN:
            return self._passed(batch)
        self._raise_where_none_is_taken(answer)
        if len(batch) > 1:
            # Which of them it is, it says of each alone.
            self._alone_until = batch[-1].entry_id
            return self.pump(block_ms=1)
        return self._not_taken(batch[0], answer)

    def _not_taken(self, event: StreamEvent, answer: Answer) -> int:
        """Try again for a while; then set the event aside, if it is the event's fault."""
        tries = self._tried[1] + 1 if self._tried[0] == event.entry_id else 1
        self._tried = (event.entry_id, tries)
        if tries < self._most_tries:
            raise self._postponed(answer)
        if answer.verdict is Verdict.REFUSED:
            self._set_aside(event, answer, attempts=tries)
            return 1
        return 1 + self._send_past(event, answer, attempts=tries)

    def _send_past(self, event: StreamEvent, answer: Answer, *, attempts: int) -> int:
        """A receiver that breaks at one event and takes the next one breaks because of the event."""
        following = stream.read_page(self._client, after=event.entry_id)[:1]
        self._hold()
        if not following or self._post(following).verdict is not Verdict.TAKEN:
            raise self._postponed(answer)
        self._set_aside(event, answer, attempts=attempts)
        self._waiting = following
        return self._passed(following)

    def _passed(self, batch: Sequence[StreamEvent]) -> int:
        heads = [_head(event) for event in batch]
        versions = [part for head in heads for part in (head.subject, head.data.event_version)]
        self._note(self._passed_script, "stream", batch[-1].entry_id, versions)
        self._moved(batch)
        self._in_row = 0
        return len(batch)

    def _set_aside(self, event: StreamEvent, answer: Answer, *, attempts: int) -> None:
        self._note(self._aside, "stream", event.entry_id, self._letter_fields(event, answer, attempts))
        log.error("event_set_aside", relay=self.name, event_id=_head(event).id, reason=answer.reason)
        self._moved([event])
        self._in_row += 1
        if self._in_row >= MOST_IN_ROW:
            raise RelayStopped(
                f"{self.name}: the receiver refused {MOST_IN_ROW} events one after another, the last with "
                f"{answer.reason}; see `dateline undelivered list`"
            )

    def _moved(self, batch: Sequence[StreamEvent]) -> None:
        self._position = batch[-1].entry_id
        self._waiting = self._waiting[len(batch) :]

    # --- what was redriven -----------------------------------------------------------------------------------

    def _next_redriven(self) -> _Letter | None:
        with world():
            rows: Any = self._client.xrange(keys.redriven(self.name), count=1)
        for letter_id, fields in rows:
            event = StreamEvent(entry_id=fields[b"entry_id"].decode(), routing_key="", cloudevent=fields[b"cloudevent"])
            return _Letter(letter_id=letter_id.decode(), event=event, attempts=int(fields[b"attempts"]))
        return None

    def _send_again(self, letter: _Letter) -> int:
        """Once, and never after a newer version of the event."""
        head = _head(letter.event)
        with world():
            newest: Any = self._client.hget(keys.newest(self.name), head.subject)
        if newest is not None and int(newest) > head.data.event_version:
            log.info("event_superseded", relay=self.name, event_id=head.id, newest=int(newest))
            self._note(self._passed_script, "redriven", letter.letter_id, [])
            return 1
        answer = self._post([letter.event])
        if answer.verdict is Verdict.TAKEN:
            self._note(self._passed_script, "redriven", letter.letter_id, (head.subject, head.data.event_version))
            return 1
        self._raise_where_none_is_taken(answer)
        fields = self._letter_fields(letter.event, answer, letter.attempts + 1)
        self._note(self._aside, "redriven", letter.letter_id, fields)
        log.error("event_set_aside", relay=self.name, event_id=head.id, reason=answer.reason)
        return 1

    def _letter_fields(self, event: StreamEvent, answer: Answer, attempts: int) -> list[str | int | bytes]:
        head = _head(event)
        fields: dict[str, str | int | bytes] = {
            "relay": self.name,
            "entry_id": event.entry_id,
            "event": head.id,
            "reason": f"{answer.reason}: {answer.said}" if answer.said else answer.reason,
            "time": dt.datetime.now(dt.UTC).isoformat(),
            "attempts": attempts,
            "cloudevent": event.cloudevent,
        }
        return [head.subject, MOST_SET_ASIDE, *(part for pair in fields.items() for part in pair)]

    def _note(
        self,
        write: Script,
        source: Literal["stream", "redriven"],
        entry_id: str,
        more: Sequence[str | int | bytes],
    ) -> None:
        """Write down how it went, if nobody else has taken over meanwhile."""
        own = (keys.lease(self.name), keys.EVENTS, keys.redriven(self.name), keys.newest(self.name), keys.UNDELIVERED)
        with world():
            answer = write(keys=own, args=[self._token, self.name, source, entry_id, *more])
        if answer == b"lost":
            raise WorldError(f"{self.name}: another relay has taken over meanwhile")
        if answer == b"full":
            raise WorldError(f"{MOST_SET_ASIDE} events are set aside: redrive or drop some (`dateline undelivered`)")

    # --- the request -----------------------------------------------------------------------------------------

    def _raise_where_none_is_taken(self, answer: Answer) -> None:
        if answer.verdict is Verdict.STOPPED:
            raise RelayStopped(f"{self.name}: the receiver answered {answer.reason}; its events wait in the stream")
        if answer.verdict is Verdict.AWAY:
            raise self._postponed(answer)

    def _postponed(self, answer: Answer) -> Postponed:
        return Postponed(f"{self._receiver.host}: {answer.reason}", wait_s=answer.wait_s)

    def _post(self, batch: Sequence[StreamEvent]) -> Answer:
        if self._batch == 1:
            return self._receiver.post(batch[0].cloudevent, message_id=_head(batch[0]).id, media_type=SINGLE)
        body = b"[" + b",".join(event.cloudevent for event in batch) + b"]"
        message_id = f"{batch[0].entry_id}_{batch[-1].entry_id}"
        return self._receiver.post(body, message_id=message_id, media_type=BATCH)


def _head(event: StreamEvent) -> _Head:
    """Id, event and version; of what is no CloudEvent, the place in the stream."""
    try:
        head = msgspec.json.decode(event.cloudevent, type=_Head)
    except (msgspec.MsgspecError, RecursionError):
        head = _Head()
    fits = re.fullmatch(r"[!-~]{1,200}", head.id)
    return _Head(
        id=head.id if fits else event.entry_id,
        subject=head.subject or event.entry_id,
        data=head.data,
    )
