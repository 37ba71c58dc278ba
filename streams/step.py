"""What a stateless step is: one record in, the records to send out, or an error that makes it a dead letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from streams.producer import Output


class Record(Protocol):
    """A consumed record, as aiokafka gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    """Milliseconds since the Unix epoch: the broker's, as topics are LogAppendTime."""
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Step(Protocol):
    """A step that keeps nothing a crash could lose.

    It may have a method `prepare(records)`: what is quicker done for several records together, right before the calls with each of
    them. What it raises counts for nothing; the call with a record says what is wrong with it.
    """

    name: str
    """Names its consumer group, its metrics and its dead letters."""
    topic: str
    """The topic it reads."""

    def __call__(self, record: Any) -> Sequence[Output]:
        """Return what is to be sent, in order.

        Raises:
            BadRecordError: the record can't be used: it becomes a dead letter.
            Exception: anything else is tried again.
        """
        ...

    def restart(self, partition: int) -> None:
        """Forget what is kept of a partition: its records come again, or come from now on."""
        ...
