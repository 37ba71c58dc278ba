"""Five ways to read a topic, do the same work on each record, and write another topic. Run as a child process each, so that none warms another.

    python -m bosphorus.benches.delivery_engines ENGINE WORK BROKER PREFIX COUNT ROUND

prints `{"seconds": ..., "cpu_seconds": ..., "rss_mib": ...}`: from the first record read to the last one acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import psutil

from bosphorus import heap
from bosphorus.benches.delivery_input import events
from bosphorus.settings import Settings
from streams.logs import configure_logs
from streams.producer import Output
from streams.topics import catalogue

Work = Callable[[bytes], bytes]
WARM_UP = 50


class Enrich:
    """Decode, code, encode."""

    def __init__(self) -> None:
        from agents.enrich.step import Enricher
        from agents.watches import load_watches
        from schemas.wire import Codec

        self._codec, self._enricher = Codec(), Enricher(load_watches(None))
        # Registers and lexicons load with the first article of a language: before the clock runs, as in a worker.
        for value in events(WARM_UP):
            self(value)

    def __call__(self, value: bytes) -> bytes:
        """One by itself."""
        return self.encode(self.many([value])[0])

    def many(self, values: list[bytes]) -> list[Any]:
        """Several decoded, and coded together as the worker's step does."""
        from schemas.records import NewsEvent

        return self._enricher.many([self._codec.decode(value, NewsEvent) for value in values])

    def encode(self, event: Any) -> bytes:
        """One of them, encoded."""
        return self._codec.encode(event)


def work_of(name: str) -> Work:
    """`pass`: the value as it is. `enrich`: decode, code, encode."""
    return Enrich() if name == "enrich" else lambda value: value


class Clock:
    """Runs from the first record to the last acknowledgement."""

    def __init__(self, count: int) -> None:
        self.left = count
        self._started = 0.0
        self._cpu = 0.0

    def begin(self) -> None:
        """A record was read."""
        if not self._started:
            self._started, self._cpu = time.perf_counter(), time.process_time()

    def report(self) -> None:
        """Print the result."""
        result = {
            "seconds": time.perf_counter() - self._started,
            "cpu_seconds": time.process_time() - self._cpu,
            "rss_mib": psutil.Process().memory_info().rss / 2**20,
        }
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


class BenchStep:
    """The work as a stateless step."""

    def __init__(self, settings: Settings, work: Work, clock: Clock, group: str) -> None:
        self.name = group
        topics = catalogue(settings)
        self.topic, self._out = topics.events.name, topics.enriched.name
        self._work, self._clock = work, clock
        self._ahead: dict[tuple[int, int], Any] = {}

    def prepare(self, records: Sequence[Any]) -> None:
        """As the enrich step does."""
        self._clock.begin()
        if isinstance(self._work, Enrich):
            coded = self._work.many([record.value for record in records])
            self._ahead = {(one.partition, one.offset): event for one, event in zip(records, coded, strict=True)}

    def __call__(self, record: Any) -> tuple[Output, ...]:
        """One record in, one out."""
        self._clock.begin()
        if isinstance(self._work, Enrich) and self._ahead:
            value = self._work.encode(self._ahead.pop((record.partition, record.offset)))
        else:
            value = self._work(record.value)
        return (Output(topic=self._out, key=record.key, value=value, partition=record.partition),)

    def restart(self, partition: int) -> None:
        """Nothing is kept."""


def ours(settings: Settings, work: Work, count: int, turn: int) -> None:
    """(b) The worker's own loop: a Faust app with one step; delivery awaited, then committed."""
    import uvloop

    from streams.app import create_app
    from streams.metrics import Metrics
    from streams.stateless import add_step

    async def run() -> None:
        clock = Clock(count)
        heap.settle()  # as the worker does
        app = create_app(settings, stateful=False)
        loop = add_step(app, BenchStep(settings, work, clock, f"ours-{turn}"), settings, Metrics())
        await app.start()
        while sum(loop.committed.values()) < count:  # noqa: ASYNC110 - a bench may look now and then
            await asyncio.sleep(0.02)
        clock.report()
        await app.stop()

    uvloop.run(run())


def plain_faust(settings: Settings, work: Work, count: int, turn: int) -> None:
    """(e) A Faust agent as its documentation shows it: nothing is awaited but the send."""
    import faust

    topics = catalogue(settings)
    app = faust.App(
        f"{settings.topic_prefix}plain-{turn}",
        broker=f"kafka://{settings.broker}",
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        topic_disable_leader=True,
        datadir=str(settings.data_dir),
        store="memory://",
    )
    source = app.topic(topics.events.name, key_serializer="raw", value_serializer="raw")
    target = app.topic(topics.enriched.name, key_serializer="raw", value_serializer="raw")
    clock = Clock(count)
    finished = asyncio.Event()

    async def copy(stream: Any) -> None:
        async for value in stream:
            clock.begin()
            await target.send(value=work(value))
            clock.left -= 1
            if clock.left == 0:
                finished.set()

    app.agent(source)(copy)

    async def run() -> None:
        await app.start()
        await finished.wait()
        await app.producer.flush()
        clock.report()
        await app.stop()

    asyncio.run(run())


def quix(settings: Settings, work: Work, count: int, turn: int) -> None:
    """(c) Quix Streams: a streaming dataframe with one function."""
    from quixstreams import Application

    topics = catalogue(settings)
    app = Application(
        broker_address=settings.broker,
        consumer_group=f"{settings.topic_prefix}quix-{turn}",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        producer_extra_config={"enable.idempotence": True, "acks": "all"},
        loglevel="WARNING",
    )
    clock = Clock(count)

    def apply(value: bytes) -> bytes:
        clock.begin()
        return work(value)

    source = app.topic(topics.events.name, value_deserializer="bytes", key_deserializer="bytes")
    target = app.topic(topics.enriched.name, value_serializer="bytes", key_serializer="bytes")
    app.dataframe(source).apply(apply).to_topic(target)
    app.run(count=count)
    clock.report()


def bare(settings: Settings, work: Work, count: int, turn: int) -> None:
    """(d) confluent-kafka: consume 500, work, produce, flush, commit."""
    from confluent_kafka import Consumer, Producer

    topics = catalogue(settings)
    consumer = Consumer(
        {
            "bootstrap.servers": settings.broker,
            "group.id": f"{settings.topic_prefix}bare-{turn}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    producer = Producer(
        {"bootstrap.servers": settings.broker, "enable.idempotence": True, "queue.buffering.max.messages": 1_000_000}
    )
    consumer.subscribe([topics.events.name])
    clock = Clock(count)
    failed: list[Any] = []
    while clock.left > 0:
        messages = consumer.consume(500, 0.1)
        for message in messages:
            clock.begin()
            producer.produce(
                topics.enriched.name,
                key=message.key(),
                value=work(message.value() or b""),
                partition=message.partition() or 0,
                on_delivery=lambda error, _: failed.append(error) if error else None,
            )
            producer.poll(0)
            clock.left -= 1
        producer.flush()
        if failed:
            raise RuntimeError(failed[0])
        if messages:
            consumer.commit(asynchronous=False)
    clock.report()
    consumer.close()


def in_a_loop(settings: Settings, work: Work, count: int, turn: int) -> None:
    """(a) The work alone, without Kafka: the limit of one core."""
    values = list(events(min(count, 20_000)))
    heap.settle()
    step = BenchStep(settings, work, clock := Clock(count), f"loop-{turn}")
    for n in range(count):
        step(SimpleNamespace(key=b"k", value=values[n % len(values)], partition=0))
    clock.report()


ENGINES = {"loop": in_a_loop, "ours": ours, "quix": quix, "bare": bare, "faust": plain_faust}


def main() -> None:
    """Run one engine."""
    engine, work, broker, prefix, count, turn = sys.argv[1:7]
    settings = Settings(broker=broker, topic_prefix=prefix, log_level="warning")
    configure_logs(settings)
    ENGINES[engine](settings, work_of(work), int(count), int(turn))


if __name__ == "__main__":
    main()
