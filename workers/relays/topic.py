"""Events on a topic exchange of any broker kombu speaks: at least once, with the CloudEvents id as message id.

Consumers bind to `<event type>.<country>.<change>`, say `ASSAULT.SYR.*`.
"""

from typing import Self

import msgspec
from kombu import Connection, Exchange, Producer
from kombu.exceptions import KombuError, OperationalError
from redis import Redis

from config.errors import SettingsError
from config.settings import Settings
from tasks.errors import WorldError
from workers import event_stream as stream
from workers.embedded import broker_url

GROUP = "topic"
EXCHANGE = Exchange("dateline.events", type="topic", durable=True)
CONTENT_TYPE = "application/cloudevents+json"
ANSWER_S = 10.0
"""A broker short of memory or disk reads no more and answers nothing; whoever waits without limit waits for ever."""


class _Head(msgspec.Struct):
    id: str
    type: str
    subject: str


class TopicRelay:
    """Publishes in the order of the stream, and acknowledges there what the broker has taken."""

    name = "topic"

    def __init__(self, client: Redis, url: str) -> None:
        self._client = client
        self._connection = Connection(broker_url(url), connect_timeout=10, transport_options=_options(url))
        self._producer: Producer | None = None
        self._behind = True
        stream.ensure_group(client, GROUP)

    @classmethod
    def open(cls, client: Redis, settings: Settings) -> Self:
        """As the settings say.

        Raises: SettingsError where no broker is named.
        """
        if settings.topic_url is None:
            raise SettingsError("sinks names 'topic', but topic_url (or DATELINE_TOPIC_URL) is not set")
        return cls(client, settings.topic_url.get_secret_value())

    def pump(self, *, block_ms: int) -> int:
        """First what an earlier run left unacknowledged, then what is new."""
        events = stream.read_group(self._client, GROUP, consumer="publisher", block_ms=block_ms, pending=self._behind)
        if self._behind and not events:
            self._behind = False
            events = stream.read_group(self._client, GROUP, consumer="publisher", block_ms=block_ms)
        self._publish(events)
        stream.acknowledge(self._client, GROUP, events)
        return len(events)

    def _publish(self, events: list[stream.StreamEvent]) -> None:
        try:
            for event in events:
                self._send(event)
        except self._failures as error:
            self._behind, self._producer = True, None
            # Not `close`, which waits for the broker's word: it may be the one that has stopped answering.
            self._connection.collect()
            raise WorldError(f"topic exchange: {error!r}") from error

    @property
    def _failures(self) -> tuple[type[Exception], ...]:
        """What a broker that is away, full or set up otherwise raises; all of it is tried again by whoever pumps."""
        of_transport = (
            *self._connection.recoverable_connection_errors,
            *self._connection.connection_errors,
            *self._connection.channel_errors,
        )
        return (OperationalError, KombuError, OSError, *of_transport)

    def _send(self, event: stream.StreamEvent) -> None:
        head = msgspec.json.decode(event.cloudevent, type=_Head)
        if self._producer is None:
            self._producer = Producer(self._connection, EXCHANGE, auto_declare=True)
        self._producer.publish(
            event.cloudevent,
            routing_key=event.routing_key,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            message_id=head.id,
            headers={"cloudevents_type": head.type, "cloudevents_subject": head.subject},
            delivery_mode=2,
            confirm_timeout=ANSWER_S,
        )

    def close(self) -> None:
        """Close the connection to the broker."""
        self._connection.close()


def _options(url: str) -> dict[str, object]:
    """AMQP brokers confirm what they have taken; without that an acknowledgement here would be a guess."""
    if not url.startswith(("amqp", "pyamqp")):
        return {}
    return {"confirm_publish": True, "read_timeout": ANSWER_S, "write_timeout": ANSWER_S}
