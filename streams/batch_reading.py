"""Reading: the next batch of our partitions, in the order of their log time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.batch import Batch
from streams.batch_consumer import FETCH_WAIT_S, rewind
from streams.merging import Merger
from streams.settings import StreamsSettings
from streams.step import Step

FETCH_RECORDS = 2_000
"""Most records taken over from the consumer at once; they wait here for their turn."""
PATIENCE_S = 2.0
"""How long a partition that can't be read holds up the others."""


class Reading:
    """Reads ahead of the work by at most one fetch.

    Args:
        step: whose topic it is.
        settings: time-outs.
    """

    def __init__(self, step: Step, settings: StreamsSettings) -> None:
        self._step = step
        self._within_s = settings.delivery_timeout_s
        self._merger = Merger()
        self._fetched: dict[TopicPartition, int] = {}
        """The offset after the last record fetched, by partition."""
        self.epoch = 0
        """Counts how often everything was dropped: what was read before the last time is not ours to work on."""

    def drop(self) -> None:
        """Forget what was read: it comes again from the committed offsets."""
        self.epoch += 1
        self._merger.clear()
        self._fetched.clear()

    def put_back(self, batch: Batch) -> None:
        """Keep a batch for later that nobody has worked on."""
        if batch.epoch == self.epoch:
            self._merger.put_back(batch.records)

    async def next(self, consumer: AIOKafkaConsumer, most: int) -> Batch | None:
        """The next records by their time, at most so many. None if nothing has come within a moment.

        Raises:
            KafkaError, TimeoutError: what can't be read now.
        """
        partitions = sorted(consumer.assignment())
        epoch = self.epoch
        for partition in partitions:
            if partition not in self._fetched:
                async with asyncio.timeout(self._within_s):
                    position = await consumer.position(partition)
                if epoch != self.epoch:
                    return None
                self._fetched[partition] = position

        def has_more(partition: TopicPartition) -> bool:
            end = consumer.highwater(partition)  # as the last answer had it; None: none has come yet
            return end is None or end > self._fetched[partition]

        patient_until = time.monotonic() + PATIENCE_S
        while True:
            missing = self._merger.missing(partitions, has_more)
            if missing or self._merger.held < most:
                wait_s = FETCH_WAIT_S if missing or not self._merger.held else 0.0
                fetched = await consumer.getmany(timeout_ms=round(wait_s * 1000), max_records=FETCH_RECORDS)
                if epoch != self.epoch:
                    # A rebalance fell into the fetch: whose records these are is in doubt, so they are fetched again.
                    await rewind(consumer, fetched, self._step, self._within_s)
                    return None
                self._take_over(fetched)
            if not self._merger.missing(partitions, has_more) or time.monotonic() >= patient_until:
                records = self._merger.take(most, has_more)
                return Batch(records, epoch) if records else None

    def _take_over(self, fetched: dict[TopicPartition, list[Any]]) -> None:
        self._merger.add(fetched)
        self._fetched.update({partition: records[-1].offset + 1 for partition, records in fetched.items()})
