"""What flows: how many records each stage holds, looked at from outside as anyone could."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec import Struct

from schemas.records import Alert
from schemas.wire import Codec
from streams.connection import client_options
from streams.reader import read_all
from streams.schema_registry import registry_of
from streams.settings import StreamsSettings
from streams.topics import catalogue

LOOK_S = 0.3
QUIET_S = 6.0
"""So long without a new record, once every article is through, and nothing more is to come."""


class Flow(Struct, frozen=True):
    """Records by stage."""

    raw: int = 0
    events: int = 0
    enriched: int = 0
    dead_letters: int = 0
    watched: int = 0
    alerts: int = 0
    cloudevents: int = 0

    @property
    def through(self) -> bool:
        """Whether every article has come out, enriched or as a dead letter, and every alert has been published."""
        return 0 < self.raw == self.enriched + self.dead_letters and self.alerts == self.cloudevents


async def watch_flow(
    settings: StreamsSettings,
    show: Callable[[Flow], None],
    idle: Callable[[], bool],
    *,
    limit_s: float,
    alerts: int,
) -> Flow:
    """Show the counts as they grow, and return the last.

    It ends when all articles are through and there are as many alert messages as expected, or the worker has nothing left to do
    and nothing has moved for QUIET_S.

    Args:
        settings: where Kafka is.
        show: called with each change.
        idle: whether the worker has nothing left to do.
        limit_s: longest time to wait.
        alerts: messages to wait for.
    """
    consumer = AIOKafkaConsumer(**client_options(settings, settings.broker), enable_auto_commit=False)
    await consumer.start()
    try:
        last, changed, started = Flow(), time.monotonic(), time.monotonic()
        while True:
            flow = await _look(consumer, settings)
            now = time.monotonic()
            if flow != last:
                show(flow)
                last, changed = flow, now
            if flow.through and (flow.alerts >= alerts or (now - changed > QUIET_S and idle())):
                return flow
            if now - started > limit_s:
                return flow
            await asyncio.sleep(LOOK_S)
    finally:
        await consumer.stop()


async def _look(consumer: AIOKafkaConsumer, settings: StreamsSettings) -> Flow:
    topics = catalogue(settings)
    wanted = {
        "raw": topics.raw,
        "events": topics.events,
        "enriched": topics.enriched,
        "dead_letters": topics.dead_letters,
        "watched": topics.watch_events,
        "alerts": topics.alerts,
        "cloudevents": topics.cloudevents,
    }
    places = [TopicPartition(t.name, n) for t in wanted.values() for n in range(t.partitions)]
    ends = await consumer.end_offsets(places)
    return Flow(
        **{stage: sum(end for place, end in ends.items() if place.topic == t.name) for stage, t in wanted.items()}
    )


async def read_alerts(settings: StreamsSettings) -> list[Alert]:
    """Every message on the alert topic, each once, in the order of the log."""
    codec = Codec(registry_of(settings))
    found = {}
    async for record in read_all(settings, catalogue(settings).alerts.name):
        alert = codec.decode(record.value, Alert)
        # At least once: a message may stand in the log twice, with the same id and sequence.
        found[alert.alert_id, alert.sequence] = alert
    return list(found.values())
