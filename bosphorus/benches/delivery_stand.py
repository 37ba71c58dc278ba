"""What the benches of delivery need running: a Kafka, topics of their own, workers. All of it is taken down again, come what may."""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any

import click
import httpx
import psutil

from bosphorus.broker.address import local_broker
from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings
from schemas.errors import BosphorusError
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.producer import Output, RecordProducer
from streams.topics import catalogue

FILL_RECORDS = 2_000
READY_WITHIN_S = 90.0
LOOK_S = 0.1


def say(text: str) -> None:
    """Progress, on standard error."""
    click.echo(f"  {text}", err=True)


def machine() -> dict[str, Any]:
    """Where the figures were measured, and how busy it was with other things."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processors": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


@contextmanager
def kafka(settings: Settings) -> Iterator[Settings]:
    """The settings with a Kafka in them: the one that is named, or the local one that runs, or one of our own for the while."""
    found = settings.broker
    running = None if found else local_broker(settings).running()
    if running is not None:
        found = running.address
    if found:
        say(f"using the Kafka at {found}")
        yield settings.model_copy(update={"broker": found})
        return
    with tempfile.TemporaryDirectory(prefix="bosphorus-bench-") as directory:
        broker = LocalBroker(Path(directory) / "kafka", cache=local_broker(settings).cache)
        try:
            started = broker.start(say)
            yield settings.model_copy(update={"broker": started.address, "data_dir": Path(directory)})
        finally:
            broker.wipe()


@contextmanager
def topics(settings: Settings) -> Iterator[Settings]:
    """The settings with fresh topics under a prefix of their own, which are deleted at the end."""
    own = settings.model_copy(update={"topic_prefix": f"bench-{uuid.uuid4().hex[:8]}."})
    names = [topic.name for topic in catalogue(own)]
    with admin(client_options(own, own.broker)) as client:
        create_topics(client, catalogue(own))
    try:
        yield own
    finally:
        with admin(client_options(own, own.broker)) as client:
            client.delete_topics(names)


def fill(settings: Settings, topic: str, values: Iterable[bytes]) -> int:
    """Write the values, keyed by their number; returns how many."""

    async def write() -> int:
        producer, rest, count = RecordProducer(settings), iter(values), 0
        try:
            while part := list(islice(rest, FILL_RECORDS)):
                await producer.deliver(
                    Output(topic=topic, key=str(number).encode(), value=value)
                    for number, value in enumerate(part, count)
                )
                count += len(part)
        finally:
            await producer.stop()
        return count

    return asyncio.run(write())


class Worker:
    """A `bosphorus worker` as a process of its own.

    Args:
        settings: as `topics` gives them.
        agents: which agents it runs.
        log: file for what it says.
    """

    def __init__(self, settings: Settings, agents: str, log: Path) -> None:
        port = free_ports(0)[0]
        self._url = f"http://127.0.0.1:{port}"
        self._log = log
        self._drain_s = settings.drain_timeout_s
        environment = {
            "BOSPHORUS_BROKER": settings.broker,
            "BOSPHORUS_DATA_DIR": str(log.parent / log.stem),
            "BOSPHORUS_TOPIC_PREFIX": settings.topic_prefix,
        }
        arguments = ("worker", "--agents", agents, "--metrics-port", str(port), "--log-level", "warning")
        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "bosphorus", *arguments],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self._watched = psutil.Process(self._process.pid)

    def wait_until_ready(self) -> None:
        """Wait until it takes records.

        Raises:
            BosphorusError: it ended, or isn't ready in time.
        """
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._log.read_text(errors="replace")[-2000:]
                raise BosphorusError(f"the worker did not get ready within {READY_WITHIN_S:g} s:\n{said}")
            time.sleep(LOOK_S)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self._url}/readyz", timeout=2).status_code == HTTPStatus.OK
        except httpx.HTTPError:
            return False

    @property
    def cpu_s(self) -> float:
        """CPU seconds it has used."""
        times = self._watched.cpu_times()
        return float(times.user + times.system)

    @property
    def rss_mib(self) -> float:
        """Resident memory in MiB."""
        return float(self._watched.memory_info().rss) / 2**20

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(self._drain_s + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def workers(settings: Settings, agents: str, count: int = 1) -> Iterator[list[Worker]]:
    """So many workers, ready; ended at the end."""
    with tempfile.TemporaryDirectory(prefix="bosphorus-bench-") as directory:
        running: list[Worker] = []
        try:
            running.extend(
                Worker(settings, agents, Path(directory) / f"worker-{number}.log") for number in range(count)
            )
            for worker in running:
                worker.wait_until_ready()
            yield running
        finally:
            for worker in running:
                worker.stop()
