"""`bosphorus bench delivery`: records a second through a worker on a real Kafka, beside what else a Python team would use."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import uuid
from typing import Any

import click

ENGINES = {
    "loop": "(a) the work alone, no Kafka",
    "ours": "(b) this project's worker loop",
    "quix": "(c) Quix Streams",
    "bare": "(d) confluent-kafka, flush and commit a batch",
    "faust": "(e) Faust agent as documented",
}
NEEDS = {"quix": "quixstreams", "bare": "confluent_kafka"}
WITHIN_S = 900


@click.command()
@click.option("--pass-count", default=50_000, show_default=True, help="Records for the pass-through work.")
@click.option("--enrich-count", default=2_000, show_default=True, help="Records for the enriching work.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the table.")
def command(pass_count: int, enrich_count: int, *, as_json: bool) -> None:
    """Measure records a second, end to end: read, work, write, delivery acknowledged, offset committed.

    Each engine is a process of its own on the local Kafka, and gets the same articles. Quix Streams and confluent-kafka are taken
    along if the extra `bench` is installed.
    """
    from bosphorus.benches.delivery_input import events
    from bosphorus.broker.address import resolve_broker
    from bosphorus.settings import load_settings
    from streams.connection import client_options
    from streams.kafka_admin import admin, create_topics
    from streams.topics import catalogue

    settings = load_settings()
    broker = resolve_broker(settings)
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for work, count in (("pass", pass_count), ("enrich", enrich_count)):
        own = settings.model_copy(update={"broker": broker, "topic_prefix": f"bench-{uuid.uuid4().hex[:8]}."})
        with admin(client_options(own, broker)) as client:
            create_topics(client, catalogue(own))
            _fill(own, list(events(count)))
            results[work] = {
                engine: _run(engine, work, broker, own.topic_prefix, count)
                for engine in ENGINES
                if engine not in NEEDS or importlib.util.find_spec(NEEDS[engine])
            }
            client.delete_topics([topic.name for topic in catalogue(own)])
        for engine, result in results[work].items():
            result["per_second"] = count / result["seconds"]
            result["cpu_ms_per_record"] = 1000 * result["cpu_seconds"] / count
            result["records"] = count
            click.echo(f"  {work}: {ENGINES[engine]}: {result['per_second']:,.0f}/s", err=True)
    if as_json:
        click.echo(json.dumps(results))
        return
    _show(results)


def _fill(settings: Any, values: list[bytes]) -> None:
    import asyncio

    from streams.producer import Output, RecordProducer
    from streams.topics import catalogue

    async def fill() -> None:
        producer = RecordProducer(settings)
        topic = catalogue(settings).events.name
        for start in range(0, len(values), 2_000):
            await producer.deliver(
                Output(topic=topic, key=str(n).encode(), value=value)
                for n, value in enumerate(values[start : start + 2_000], start)
            )
        await producer.stop()

    asyncio.run(fill())


def _run(engine: str, work: str, broker: str, prefix: str, count: int) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bosphorus.benches.delivery_engines", engine, work, broker, prefix, str(count)],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise click.ClickException(f"{engine} gave no result:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def _show(results: dict[str, dict[str, dict[str, Any]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    for work, by_engine in results.items():
        table = Table(title=f"{work}: {next(iter(by_engine.values()))['records']:,} records")
        for column in ("engine", "records/s", "(b) is", "CPU ms/record", "MiB"):
            table.add_column(column, justify="left" if column == "engine" else "right")
        ours = by_engine["ours"]["per_second"]
        for engine, result in by_engine.items():
            table.add_row(
                ENGINES[engine],
                f"{result['per_second']:,.0f}",
                f"{ours / result['per_second']:.2f}x",
                f"{result['cpu_ms_per_record']:.3f}",
                f"{result['rss_mib']:.0f}",
            )
        Console().print(table)
