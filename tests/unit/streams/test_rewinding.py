from __future__ import annotations

from typing import Any

from aiokafka.structs import TopicPartition

from streams.batch_consumer import rewind

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


class Step:
    def __init__(self) -> None:
        self.restarted: list[int] = []

    def restart(self, partition: int) -> None:
        self.restarted.append(partition)


async def test_what_kafka_has_committed_is_known_though_nobody_waited_for_its_answer() -> None:
    consumer: Any = Consumer()
    step: Any = Step()
    assert await rewind(consumer, [ONE, OTHER, GONE], step, 1.0) == {ONE: 310, OTHER: 7} == consumer.sought
    assert step.restarted == [0, 1]
