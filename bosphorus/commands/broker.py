"""`bosphorus broker`: a local Apache Kafka, for a look, for tests, for a small installation."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bosphorus.broker.local import LocalBroker, Running

QUIET_S = 2.0
"""Seconds between two lines of progress where they can't replace one another."""


@click.group("broker")
def command() -> None:
    """Start and stop a local Apache Kafka.

    It is one node with a heap of 512 MiB, listens on 127.0.0.1 and keeps its data under BOSPHORUS_DATA_DIR. All other
    commands find it by themselves. It needs Java 17 and Maven; the jars are downloaded once.

    \b
    Example:
      bosphorus broker start && bosphorus topics create
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped


@command.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Wanted port [default: the last one, else 9092].")
def start(port: int | None) -> None:
    """Start it and wait until it takes requests; one of ours that already runs is used."""
    from bosphorus.settings import load_settings

    settings = load_settings()
    broker = _local()
    with progress() as report:
        running = broker.start(report, port=port)
    _show(running, broker)
    if settings.broker:
        click.echo(f"bosphorus: note that BOSPHORUS_BROKER={settings.broker}: the other commands use that", err=True)


@command.command()
def stop() -> None:
    """Stop it; its data stays."""
    stopped = _local().stop()
    click.echo("Kafka has stopped; its data is kept" if stopped else "no local Kafka was running", err=True)


@command.command()
def status() -> int:
    """Say where it runs; exit status 1 where it doesn't."""
    broker = _local()
    running = broker.running()
    if running is None:
        click.echo(f"no local Kafka is running (data directory: {broker.directory})", err=True)
        return 1
    _show(running, broker)
    return 0


@command.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
def wipe(yes: bool) -> None:
    """Stop it and remove its topics, their records and its log."""
    from bosphorus.asking import confirm

    broker = _local()
    if not yes:
        confirm(f"Remove all records under {broker.directory}?", "nothing was removed")
    broker.wipe()
    click.echo("the local Kafka is gone", err=True)


@command.command()
def fetch() -> None:
    """Download the jars now, so that a later start needs no network."""
    from bosphorus.broker.jars import class_path, kafka_version

    with progress() as report:
        jars = class_path(_local().cache, report)
    click.echo(f"Kafka {kafka_version()} is at hand: {len(jars.split(':'))} jars", err=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Somewhere to report to: a line that is replaced on a terminal, now and then a line of its own elsewhere."""
    if not sys.stderr.isatty():
        yield _Seldom()
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("looking for Kafka") as shown:
        yield shown.update


class _Seldom:
    """Prints the first report of a kind, and of those that follow at most one in QUIET_S."""

    def __init__(self) -> None:
        self._last, self._kind = 0.0, ""

    def __call__(self, text: str) -> None:
        kind = text.split(" ", 1)[0]
        if kind != self._kind or time.monotonic() - self._last > QUIET_S:
            self._last, self._kind = time.monotonic(), kind
            click.echo(text, err=True)


def _local() -> LocalBroker:
    from bosphorus.broker.address import local_broker
    from bosphorus.settings import load_settings

    return local_broker(load_settings())


def _show(running: Running, broker: LocalBroker) -> None:
    import msgspec

    where = f"Kafka {running.version} runs on {running.address} (pid {running.pid}, log {broker.log})"
    click.echo(where, err=True)
    if not sys.stdout.isatty():
        line = {"broker": running.address, "pid": running.pid, "version": running.version, "log": str(broker.log)}
        click.echo(msgspec.json.encode(line).decode())
