"""The consumer of a batch loop: how it joins its group, who hears of its rebalances, and how it goes back to what is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.structs import TopicPartition

from streams.closing import close
from streams.connection import client_options
from streams.groups import group_of
from streams.settings import StreamsSettings
from streams.step import Step

FETCH_WAIT_S = 0.1
"""How long Kafka holds a fetch for which it has nothing; what comes meanwhile it sends at once."""

METADATA_MAX_AGE_S = 60.0
"""So soon a partition that a topic was given is noticed."""


class Assigned(Protocol):
    """Who has partitions, and loses them."""

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """They go to somebody else when this returns."""
        ...

    async def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """They are ours from now on."""
        ...


async def join(step: Step, settings: StreamsSettings, instance_id: str, owner: Assigned) -> AIOKafkaConsumer:
    """A consumer of the step's topic in the step's group. It commits only what it is told to.

    Args:
        step: names the topic and the group.
        settings: names the broker and the time-outs.
        instance_id: static group membership; empty: none.
        owner: hears of rebalances.

    Raises:
        KafkaError: no broker answers.
    """
    consumer = AIOKafkaConsumer(
        **client_options(settings, settings.broker),
        group_id=group_of(settings, step.name),
        group_instance_id=f"{instance_id}.{step.name}" if instance_id else None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=round(settings.session_timeout_s * 1000),
        heartbeat_interval_ms=round(settings.session_timeout_s * 300),
        max_poll_interval_ms=round(settings.delivery_timeout_s * 10_000),
        fetch_max_wait_ms=round(FETCH_WAIT_S * 1000),
        max_partition_fetch_bytes=1024 * 1024,
        metadata_max_age_ms=round(METADATA_MAX_AGE_S * 1000),
    )
    try:
        await consumer.start()
        consumer.subscribe([step.topic], listener=_Listener(owner))
    except BaseException:
        await close(consumer.stop(), settings.drain_timeout_s / 4)
        raise
    return consumer


async def rewind(
    consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition], step: Step, within_s: float
) -> dict[TopicPartition, int]:
    """Continue from the committed offsets, and return them: Kafka may have taken a commit whose answer nobody waited for.

    Raises:
        KafkaError, TimeoutError: nobody says what is committed.
    """
    found: dict[TopicPartition, int] = {}
    async with asyncio.timeout(within_s):
        for partition in list(partitions):
            if partition not in consumer.assignment():
                continue
            step.restart(partition.partition)
            offset = await consumer.committed(partition)
            if offset is None:
                offset = (await consumer.beginning_offsets([partition]))[partition]
            if partition in consumer.assignment():
                consumer.seek(partition, offset)
                found[partition] = offset
    return found


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the owner; aiokafka logs and swallows what a listener raises."""

    def __init__(self, owner: Assigned) -> None:
        self._owner = owner

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._owner.revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._owner.assigned(assigned)
