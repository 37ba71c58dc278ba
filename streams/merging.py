"""Records of several partitions in the order of their log time.

Kafka orders a partition, not a topic. A worker that is behind would otherwise read one partition far ahead of another, and articles that
are keyed anew after that (news.raw -> news.events) would come out of order by as much. Merged by the broker's time they come as they
were written. It holds for the partitions of one worker.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiokafka.structs import TopicPartition


class Merger:
    """Holds what was fetched until its turn comes."""

    def __init__(self) -> None:
        self._held: dict[TopicPartition, deque[Any]] = {}

    @property
    def held(self) -> int:
        """How many records wait."""
        return sum(len(records) for records in self._held.values())

    def add(self, fetched: Mapping[TopicPartition, Sequence[Any]]) -> None:
        """Hold records, each partition's in order, after those it holds already."""
        for partition, records in fetched.items():
            self._held.setdefault(partition, deque()).extend(records)

    def put_back(self, records: Sequence[Any]) -> None:
        """Hold records again that were taken last, before the others of their partitions."""
        for record in reversed(records):
            self._held.setdefault(TopicPartition(record.topic, record.partition), deque()).appendleft(record)

    def clear(self) -> None:
        """Forget everything: it comes again from the committed offsets."""
        self._held.clear()

    def missing(self, partitions: Sequence[TopicPartition], has_more: Callable[[TopicPartition], bool]) -> bool:
        """True if a partition has nothing here but has more in Kafka: what comes next can't be said yet."""
        return any(not self._held.get(partition) and has_more(partition) for partition in partitions)

    def take(self, most: int, has_more: Callable[[TopicPartition], bool]) -> list[Any]:
        """The next records, by (time, partition), at most so many.

        It ends early where a partition runs out here that has more in Kafka.
        """
        taken: list[Any] = []
        heads = [(records[0].timestamp, partition) for partition, records in self._held.items() if records]
        heapq.heapify(heads)
        while heads and len(taken) < most:
            _, partition = heapq.heappop(heads)
            records = self._held[partition]
            # Records of one batch of the log share their time, so that runs are long: as far as this partition is first, no look at the others.
            bound = heads[0] if heads else None
            while records and len(taken) < most:
                head = (records[0].timestamp, partition)
                if bound is not None and head > bound:
                    heapq.heappush(heads, head)
                    break
                taken.append(records.popleft())
            if not records and has_more(partition):
                break
        return taken
