"""Records as one line of JSON: the public contract of every NDJSON output."""

from __future__ import annotations

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order=None)


def to_json(record: Any) -> bytes:
    """Encode a record (or plain mapping) as one line, without the newline.

    Times are RFC 3339 in UTC with a `Z`; UUIDs are hyphenated; fields keep the order of the record.
    """
    return _ENCODER.encode(record)
