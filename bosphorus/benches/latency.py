"""`bosphorus bench latency`: how long an article takes to come out coded, and the tipping article to bring about its alert."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import click

from schemas.errors import BosphorusError

PATIENCE_S = 4.0
"""So long an article may take to bring about an alert; then the next one is sent."""
LIMIT_S = 120.0
BEFORE = 4
"""Articles ahead of the backtest's tipping article that are sent one at a time."""
AFTER = 12


@click.command()
@click.option("--rate", default=200, show_default=True, help="Articles a second.")
@click.option("--seconds", default=30, show_default=True, help="How long to send.")
@click.option(
    "--times", default=3, show_default=True, help="Tipping articles to measure; each has fresh topics; 0: none."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the table.")
def command(rate: int, seconds: int, times: int, *, as_json: bool) -> None:
    """Measure the time from a producer's send to a consumer's receipt, through one worker process on a real Kafka.

    Produced to enriched: articles (lengths as news has them) are sent evenly to news.raw, and read from news.enriched. The first 30 s
    are left out. Tipping article to alert: the demo's sample is sent, the articles about the alert one at a time; the time runs from the
    send of the one that tips it to the receipt of the alert.

    \b
    Examples:
      bosphorus bench latency
      bosphorus bench latency --rate 50 --times 0 --json | jq .enriched.p99_ms
    """  # noqa: D301 - click reads the \b
    from bosphorus.benches.delivery_stand import kafka, machine
    from bosphorus.benches.latency_paced import measure
    from bosphorus.settings import load_settings

    report: dict[str, Any] = {"machine": machine()}
    with kafka(load_settings()) as settings:
        report["enriched"] = {"rate": rate, "seconds": seconds, **measure(settings, rate, seconds)}
        if times:
            report["alert"] = _alerts(settings, times)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report)


# -- tipping article to alert


def _alerts(settings: Any, times: int) -> dict[str, Any]:
    from bosphorus.benches.delivery_stand import say, topics, workers
    from bosphorus.benches.latency_paced import percentiles

    lines, tipping = _sample(settings)
    measured: list[float] = []
    for turn in range(times):
        with topics(settings) as own, workers(own, "normalise,enrich,watch,publish"):
            say(f"alert {turn + 1} of {times}: sending the sample up to its tipping article")
            measured.append(asyncio.run(_tipped(own, lines, tipping)))
            say(f"alert {turn + 1} of {times}: {1000 * measured[-1]:,.0f} ms")
    return {"times": times, **percentiles(measured)}


def _sample(settings: Any) -> tuple[list[bytes], int]:
    """The demo's usable lines, and how many of them the backtest has read when it says its first alert."""
    from importlib.resources import files

    from agents.normalise.step import normalise
    from agents.watches import load_watches
    from bosphorus.backtest import Backtest
    from schemas.errors import BadRecordError

    lines: list[bytes] = []
    events = []
    for line in files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines():
        try:
            events.append(normalise(line, received_at=None, settings=settings, max_bytes=settings.max_article_bytes))
        except BadRecordError:
            continue
        lines.append(line)
    read = 0

    def counted() -> Any:
        nonlocal read
        for event in events:
            read += 1
            yield event

    next(Backtest(load_watches(settings.watches), settings, settings.partitions).run(counted()))
    return lines, read


async def _tipped(settings: Any, lines: Sequence[bytes], tipping: int) -> float:
    """Seconds from the send of the article that tips it to the receipt of the first alert."""
    from bosphorus.benches.latency_paced import reading
    from bosphorus.demo.flow import watch_flow
    from streams.producer import Output, RecordProducer
    from streams.topics import catalogue

    names, producer = catalogue(settings), RecordProducer(settings)
    first = max(0, tipping - BEFORE)

    async def send(line: bytes) -> None:
        key = str(json.loads(line).get("id", "")).encode()
        await producer.deliver([Output(topic=names.raw.name, key=key, value=line)])

    async with reading(settings, names.alerts.name) as consumer:
        try:
            for line in lines[:first]:
                await send(line)
            await watch_flow(settings, lambda _: None, lambda: True, limit_s=LIMIT_S, alerts=first)
            if await consumer.getmany(timeout_ms=100):
                raise BosphorusError("the alert came before its tipping article")
            for line in lines[first : tipping + AFTER]:
                sent = time.monotonic()
                await send(line)
                while time.monotonic() - sent < PATIENCE_S:
                    if await consumer.getmany(timeout_ms=100):
                        return time.monotonic() - sent
        finally:
            await producer.stop()
    raise BosphorusError("no alert came")


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    enriched = report["enriched"]
    rows = {f"raw article sent to enriched event received, {enriched['rate']}/s for {enriched['seconds']} s": enriched}
    rows |= {f"  {name}": leg for name, leg in enriched["legs"].items()}
    if "alert" in report:
        rows[f"tipping article sent to alert received, {report['alert']['times']} times"] = report["alert"]
    table = Table(title="latency in milliseconds", title_justify="left")
    for column in ("what", "p50", "p90", "p99", "max"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, row in rows.items():
        table.add_row(name, *(f"{row[f'{column}_ms']:,.0f}" for column in ("p50", "p90", "p99", "max")))
    console = Console()
    console.print(table)
    console.print(f"the worker: {enriched['cpu_ms_per_record']:.2f} CPU ms an article, normalise and enrich together")
    found = report["machine"]
    console.print(f"{found['date']}, {found['processors']} processors, {found['system']}, load {found['load_before']}")
