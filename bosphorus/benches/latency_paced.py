"""Articles sent evenly through one worker process, and the stations at which each was seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from agents.normalise.step import normalise
from bosphorus import heap
from bosphorus.benches.delivery_input import events, raw
from bosphorus.benches.delivery_stand import say, topics, workers
from bosphorus.settings import Settings
from schemas.errors import BosphorusError
from streams.connection import client_options
from streams.topics import catalogue

WARM_UP_S = 30.0
"""Left out: a fresh Kafka compiles its own code meanwhile, so that a batch takes 40 ms through a step at first, and 5 ms after 25 s."""
LIMIT_S = 120.0
MAX_REQUEST_BYTES = 4 * 1024 * 1024
STATIONS = ("due", "raw", "events", "enriched", "received")
"""When it should be sent; when the three topics got it (Kafka's clock, which is this machine's, to the millisecond); when it came back."""
LEGS = {
    "sent to news.raw": ("due", "raw"),
    "normalise: news.raw to news.events": ("raw", "events"),
    "enrich: news.events to news.enriched": ("events", "enriched"),
    "news.enriched to the consumer": ("enriched", "received"),
}


def measure(settings: Settings, rate: int, seconds: int) -> dict[str, Any]:
    """Send so many articles a second, for so long.

    Returns:
        percentiles of the whole way, `legs` with those of its parts, and the worker's CPU milliseconds an article.
    """
    warm_up = round(WARM_UP_S * rate)
    articles = [raw(value) for value in events(warm_up + seconds * rate)]
    keys = [str(_event_id(article, settings)).encode() for article in articles]
    with topics(settings) as own, workers(own, "normalise,enrich") as (worker,):
        say(f"sending {rate}/s for {seconds} s, after {WARM_UP_S:g} s to warm up")
        before_s = worker.cpu_s
        seen = asyncio.run(_paced(own, articles, keys, rate))
        cpu_s = worker.cpu_s - before_s
    counted = seen[warm_up:]
    return {
        **percentiles([one["received"] - one["due"] for one in counted]),
        "cpu_ms_per_record": round(1000 * cpu_s / len(articles), 3),
        "legs": {name: percentiles([one[end] - one[begin] for one in counted]) for name, (begin, end) in LEGS.items()},
    }


def _event_id(article: bytes, settings: Settings) -> Any:
    return normalise(article, received_at=None, settings=settings, max_bytes=settings.max_article_bytes).event_id


def percentiles(times_s: Sequence[float]) -> dict[str, float]:
    """Seconds by article -> milliseconds by percentile (nearest rank)."""
    if not times_s:
        raise BosphorusError("no article came out")
    ordered = sorted(times_s)
    return {
        f"{name}_ms": round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))
    }


async def _paced(
    settings: Settings, articles: Sequence[bytes], keys: Sequence[bytes], rate: int
) -> list[dict[str, float]]:
    """Send evenly, and return when each article was at its stations, in Unix seconds, in the order of sending.

    What is late is sent at once, and counts from when it was due: a stalled sender may not hide a stall. It is a plain producer, as other
    programs have one, that joins what waits to one batch: of single batches by many tasks, as `RecordProducer` would make them, a few waited
    for ever once it was behind, as aiokafka lets in whoever comes first.
    """
    names = catalogue(settings)
    producer = AIOKafkaProducer(
        **client_options(settings, settings.broker), enable_idempotence=True, max_request_size=MAX_REQUEST_BYTES
    )
    seen: dict[bytes, dict[str, float]] = {key: {} for key in keys}
    failed: list[str] = []
    await producer.start()
    heap.settle()  # what is measured is the worker: this process should not pause
    async with reading(settings, names.enriched.name) as consumer:

        async def send(key: bytes, article: bytes) -> None:
            try:
                written = await producer.send_and_wait(names.raw.name, article, key)
            except Exception as error:  # noqa: BLE001 - said at the end, with what it means
                failed.append(f"{type(error).__name__}: {error}")
            else:
                seen[key]["raw"] = written.timestamp / 1000

        receiving = asyncio.create_task(_receive(consumer, seen))
        sends: set[asyncio.Task[None]] = set()
        started = time.time()
        for number, (key, article) in enumerate(zip(keys, articles, strict=True)):
            due = seen[key]["due"] = started + number / rate
            await asyncio.sleep(max(0.0, due - time.time()))
            sends.add(sending := asyncio.create_task(send(key, article)))
            sending.add_done_callback(sends.discard)
        try:
            await asyncio.wait_for(receiving, LIMIT_S)
        except TimeoutError:
            raise BosphorusError(_missing(seen, failed)) from None
        finally:
            receiving.cancel()
            await producer.stop()
    await _look_up(settings, names.events.name, seen)
    return [seen[key] for key in keys]


async def _receive(consumer: Any, seen: dict[bytes, dict[str, float]]) -> None:
    """Note when each article came back. Ends when all did."""
    left = len(seen)
    while left:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            now = time.time()
            for record in records:
                if "received" not in seen[record.key]:
                    seen[record.key].update(received=now, enriched=record.timestamp / 1000)
                    left -= 1


def _missing(seen: dict[bytes, dict[str, float]], failed: Sequence[str]) -> str:
    missing = sum("received" not in one for one in seen.values())
    why = f"; {len(failed)} could not be sent, the first one for {failed[0]}" if failed else ""
    return f"{missing} articles did not come out in {LIMIT_S:g} s{why}"


async def _look_up(settings: Settings, topic: str, seen: dict[bytes, dict[str, float]]) -> None:
    """Note when each article's event was written; afterwards, so that it costs the run nothing."""
    left = set(seen)
    async with reading(settings, topic, from_start=True) as consumer:
        while left:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    seen[record.key].setdefault("events", record.timestamp / 1000)
                    left.discard(record.key)


@asynccontextmanager
async def reading(settings: Settings, topic: str, *, from_start: bool = False) -> AsyncIterator[Any]:
    """A consumer at the end of a topic, or at its start."""
    consumer = AIOKafkaConsumer(
        **client_options(settings, settings.broker), enable_auto_commit=False, fetch_max_wait_ms=100
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(settings.partitions)])
        await (consumer.seek_to_beginning() if from_start else consumer.seek_to_end())
        yield consumer
    finally:
        await consumer.stop()
