"""Proof that a partition of news.events has nothing older to deliver, so that a watch need not wait for it.

1. Read the broker's clock: the time with which it acknowledged our last record (topics are LogAppendTime). Call it tau.
2. Read the ends of news.raw. Whatever was in it at tau lies before them, and whatever comes later is stamped later.
3. Wait until normalise has committed past these ends: all of it is in news.events then.
4. Read the ends of news.events, and wait until enrich has committed past that of the partition: all of it has reached the watches.
5. Tell every watch: this partition is complete up to tau.

No clock of ours takes part, so that none that is wrong can make a proof wrong. Once the raw log is quiet and proven there is silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition
from mode import Service

from schemas.records import WatchEvent, WatchEventKind
from schemas.wire import Codec
from streams.batch_loop import BatchLoop
from streams.closing import close, is_cancelled
from streams.connection import client_options
from streams.groups import group_of
from streams.metrics import Metrics
from streams.outage import OUTAGE, describe, is_away
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings
from streams.topics import catalogue

EVERY_S = 0.5
REQUEST_TIMEOUT_S = 30.0
CLOSE_WITHIN_S = 2.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)

Ends = dict[int, int]
"""Partition -> the offset after its last record."""


class IdleProver(Service):
    """Proves the partitions that this worker's enrich loop owns.

    Args:
        loop: the enrich loop.
        watch_ids: every watch there is.
        settings: `broker` must be set.
        codec: encodes the proofs.
        metrics: counts them.
    """

    def __init__(
        self,
        loop: BatchLoop,
        watch_ids: Sequence[str],
        settings: StreamsSettings,
        codec: Codec,
        metrics: Metrics,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._enrich = loop
        self._watch_ids = tuple(watch_ids)
        self._settings = settings
        self._codec = codec
        self._metrics = metrics
        self._topics = catalogue(settings)
        self._producer = RecordProducer(settings)
        self._consumer: AIOKafkaConsumer | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self._clock = EPOCH
        self._ends_at_clock: Ends = {}
        self._proven: tuple[Ends, frozenset[int]] | None = None

    @Service.task
    async def _run(self) -> None:
        while not self.should_stop:
            await self.sleep(EVERY_S)
            try:
                if not self.should_stop:
                    await self._prove()
            except (Exception, asyncio.CancelledError) as error:  # it is tried again; until then the watch waits
                if is_cancelled():
                    raise
                if self.should_stop:
                    return
                if is_away(error):
                    OUTAGE.noticed("idle proofs", error)
                else:
                    log.info("no proof of idleness yet", error=describe(error))
                await self._disconnect()
                await self.sleep(4 * EVERY_S)

    async def _prove(self) -> None:
        consumer, admin = await self._connected()
        mine = self._enrich.assignment
        if not mine:
            return
        tau = self._clock
        raw_ends = await self._ends(consumer, self._topics.raw.name)
        OUTAGE.over("idle proofs")
        if self._proven == (raw_ends, mine):
            return
        if not await self._passed(admin, "normalise", self._topics.raw.name, raw_ends, mine):
            return
        events_ends = await self._ends(consumer, self._topics.events.name)
        wanted = {partition: end for partition, end in events_ends.items() if partition in mine}
        if not await self._passed(admin, "enrich", self._topics.events.name, wanted, mine):
            return
        acknowledged = await self._producer.deliver(self._proofs(wanted, tau))
        self._metrics.idle_proofs.inc(len(wanted))
        # Nothing was added between the last look at the clock and this one: all of it is older than tau, and proven.
        if raw_ends == self._ends_at_clock:
            self._proven = (raw_ends, mine)
        self._clock = datetime.fromtimestamp(min(m.timestamp for m in acknowledged) / 1000, UTC)
        self._ends_at_clock = raw_ends

    def _proofs(self, ends: Ends, tau: datetime) -> list[Output]:
        return [
            Output(
                topic=self._topics.watch_events.name,
                key=watch_id.encode(),
                value=self._codec.encode(
                    WatchEvent(
                        watch_id=watch_id,
                        kind=WatchEventKind.IDLE,
                        source_partition=partition,
                        source_offset=end,
                        event_time=EPOCH,
                        received_at=tau,
                    )
                ),
            )
            for partition, end in sorted(ends.items())
            for watch_id in self._watch_ids
        ]

    async def _passed(
        self, admin: AIOKafkaAdminClient, step: str, topic: str, ends: Ends, mine: frozenset[int]
    ) -> bool:
        """Wait until a step has committed past these ends; False if our partitions change meanwhile."""
        group = group_of(self._settings, step)
        wanted = {TopicPartition(topic, partition): end for partition, end in ends.items() if end > 0}
        while wanted:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                committed = await admin.list_consumer_group_offsets(group, partitions=list(wanted))
            wanted = {p: end for p, end in wanted.items() if committed[p].offset < end}
            if wanted:
                await self.sleep(EVERY_S)
            if self.should_stop or self._enrich.assignment != mine:
                return False
        return bool(self._enrich.assignment == mine)

    async def _ends(self, consumer: AIOKafkaConsumer, topic: str) -> Ends:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            partitions = await self._producer.partitions(topic)
            ends = await consumer.end_offsets([TopicPartition(topic, partition) for partition in partitions])
        return {partition.partition: end for partition, end in ends.items()}

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
        await self._producer.replace()

    async def on_stop(self) -> None:
        """Close the connections."""
        OUTAGE.over("idle proofs")
        await self._disconnect()
