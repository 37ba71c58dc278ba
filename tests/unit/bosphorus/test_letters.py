import json
from base64 import b64decode
from datetime import UTC, datetime

from bosphorus.letters import letter_line
from schemas.records import DeadLetter


def line(key: bytes | None, value: bytes | None) -> dict[str, object]:
    at = datetime(2023, 5, 12, 9, 30, tzinfo=UTC)
    letter = DeadLetter("normalise", "not_json", "m", "news.raw", 1, 7, at, 2, key, value)
    found: dict[str, object] = json.loads(letter_line(letter, "1:9", state="open"))
    return found


def test_text_stays_text() -> None:
    found = line(None, '{"title": "Kılıçdaroğlu'.encode())
    assert (found["at"], found["state"], found["key"], found["value"]) == (
        "1:9",
        "open",
        None,
        '{"title": "Kılıçdaroğlu',
    )
    assert found["failed_at"] == "2023-05-12T09:30:00Z"


def test_bytes_that_are_no_text_come_in_base64_and_whole() -> None:
    found = line(b"\xff", b"\xc3\x01")
    assert b64decode(str(found["value_base64"])) == b"\xc3\x01"
    assert b64decode(str(found["key_base64"])) == b"\xff"
    assert "value" not in found
