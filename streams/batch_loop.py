"""The loop of every stateless step: fetch many, work, deliver, commit; and fetch again whatever was not delivered.

A service of the app owns the consumer and its commits. It puts each batch on an in-memory channel, where a Faust agent runs the step
over it (`BatchWork`) and settles the batch's future once all it produced is acknowledged. Offsets are committed in the order of the
batches, so only ever the contiguous prefix of what was delivered. When anything fails, is cancelled or takes too long, all batches in
flight are dropped and the partitions go back to their committed offsets: at least once, whatever happens.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.structs import TopicPartition
from mode import Service

from streams.backoff import Backoff
from streams.batch import Batch
from streams.batch_work import BatchWork
from streams.closing import close, is_cancelled
from streams.connection import client_options
from streams.dead_letter_guard import PROBE_EVERY_S, PROBE_RECORDS
from streams.groups import group_of
from streams.lag_gauges import LagGauges
from streams.merging import Merger
from streams.metrics import Metrics
from streams.outage import OUTAGE, describe, is_away
from streams.settings import StreamsSettings
from streams.topics import catalogue

FETCH_WAIT_S = 0.1
FETCH_RECORDS = 2_000
"""Most records taken over from the consumer at once; they wait here for their turn."""
CONNECT_WITHIN_S = 30.0
STUCK_AFTER_S = 180.0
"""A loop that has not turned for so long waits for something that never comes: longer than any wait of ours."""
LAG_EVERY_S = 2.0
PATIENCE_S = 2.0
"""How long a partition that can't be read holds up the others."""
COMMIT_EVERY_S = 0.2
IN_FLIGHT = 2
"""Batches at once: while one is being delivered the next one is worked on."""
DRAIN_SHARE = 0.4
"""Share of the drain time that a stopping loop may take for its batches in flight."""
REVOKE_SHARE = 0.5
"""Share of the session time-out that a rebalance may wait for the batches in flight."""

log = structlog.get_logger(__name__)


class BatchLoop(Service):
    """Consumes a step's topic in a group of its own.

    Args:
        work: does the step over a batch; shared with the agent.
        channel: where the agent listens.
        settings: names the broker, sizes and time-outs.
        metrics: counts.
        instance_id: static group membership; empty: none.
    """

    def __init__(
        self,
        work: BatchWork,
        channel: Any,
        settings: StreamsSettings,
        metrics: Metrics,
        instance_id: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.name = work.step.name
        self._channel = channel
        self._settings = settings
        self._metrics = metrics
        self._instance_id = instance_id
        self._consumer: AIOKafkaConsumer | None = None
        self._has_place = False
        """The group has said which partitions are ours, be it none. Only then does a ready worker mean a shared load."""
        self._epoch = 0
        self._in_flight: deque[Batch] = deque()
        self._delivered: dict[TopicPartition, int] = {}
        """What can be committed, and is not yet."""
        self._committed: dict[TopicPartition, int] = {}
        self._merger = Merger()
        self._fetched: dict[TopicPartition, int] = {}
        """The offset after the last record fetched, by partition."""
        self._committed_at = 0.0
        self._backoff = Backoff()
        self._rebalance = asyncio.Lock()
        self.progress_at = time.monotonic()
        """When offsets last moved, or there was nothing to do; monotonic seconds."""
        self.by_partition: dict[int, tuple[int, int]] = {}
        """Committed offset and end of each partition that is ours, at the last look."""
        self.lag = 0
        """Records that wait, as far as Kafka can be asked; 1 where the loop itself stands still."""
        self._answers = True
        self._draining = False
        self._turned_at = time.monotonic()
        topic = next((topic for topic in catalogue(settings) if topic.name == work.step.topic), None)
        metrics.partitions.labels(self.name).set(topic.partitions if topic is not None else settings.partitions)
        metrics.rebalances.labels(self.name)  # from the first moment, so that the first one is an increase
        metrics.before_scrape.append(self._show)
        LagGauges(self.name, self, metrics)

    # -- what others may ask

    @property
    def ready(self) -> bool:
        """True while it has its place in its group, and neither fails nor pauses."""
        return self._has_place and self._answers and self._backoff.failures == 0 and not self.work.guard.tripped

    @property
    def committed(self) -> dict[TopicPartition, int]:
        """The next offset of each partition that is ours, as far as we know."""
        return dict(self._committed)

    @property
    def assignment(self) -> frozenset[int]:
        """The partitions that are ours now."""
        if self._consumer is None:
            return frozenset()
        return frozenset(partition.partition for partition in self._consumer.assignment())

    # -- the loop

    @Service.task
    async def _run(self) -> None:
        while not self._draining:
            self._turned_at = time.monotonic()
            try:
                await self._turn()
            except (Exception, asyncio.CancelledError) as error:  # whatever it was, the records must come again
                if is_cancelled():
                    raise
                if self._draining:
                    return
                await self._recover(error)

    async def _turn(self) -> None:
        """One round: fetch a batch if there is one, settle what is due, commit now and then."""
        consumer = await self._connected()
        batch = await self._fetch(consumer)
        if batch is not None:
            self._in_flight.append(batch)
            await self._channel.put(batch)
        while self._in_flight and (
            batch is None or len(self._in_flight) >= IN_FLIGHT or self._in_flight[0].done.done()
        ):
            await self._settle(self._in_flight[0])
        if self._delivered and (batch is None or time.monotonic() - self._committed_at >= COMMIT_EVERY_S):
            await self._commit(consumer)
        if batch is None and self.lag == 0:
            self.progress_at = time.monotonic()

    async def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is not None:
            return self._consumer
        async with asyncio.timeout(CONNECT_WITHIN_S):
            return await self._connect()

    async def _connect(self) -> AIOKafkaConsumer:
        await self.work.producer.start()
        consumer = AIOKafkaConsumer(
            **client_options(self._settings, self._settings.broker),
            group_id=group_of(self._settings, self.name),
            group_instance_id=f"{self._instance_id}.{self.name}" if self._instance_id else None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=round(self._settings.session_timeout_s * 1000),
            heartbeat_interval_ms=round(self._settings.session_timeout_s * 300),
            max_poll_interval_ms=round(self._settings.delivery_timeout_s * 10_000),
            fetch_max_wait_ms=round(FETCH_WAIT_S * 1000),
            max_partition_fetch_bytes=1024 * 1024,
            metadata_max_age_ms=60_000,
        )
        try:
            await consumer.start()
            consumer.subscribe([self.work.step.topic], listener=_Listener(self))
        except BaseException:
            await close(consumer.stop(), self._settings.drain_timeout_s / 4)
            raise
        self._consumer = consumer
        log.info("joined", step=self.name, topic=self.work.step.topic)
        return consumer

    async def _fetch(self, consumer: AIOKafkaConsumer) -> Batch | None:
        most = self._settings.batch_max_records
        guard = self.work.guard
        self._metrics.paused.labels(self.name).set(guard.tripped)
        if guard.tripped:
            if self._in_flight or self._delivered:
                return None  # settle and commit these first
            log.error(
                "paused: too many dead letters; looking again soon. Mend the writer, or raise BOSPHORUS_DEAD_LETTER_RATE_CAP",
                step=self.name,
                why=str(guard),
            )
            most = PROBE_RECORDS
            await self.sleep(PROBE_EVERY_S)
            if self._draining:
                return None
        records = await self._merged(consumer, most)
        return Batch(records, self._epoch) if records else None

    async def _merged(self, consumer: AIOKafkaConsumer, most: int) -> list[Any]:
        """The next records of our partitions in the order of their time, at most so many; none if there are none."""
        partitions = sorted(consumer.assignment())
        epoch = self._epoch
        for partition in partitions:
            if partition not in self._fetched:
                async with asyncio.timeout(self._settings.delivery_timeout_s):
                    position = await consumer.position(partition)
                if epoch != self._epoch:
                    return []
                self._fetched[partition] = position

        def has_more(partition: TopicPartition) -> bool:
            end = consumer.highwater(partition)  # as the last answer had it; None: none has come yet
            return end is None or end > self._fetched[partition]

        patient_until = time.monotonic() + PATIENCE_S
        while True:
            missing = self._merger.missing(partitions, has_more)
            wait_s = FETCH_WAIT_S if missing or not (self._merger.held or self._in_flight) else 0.0
            if self._merger.held < most or missing:
                fetched = await consumer.getmany(timeout_ms=round(wait_s * 1000), max_records=FETCH_RECORDS)
                if epoch != self._epoch:
                    # A rebalance fell into the fetch: whose records these are is in doubt, so they are fetched again.
                    await self._rewind(consumer, fetched)
                    return []
                self._merger.add(fetched)
                self._fetched.update({partition: records[-1].offset + 1 for partition, records in fetched.items()})
            if not self._merger.missing(partitions, has_more) or time.monotonic() >= patient_until:
                return self._merger.take(most, has_more)
            if self._draining:
                return []

    async def _settle(self, batch: Batch) -> None:
        """Wait until the oldest batch is delivered, and note what it allows to commit."""
        await asyncio.wait([batch.done], timeout=self._settings.delivery_timeout_s)
        if batch.epoch != self._epoch or not self._in_flight or self._in_flight[0] is not batch:
            return  # a rebalance has dealt with it meanwhile
        if not batch.done.done():
            raise TimeoutError(f"no delivery within {self._settings.delivery_timeout_s:g} s")
        if batch.done.cancelled():
            raise ConnectionError("a batch was dropped on its way")
        batch.done.result()
        self._note(batch)

    def _note(self, batch: Batch) -> None:
        self._in_flight.popleft()
        self._delivered.update(batch.next_offsets)
        self._backoff.reset()
        OUTAGE.over(self.name)
        self._metrics.trouble.labels(self.name).set(0)
        self._metrics.records.labels(self.name, "delivered").inc(batch.count - batch.dead_letters)
        self._metrics.records.labels(self.name, "dead_letter").inc(batch.dead_letters)
        self._metrics.batch_records.labels(self.name).observe(batch.count)
        self._metrics.batch_seconds.labels(self.name).observe(time.monotonic() - batch.fetched_at)
        self._metrics.age_seconds.labels(self.name).observe(max(0.0, time.time() - batch.newest_s))

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        offsets, self._delivered = self._delivered, {}
        await consumer.commit(offsets)
        self._committed.update(offsets)
        self._committed_at = self.progress_at = time.monotonic()

    # -- when something fails

    async def _recover(self, error: BaseException) -> None:
        """Drop what is in flight, wait, and go back to the committed offsets."""
        wait_s = self._backoff.next_s()
        self._metrics.faults.labels(self.name, type(error).__name__).inc()
        self._metrics.trouble.labels(self.name).set(self._backoff.failures)
        if is_away(error):
            OUTAGE.noticed(self.name, error)
        else:
            log.warning(
                "failed; fetching again",
                step=self.name,
                error=describe(error),
                failures=self._backoff.failures,
                wait_s=round(wait_s, 2),
            )
        self._drop()
        await self.work.producer.replace()
        await self.sleep(wait_s)
        if self._consumer is None or self._draining:
            return
        try:
            await self._rewind(self._consumer, self._consumer.assignment())
        except (Exception, asyncio.CancelledError) as again:
            if is_cancelled():
                raise
            # Without the committed offsets nothing is safe: start from a new consumer.
            log.info("can't go back; joining anew", step=self.name, error=describe(again))
            await self._leave()

    def _drop(self) -> None:
        self._epoch += 1
        for batch in self._in_flight:
            batch.drop()
        self._in_flight.clear()
        self._delivered.clear()
        self._merger.clear()
        self._fetched.clear()

    async def _rewind(self, consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> None:
        """Continue from the committed offsets."""
        async with asyncio.timeout(self._settings.delivery_timeout_s):
            for partition in list(partitions):
                if partition not in consumer.assignment():
                    continue
                self.work.step.restart(partition.partition)
                offset = await consumer.committed(partition)
                if offset is None:
                    offset = (await consumer.beginning_offsets([partition]))[partition]
                if partition in consumer.assignment():
                    consumer.seek(partition, offset)

    # -- rebalances

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Our partitions go: finish what is in flight if it is quick, commit it, drop the rest."""
        if not list(partitions):
            return
        self._metrics.rebalances.labels(self.name).inc()
        patience_s = self._settings.session_timeout_s * REVOKE_SHARE
        if self._in_flight:
            await asyncio.wait([batch.done for batch in self._in_flight], timeout=patience_s)
        await self._commit_finished()
        self._drop()
        self._committed.clear()
        self.by_partition = {}

    async def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Partitions come. aiokafka starts them at their committed offsets."""
        self._drop()
        for partition in partitions:
            self.work.step.restart(partition.partition)
        self._has_place = True
        log.info("partitions assigned", step=self.name, partitions=sorted(p.partition for p in partitions))

    async def _commit_finished(self) -> None:
        while self._in_flight and self._in_flight[0].done.done():
            batch = self._in_flight[0]
            if batch.done.cancelled() or batch.done.exception() is not None:
                break
            self._note(batch)
        if self._delivered and self._consumer is not None:
            try:
                await self._commit(self._consumer)
            except Exception as error:  # noqa: BLE001 - not committed means: it comes again, to whoever has it next
                log.warning("last commit failed; the records come again", step=self.name, error=str(error)[:500])

    # -- lag and the end

    def _show(self) -> None:
        """What is so now, for whoever asks for the metrics."""
        self._metrics.in_flight.labels(self.name).set(sum(batch.count for batch in self._in_flight))
        self._metrics.trouble.labels(self.name).set(self._backoff.failures)

    @Service.task
    async def _measure_lag(self) -> None:
        while not self.should_stop:
            await self.sleep(LAG_EVERY_S)
            try:
                async with asyncio.timeout(10.0):
                    lag = await self._lag()
            except (Exception, asyncio.CancelledError) as error:
                if is_cancelled():
                    raise
                if is_away(error):
                    OUTAGE.noticed(self.name, error)
                lag = None
            self._note_lag(lag)

    async def _lag(self) -> int | None:
        """Records that wait in our partitions; None: there is nobody to ask."""
        consumer = self._consumer
        if consumer is None:
            return None
        partitions = list(consumer.assignment())
        ends = await consumer.end_offsets(partitions) if partitions else {}
        at = {p: self._committed.get(p) or await consumer.committed(p) or 0 for p in partitions}
        partitions = [partition for partition in partitions if partition in consumer.assignment()]
        self.by_partition = {p.partition: (at[p], ends[p]) for p in partitions}
        waiting: int = sum(ends[p] - at[p] for p in partitions)
        return waiting

    def _note_lag(self, lag: int | None) -> None:
        """Kafka's answer, or none. While there is none no stall can be told from an outage, unless the loop doesn't even try."""
        now = time.monotonic()
        if lag is None:
            self.lag = int(now - self._turned_at > STUCK_AFTER_S)
        else:
            if not self._answers:
                self.progress_at = now
            if lag == 0 and not self._in_flight:
                self._backoff.reset()
                OUTAGE.over(self.name)
            self.lag = lag
        self._answers = lag is not None

    async def on_stop(self) -> None:
        """Drain, if nobody has asked for it before."""
        await self.drain()

    async def drain(self) -> None:
        """Deliver and commit what is in flight, as far as the drain time allows, and leave the group; nothing is fetched any more."""
        if self._draining:
            return
        self._draining = True
        OUTAGE.over(self.name)
        if self._in_flight:
            await asyncio.wait([b.done for b in self._in_flight], timeout=self._settings.drain_timeout_s * DRAIN_SHARE)
        await self._commit_finished()
        await self._leave()
        await self.work.producer.stop()

    async def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._has_place = False
        self._drop()
        self._committed.clear()
        self.by_partition = {}
        if consumer is not None and not await close(consumer.stop(), self._settings.drain_timeout_s / 5):
            log.info("left without saying so; the session times out instead", step=self.name)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the loop; aiokafka logs and swallows what a listener raises."""

    def __init__(self, loop: BatchLoop) -> None:
        self._loop = loop

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._loop.revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._loop.assigned(assigned)
