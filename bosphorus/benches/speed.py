"""`bosphorus bench speed`: what each step costs an article, without Kafka, on one core; how long a command takes to start, and its memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib.resources import as_file, files
from statistics import median
from typing import TYPE_CHECKING, Any

import click
import psutil
from msgspec import structs

if TYPE_CHECKING:
    from bosphorus.backtest import Backtest
    from schemas.records import EnrichedEvent

STARTS = 3
APART = timedelta(minutes=5)
WARM_UP = 100


@click.command()
@click.option("--count", default=600, show_default=True, help="Articles, with lengths as news has them.")
@click.option(
    "--rounds", default=3, show_default=True, help="Each step goes over them so often; the best round counts."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the table.")
def command(count: int, rounds: int, *, as_json: bool) -> None:
    """Measure each step an article takes in CPU microseconds, registers and lexicons loaded.

    CPU time, not the clock: what else the machine does disturbs it less. The articles are the demo's, cut and joined to lengths of a
    median of 2,400 characters (some 400 words). Nearly all of them are about the watched pair: the worst case, as a step takes time
    where it finds something.

    \b
    Examples:
      bosphorus bench speed
      bosphorus bench speed --json | jq .microseconds.enrich
    """  # noqa: D301 - click reads the \b
    from bosphorus.benches.delivery_stand import machine

    report: dict[str, Any] = {"machine": machine(), "articles": count, **_steps(count, rounds)}
    report["rss_mib"] = round(psutil.Process().memory_info().rss / 2**20)
    report["start_s"] = _start()
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report)


def _steps(count: int, rounds: int) -> dict[str, Any]:
    from agents.enrich.step import Enricher
    from agents.normalise.step import normalise
    from agents.watches import load_watches
    from bosphorus import heap
    from bosphorus.backtest import Backtest
    from bosphorus.benches.delivery_input import events, raw
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json
    from schemas.records import EnrichedEvent, NewsEvent
    from schemas.wire import Codec

    settings, codec = load_settings(), Codec()
    watches = load_watches(settings.watches)
    enrich = Enricher(watches)
    encoded = list(events(count))
    lines = [raw(value) for value in encoded]
    decoded = [codec.decode(value, NewsEvent) for value in encoded]
    for event in decoded[:WARM_UP]:
        enrich(event)
    enriched = [enrich(event) for event in decoded]
    enriched_bytes = [codec.encode(event) for event in enriched]
    heap.settle()

    def normalised(line: bytes) -> NewsEvent:
        return normalise(line, received_at=None, settings=settings, max_bytes=settings.max_article_bytes)

    measured: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "normalise": (normalised, lines),
        "encode NewsEvent": (codec.encode, decoded),
        "decode NewsEvent": (lambda value: codec.decode(value, NewsEvent), encoded),
        "enrich": (enrich, decoded),
        "encode EnrichedEvent": (codec.encode, enriched),
        "decode EnrichedEvent": (lambda value: codec.decode(value, EnrichedEvent), enriched_bytes),
        "EnrichedEvent as JSON": (to_json, enriched),
    }
    microseconds = {
        name: round(1e6 * min(_seconds(step, values) for _ in range(rounds)) / count, 1)
        for name, (step, values) in measured.items()
    }
    watched = min(_watching(Backtest(watches, settings, settings.partitions), enriched) for _ in range(rounds))
    microseconds["watch"] = round(1e6 * watched / count, 1)
    backtest = ("normalise", "enrich", "watch")
    offline = ("normalise", "enrich", "EnrichedEvent as JSON")
    worker = ("decode NewsEvent", "enrich", "encode EnrichedEvent")
    return {
        "characters": round(sum(len(event.body) for event in decoded) / count),
        "microseconds": microseconds,
        "backtest_per_second": round(1e6 / sum(microseconds[name] for name in backtest)),
        "offline_per_second": round(1e6 / sum(microseconds[name] for name in offline)),
        "worker_per_second": round(1e6 / sum(microseconds[name] for name in worker)),
    }


def _watching(backtest: Backtest, enriched: list[EnrichedEvent]) -> float:
    """CPU seconds of all watches for a run of its own: routing, folding, counting, looking and alerting, an article each five minutes."""
    start = enriched[0].published_at
    events = [structs.replace(event, published_at=start + n * APART) for n, event in enumerate(enriched)]
    started = time.process_time()
    for event in events:
        list(backtest.see(event))
    list(backtest.run(()))
    return time.process_time() - started


def _seconds(step: Callable[[Any], Any], values: Sequence[Any]) -> float:
    started = time.process_time()
    for value in values:
        step(value)
    return time.process_time() - started


def _start() -> float:
    """CPU seconds of `bosphorus enrich` on one article, from nothing."""
    found = []
    with as_file(files("bosphorus.demo") / "may-2023.ndjson") as sample:
        line = sample.read_bytes().splitlines()[0]
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "bosphorus", "enrich", "-"], input=line, stdout=subprocess.DEVNULL, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(median(found), 2)


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{report['articles']:,} articles of {report['characters']:,} characters on average, one core")
    table.add_column("step")
    table.add_column("CPU microseconds an article", justify="right")
    for name, microseconds in report["microseconds"].items():
        table.add_row(name, f"{microseconds:,.0f}")
    console = Console()
    console.print(table)
    console.print(
        f"`bosphorus enrich`: {report['offline_per_second']:,} articles a second once started; it starts in {report['start_s']} CPU s\n"
        f"`bosphorus backtest`: {report['backtest_per_second']:,} articles a second once started\n"
        f"a worker's enrich step: {report['worker_per_second']:,} articles a second a core; {report['rss_mib']} MiB with all of this loaded"
    )
    found = report["machine"]
    console.print(f"{found['date']}, {found['processors']} processors, {found['system']}, load {found['load_before']}")
