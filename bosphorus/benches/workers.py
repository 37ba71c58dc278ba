"""`bosphorus bench workers`: what a worker process costs: CPU seconds an event with one and with two of them, and memory."""

from __future__ import annotations

import asyncio
import json
import time
from statistics import median
from typing import Any

import click

from schemas.errors import BosphorusError

LOOK_S = 0.1
SLOWEST = 10
"""Articles a second below which the workers are taken to hang."""
START_S = 60.0


@click.command()
@click.option("--count", default=3_000, show_default=True, help="Articles to enrich.")
@click.option("--rounds", default=2, show_default=True, help="Each number of workers runs so often; the middle counts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the table.")
def command(count: int, rounds: int, *, as_json: bool) -> None:
    """Measure `bosphorus worker --agents enrich` as a process of its own, with one and with two of them on the same topic.

    They join an empty topic, then all articles are written at once; CPU seconds are the workers' own until the last enriched event
    stands in Kafka, memory is resident at that moment.

    \b
    Examples:
      bosphorus bench workers
      bosphorus bench workers --count 20000 --json | jq .two_by_one
    """  # noqa: D301 - click reads the \b
    from bosphorus.benches.delivery_stand import kafka, machine, say
    from bosphorus.settings import load_settings

    report: dict[str, Any] = {"machine": machine(), "records": count, "rounds": rounds, "workers": {}}
    runs: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    with kafka(load_settings()) as settings:
        for turn in range(rounds):
            for number, found in runs.items():
                found.append(run := _run(settings, number, count))
                say(
                    f"round {turn + 1} of {rounds}, workers {number}: {run['per_second']:,.0f}/s,"
                    f" {run['cpu_ms_per_record']:.2f} CPU ms an article, {run['rss_mib']:.0f} MiB a worker"
                )
    for number, found in runs.items():
        report["workers"][str(number)] = {name: median(run[name] for run in found) for name in found[0]}
    one, two = runs.values()
    for name, field in (("cpu_two_by_one", "cpu_ms_per_record"), ("speed_two_by_one", "per_second")):
        report[name] = median(b[field] / a[field] for a, b in zip(one, two, strict=True))
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report)


def _run(settings: Any, number: int, count: int) -> dict[str, float]:
    from bosphorus.benches.delivery_input import events
    from bosphorus.benches.delivery_stand import fill, topics, workers
    from streams.topics import catalogue

    articles = list(events(count))
    with topics(settings) as own, workers(own, "enrich", number) as running:
        before = sum(worker.cpu_s for worker in running)
        started = time.monotonic()
        fill(own, catalogue(own).events.name, articles)
        asyncio.run(_all_out(own, count))
        seconds = time.monotonic() - started
        return {
            "per_second": count / seconds,
            "cpu_ms_per_record": 1000 * (sum(worker.cpu_s for worker in running) - before) / count,
            "rss_mib": max(worker.rss_mib for worker in running),
        }


async def _all_out(settings: Any, count: int) -> None:
    """Return once so many enriched events stand in Kafka."""
    from aiokafka import AIOKafkaConsumer, TopicPartition

    from streams.connection import client_options
    from streams.topics import catalogue

    topic = catalogue(settings).enriched.name
    consumer = AIOKafkaConsumer(**client_options(settings, settings.broker))
    await consumer.start()
    try:
        deadline = time.monotonic() + START_S + count / SLOWEST
        places = [TopicPartition(topic, partition) for partition in range(settings.partitions)]
        while sum((await consumer.end_offsets(places)).values()) < count:
            if time.monotonic() > deadline:
                raise BosphorusError(f"the workers have not finished {count:,} articles in time")
            await asyncio.sleep(LOOK_S)
    finally:
        await consumer.stop()


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{report['records']:,} articles, enriching; the middle of {report['rounds']} rounds")
    for column in ("workers", "articles/s", "CPU ms/article", "MiB a worker"):
        table.add_column(column, justify="right")
    for number, run in report["workers"].items():
        table.add_row(number, f"{run['per_second']:,.0f}", f"{run['cpu_ms_per_record']:.3f}", f"{run['rss_mib']:.0f}")
    console = Console()
    console.print(table)
    console.print(
        f"two by one: {report['cpu_two_by_one']:.2f} of the CPU an article, {report['speed_two_by_one']:.2f} of the speed"
    )
    found = report["machine"]
    console.print(f"{found['date']}, {found['processors']} processors, {found['system']}, load {found['load_before']}")
