"""Dead letters: the original bytes, with headers that say what failed, where and why; and back.

A letter that was sent again is crossed out by a marker in its own partition: no value, and a header with its offset. So the topic
itself knows what is open, whoever reads it, and a retry that is repeated or interrupted does not send everything twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from msgspec import Struct

from schemas.errors import BadRecordError, MalformedError
from schemas.records import DeadLetter

Headers = Sequence[tuple[str, bytes]]

PREFIX = "dead-letter-"
RETRIED = PREFIX + "retried"
MAX_MESSAGE_CHARACTERS = 2000
"""A message is for people; what it may quote is bounded, so that the headers fit into their room."""
_ATTEMPTS = PREFIX + "attempts"
_TEXTS = ("stage", "reason", "message", "topic")
_NUMBERS = ("partition", "offset", "attempts")


class Record(Protocol):
    """What this module needs of a consumed record (aiokafka's and Faust's have it)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any


class FiledLetter(Struct, frozen=True):
    """A dead letter and its place in the dead-letter topic."""

    partition: int
    offset: int
    letter: DeadLetter
    headers: tuple[tuple[str, bytes], ...]
    """The original record's own headers."""

    @property
    def place(self) -> str:
        """`partition:offset`."""
        return f"{self.partition}:{self.offset}"


def attempts(headers: Iterable[tuple[str, bytes]] | None) -> int:
    """How often a record has failed already, as a retry noted in its headers; 0 if it never did."""
    text = dict(headers or ()).get(_ATTEMPTS, b"")
    return int(text) if text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004 - a forged count can't overflow


def letter_for(stage: str, error: BadRecordError, record: Record, failed_at: datetime) -> DeadLetter:
    """The dead letter of a record that a step refused."""
    return DeadLetter(
        stage=stage,
        reason=error.reason,
        message=str(error),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        failed_at=failed_at,
        attempts=attempts(record.headers) + 1,
        key=record.key,
        value=record.value,
    )


def to_headers(letter: DeadLetter, original: Iterable[tuple[str, bytes]] | None = None) -> list[tuple[str, bytes]]:
    """Everything but key and value as Kafka headers, after the original record's own headers."""
    kept = [(name, value) for name, value in original or () if not name.startswith(PREFIX)]
    texts = [(name, str(getattr(letter, name))[:MAX_MESSAGE_CHARACTERS]) for name in (*_TEXTS, *_NUMBERS)]
    texts.append(("failed-at", letter.failed_at.astimezone(UTC).isoformat(timespec="milliseconds")))
    return [*kept, *((PREFIX + name, text.encode("utf-8", "replace")) for name, text in texts)]


def from_record(record: Record) -> DeadLetter:
    """Read a dead letter back.

    Raises:
        MalformedError: the headers are not those of a dead letter.
    """
    found = {name.removeprefix(PREFIX): value for name, value in record.headers or () if name.startswith(PREFIX)}
    try:
        texts = {name: found[name].decode() for name in _TEXTS}
        numbers = {name: int(found[name]) for name in _NUMBERS}
        failed_at = datetime.fromisoformat(found["failed-at"].decode())
    except (KeyError, ValueError) as error:
        raise MalformedError(
            "not_a_dead_letter",
            f"{record.topic} partition {record.partition} offset {record.offset} has no proper dead-letter headers "
            f"({error}); something else wrote it",
        ) from error
    return DeadLetter(**texts, **numbers, failed_at=failed_at, key=record.key, value=record.value)  # type: ignore[arg-type]


def marker(offset: int) -> list[tuple[str, bytes]]:
    """Headers of the record, without a value, that crosses out the letter at `offset` of its partition."""
    return [(RETRIED, str(offset).encode())]


def crossed_out(record: Record) -> int | None:
    """The offset that a marker crosses out; None for anything else."""
    text = dict(record.headers or ()).get(RETRIED)
    return int(text) if text is not None and text.isdigit() else None


def filed(record: Record) -> FiledLetter:
    """The letter in a record of the dead-letter topic, with its place there.

    Raises:
        MalformedError: it is none.
    """
    own = tuple((name, value) for name, value in record.headers or () if not name.startswith(PREFIX))
    return FiledLetter(record.partition, record.offset, from_record(record), own)


def retry_headers(letter: FiledLetter) -> list[tuple[str, bytes]]:
    """Headers for sending the original again: its own, and how often it has failed."""
    return [*letter.headers, (_ATTEMPTS, str(letter.letter.attempts).encode())]
