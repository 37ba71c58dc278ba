"""The watch in a worker: watch.events -> alerts.interference, its state in a Faust table.

Order: state, outputs, offset. What a watch event changes is written to the table's changelog and acknowledged, then the alerts it
raised are delivered, then the event is let go. A crash in between lets the event come again; the state knows it already, and what
was not confirmed comes out of the outbox once more, with the same id and sequence.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import faust
import structlog
from msgspec import Struct

from agents.settings import AgentsSettings
from agents.watch.metering import Meter, sizes
from agents.watch.step import Watcher
from agents.watches import Watches
from schemas.errors import BadRecordError, RegistryError
from schemas.records import Alert, WatchEvent
from schemas.wire import Codec
from streams import dead_letters
from streams.backoff import Backoff
from streams.closing import is_cancelled
from streams.cloudevents import binary_headers
from streams.group_lag import GroupLag
from streams.groups import group_of
from streams.lag_gauges import LagGauges
from streams.lease import SuspendedError
from streams.metrics import Metrics
from streams.outage import OUTAGE, describe, is_away
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings
from streams.state_table import StateTable
from streams.topics import catalogue, changelog

NAME = "watch"
TABLE = "state"
STOP_WITHIN_S = 4.0

log = structlog.get_logger(__name__)


class WatchFailedError(BadRecordError):
    """The watch failed on this event, for a reason it does not know."""


class TableStore:
    """The state of one watch in the table: its keys are prefixed with the watch's id.

    Writes wait in memory until `apply`, so that an event on which the step fails leaves no half of itself behind.
    """

    def __init__(self, table: Any, watch_id: str) -> None:
        self._table = table
        self._prefix = f"{watch_id}/"
        self._changed: dict[str, bytes | None] = {}

    def get(self, key: str) -> bytes | None:
        """The value of a key; None if there is none."""
        if key in self._changed:
            return self._changed[key]
        value: bytes | None = self._table.get(self._name(key))
        return value

    def set(self, key: str, value: bytes) -> None:
        """Write a value, whole."""
        self._changed[key] = value

    def delete(self, key: str) -> None:
        """Remove a key; nothing happens if there is none."""
        self._changed[key] = None

    def apply(self) -> None:
        """Write what has changed to the table."""
        for key, value in self._changed.items():
            name = self._name(key)
            if value is not None:
                self._table[name] = value
            elif name in self._table:
                del self._table[name]
        self._changed.clear()

    def discard(self) -> None:
        """Forget what has changed."""
        self._changed.clear()

    def _name(self, key: str) -> bytes:
        return (self._prefix + key).encode()


class Taken(Struct):
    """An event that was seen and is not let go yet, with what it brought about."""

    event: Any
    watch_id: str = ""
    outcome: str = "delivered"
    started: float = 0.0
    busy_s: float = 0.0
    alerts: list[Alert] = []
    outputs: list[Output] = []


class WatchWork:
    """What the agent does: each event through its watch, and in groups: state, outputs, offsets.

    While one group is being delivered the next one gathers, so that the load decides the size of a group, and no timer does.
    """

    name = NAME

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        table: StateTable,
        streams: StreamsSettings,
        agents: AgentsSettings,
        codec: Codec,
        watches: Watches,
        metrics: Metrics,
    ) -> None:
        self._table = table
        self._agents = agents
        self._partitions = streams.partitions
        self._codec = codec
        self._watches = watches
        self._metrics = metrics
        topics = catalogue(streams)
        self._alert_topic = topics.alerts.name
        self._dead_letter_topic = topics.dead_letters.name
        self._producer = RecordProducer(streams)
        self._watchers: dict[str, tuple[Watcher, TableStore]] = {}
        self._meters = {watch.id: Meter(watch.id, metrics) for watch in watches}
        metrics.partitions.labels(NAME).set(streams.partitions)
        metrics.rebalances.labels(NAME)
        metrics.before_scrape.append(self.show)
        self._on_the_way: set[tuple[str, int]] = set()
        """Messages that were handed to a group and are not confirmed yet: a watch returns these each time."""
        self._group: list[Taken] = []
        self._flusher: asyncio.Task[None] | None = None
        self._finished: set[int] = set()
        """Partitions in whose state nothing is left half written."""
        self._backoff = Backoff()
        self.group_lag: GroupLag | None = None
        self.broke: Callable[[BaseException], object] = lambda _: None
        """Called where delivering itself broke: what was taken can then only come again, to a worker that starts anew."""

    @property
    def ready(self) -> bool:
        """True while deliveries succeed, and Kafka answers."""
        return self._backoff.failures == 0 and (self.group_lag is None or self.group_lag.known)

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
        """Forget the watchers: partitions have moved, and with them the state."""
        self._finished.clear()
        for watch_id in self._watchers:
            self._meters[watch_id].gone()
        self._watchers.clear()
        self._on_the_way.clear()

    def show(self) -> None:
        """What is so now, for whoever asks for the metrics."""
        self._metrics.in_flight.labels(NAME).set(self.in_flight)
        self._metrics.trouble.labels(NAME).set(self._backoff.failures)
        held = sizes(self._table, self._watchers)
        for watch_id, (watcher, _) in self._watchers.items():
            self._meters[watch_id].show(watcher, held[watch_id])

    async def stop(self) -> None:
        """Let go what can be, and close the producer."""
        if self._flusher is not None and not self._flusher.done():
            await asyncio.wait([self._flusher], timeout=STOP_WITHIN_S)
            self._flusher.cancel()
        await self._producer.stop()

    # -- one event

    async def _taken(self, event: Any) -> Taken:
        """Take an event; where the schema registry is away, wait for it."""
        while True:
            try:
                taken = self._take(event)
            except RegistryError as error:
                wait_s = self._failed(error)
                await asyncio.sleep(wait_s)
            else:
                return taken

    def _take(self, event: Any) -> Taken:
        message = event.message
        try:
            item = self._codec.decode(message.value or b"", WatchEvent)
            if item.watch_id not in self._watches:
                # A watch that was taken out of the configuration: what was meant for it is of no use to anyone.
                log.debug("no such watch", watch=item.watch_id, partition=message.partition, offset=message.offset)
                return Taken(event, outcome="ignored")
            alerts = self._see(item, message)
        except BadRecordError as error:
            log.info("dead letter", step=NAME, reason=error.reason, partition=message.partition, offset=message.offset)
            self._metrics.dead_letters.labels(NAME, error.reason).inc()
            return Taken(event, outcome="dead_letter", outputs=[self._dead_letter(message, error)])
        return Taken(event, item.watch_id, alerts=alerts, outputs=[self._output(alert) for alert in alerts])

    def _see(self, item: WatchEvent, message: Any) -> list[Alert]:
        """The messages that are not on their way yet."""
        if message.partition not in self._finished:
            self._table.finish_writes(message.partition)
            self._finished.add(message.partition)
        watcher, store = self._watcher(item.watch_id)
        try:
            alerts = watcher.see(item)
        except Exception as error:
            # What it remembers may be half changed: it begins anew from the table.
            store.discard()
            del self._watchers[item.watch_id]
            log.exception("the watch failed", watch=item.watch_id, partition=message.partition, offset=message.offset)
            raise WatchFailedError("unexpected_error", f"{type(error).__name__}: {error}; please report it") from error
        with self._table.writing(message.partition):
            store.apply()
        self._meters[item.watch_id].saw(item, watcher)
        log.debug(
            "processed",
            step=NAME,
            watch=item.watch_id,
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
        )
        fresh = [alert for alert in alerts if _id(alert) not in self._on_the_way]
        self._on_the_way.update(_id(alert) for alert in fresh)
        return fresh

    def _watcher(self, watch_id: str) -> tuple[Watcher, TableStore]:
        found = self._watchers.get(watch_id)
        if found is None:
            store = TableStore(self._table, watch_id)
            watch = self._watches[watch_id]
            meter = self._meters[watch_id]
            watcher = Watcher(
                watch, self._watches.hash, self._agents, store, partitions=self._partitions, counting=meter
            )
            meter.begin(watcher)
            found = self._watchers[watch_id] = (watcher, store)
        return found

    def _output(self, alert: Alert) -> Output:
        log.info("alert", watch=alert.watch_id, type=alert.msg_type, sequence=alert.sequence, headline=alert.headline)
        self._meters[alert.watch_id].said(alert)
        return Output(
            topic=self._alert_topic,
            key=str(alert.alert_id).encode(),
            value=self._codec.encode(alert),
            headers=[*binary_headers(alert, datetime.now(UTC)), *self._routing(alert.watch_id)],
        )

    def _routing(self, watch_id: str) -> list[tuple[str, bytes]]:
        """Who the alerts of a watch are for, so that subscribers can choose without decoding."""
        routing = self._watches[watch_id].routing
        return [("routing", ",".join(routing).encode())] if routing else []

    def _dead_letter(self, message: Any, error: BadRecordError) -> Output:
        headers = list(message.headers.items() if isinstance(message.headers, dict) else message.headers or ())
        failed = SimpleNamespace(
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            key=message.key,
            value=message.value,
            headers=headers,
        )
        return Output(
            topic=self._dead_letter_topic,
            key=message.key,
            value=message.value or b"",
            headers=dead_letters.to_headers(dead_letters.letter_for(NAME, error, failed, datetime.now(UTC)), headers),
        )

    # -- state, outputs, offsets

    async def _flush(self) -> None:
        while self._group:
            group, self._group = self._group, []
            await self._deliver_state()
            await self._deliver([output for taken in group for output in taken.outputs])
            if self._confirm(group):
                await self._deliver_state()
            for taken in group:
                taken.event.ack()
            self._count(group)

    def _count(self, group: list[Taken]) -> None:
        """A group has been let go."""
        self._metrics.batch_records.labels(NAME).observe(len(group))
        self._metrics.batch_seconds.labels(NAME).observe(time.monotonic() - group[0].started)
        self._metrics.processing_seconds.labels(NAME).observe(sum(taken.busy_s for taken in group))
        self._metrics.age_seconds.labels(NAME).observe(max(0.0, time.time() - group[-1].event.message.timestamp))
        for taken in group:
            self._metrics.records.labels(NAME, taken.outcome).inc()
            for alert in taken.alerts:
                self._meters[alert.watch_id].delivered(alert)

    def _confirm(self, group: list[Taken]) -> bool:
        """Strike what was delivered out of the outboxes. True if there was something."""
        said = [taken for taken in group if taken.alerts]
        for taken in said:
            self._on_the_way.difference_update(_id(alert) for alert in taken.alerts)
            found = self._watchers.get(taken.watch_id)
            if found is not None:
                watcher, store = found
                watcher.confirm(taken.alerts)
                with self._table.writing(taken.event.message.partition):
                    store.apply()
        return bool(said)

    async def _deliver_state(self) -> None:
        for stage in self._table.take_written():
            await self._deliver(stage)

    async def _deliver(self, outputs: list[Output]) -> None:
        """Deliver, for as long as it takes: what is let go here before its delivery would be lost.

        Raises:
            SuspendedError: others have our partitions; what we hold is no longer ours to write.
        """
        while outputs:
            try:
                await self._producer.deliver(outputs)
            except SuspendedError:
                raise
            except (Exception, asyncio.CancelledError) as error:  # whatever it was, giving up would lose it
                if is_cancelled():
                    raise
                wait_s = self._failed(error)
                await self._producer.replace()
                await asyncio.sleep(wait_s)
                continue
            self._backoff.reset()
            OUTAGE.over(NAME)
            self._metrics.trouble.labels(NAME).set(0)
            for output in outputs:
                self._metrics.outputs.labels(NAME, output.topic).inc()
            return

    def _failed(self, error: BaseException) -> float:
        """Note a failure that is tried again; return the seconds to wait."""
        wait_s = self._backoff.next_s()
        self._metrics.faults.labels(NAME, type(error).__name__).inc()
        self._metrics.trouble.labels(NAME).set(self._backoff.failures)
        if is_away(error):
            OUTAGE.noticed(NAME, error)
        else:
            log.warning("failed; trying again", step=NAME, error=describe(error), wait_s=round(wait_s, 2))
        return wait_s


def _id(alert: Alert) -> tuple[str, int]:
    return str(alert.alert_id), alert.sequence


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
    work = WatchWork(table, streams, agents, codec, watches, metrics)
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
