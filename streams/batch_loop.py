"""The loop of every stateless step: read many, work, deliver, commit; and read again whatever was not delivered.

A service of the app puts each batch it reads (`batch_reading`) on an in-memory channel, where a Faust agent runs the step over it
(`batch_work`), has what comes of it delivered (`batch_delivery`), and settles the batch's future. Offsets are committed
(`batch_commits`) in the order of the batches, so only ever the contiguous prefix of what was delivered. None of these waits for another:
the next batch is read and worked on while the last is delivered and the one before committed. When anything fails, is cancelled or takes
too long, all batches in flight are dropped and the partitions go back to their committed offsets: at least once, whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from mode import Service

from streams.backoff import Backoff
from streams.batch import Batch
from streams.batch_commits import Commits
from streams.batch_consumer import join, rewind
from streams.batch_lag import BatchLag
from streams.batch_reading import Reading
from streams.batch_work import BatchWork, MachineError
from streams.batches_in_flight import BatchesInFlight
from streams.closing import close, is_cancelled
from streams.dead_letter_guard import PROBE_EVERY_S, PROBE_RECORDS
from streams.lag_gauges import LagGauges
from streams.metrics import Metrics
from streams.outage import OUTAGE, describe, is_away
from streams.settings import StreamsSettings
from streams.topics import catalogue

CONNECT_WITHIN_S = 30.0
LAG_EVERY_S = 2.0
BATCH_S = 0.04
"""Work worth so many seconds goes into a batch: a rebalance, a stop and the deliveries of the batch wait for no more. Where little comes a
batch is what has come; where much waits, it is as large as the cost of a record allows."""
PACE_S = 0.005
"""Least time between two reads while little comes. A request to Kafka costs it and us as much as passing on twenty records: where each record
had one of its own, requests took a third of the worker."""
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
        self._reading = Reading(work.step, settings)
        self._read: asyncio.Task[Batch | None] | None = None
        """The next batch, while it is being read."""
        self._next_read_at = 0.0
        """When to read again at the earliest; monotonic seconds."""
        self._in_flight = BatchesInFlight(settings.delivery_timeout_s)
        self._commits = Commits()
        self._backoff = Backoff()
        self._lag = BatchLag()
        self._draining = False
        topic = next((topic for topic in catalogue(settings) if topic.name == work.step.topic), None)
        metrics.partitions.labels(self.name).set(topic.partitions if topic is not None else settings.partitions)
        metrics.rebalances.labels(self.name)  # from the first moment, so that the first one is an increase
        metrics.before_scrape.append(self._show)
        LagGauges(self.name, self._lag, metrics)

    # -- what others may ask

    @property
    def ready(self) -> bool:
        """True while it has its place in its group, and neither fails nor pauses."""
        return self._has_place and self._lag.answers and self._backoff.failures == 0 and not self.work.guard.tripped

    @property
    def lag(self) -> int:
        """Records that wait, as far as Kafka can be asked; 1 where the loop itself stands still."""
        return self._lag.records

    @property
    def progress_at(self) -> float:
        """When offsets last moved, or there was nothing to do; monotonic seconds."""
        return self._lag.progress_at

    @property
    def committed(self) -> dict[TopicPartition, int]:
        """The next offset of each partition that is ours, as far as we know."""
        return dict(self._commits.made)

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
            self._lag.turned()
            try:
                await self._turn()
            except (Exception, asyncio.CancelledError) as error:  # whatever it was, the records must come again
                if is_cancelled():
                    raise
                if self._draining:
                    return
                await self._recover(error)

    async def _turn(self) -> None:
        """Wait until a batch is read, the oldest is delivered, or a commit is made or due; and do what follows from it."""
        consumer = await self._connected()
        if self._read is None and self._has_room():
            self._read = asyncio.create_task(self._next(consumer))
        if self._commits.due_in_s == 0.0:
            self._commits.begin(consumer)
        oldest = self._in_flight.oldest
        tasks = (self._read, oldest.done if oldest is not None else None, self._commits.under_way)
        waits_for = [task for task in tasks if task is not None]
        if waits_for:
            await asyncio.wait(waits_for, timeout=self._wait_s(), return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(self._wait_s())
        if self._draining:
            return
        await self._hand_over()
        self._settle()
        if self._commits.check():
            self._lag.moved()

    def _has_room(self) -> bool:
        if self.work.guard.tripped:
            return not (self._in_flight or self._commits.delivered or self._commits.under_way)  # these first
        return self._in_flight.has_room

    def _wait_s(self) -> float:
        """How long nothing may happen: until a commit is due, or the oldest batch is overdue."""
        limits = (self._settings.delivery_timeout_s, self._in_flight.overdue_in_s, self._commits.due_in_s)
        return min(limit for limit in limits if limit is not None)

    async def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is not None:
            return self._consumer
        async with asyncio.timeout(CONNECT_WITHIN_S):
            await self.work.delivery.producer.start()
            self._consumer = await join(self.work.step, self._settings, self._instance_id, self)
        log.info("joined", step=self.name, topic=self.work.step.topic)
        return self._consumer

    async def _next(self, consumer: AIOKafkaConsumer) -> Batch | None:
        most = min(self._settings.batch_max_records, self.work.records_in(BATCH_S))
        guard = self.work.guard
        self._metrics.paused.labels(self.name).set(guard.tripped)
        if guard.tripped:
            log.error(
                "paused: too many dead letters; looking again soon. Mend the writer, or raise BOSPHORUS_DEAD_LETTER_RATE_CAP",
                step=self.name,
                why=str(guard),
            )
            most = PROBE_RECORDS
            await self.sleep(PROBE_EVERY_S)
        await asyncio.sleep(max(0.0, self._next_read_at - time.monotonic()))
        batch = await self._reading.next(consumer, most)
        if batch is None or batch.count < most:
            self._next_read_at = time.monotonic() + PACE_S
        return batch

    async def _hand_over(self) -> None:
        """Give the agent the batch that was read."""
        if self._read is None or not self._read.done():
            return
        task, self._read = self._read, None
        batch = task.result()
        if batch is None:
            if self.lag == 0 and not self._in_flight:
                self._lag.moved()
        elif self.work.guard.tripped and batch.count > PROBE_RECORDS:
            self._reading.put_back(batch)  # it tripped meanwhile
        elif batch.epoch == self._reading.epoch:  # else a rebalance came between
            self._in_flight.add(batch)
            await self._channel.put(batch)

    def _settle(self) -> None:
        """Take note of the batches that are delivered, oldest first."""
        while (batch := self._in_flight.pop_delivered()) is not None:
            self._note(batch)
        if self._in_flight.overdue_in_s == 0.0:
            raise TimeoutError(f"no delivery within {self._settings.delivery_timeout_s:g} s")

    def _note(self, batch: Batch) -> None:
        self._commits.note(batch.next_offsets)
        self._backoff.reset()
        OUTAGE.over(self.name)
        self._metrics.trouble.labels(self.name).set(0)
        self._metrics.records.labels(self.name, "delivered").inc(batch.count - batch.dead_letters)
        self._metrics.records.labels(self.name, "dead_letter").inc(batch.dead_letters)
        self._metrics.batch_records.labels(self.name).observe(batch.count)
        self._metrics.batch_seconds.labels(self.name).observe(time.monotonic() - batch.fetched_at)
        self._metrics.age_seconds.labels(self.name).observe(max(0.0, time.time() - batch.newest_s))

    # -- when something fails

    async def _recover(self, error: BaseException) -> None:
        """Drop what is in flight, wait, and go back to the committed offsets."""
        wait_s = self._backoff.next_s()
        met = error.__cause__ if isinstance(error, MachineError) else error
        self._metrics.faults.labels(self.name, type(met).__name__).inc()
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
        await self._stop_reading()
        self._drop()
        await self.work.delivery.producer.replace()
        await self.sleep(wait_s)
        if self._consumer is None or self._draining:
            return
        epoch = self._reading.epoch
        try:
            here = self._consumer.assignment()
            committed = await rewind(self._consumer, here, self.work.step, self._settings.delivery_timeout_s)
        except (Exception, asyncio.CancelledError) as again:
            if is_cancelled():
                raise
            # Without the committed offsets nothing is safe: start from a new consumer.
            log.info("can't go back; joining anew", step=self.name, error=describe(again))
            await self._leave()
        else:
            if epoch == self._reading.epoch:  # else a rebalance came between: others may have committed since
                self._commits.made.update(committed)

    async def _stop_reading(self) -> None:
        task, self._read = self._read, None
        if task is not None:
            task.add_done_callback(lambda read: read.cancelled() or read.exception())
            task.cancel()
            await asyncio.wait([task], timeout=1.0)

    def _drop(self) -> None:
        self._in_flight.drop()
        self._reading.drop()
        self._commits.drop()

    # -- rebalances

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Our partitions go: finish what is in flight if it is quick, commit it, drop the rest."""
        if not list(partitions):
            return
        self._metrics.rebalances.labels(self.name).inc()
        await self._in_flight.settled(self._settings.session_timeout_s * REVOKE_SHARE)
        await self._commit_finished()
        self._forget()

    async def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Partitions come. aiokafka starts them at their committed offsets; what we knew of these may be out of date."""
        self._forget()
        for partition in partitions:
            self.work.step.restart(partition.partition)
        self._has_place = True
        log.info("partitions assigned", step=self.name, partitions=sorted(p.partition for p in partitions))

    async def _commit_finished(self) -> None:
        with contextlib.suppress(Exception):  # one that failed comes again, and those behind it
            while (batch := self._in_flight.pop_delivered()) is not None:
                self._note(batch)
        if self._consumer is None:
            return
        try:
            await self._commits.finish(self._consumer)
        except Exception as error:  # noqa: BLE001 - not committed means: it comes again, to whoever has it next
            log.warning("last commit failed; the records come again", step=self.name, error=str(error)[:500])
        else:
            self._lag.moved()

    # -- lag and the end

    def _show(self) -> None:
        """What is so now, for whoever asks for the metrics."""
        self._metrics.in_flight.labels(self.name).set(self._in_flight.records)
        self._metrics.trouble.labels(self.name).set(self._backoff.failures)

    @Service.task
    async def _measure_lag(self) -> None:
        while not self.should_stop:
            await self.sleep(LAG_EVERY_S)
            records = None
            try:
                if self._consumer is not None:
                    async with asyncio.timeout(10.0):
                        records = await self._lag.look(self._consumer, self._commits.made)
            except (Exception, asyncio.CancelledError) as error:
                if is_cancelled():
                    raise
                if is_away(error):
                    OUTAGE.noticed(self.name, error)
            self._lag.note(records)
            if records == 0 and not self._in_flight:
                self._backoff.reset()
                OUTAGE.over(self.name)

    async def on_stop(self) -> None:
        """Drain, if nobody has asked for it before."""
        await self.drain()

    async def drain(self) -> None:
        """Deliver and commit what is in flight, as far as the drain time allows, and leave the group; nothing is fetched any more."""
        if self._draining:
            return
        self._draining = True
        OUTAGE.over(self.name)
        await self._stop_reading()
        await self._in_flight.settled(self._settings.drain_timeout_s * DRAIN_SHARE)
        await self._commit_finished()
        await self._leave()
        await self.work.delivery.producer.stop()

    async def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._has_place = False
        self._forget()
        if consumer is not None and not await close(consumer.stop(), self._settings.drain_timeout_s / 5):
            log.info("left without saying so; the session times out instead", step=self.name)

    def _forget(self) -> None:
        """The partitions are no longer ours."""
        self._drop()
        self._commits.made.clear()
        self._lag.by_partition = {}
