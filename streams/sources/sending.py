"""Sending what a source hands out to news.raw: in order, at a pace, every record acknowledged or named."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from aiokafka.errors import KafkaError

from schemas.errors import BadRecordError, BrokerError, TooLargeError
from schemas.records import DeadLetter
from streams.dead_letters import to_headers
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings
from streams.sources.items import Item
from streams.topics import HEADERS_ROOM_BYTES, KIB, catalogue

STAGE = "ingest"
GIVE_UP_S = 120.0
"""How long a delivery is tried again while Kafka is away."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0


class Outlined(Protocol):
    """What must be known of a raw article before it is sent."""

    @property
    def key(self) -> bytes | None:
        """The record key; None: any partition will do."""
        ...

    @property
    def published_at(self) -> datetime | None:
        """Event time; None if it isn't said."""
        ...

    @property
    def outlet(self) -> str | None:
        """Its domain, or a name; None if it isn't said."""
        ...


Outline = Callable[[bytes], Outlined]


@dataclass
class Tally:
    """What has become of the items so far."""

    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """By reason."""
    outlets: Counter[str] = field(default_factory=Counter)
    """Articles that were accepted, by outlet."""


class Sink(Protocol):
    """Where articles go: Kafka, or in a dry run standard output."""

    tally: Tally

    async def send(self, items: Sequence[Item], place: str, rejected: Callable[[Item, BadRecordError], None]) -> None:
        """Send a batch, and return when all of it is acknowledged. See `Sender.send`."""
        ...


class Pace:
    """When the next records may go: at most so many a second, or as far apart as their event times, faster by a factor.

    Args:
        rate: records a second; None: no limit.
        speed: event time over real time; None: don't look at event times.
        clock: seconds, monotonic.
    """

    def __init__(
        self, rate: float | None = None, speed: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._speed, self._clock = rate, speed, clock
        self._start: float | None = None
        self._first: datetime | None = None
        self._sent = 0

    def wait_s(self, published_at: datetime | None) -> float:
        """Return how long the next record has to wait, in seconds; 0 or less: it is due. Counts it as sent."""
        now = self._clock()
        if self._start is None:
            self._start = now
        due = now
        if self._rate is not None:
            due = max(due, self._start + self._sent / self._rate)
        if self._speed is not None and published_at is not None:
            if self._first is None:
                self._first, self._start = published_at, now
            due = max(due, self._start + (published_at - self._first).total_seconds() / self._speed)
        self._sent += 1
        return due - now


class Sender:
    """Sends items to news.raw, and what couldn't be read to the dead letters.

    Args:
        settings: names of topics and limits.
        producer: delivers.
        outline: key and event time of a raw article.
        pace: when to send.
    """

    def __init__(
        self, settings: StreamsSettings, producer: RecordProducer, outline: Outline, pace: Pace | None = None
    ) -> None:
        topics = catalogue(settings)
        self._raw, self._dead = topics.raw, topics.dead_letters
        self._producer, self._outline, self._pace = producer, outline, pace
        self.tally = Tally()

    async def send(self, items: Sequence[Item], place: str, rejected: Callable[[Item, BadRecordError], None]) -> None:
        """Send a batch, and return when all of it is acknowledged.

        Args:
            items: in order.
            place: name of the source, for the dead letters.
            rejected: told of every item that didn't go to news.raw.

        Raises:
            BrokerError: Kafka stayed away for GIVE_UP_S.
        """
        due: list[Output] = []
        for item in items:
            if item.error is None:
                outline = self._outline(item.data)
                wait_s = self._pace.wait_s(outline.published_at) if self._pace else 0.0
                if wait_s > 0:
                    await self._deliver(due)
                    due = []
                    await asyncio.sleep(wait_s)
                output = Output(topic=self._raw.name, key=outline.key, value=item.data)
                error = self._too_large(output)
                if outline.outlet and error is None:
                    self.tally.outlets[outline.outlet] += 1
            else:
                error = item.error
            if error is None:
                due.append(output)
                self.tally.accepted += 1
                continue
            self.tally.rejected[error.reason] += 1
            rejected(item, error)
            due.append(self._letter(item, error, place))
        await self._deliver(due)

    def _too_large(self, output: Output) -> BadRecordError | None:
        if output.size <= self._raw.max_message_bytes:
            return None
        return TooLargeError(
            "too_large", f"{output.size:,} bytes are more than {self._raw.name} takes ({self._raw.max_message_bytes:,})"
        )

    def _letter(self, item: Item, error: BadRecordError, place: str) -> Output:
        room = self._dead.max_message_bytes - HEADERS_ROOM_BYTES - KIB
        cut = f" (the first {room:,} of {len(item.data):,} bytes are kept)" if len(item.data) > room else ""
        letter = DeadLetter(
            stage=STAGE,
            reason=error.reason,
            message=f"{place}:{item.number}: {error}{cut}",
            topic=self._raw.name,
            partition=-1,
            offset=item.number,
            failed_at=datetime.now(UTC),
            attempts=1,
            key=None,
            value=item.data[:room],
        )
        return Output(topic=self._dead.name, key=None, value=letter.value, headers=to_headers(letter))

    async def _deliver(self, outputs: list[Output]) -> None:
        if not outputs:
            return
        wait_s, tried_until = FIRST_WAIT_S, time.monotonic() + GIVE_UP_S
        while True:
            try:
                await self._producer.deliver(outputs)
            except (KafkaError, TimeoutError, OSError) as error:
                if time.monotonic() > tried_until:
                    raise BrokerError(
                        f"Kafka has not taken anything for {GIVE_UP_S:.0f} s ({type(error).__name__}: {error}); "
                        f"{self.tally.accepted - len(outputs):,} articles were acknowledged before"
                    ) from error
                # Sent again from the start: what had arrived comes twice, with the same event_id.
                await self._producer.replace()
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            else:
                return
