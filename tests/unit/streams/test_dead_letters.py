from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import MalformedError
from schemas.records import DeadLetter
from streams.dead_letters import (
    attempts,
    crossed_out,
    filed,
    from_record,
    letter_for,
    marker,
    retry_headers,
    to_headers,
)
from streams.topics import HEADERS_ROOM_BYTES

AT = datetime(2023, 5, 12, 9, 30, tzinfo=UTC)


@dataclass
class Consumed:
    """What a client hands over."""

    value: bytes | None = b"{"
    key: bytes | None = None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    topic: str = "news.dead-letters"
    partition: int = 0
    offset: int = 0


def refused(**changes: object) -> DeadLetter:
    error = MalformedError("not_json", "news.raw partition 1 offset 7: not JSON at character 1: expected a value")
    record = Consumed(topic="news.raw", partition=1, offset=7, **changes)  # type: ignore[arg-type]
    return letter_for("normalise", error, record, AT)


def written(letter: DeadLetter, offset: int = 0, original: list[tuple[str, bytes]] | None = None) -> Consumed:
    return Consumed(letter.value, letter.key, to_headers(letter, original), offset=offset)


def test_a_letter_says_what_where_and_why() -> None:
    letter = refused()
    assert (letter.stage, letter.reason, letter.topic, letter.partition, letter.offset, letter.attempts) == (
        "normalise",
        "not_json",
        "news.raw",
        1,
        7,
        1,
    )
    assert "not JSON at character 1" in letter.message


@given(
    value=st.none() | st.binary(max_size=200),
    key=st.none() | st.binary(max_size=20),
    reason=st.from_regex(r"[a-z_]{1,30}", fullmatch=True),
    message=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    offset=st.integers(0, 2**63 - 1),
    tried=st.integers(1, 100),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_a_letter_comes_back_as_it_was_written(  # noqa: PLR0917
    value: bytes | None, key: bytes | None, reason: str, message: str, offset: int, tried: int, at: datetime
) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    letter = DeadLetter("enrich", reason, message, "news.events", 2, offset, at, tried, key, value)
    assert from_record(written(letter)) == letter


def test_the_time_is_written_in_utc() -> None:
    letter = DeadLetter("enrich", "r", "m", "t", 0, 0, AT.astimezone(timezone(timedelta(hours=3))), 1, None, b"")
    assert dict(to_headers(letter))["dead-letter-failed-at"] == b"2023-05-12T09:30:00.000+00:00"


def test_a_message_of_any_length_or_content_fits_into_the_headers() -> None:
    letter = DeadLetter("normalise", "r", "\ud800" + "ю" * 1_000_000, "t", 0, 0, AT, 1, None, b"")
    assert sum(len(name) + len(value) for name, value in to_headers(letter)) < HEADERS_ROOM_BYTES


def test_the_original_headers_are_kept_and_ours_cannot_be_forged() -> None:
    original = [("traceparent", b"00-1"), ("dead-letter-reason", b"forged")]
    record = written(refused(), original=original)
    assert ("traceparent", b"00-1") in record.headers
    assert from_record(record).reason == "not_json"


def test_a_retry_carries_the_count_on() -> None:
    letter = filed(written(refused(), original=[("traceparent", b"00-1")]))
    headers = retry_headers(letter)
    assert ("traceparent", b"00-1") in headers
    assert attempts(headers) == 1
    assert refused(headers=headers).attempts == 2


@pytest.mark.parametrize("text", [b"", b"-1", b"x", b"9" * 50, "٣".encode(), b"\xff"])
def test_a_count_that_is_none_counts_as_never_tried(text: bytes) -> None:
    assert attempts([("dead-letter-attempts", text)]) == 0
    assert attempts(None) == 0


def test_a_marker_names_the_offset_that_it_crosses_out_and_a_letter_does_not() -> None:
    assert crossed_out(Consumed(None, None, marker(12), offset=20)) == 12
    assert crossed_out(written(refused())) is None
    assert crossed_out(Consumed(None, None, [("dead-letter-retried", b"x")])) is None


def test_a_filed_letter_knows_its_place() -> None:
    assert filed(written(refused(), offset=3)).place == "0:3"


def test_what_is_no_dead_letter_is_named() -> None:
    with pytest.raises(MalformedError, match=r"offset 4 has no proper dead-letter headers \('stage'\)"):
        filed(Consumed(b"hello", offset=4))
