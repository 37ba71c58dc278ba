"""CloudEvents 1.0 attributes of an alert, as Kafka headers (binary content mode).

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from __future__ import annotations

from datetime import UTC, datetime

from schemas.records import Alert

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/avro"
TYPE_PREFIX = "bosphorus.interference."
SOURCE_PREFIX = "/bosphorus/watches/"


def attributes(alert: Alert) -> dict[str, str]:
    """The context attributes. The id is the message's own, so that a repeat is known by it."""
    return {
        "specversion": SPEC_VERSION,
        "id": f"{alert.alert_id}/{alert.sequence}",
        "source": f"{SOURCE_PREFIX}{alert.watch_id}",
        "type": f"{TYPE_PREFIX}{alert.msg_type.value.lower()}",
        "subject": f"{alert.source}>{alert.target}:{alert.theme}",
        "time": alert.updated_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def binary_headers(alert: Alert, produced_at: datetime) -> list[tuple[str, bytes]]:
    """The attributes as `ce_` headers, with the content type, and the processing time, which no payload holds."""
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes(alert).items()]
    headers.append(("content-type", CONTENT_TYPE.encode()))
    headers.append(("produced-at", produced_at.astimezone(UTC).isoformat(timespec="milliseconds").encode()))
    return headers
