"""Reading a topic for a person at the command line: without a consumer group, so that nobody's progress is touched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from schemas.errors import BrokerError
from streams.connection import client_options
from streams.settings import StreamsSettings
from streams.topics import catalogue

POLL_S = 0.5
ASSIGNMENT_LOOK_S = 0.01
FETCH_WAIT_MS = 100
"""How long the broker may hold an empty answer back; closing waits for it."""
RETRY_MS = 500
CALM_S = 30.0


class _Calm(logging.Handler):
    """While Kafka is away aiokafka logs dozens of lines a second; this says it once in a while, for people."""

    def __init__(self, broker: str) -> None:
        super().__init__(logging.ERROR)
        self._broker = broker
        self._last = -CALM_S

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on one line in CALM_S seconds."""
        if record.created - self._last >= CALM_S:
            self._last = record.created
            said = record.getMessage()
            logging.getLogger(__name__).warning("Kafka at %s does not answer (%s); still trying", self._broker, said)


async def read_all(settings: StreamsSettings, topic: str) -> AsyncGenerator[ConsumerRecord, None]:
    """Every record that was there at the time of the call, in order within a partition.

    Raises:
        BrokerError: Kafka can't be reached, or has no such topic.
    """
    async with _consumer(settings, topic) as (consumer, partitions):
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        starts = await consumer.beginning_offsets(partitions)
        left = {p for p in partitions if starts[p] < ends[p]}
        while left:
            for partition, records in (await consumer.getmany(*left, timeout_ms=round(POLL_S * 1000))).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
            # Not by the last record seen: the end of a partition may be a transaction's mark, or compacted away.
            left = {p for p in left if await consumer.position(p) < ends[p]}


async def follow(
    settings: StreamsSettings, topic: str, *, from_start: bool = False, until_idle_s: float | None = None
) -> AsyncGenerator[ConsumerRecord, None]:
    """Records as they come, for ever, or until none has come for `until_idle_s` seconds.

    Raises:
        BrokerError: Kafka can't be reached, or has no such topic.
    """
    async with _consumer(settings, topic) as (consumer, partitions):
        for partition, offset in (await consumer.end_offsets(partitions)).items():
            if not from_start:
                consumer.seek(partition, offset)
        if from_start:
            await consumer.seek_to_beginning(*partitions)
        idle_s = 0.0
        while until_idle_s is None or idle_s < until_idle_s:
            wait_s = POLL_S if until_idle_s is None else min(POLL_S, until_idle_s - idle_s)
            batches = await consumer.getmany(timeout_ms=max(1, round(wait_s * 1000)))
            idle_s = 0.0 if batches else idle_s + wait_s
            for records in batches.values():
                for record in records:
                    yield record


@asynccontextmanager
async def _consumer(
    settings: StreamsSettings, topic: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
    """A consumer of all partitions of `topic`, its start turned into one line where it fails."""
    logger, calm = logging.getLogger("aiokafka"), _Calm(settings.broker)
    before = logger.propagate, logger.level
    logger.propagate = False
    logger.setLevel(logging.CRITICAL)  # while starting, our own line says it once, and with a remedy
    logger.addHandler(calm)
    consumer = AIOKafkaConsumer(
        **client_options(settings, settings.broker),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        retry_backoff_ms=RETRY_MS,
        max_partition_fetch_bytes=catalogue(settings).max_record_bytes,
    )
    try:
        try:
            await consumer.start()
            found = topic in await consumer.topics()
        except KafkaError as error:
            raise BrokerError(
                f"no Kafka answers at {settings.broker}: {error}; is it running, is the address right?"
            ) from error
        if not found:
            raise BrokerError(f"{settings.broker} has no topic {topic}: `bosphorus topics create` makes it")
        logger.setLevel(logging.ERROR)
        # Without a group there is no one to share with: all partitions are ours as soon as the client has heard of them.
        consumer.subscribe([topic])
        while not consumer.assignment():  # noqa: ASYNC110 - aiokafka has no event for it
            await asyncio.sleep(ASSIGNMENT_LOOK_S)
        yield consumer, sorted(consumer.assignment())
    except TopicAuthorizationFailedError as error:
        who = settings.kafka_username or "this client"
        raise BrokerError(f"{settings.broker} lets {who} read no record of {topic}: it needs the right Read") from error
    finally:
        logger.removeHandler(calm)
        logger.propagate = before[0]
        logger.setLevel(before[1])
        await consumer.stop()
