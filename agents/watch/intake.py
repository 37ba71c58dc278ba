"""One record of watch.events: through its watch, and into the outputs it brings about. What can't be used becomes a dead letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import structlog
from msgspec import Struct

from agents.settings import AgentsSettings
from agents.watch.metering import Meter, sizes
from agents.watch.step import Watcher
from agents.watch.table_store import TableStore
from agents.watches import Watches
from schemas.errors import BadRecordError
from schemas.records import Alert, WatchEvent
from schemas.wire import Codec
from streams import dead_letters
from streams.cloudevents import binary_headers
from streams.metrics import Metrics
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.state_table import StateTable
from streams.topics import catalogue

NAME = "watch"

log = structlog.get_logger(__name__)


class WatchFailedError(BadRecordError):
    """The watch failed on this event, for a reason it does not know."""


class Taken(Struct):
    """An event that was seen and is not let go yet, with what it brought about."""

    event: Any
    watch_id: str = ""
    outcome: str = "delivered"
    started: float = 0.0
    busy_s: float = 0.0
    alerts: list[Alert] = []
    outputs: list[Output] = []


class Intake:
    """Takes events. What they change stands in the table at once, but is on its way to the changelog only when that is asked for.

    Args:
        table: the state of all watches.
        streams: names the topics, and says how many partitions there are.
        agents: settings of the watches' steps.
        codec: decodes watch events, encodes alerts.
        watches: the configuration.
        metrics: counts.
    """

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
        self._watchers: dict[str, tuple[Watcher, TableStore]] = {}
        self._meters = {watch.id: Meter(watch.id, metrics) for watch in watches}
        self._on_the_way: set[tuple[str, int]] = set()
        """Messages that were returned and are not confirmed yet: a watch returns these each time."""
        self._finished: set[int] = set()
        """Partitions in whose state nothing is left half written."""

    def restart(self) -> None:
        """Forget the watchers: partitions have moved, and with them the state."""
        self._finished.clear()
        for watch_id in self._watchers:
            self._meters[watch_id].gone()
        self._watchers.clear()
        self._on_the_way.clear()

    def show(self) -> None:
        """What is so now, for whoever asks for the metrics."""
        held = sizes(self._table, self._watchers)
        for watch_id, (watcher, _) in self._watchers.items():
            self._meters[watch_id].show(watcher, held[watch_id])

    # -- taking

    def take(self, event: Any) -> Taken:
        """See an event, and return what has to be delivered before it may be let go.

        Raises:
            RegistryError: the schema registry does not answer; nothing has happened yet.
        """
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

    # -- confirming

    def confirm(self, group: Iterable[Taken]) -> bool:
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

    def count(self, group: Iterable[Taken]) -> None:
        """These have been let go."""
        for taken in group:
            self._metrics.records.labels(NAME, taken.outcome).inc()
            for alert in taken.alerts:
                self._meters[alert.watch_id].delivered(alert)

    # -- outputs

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


def _id(alert: Alert) -> tuple[str, int]:
    return str(alert.alert_id), alert.sequence
