"""How far a consumer group is behind on our partitions, by Kafka's own word: committed offsets against the ends.

A consumer may stall silently, and what it knows stalls with it. So it isn't asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition
from mode import Service

from streams.closing import close, is_cancelled
from streams.connection import client_options
from streams.groups import group_of
from streams.outage import OUTAGE, is_away
from streams.retention import first_waiting
from streams.settings import StreamsSettings

EVERY_S = 2.0
REQUEST_TIMEOUT_S = 10.0
CLOSE_WITHIN_S = 2.0


class GroupLag(Service):
    """Looks every two seconds.

    Args:
        step: names the group, and who waits in an outage.
        topic: what it reads.
        partitions: those that are ours now.
        settings: `broker` must be set.
    """

    def __init__(
        self, step: str, topic: str, partitions: Callable[[], Iterable[int]], settings: StreamsSettings, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._step, self._topic, self._partitions, self._settings = step, topic, partitions, settings
        self._consumer: AIOKafkaConsumer | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self._committed: dict[int, int] = {}
        self.by_partition: dict[int, tuple[int, int]] = {}
        """Committed offset and end of each partition, at the last look that succeeded."""
        self.known = False
        """False while Kafka can't be asked."""
        self.records = 0
        """Records that wait; 0 while unknown."""
        self.progress_at = time.monotonic()
        """When committed offsets last moved, or nothing waited, or could be asked again; monotonic seconds."""

    @Service.task
    async def _run(self) -> None:
        while not self.should_stop:
            try:
                self._note(await self._look())
            except (Exception, asyncio.CancelledError) as error:
                if is_cancelled() or self.should_stop:
                    raise
                if is_away(error):
                    OUTAGE.noticed(f"{self._step} lag", error)
                self.known, self.records = False, 0
                await self._disconnect()
            await self.sleep(EVERY_S)

    def _note(self, found: dict[int, tuple[int, int]]) -> None:
        """Take up a look: partition -> (committed, end)."""
        committed = {partition: offset for partition, (offset, _) in found.items()}
        self.records = sum(max(end - offset, 0) for offset, end in found.values())
        if not self.known or self.records == 0 or committed != self._committed:
            self.progress_at = time.monotonic()
        self._committed, self.known = committed, True
        self.by_partition = found
        OUTAGE.over(f"{self._step} lag")

    async def _look(self) -> dict[int, tuple[int, int]]:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            consumer, admin = await self._connected()
            places = [TopicPartition(self._topic, partition) for partition in sorted(self._partitions())]
            if not places:
                return {}
            ends = await consumer.end_offsets(places)
            committed = await admin.list_consumer_group_offsets(group_of(self._settings, self._step), partitions=places)
            at = await first_waiting(consumer, {place: max(committed[place].offset, 0) for place in places}, ends)
        return {place.partition: (at[place], ends[place]) for place in places}

    async def _connected(self) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(**client_options(self._settings, self._settings.broker))
            await self._consumer.start()
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**client_options(self._settings, self._settings.broker))
            await self._admin.start()
        return self._consumer, self._admin

    async def _disconnect(self) -> None:
        consumer, self._consumer = self._consumer, None
        admin, self._admin = self._admin, None
        if consumer is not None:
            await close(consumer.stop(), CLOSE_WITHIN_S)
        if admin is not None:
            await close(admin.close(), CLOSE_WITHIN_S)

    async def on_stop(self) -> None:
        """Close the connections."""
        await self._disconnect()
        OUTAGE.over(f"{self._step} lag")
