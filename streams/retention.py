"""Records that Kafka has thrown away wait for nobody."""

from __future__ import annotations

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition


async def first_waiting(
    consumer: AIOKafkaConsumer, committed: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset of the first record that waits in each partition; where none does, its end.

    Args:
        consumer: who asks.
        committed: a group's next offset in each partition, 0 where it never committed. It may be older than what Kafka keeps.
        ends: the end of each of these partitions.

    Raises:
        KafkaError: Kafka can't be asked.
    """
    if all(offset >= ends[partition] for partition, offset in committed.items()):
        return dict(committed)
    begins = await consumer.beginning_offsets(list(committed))
    return {partition: max(offset, begins[partition]) for partition, offset in committed.items()}
