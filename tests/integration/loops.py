"""Batch loops on a real Kafka, in the test's own process: a toy step, a few topics, what came out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from bosphorus.settings import Settings
from streams.app import create_app
from streams.batch_loop import BatchLoop
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.metrics import Metrics
from streams.producer import Output, RecordProducer
from streams.stateless import add_step
from streams.topics import catalogue


class ToyStep:
    """Copies news.raw to news.events; `meddle` is called before each record and may raise."""

    name = "normalise"

    def __init__(self, settings: Settings, meddle: Callable[[ConsumerRecord], None] = lambda _: None) -> None:
        topics = catalogue(settings)
        self.topic = topics.raw.name
        self._out = topics.events.name
        self._meddle = meddle
        self.restarted: list[int] = []

    def __call__(self, record: Any) -> Sequence[Output]:
        self._meddle(record)
        return (Output(topic=self._out, key=record.key, value=record.value, partition=record.partition),)

    def restart(self, partition: int) -> None:
        self.restarted.append(partition)


def settings_for(kafka: str, topic_prefix: str, tmp_path: Path, **values: Any) -> Settings:
    """Settings of a test's own, with its topics created."""
    settings = Settings(broker=kafka, topic_prefix=topic_prefix, data_dir=tmp_path, metrics_port=0, **values)
    with admin(client_options(settings, kafka)) as client:
        create_topics(client, catalogue(settings))
    return settings


@asynccontextmanager
async def running(settings: Settings, step: ToyStep) -> AsyncIterator[tuple[faust.App, BatchLoop]]:
    """An app with the step, started; stopped at the end."""
    app = create_app(settings, stateful=False)
    loop = add_step(app, step, settings, Metrics())
    await app.start()
    try:
        yield app, loop
    finally:
        await app.stop()


async def put(settings: Settings, values: Iterable[bytes], topic: str = "raw", headers: Any = ()) -> int:
    """Send values to a topic of the catalogue, the same key for each ten; returns how many."""
    producer = RecordProducer(settings)
    name = getattr(catalogue(settings), topic).name
    outputs = [
        Output(topic=name, key=str(n // 10).encode(), value=value, headers=headers) for n, value in enumerate(values)
    ]
    await producer.deliver(outputs)
    await producer.stop()
    return len(outputs)


async def read_all(settings: Settings, topic: str, quiet_s: float = 0.5) -> list[ConsumerRecord]:
    """Everything in a topic of the catalogue, each partition's in order."""
    name = getattr(catalogue(settings), topic).name
    consumer = AIOKafkaConsumer(
        name, **client_options(settings, settings.broker), auto_offset_reset="earliest", fetch_max_wait_ms=100
    )
    await consumer.start()
    records: list[ConsumerRecord] = []
    try:
        while batch := await consumer.getmany(timeout_ms=round(quiet_s * 1000)):
            for some in batch.values():
                records.extend(some)
    finally:
        await consumer.stop()
    return records


async def eventually(condition: Callable[[], Any], within_s: float = 30.0) -> None:
    """Wait until a condition (plain, or a coroutine's result) is true."""
    until = time.monotonic() + within_s
    while True:
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        assert time.monotonic() < until, f"still not so after {within_s} s"
        await asyncio.sleep(0.1)


def by_partition(records: Iterable[ConsumerRecord]) -> dict[int, list[bytes]]:
    """The values of each partition, in order."""
    found: dict[int, list[bytes]] = {}
    for record in records:
        found.setdefault(record.partition, []).append(record.value)
    return found
