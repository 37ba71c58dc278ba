"""Which partition a key belongs to: Kafka's default (murmur2), so that every client, and the backtest, agree."""

from __future__ import annotations

from aiokafka.partitioner import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """The partition, 0 to `partitions` - 1, as org.apache.kafka.clients.producer's default partitioner gives it."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
