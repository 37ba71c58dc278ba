"""One batch of records on its way: fetched, worked on by the agent, delivered, committed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiokafka.structs import TopicPartition


class Batch:
    """Records of one fetch and the future of their delivery.

    Args:
        records: the records in the order in which to work on them, which is each partition's own.
        epoch: the assignment under which they were fetched; under another one they are no longer ours.
    """

    def __init__(self, records: Sequence[Any], epoch: int) -> None:
        self.records = records
        self.epoch = epoch
        self.fetched_at = time.monotonic()
        self.dead_letters = 0
        """How many of the records could not be used; known once it is worked on."""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A batch may be dropped while its failure is still on its way; nobody asks then.
        self.done.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def count(self) -> int:
        """How many records it has."""
        return len(self.records)

    @property
    def next_offsets(self) -> dict[TopicPartition, int]:
        """What to commit once it is delivered: the offset after the last, by partition."""
        last = {record.partition: record for record in self.records}
        return {TopicPartition(record.topic, number): record.offset + 1 for number, record in last.items()}

    @property
    def newest_s(self) -> float:
        """Time of its newest record, in Unix seconds."""
        return float(self.records[-1].timestamp) / 1000

    def finish(self) -> None:
        """All it produced is delivered."""
        if not self.done.done():
            self.done.set_result(None)

    def fail(self, error: BaseException) -> None:
        """It has to be fetched again."""
        if not self.done.done():
            self.done.set_exception(error)

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self.done.cancel()
