"""`bosphorus bench latency`: how long an article takes to come out coded, and the tipping article to bring about its alert."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import click

from schemas.errors import BosphorusError

WARM_UP_S = 5.0
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

    Produced to enriched: articles (lengths as news has them) are sent evenly to news.raw, and read from news.enriched. The first 5 s
    are left out. Tipping article to alert: the demo's sample is sent, the articles about the alert one at a time; the time runs from the
    send of the one that tips it to the receipt of the alert.

    \b
    Examples:
      bosphorus bench latency
      bosphorus bench latency --rate 50 --times 0 --json | jq .enriched.p99_ms
    """  # noqa: D301 - click reads the \b
    from bosphorus.benches.delivery_stand import kafka, machine
    from bosphorus.settings import load_settings

    report: dict[str, Any] = {"machine": machine()}
    with kafka(load_settings()) as settings:
        report["enriched"] = {"rate": rate, "seconds": seconds, **_enriched(settings, rate, seconds)}
        if times:
            report["alert"] = _alerts(settings, times)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report)


# -- produced to enriched


def _enriched(settings: Any, rate: int, seconds: int) -> dict[str, float]:
    from bosphorus.benches.delivery_input import events, raw
    from bosphorus.benches.delivery_stand import say, topics, workers

    warm_up = round(WARM_UP_S * rate)
    articles = [raw(value) for value in events(warm_up + seconds * rate)]
    with topics(settings) as own, workers(own, "normalise,enrich"):
        say(f"sending {rate}/s for {seconds} s, after {WARM_UP_S:g} s to warm up")
        times = asyncio.run(_paced(own, articles, rate))
    return percentiles(times[warm_up:])


def percentiles(times_s: Sequence[float]) -> dict[str, float]:
    """Seconds by article -> milliseconds by percentile (nearest rank)."""
    if not times_s:
        raise BosphorusError("no article came out")
    ordered = sorted(times_s)
    return {
        f"{name}_ms": round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))
    }


async def _paced(settings: Any, articles: Sequence[bytes], rate: int) -> list[float]:
    """Send evenly, and return each article's time to its enriched event, in the order of sending.

    What is late is sent at once, and counts from when it was due: a stalled sender may not hide a stall.
    """
    from schemas.ids import stable_id
    from schemas.records import EnrichedEvent
    from schemas.wire import Codec
    from streams.producer import Output, RecordProducer
    from streams.topics import catalogue

    names, codec, producer = catalogue(settings), Codec(), RecordProducer(settings)
    identities = [str(stable_id("event", str(number))) for number in range(len(articles))]
    due: dict[str, float] = {}
    taken: dict[str, float] = {}
    await producer.start()
    async with _reading(settings, names.enriched.name) as consumer:
        everything = asyncio.Event()

        async def receive() -> None:
            while len(taken) < len(articles):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    now = time.monotonic()
                    for record in records:
                        identity = codec.decode(record.value, EnrichedEvent).external_id
                        taken.setdefault(str(identity), now)
            everything.set()

        receiving = asyncio.create_task(receive())
        sends: set[asyncio.Task[Any]] = set()
        started = time.monotonic()
        for number, (identity, article) in enumerate(zip(identities, articles, strict=True)):
            due[identity] = started + number / rate
            await asyncio.sleep(max(0.0, due[identity] - time.monotonic()))
            sends.add(
                sending := asyncio.create_task(
                    producer.deliver([Output(topic=names.raw.name, key=identity.encode(), value=article)])
                )
            )
            sending.add_done_callback(sends.discard)
        try:
            await asyncio.wait_for(everything.wait(), LIMIT_S)
        except TimeoutError:
            raise BosphorusError(f"{len(articles) - len(taken)} articles did not come out in {LIMIT_S:g} s") from None
        finally:
            receiving.cancel()
            await producer.stop()
    return [taken[identity] - due[identity] for identity in identities]


@asynccontextmanager
async def _reading(settings: Any, topic: str) -> AsyncIterator[Any]:
    """A consumer at the end of a topic."""
    from aiokafka import AIOKafkaConsumer, TopicPartition

    from streams.connection import client_options

    consumer = AIOKafkaConsumer(
        **client_options(settings, settings.broker), enable_auto_commit=False, fetch_max_wait_ms=100
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(settings.partitions)])
        await consumer.seek_to_end()
        yield consumer
    finally:
        await consumer.stop()


# -- tipping article to alert


def _alerts(settings: Any, times: int) -> dict[str, Any]:
    from bosphorus.benches.delivery_stand import say, topics, workers

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
    from bosphorus.demo.flow import watch_flow
    from streams.producer import Output, RecordProducer
    from streams.topics import catalogue

    names, producer = catalogue(settings), RecordProducer(settings)
    first = max(0, tipping - BEFORE)

    async def send(line: bytes) -> None:
        key = str(json.loads(line).get("id", "")).encode()
        await producer.deliver([Output(topic=names.raw.name, key=key, value=line)])

    async with _reading(settings, names.alerts.name) as consumer:
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
    if "alert" in report:
        rows[f"tipping article sent to alert received, {report['alert']['times']} times"] = report["alert"]
    table = Table(title="latency in milliseconds", title_justify="left")
    for column in ("what", "p50", "p90", "p99", "max"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, row in rows.items():
        table.add_row(name, *(f"{row[f'{column}_ms']:,.0f}" for column in ("p50", "p90", "p99", "max")))
    console = Console()
    console.print(table)
    found = report["machine"]
    console.print(f"{found['date']}, {found['processors']} processors, {found['system']}, load {found['load_before']}")
