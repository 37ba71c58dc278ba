"""Sending: whole record batches to Kafka, idempotent, acknowledged by all in-sync replicas, delivery awaited by whoever sends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata
from msgspec import Struct

from schemas.errors import TooLargeError
from streams.closing import close
from streams.connection import client_options
from streams.lease import LEASE
from streams.partitioning import partition_of
from streams.settings import StreamsSettings
from streams.topics import catalogue

BATCH_BYTES = 512 * 1024
"""A record batch is closed at this size; a larger single record travels alone."""
RECORD_OVERHEAD_BYTES = 512
"""What the batch header and the record's own framing may add to key, value and headers."""
CLOSE_TIMEOUT_S = 5.0
REPLACED = "the producer was replaced"


class Output(Struct, frozen=True):
    """One record to be sent. Without a partition its key decides, by Kafka's default (murmur2)."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: Sequence[tuple[str, bytes]] = ()

    @property
    def size(self) -> int:
        """Bytes, about, as it travels."""
        framed = len(self.key or b"") + len(self.value or b"") + RECORD_OVERHEAD_BYTES
        if self.headers:
            framed += sum(len(name) + len(value) + 10 for name, value in self.headers)
        return framed


class RecordProducer:
    """An idempotent producer that can be thrown away and made anew.

    After a failed delivery the sequence numbers of an idempotent producer may have a gap, which Kafka answers with an error for
    ever. So whoever sees a failure calls `replace`, and sends again what was not acknowledged.
    """

    def __init__(self, settings: StreamsSettings) -> None:
        self._settings = settings
        self._limits = {topic.name: topic.max_message_bytes for topic in catalogue(settings)}
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._sending: set[asyncio.Task[list[Awaitable[RecordMetadata]]]] = set()
        self._without_key = 0

    def check_size(self, output: Output) -> None:
        """Raise TooLargeError if the topic would refuse the record."""
        limit = self._limits.get(output.topic)
        if limit is not None and output.size > limit:
            raise TooLargeError(
                "result_too_large", f"the result has {output.size:,} bytes, more than {output.topic} takes ({limit:,})"
            )

    async def start(self) -> None:
        """Connect, and be given a producer id. Waits while Kafka is away.

        Raises:
            KafkaError: no broker answers.
        """
        async with self._starting:
            if self._producer is None:
                self._producer = await self._connected()

    async def _connected(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **client_options(self._settings, self._settings.broker),
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            max_request_size=max(self._limits.values()),
            request_timeout_ms=round(self._settings.delivery_timeout_s * 1000),
            metadata_max_age_ms=60_000,
        )
        try:
            await producer.start()
        except BaseException:
            await _abandon(producer)
            raise
        return producer

    async def send(self, outputs: Iterable[Output]) -> list[Awaitable[RecordMetadata]]:
        """Hand the records over, in order, and return the futures of their delivery, one a record batch.

        Raises:
            KafkaError: the broker does not know the topic, or the producer has failed.
            ConnectionError: the producer was replaced meanwhile.
            SuspendedError: the process stood still for so long that it may write no more.
        """
        # In a task of its own: what waits inside a producer that is thrown away would wait for ever.
        task = asyncio.create_task(self._send(outputs))
        self._sending.add(task)
        try:
            await asyncio.wait([task])
        finally:
            self._sending.discard(task)
            task.cancel()
        if task.cancelled():
            raise ConnectionError(REPLACED)
        return task.result()

    async def _send(self, outputs: Iterable[Output]) -> list[Awaitable[RecordMetadata]]:
        await self.start()
        producer = self._producer
        assert producer is not None
        builders: dict[tuple[str, int], Any] = {}
        counts: dict[str, int] = {}
        deliveries: list[Awaitable[RecordMetadata]] = []
        for output in outputs:
            number = output.partition
            if number is None:
                if output.topic not in counts:
                    counts[output.topic] = len(await producer.partitions_for(output.topic))
                number = self._partition(output.key, counts[output.topic])
            place = (output.topic, number)
            builder = builders.get(place)
            if builder is None:
                builder = builders[place] = producer.create_batch()
            added = builder.append(timestamp=None, key=output.key, value=output.value, headers=list(output.headers))
            if added is None:
                deliveries.append(await self._close(producer, builder, place))
                builder = builders[place] = producer.create_batch()
                builder.append(timestamp=None, key=output.key, value=output.value, headers=list(output.headers))
        deliveries.extend([await self._close(producer, builder, place) for place, builder in builders.items()])
        return deliveries

    async def deliver(self, outputs: Iterable[Output]) -> list[RecordMetadata]:
        """Send, and wait until all of it is acknowledged.

        Raises:
            KafkaError: a delivery failed.
            TimeoutError: it took longer than delivery_timeout_s.
        """
        async with asyncio.timeout(self._settings.delivery_timeout_s):
            deliveries = await self.send(outputs)
            return list(await asyncio.gather(*deliveries))

    async def partitions(self, topic: str) -> list[int]:
        """The partitions that a topic has.

        Raises:
            KafkaError: the broker does not know the topic.
        """
        await self.start()
        assert self._producer is not None
        return sorted(await self._producer.partitions_for(topic))

    async def replace(self) -> None:
        """Throw the producer away, with what it still holds; the next send makes a new one."""
        producer, self._producer = self._producer, None
        for task in self._sending:
            task.cancel()
        if producer is not None:
            await _abandon(producer)

    async def stop(self) -> None:
        """Flush and close; what can't be flushed in time is dropped (it was not acknowledged, so it comes again)."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        if not await close(producer.stop(), CLOSE_TIMEOUT_S):
            await _abandon(producer)

    def _partition(self, key: bytes | None, count: int) -> int:
        if key is None:
            self._without_key += 1
            return self._without_key % count
        return partition_of(key, count)

    @staticmethod
    async def _close(producer: AIOKafkaProducer, builder: Any, place: tuple[str, int]) -> Awaitable[RecordMetadata]:
        builder.close()
        topic, partition = place
        LEASE.check()
        delivery: asyncio.Future[RecordMetadata] = await producer.send_batch(builder, topic, partition=partition)
        delivery.add_done_callback(_no_news)  # who gives a batch up waits for its deliveries no more
        return delivery


def _no_news(done: asyncio.Future[Any]) -> None:
    """Take note of a failure that nobody waits for: Python would tell of it later, whenever it cleans up."""
    if not done.cancelled():
        done.exception()


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Close without flushing. `stop` would wait for deliveries that never come, and a sender left alive would send them later."""
    producer._closed = True  # noqa: SLF001 - aiokafka has no public way; pinned by a test
    task = producer._sender.sender_task  # noqa: SLF001 - likewise
    if task is not None:
        task.remove_done_callback(producer._sender._fail_all)  # noqa: SLF001 - it trips over a transaction that there is not
        task.add_done_callback(_no_news)  # a batch that waits for another try, and is given up, breaks it
        task.cancel()
    await close(producer.client.close(), CLOSE_TIMEOUT_S)
    waiting = producer._message_accumulator  # noqa: SLF001 - likewise
    # A batch that waits for another try strikes itself out there once it is over, and isn't there.
    waiting._pending_batches.update(  # noqa: SLF001 - likewise
        batch
        for batches in waiting._batches.values()  # noqa: SLF001 - likewise
        for batch in batches
        if batch.retry_count
    )
    waiting.fail_all(ConnectionError(REPLACED))
    if task is not None:
        await asyncio.wait([task], timeout=CLOSE_TIMEOUT_S)
