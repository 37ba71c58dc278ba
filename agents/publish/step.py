"""What a message of an alert is published as: what is open now, and forms that other readers understand.

- `current` (compacted, key = alert id): the newest message of each open alert; a tombstone once it is closed or cancelled.
- `cloudevents`: CloudEvents 1.0, JSON in structured mode (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
- `stix`: a STIX 2.1 bundle, JSON (`agents.publish.stix`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from agents.publish import stix
from schemas.jsonl import to_json
from schemas.records import Alert, MsgType
from schemas.wire import Codec
from streams.cloudevents import CONTENT_TYPE, attributes

STRUCTURED = b"application/cloudevents+json; charset=UTF-8"
ENDED = frozenset({MsgType.CLOSED, MsgType.CANCEL})

_PLAIN = Codec()


class Publication(NamedTuple):
    """One record to be sent. `topic` is its name in the catalogue; a value of None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]


def publications(alert: Alert, encode: Callable[[Alert], bytes] = _PLAIN.encode) -> list[Publication]:
    """The publications of a message, in the order in which they are sent.

    Args:
        alert: a message in the life of an alert.
        encode: makes the Avro bytes, framed as the other topics are.
    """
    key = str(alert.alert_id).encode()
    return [
        Publication("current", key, None if alert.msg_type in ENDED else encode(alert), _binary_headers(alert)),
        Publication("cloudevents", key, to_json(cloud_event(alert)), [("content-type", STRUCTURED)]),
        Publication("stix", key, to_json(stix.bundle(alert)), [("content-type", stix.CONTENT_TYPE.encode())]),
    ]


def cloud_event(alert: Alert) -> dict[str, Any]:
    """A message as a CloudEvent; its id is the message's own, so that a repeat is known by it."""
    return {**attributes(alert), "datacontenttype": "application/json", "data": alert}


def _binary_headers(alert: Alert) -> list[tuple[str, bytes]]:
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes(alert).items()]
    return [*headers, ("content-type", CONTENT_TYPE.encode())]
