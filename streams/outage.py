"""Kafka is away: said once when it begins, once a minute while it lasts, and once when it is over.

Every loop of a worker notices an outage, and tries again many times. One object gathers what they notice, so that the log stays readable
when it matters most. Which loop failed how often is in the metrics (`bosphorus_faults_total`, `bosphorus_consecutive_faults`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from aiokafka.errors import KafkaError

REMIND_EVERY_S = 60.0

log = structlog.get_logger(__name__)


def is_away(error: BaseException) -> bool:
    """True if an error says that Kafka can't be reached or isn't ready, and nothing about what was sent."""
    return isinstance(error, OSError | TimeoutError) or (isinstance(error, KafkaError) and bool(error.retriable))


class Outage:
    """What the parts of one process know of Kafka.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: set[str] = set()
        self._since = 0.0
        self._said_at = 0.0

    def noticed(self, part: str, error: BaseException) -> None:
        """A part has failed for want of Kafka, and tries again."""
        now = self._clock()
        if not self._waiting:
            self._since = self._said_at = now
            log.warning(
                "Kafka does not answer: waiting for it, for as long as it takes; nothing is lost",
                step=part,
                error=describe(error),
            )
        elif now - self._said_at >= REMIND_EVERY_S:
            self._said_at = now
            log.warning(
                "Kafka still does not answer",
                waiting=sorted(self._waiting | {part}),
                since_s=round(now - self._since),
                error=describe(error),
            )
        self._waiting.add(part)

    def over(self, part: str) -> None:
        """A part has succeeded, or has stopped."""
        if part not in self._waiting:
            return
        self._waiting.discard(part)
        if not self._waiting:
            log.warning("Kafka answers again", after_s=round(self._clock() - self._since, 1))


def describe(error: BaseException) -> str:
    """An error in one line."""
    text = str(error)
    name = type(error).__name__
    return (text if text.startswith(name) else f"{name}: {text}" if text else name)[:500]


OUTAGE = Outage()
"""That of this process: there is one log, too."""
