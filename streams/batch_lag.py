"""How far a batch loop is behind, and whether it moves: what /healthz and the lag gauges are told."""

from __future__ import annotations

import time
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.retention import first_waiting

STUCK_AFTER_S = 180.0
"""A loop that has not turned for so long waits for something that never comes: longer than any wait of ours."""


class BatchLag:
    """What is known of it."""

    def __init__(self) -> None:
        self.records = 0
        """Records that wait, as far as Kafka can be asked; 1 where the loop itself stands still."""
        self.by_partition: dict[int, tuple[int, int]] = {}
        """Committed offset and end of each partition that is ours, at the last look."""
        self.answers = True
        """False while Kafka can't be asked."""
        self.progress_at = time.monotonic()
        """When offsets last moved, or there was nothing to do; monotonic seconds."""
        self._turned_at = time.monotonic()

    def turned(self) -> None:
        """The loop lives."""
        self._turned_at = time.monotonic()

    def moved(self) -> None:
        """Offsets were committed, or there was nothing to do."""
        self.progress_at = time.monotonic()

    async def look(self, consumer: AIOKafkaConsumer, committed: Mapping[TopicPartition, int]) -> int:
        """Records that wait in our partitions.

        Args:
            consumer: whose partitions they are.
            committed: what the loop knows to be committed; Kafka is asked for the rest.

        Raises:
            KafkaError: Kafka can't be asked.
        """
        partitions = list(consumer.assignment())
        ends = await consumer.end_offsets(partitions) if partitions else {}
        known = {p: committed.get(p) or await consumer.committed(p) or 0 for p in partitions}
        at = await first_waiting(consumer, known, ends)
        partitions = [partition for partition in partitions if partition in consumer.assignment()]
        self.by_partition = {p.partition: (at[p], ends[p]) for p in partitions}
        waiting: int = sum(ends[p] - at[p] for p in partitions)
        return waiting

    def note(self, records: int | None) -> None:
        """Kafka's answer, or none. While there is none no stall can be told from an outage, unless the loop doesn't even try."""
        now = time.monotonic()
        if records is None:
            self.records = int(now - self._turned_at > STUCK_AFTER_S)
        else:
            if not self.answers:
                self.progress_at = now
            self.records = records
        self.answers = records is not None
