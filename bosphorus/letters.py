"""A dead letter as one line of JSON."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from schemas.jsonl import to_json
from schemas.records import DeadLetter


def letter_line(letter: DeadLetter, place: str, **more: Any) -> bytes:
    """The line: `at` (partition:offset in the dead-letter topic), what failed, and the original key and value.

    They stand as text under `key` and `value` where they are UTF-8, else in base64 under `key_base64` and `value_base64`.
    """
    line = {name: getattr(letter, name) for name in letter.__struct_fields__ if name not in {"key", "value"}}
    return to_json({"at": place, **more, **line, **_bytes("key", letter.key), **_bytes("value", letter.value)})


def _bytes(name: str, data: bytes | None) -> dict[str, str | None]:
    if data is None:
        return {name: None}
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": b64encode(data).decode()}
