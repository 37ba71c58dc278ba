"""The watch in a worker: watch.events -> alerts.interference, its state in a Faust table.

Order: state, outputs, offset. What a watch event changes is written to the table's changelog and acknowledged, then the alerts it
raised are delivered, then the event is let go. A crash in between lets the event come again; the state knows it already, and what
was not confirmed comes out of the outbox once more, with the same id and sequence.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import faust

from agents.settings import AgentsSettings
from agents.watch.intake import NAME, Intake, Taken
from agents.watches import Watches
from schemas.errors import RegistryError
from schemas.wire import Codec
from streams.group_lag import GroupLag
from streams.groups import group_of
from streams.lag_gauges import LagGauges
from streams.metrics import Metrics
from streams.retrying_producer import RetryingProducer
from streams.settings import StreamsSettings
from streams.state_table import StateTable
from streams.topics import catalogue, changelog

TABLE = "state"
STOP_WITHIN_S = 4.0


class WatchWork:
    """What the agent does: each event through its watch, and in groups: state, outputs, offsets.

    While one group is being delivered the next one gathers, so that the load decides the size of a group, and no timer does.

    Args:
        intake: takes each event.
        table: the state that the intake writes to.
        producer: delivers state and outputs.
        metrics: counts.
    """

    name = NAME

    def __init__(self, intake: Intake, table: StateTable, producer: RetryingProducer, metrics: Metrics) -> None:
        self._intake = intake
        self._table = table
        self._producer = producer
        self._metrics = metrics
        metrics.before_scrape.append(self.show)
        self._group: list[Taken] = []
        self._flusher: asyncio.Task[None] | None = None
        self.group_lag: GroupLag | None = None
        self.broke: Callable[[BaseException], object] = lambda _: None
        """Called where delivering itself broke: what was taken can then only come again, to a worker that starts anew."""

    @property
    def ready(self) -> bool:
        """True while deliveries succeed, and Kafka answers."""
        return self._producer.failures == 0 and (self.group_lag is None or self.group_lag.known)

    @property
    def lag(self) -> int:
        """Records that wait in our partitions, by Kafka's own word."""
        return self.group_lag.records if self.group_lag is not None else self.in_flight

    @property
    def progress_at(self) -> float:
        """When committed offsets last moved, or nothing waited; monotonic seconds."""
        return self.group_lag.progress_at if self.group_lag is not None else time.monotonic()

    @property
    def in_flight(self) -> int:
        """Events taken and not let go."""
        return len(self._group) + int(self._flusher is not None and not self._flusher.done())

    async def __call__(self, stream: Any) -> None:
        """The agent: take each event as it comes, let it go once all it brought about is delivered."""
        async for event in stream.noack().events():
            started = time.monotonic()
            taken = await self._taken(event)
            taken.started, taken.busy_s = started, time.monotonic() - started
            self._group.append(taken)
            if self._flusher is None or self._flusher.done():
                self._flusher = asyncio.create_task(self._flush())
                self._flusher.add_done_callback(self._flushed)

    def _flushed(self, flusher: asyncio.Task[None]) -> None:
        error = None if flusher.cancelled() else flusher.exception()
        if error is not None:
            self.broke(error)

    async def restart(self) -> None:
        """Forget what the watches remember: partitions have moved, and with them the state."""
        self._intake.restart()

    def show(self) -> None:
        """What is so now, for whoever asks for the metrics."""
        self._metrics.in_flight.labels(NAME).set(self.in_flight)
        self._metrics.trouble.labels(NAME).set(self._producer.failures)
        self._intake.show()

    async def stop(self) -> None:
        """Let go what can be, and close the producer."""
        if self._flusher is not None and not self._flusher.done():
            await asyncio.wait([self._flusher], timeout=STOP_WITHIN_S)
            self._flusher.cancel()
        await self._producer.stop()

    async def _taken(self, event: Any) -> Taken:
        """Take an event; where the schema registry is away, wait for it."""
        while True:
            try:
                taken = self._intake.take(event)
            except RegistryError as error:
                await asyncio.sleep(self._producer.failed(error))
            else:
                return taken

    # -- state, outputs, offsets

    async def _flush(self) -> None:
        while self._group:
            group, self._group = self._group, []
            await self._deliver_state()
            await self._producer.deliver([output for taken in group for output in taken.outputs])
            if self._intake.confirm(group):
                await self._deliver_state()
            for taken in group:
                taken.event.ack()
            self._count(group)

    async def _deliver_state(self) -> None:
        for stage in self._table.take_written():
            await self._producer.deliver(stage)

    def _count(self, group: list[Taken]) -> None:
        """A group has been let go."""
        self._metrics.batch_records.labels(NAME).observe(len(group))
        self._metrics.batch_seconds.labels(NAME).observe(time.monotonic() - group[0].started)
        self._metrics.processing_seconds.labels(NAME).observe(sum(taken.busy_s for taken in group))
        self._metrics.age_seconds.labels(NAME).observe(max(0.0, time.time() - group[-1].event.message.timestamp))
        self._intake.count(group)


def register(  # noqa: PLR0913, PLR0917 - what it works with
    app: faust.App,
    streams: StreamsSettings,
    agents: AgentsSettings,
    codec: Codec,
    watches: Watches,
    metrics: Metrics,
) -> WatchWork:
    """Add the watch's table and agent to an app."""
    topics = catalogue(streams)
    table = StateTable(
        app,
        name=TABLE,
        key_type=bytes,
        value_type=bytes,
        partitions=streams.partitions,
        extra_topic_configs=changelog(streams, group_of(streams, NAME), TABLE).config,
        help="What the watches know: stories, baselines, open alerts, what waits for the watermark.",
    )
    app.tables.add(table)
    intake = Intake(table, streams, agents, codec, watches, metrics)
    work = WatchWork(intake, table, RetryingProducer(NAME, streams, metrics), metrics)
    metrics.partitions.labels(NAME).set(streams.partitions)
    metrics.rebalances.labels(NAME)  # from the first moment, so that the first one is an increase
    source = app.topic(
        topics.watch_events.name, key_serializer="raw", value_serializer="raw", partitions=streams.partitions
    )

    async def watch(stream: Any) -> None:
        await work(stream)

    async def forget(*_: Any, **__: Any) -> None:
        await work.restart()

    async def stop(*_: Any, **__: Any) -> None:
        await work.stop()

    def partitions() -> list[int]:
        return [place.partition for place in app.consumer.assignment() if place.topic == topics.watch_events.name]

    work.group_lag = GroupLag(NAME, topics.watch_events.name, partitions, streams)
    work.broke = lambda error: asyncio.ensure_future(app.crash(error))
    app.service(work.group_lag)  # type: ignore[arg-type]  # takes an instance as well as a class

    async def moved(*_: Any, **__: Any) -> None:
        metrics.rebalances.labels(NAME).inc()

    app.agent(source, name=NAME)(watch)
    LagGauges(NAME, work.group_lag, metrics)
    app.on_partitions_assigned.connect(forget, weak=False)
    app.on_partitions_revoked.connect(forget, weak=False)
    app.on_partitions_revoked.connect(moved, weak=False)
    app.on_before_shutdown.connect(stop, weak=False)
    return work
