from __future__ import annotations

import asyncio
from typing import Any

from aiokafka.structs import TopicPartition

from streams.batch_consumer import rewind
from streams.batch_loop import BatchLoop
from streams.batch_work import BatchWork
from streams.metrics import Metrics
from streams.settings import StreamsSettings

ONE, OTHER, GONE = (TopicPartition("t", number) for number in range(3))


class Consumer:
    """Knows what is committed, and where it was told to go on."""

    def __init__(self) -> None:
        self.sought: dict[TopicPartition, int] = {}

    def assignment(self) -> set[TopicPartition]:
        return {ONE, OTHER}

    async def committed(self, partition: TopicPartition) -> int | None:
        return 310 if partition == ONE else None

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 7)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.sought[partition] = offset


class Hesitant(Consumer):
    """Answers only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def committed(self, partition: TopicPartition) -> int | None:
        self.asked.set()
        await self.may_answer.wait()
        return await super().committed(partition)


class Step:
    name, topic = "enrich", "t"

    def __init__(self) -> None:
        self.restarted: list[int] = []

    def restart(self, partition: int) -> None:
        self.restarted.append(partition)


async def test_what_kafka_has_committed_is_known_though_nobody_waited_for_its_answer() -> None:
    consumer: Any = Consumer()
    step: Any = Step()
    assert await rewind(consumer, [ONE, OTHER, GONE], step, 1.0) == {ONE: 310, OTHER: 7} == consumer.sought
    assert step.restarted == [0, 1]


def _loop(consumer: Any) -> BatchLoop:
    settings, metrics = StreamsSettings(broker="nowhere:1"), Metrics()
    step: Any = Step()
    loop = BatchLoop(BatchWork(step, settings, metrics), None, settings, metrics)
    loop._consumer = consumer
    return loop


async def test_after_a_failure_the_loop_knows_what_is_committed() -> None:
    loop = _loop(Consumer())
    await loop._recover(ConnectionError("x"))
    assert loop.committed == {ONE: 310, OTHER: 7}


async def test_what_was_committed_before_a_rebalance_is_not_taken_for_what_is_committed_after_it() -> None:
    consumer = Hesitant()
    loop = _loop(consumer)
    recovering = asyncio.create_task(loop._recover(ConnectionError("x")))
    await consumer.asked.wait()
    await loop.revoked([ONE, OTHER])  # somebody else has them for a while, and commits
    await loop.assigned([ONE, OTHER])
    consumer.may_answer.set()
    await recovering
    assert loop.committed == {}  # Kafka is asked anew


async def test_partitions_that_come_are_where_kafka_says_not_where_they_once_were() -> None:
    loop = _loop(Consumer())
    loop._commits.made[ONE] = 100
    await loop.assigned([ONE])
    assert loop.committed == {}
