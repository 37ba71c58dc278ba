"""`bosphorus bench delivery`: records a second through a worker on a real Kafka, beside what else a Python team would use."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import click

from schemas.errors import BosphorusError

ENGINES = {
    "loop": "(a) the work alone, no Kafka",
    "ours": "(b) this project's worker loop",
    "quix": "(c) Quix Streams",
    "bare": "(d) confluent-kafka by hand",
    "faust": "(e) Faust agent as documented",
}
NEEDS = {"quix": "quixstreams", "bare": "confluent_kafka"}
WORKS = {
    "pass": "pass-through: the value as it is",
    "enrich": "enriching: decode, code the article, encode",
}
FULL = 100_000
START_S = 60.0
SLOWEST = {"pass": 500, "enrich": 20}
"""Records a second below which an engine is taken to hang."""


@click.command()
@click.option("--pass-count", default=40_000, show_default=True, help="Records for the pass-through work.")
@click.option("--enrich-count", default=2_000, show_default=True, help="Records for the enriching work.")
@click.option("--full", is_flag=True, help=f"{FULL:,} records for either: an hour and more.")
@click.option(
    "--rounds", default=3, show_default=True, help="Each engine runs so often, in turn; the middle one counts."
)
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(list(ENGINES)), help="Only these; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the tables.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    pass_count: int,
    enrich_count: int,
    full: bool,  # noqa: FBT001
    rounds: int,
    engines: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Measure records a second, end to end: read, work, write, delivery acknowledged, offset committed.

    The engines run one after the other, each in a process of its own, over the same articles (lengths as news has them) on the same
    Kafka: the one that runs, or one that is started for the while. A ratio is taken within a round, and the middle one is shown, so
    that a machine that slows down meanwhile does not decide. Quix Streams and confluent-kafka are taken along if the extra `bench`
    is installed.

    \b
    Examples:
      bosphorus bench delivery
      bosphorus bench delivery --engine ours --engine quix --enrich-count 0
      bosphorus bench delivery --json | jq '.works.pass.ratios'
    """  # noqa: D301 - click reads the \b
    from bosphorus.benches.delivery_stand import kafka, machine, say
    from bosphorus.settings import load_settings

    counts = {"pass": FULL, "enrich": FULL} if full else {"pass": pass_count, "enrich": enrich_count}
    wanted = [name for name in ENGINES if (not engines or name in engines) and _is_there(name)]
    for name in sorted(set(engines or ENGINES) - set(wanted)):
        say(f"{ENGINES[name]}: left out, as {NEEDS[name]} is not installed (the extra `bench`)")
    report: dict[str, Any] = {"machine": machine(), "works": {}}
    with kafka(load_settings()) as settings:
        for work, count in counts.items():
            if count:
                report["works"][work] = _measure(settings, work, count, rounds, wanted)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report)


def _is_there(engine: str) -> bool:
    return engine not in NEEDS or importlib.util.find_spec(NEEDS[engine]) is not None


def _measure(settings: Any, work: str, count: int, rounds: int, engines: list[str]) -> dict[str, Any]:
    """All rounds of one work: figures by engine, and (b)'s ratio to each other engine."""
    from bosphorus.benches.delivery_input import events
    from bosphorus.benches.delivery_stand import fill, say, topics
    from streams.topics import catalogue

    runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
    with topics(settings) as own:
        say(f"{work}: writing {count:,} articles")
        fill(own, catalogue(own).events.name, events(count))
        for turn in range(rounds):
            for engine in engines:
                run = _run(engine, work, own, count, turn)
                run["per_second"] = count / run["seconds"]
                runs[engine].append(run)
                say(f"{work}, round {turn + 1} of {rounds}: {ENGINES[engine]}: {run['per_second']:,.0f}/s")
    figures = {
        engine: {
            "per_second": median(run["per_second"] for run in found),
            "cpu_ms_per_record": 1000 * median(run["cpu_seconds"] for run in found) / count,
            "rss_mib": median(run["rss_mib"] for run in found),
        }
        for engine, found in runs.items()
    }
    ratios = {
        engine: median(
            mine["per_second"] / other["per_second"] for mine, other in zip(runs["ours"], found, strict=True)
        )
        for engine, found in runs.items()
        if "ours" in runs and engine != "ours"
    }
    return {"records": count, "rounds": rounds, "engines": figures, "ratios": ratios}


def _run(engine: str, work: str, settings: Any, count: int, turn: int) -> dict[str, float]:
    arguments = (engine, work, settings.broker, settings.topic_prefix, str(count), str(turn))
    within_s = START_S + count / SLOWEST[work]
    with _child("bosphorus.benches.delivery_engines", arguments) as child:
        try:
            out, said = child.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            raise BosphorusError(f"{ENGINES[engine]} has not finished {count:,} records in {within_s:.0f} s") from None
    lines = [line for line in out.splitlines() if line.startswith("{")]
    if not lines:
        raise BosphorusError(f"{ENGINES[engine]} gave no result:\n{said[-2000:]}")
    result: dict[str, float] = json.loads(lines[-1])
    return result


@contextmanager
def _child(module: str, arguments: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    """A child process that does not outlive the block."""
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for work, measured in report["works"].items():
        title = f"{WORKS[work]}; {measured['records']:,} records, the middle one of {measured['rounds']} rounds"
        table = Table(title=title, title_justify="left")
        for column in ("engine", "records/s", "(b) is", "CPU ms/record", "MiB"):
            table.add_column(column, justify="left" if column == "engine" else "right")
        for engine, figures in measured["engines"].items():
            ratio = measured["ratios"].get(engine)
            table.add_row(
                ENGINES[engine],
                f"{figures['per_second']:,.0f}",
                f"{ratio:.2f}x" if ratio is not None else "",
                f"{figures['cpu_ms_per_record']:.3f}",
                f"{figures['rss_mib']:.0f}",
            )
        console.print(table)
    found = report["machine"]
    console.print(f"{found['date']}, {found['processors']} processors, {found['system']}, load {found['load_before']}")
