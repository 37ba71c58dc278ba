"""Soak: a worker at a steady rate for a long time; its memory must stay flat, and a restart take its state up again within seconds.

`python -m tests.faults.soak [--minutes 30] [--rate 1000] [--workers 1]`: starts a Kafka of its own, prints a line every ten seconds and the
outcome as JSON. Articles are those of the fault tests, kept short; event time moves one day in about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
from aiokafka.errors import KafkaError

from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings
from streams.producer import Output, RecordProducer
from streams.topics import catalogue
from tests.faults.generator import EPISODE_ARTICLES, EPISODE_EVERY, EPISODE_LASTS, MOST_TEXT, START, templates
from tests.integration.loops import settings_for
from tests.integration.workers import WorkerProcess

SAMPLE_EVERY_S = 5.0
WARM_UP_SHARE = 0.2
"""Share of the run before memory is judged: lexicons load, and caches and windows fill."""
STEP_S = 0.75
"""Seconds of event time an article: at 1,000 a second a day in two minutes."""
RECOVERED_WITHIN_S = 60.0
TICK_S = 0.05


def lines() -> Iterator[bytes]:
    """Yield raw articles without end; made of ready pieces, so that they cost little."""
    wanted, others = templates()
    pieces = [
        [
            json.dumps({**article, "body": str(article["body"])[:most]}, ensure_ascii=False)[:-1].encode()
            for article in some
        ]
        for some, most in ((wanted, 1 << 20), (others, MOST_TEXT))
    ]
    every = max(1, round(EPISODE_LASTS.total_seconds() / STEP_S / EPISODE_ARTICLES))
    for number in itertools.count():
        at = START + timedelta(seconds=STEP_S * number)
        is_wanted = (at - START) % EPISODE_EVERY < EPISODE_LASTS and number % every == 0
        piece = pieces[0 if is_wanted else 1]
        place = b', "id": "n%d", "url": "https://soak.example/%d", "published_at": "%s"}'
        yield piece[number % len(piece)] + place % (number, number, at.isoformat().encode())


async def write(settings: Settings, rate: float, until: float) -> int:
    """Send at a rate until a monotonic time; returns how many."""
    producer, topic = RecordProducer(settings), catalogue(settings).raw.name
    stream, sent, started = lines(), 0, time.monotonic()
    try:
        while (now := time.monotonic()) < until:
            due = round((now - started) * rate) - sent
            chunk = [Output(topic, b"%d" % (sent + n), line) for n, line in enumerate(itertools.islice(stream, due))]
            while chunk:
                try:
                    await producer.deliver(chunk)
                except (KafkaError, TimeoutError, ConnectionError):
                    await producer.replace()
                else:
                    break
            sent += len(chunk)
            await asyncio.sleep(TICK_S)
    finally:
        await producer.stop()
    return sent


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares slope of (x, y)."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread if spread else 0.0


def _enriched(workers: list[WorkerProcess]) -> float:
    return sum(worker.metric('bosphorus_outputs_total{step="enrich",topic="news.enriched"') for worker in workers)


async def soak(settings: Settings, directory: Path, minutes: float, rate: float, count: int) -> dict[str, object]:
    """Run it; returns what was measured."""
    workers = [WorkerProcess(settings, directory / "workers.log") for _ in range(count)]
    try:
        for worker in workers:
            await asyncio.to_thread(worker.wait_until_ready)
        started = time.monotonic()
        until = started + minutes * 60
        writing = asyncio.create_task(write(settings, rate, until))
        samples: list[tuple[float, float]] = []
        while not writing.done():
            await asyncio.sleep(SAMPLE_EVERY_S)
            resident = sum(psutil.Process(worker.process.pid).memory_info().rss for worker in workers) / 2**20
            samples.append(((time.monotonic() - started) / 3600, resident))
            if len(samples) % 2 == 0:
                done = await asyncio.to_thread(_enriched, workers)
                rss, seconds = resident, time.monotonic() - started
                sys.stderr.write(f"{seconds:6.0f} s {rss:7.1f} MiB {done:9,.0f} enriched ({done / seconds:,.0f}/s)\n")
        sent, seconds = writing.result(), time.monotonic() - started
        enriched = await asyncio.to_thread(_enriched, workers)
        recovery_s = await restart(settings, workers, directory, rate)
        judged = samples[int(len(samples) * WARM_UP_SHARE) :]
        return {
            "minutes": round(seconds / 60, 1),
            "workers": count,
            "asked_per_s": rate,
            "sent": sent,
            "enriched": round(enriched),
            "enriched_per_s": round(enriched / seconds, 1),
            "resident_mib_first": round(judged[0][1], 1),
            "resident_mib_last": round(judged[-1][1], 1),
            "resident_mib_most": round(max(resident for _, resident in samples), 1),
            "slope_mib_per_hour": round(slope(judged), 1),
            "state_recovered_s": round(recovery_s, 1),
        }
    finally:
        for worker in workers:
            if worker.process.poll() is None:
                worker.kill()


async def restart(settings: Settings, workers: list[WorkerProcess], directory: Path, rate: float) -> float:
    """Stop all, start one; returns the seconds from its start until a watch has its state and goes on."""
    for worker in workers:
        await asyncio.to_thread(worker.terminate, 30.0)
    workers.clear()
    writing = asyncio.create_task(write(settings, rate / 10, time.monotonic() + RECOVERED_WITHIN_S))
    started = time.monotonic()
    workers.append(WorkerProcess(settings, directory / "workers.log"))
    try:
        while await asyncio.to_thread(workers[0].metric, "bosphorus_watermark_timestamp_seconds{") <= 0:
            if time.monotonic() - started > RECOVERED_WITHIN_S:
                return float("inf")
            await asyncio.sleep(0.1)
        return time.monotonic() - started
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


def main() -> int:
    """Run, and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=1000.0, help="articles a second")
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        directory = Path(name)
        broker = LocalBroker(directory / "kafka")
        running = broker.start(lambda _: None, port=free_ports(0)[0])
        try:
            settings = settings_for(running.address, "", directory)
            outcome = asyncio.run(soak(settings, directory, args.minutes, args.rate, args.workers))
        finally:
            broker.wipe()
    print(json.dumps(outcome, indent=1))  # noqa: T201 - the outcome
    return 0


if __name__ == "__main__":
    sys.exit(main())
