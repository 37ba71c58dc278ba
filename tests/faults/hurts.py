"""What is done to the workers and to Kafka, one after the other, by a seeded schedule."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from bosphorus.broker.local import LocalBroker
from bosphorus.settings import Settings
from streams.connection import client_options
from streams.groups import group_of
from streams.topics import catalogue
from tests.integration.workers import WorkerProcess

SESSION_S = 6.0
STOP_WITHIN_S = 30.0
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
"""libfaketime, where it is installed (Debian: `apt install libfaketime`)."""
STATE_MIB = 1


class HurtableWorker(WorkerProcess):
    """A worker that fails on order, and whose clock can be set.

    Args:
        settings: its settings.
        log: file for its log lines.
        orders: directory of the orders to fail.
        agents: which agents it runs.
        clock: how far its clock is off, as libfaketime has it; empty: right.
    """

    def __init__(
        self, settings: Settings, log: Path, orders: Path, agents: tuple[str, ...] = (), clock: str = ""
    ) -> None:
        environment = {"HURT_ORDERS": str(orders)}
        if clock:
            environment |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME": clock, "DONT_FAKE_MONOTONIC": "1"}
        super().__init__(
            settings,
            log,
            agents or ("normalise", "enrich", "watch", "publish"),
            command=(sys.executable, "-m", "tests.faults.hurtable_worker"),
            environment=environment,
        )


class Team:
    """Two workers and a Kafka that are hurt; whoever has ended comes back.

    Args:
        settings: of the workers.
        directory: for logs, orders and the clock.
        broker: Kafka.
        chance: decides who.
        kafka_away_s: how long a Kafka that was stopped stays away.
        small_disk: whether the state directory is a file system of its own, which may be filled.
    """

    def __init__(
        self,
        settings: Settings,
        directory: Path,
        broker: LocalBroker,
        chance: random.Random,
        *,
        kafka_away_s: float,
        small_disk: bool,
    ) -> None:
        self._settings, self._directory, self._broker, self._chance = settings, directory, broker, chance
        self._kafka_away_s = kafka_away_s
        self._orders = directory / "orders"
        self._orders.mkdir()
        self.hurts: Counter[str] = Counter()
        self.ended_at = time.monotonic()
        """When the last hurt was over."""
        self.all: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": self.kill,
            "exception in a batch": self.fail_in_a_batch,
            "rebalance of enrich": self.rebalance_enrich,
            "rebalance of the watch": self.rebalance_watch,
            "SIGTERM": self.stop,
            "SIGSTOP": self.suspend,
            "join and leave": self.join_and_leave,
            "Kafka stopped": self.stop_kafka,
            "Kafka killed": self.kill_kafka,
        }
        if small_disk:
            self.all["disk full"] = self.fill_disk
        if FAKETIME is not None:
            self.all["clock set back"] = self.set_clock_back
        self.workers = [self._worker() for _ in range(2)]

    def _worker(self, *agents: str) -> HurtableWorker:
        return HurtableWorker(self._settings, self._directory / "workers.log", self._orders, agents)

    async def hurt(self, name: str) -> None:
        """Do one of `all`, and start what has ended by it."""
        self.hurts[name] += 1
        await self.all[name]()
        self.revive()
        self.ended_at = time.monotonic()

    def revive(self) -> None:
        """Start what has ended."""
        for place, worker in enumerate(self.workers):
            if worker.process.poll() is not None:
                self.workers[place] = self._worker()

    def end(self) -> None:
        """All of them."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()

    # -- hurts

    async def kill(self) -> None:
        """SIGKILL."""
        self._chance.choice(self.workers).kill()

    async def fail_in_a_batch(self) -> None:
        """The next record of a step fails, in one worker."""
        step = self._chance.choice(("normalise", "enrich", "publish"))
        (self._orders / step).touch()
        await asyncio.sleep(3.0)

    async def rebalance_enrich(self) -> None:
        """A stranger joins the group of enrich, takes partitions and leaves, while the other groups are busy."""
        consumer = AIOKafkaConsumer(
            catalogue(self._settings).events.name,
            **client_options(self._settings, self._settings.broker),
            group_id=group_of(self._settings, "enrich"),
            enable_auto_commit=False,
            session_timeout_ms=round(SESSION_S * 1000),
        )
        await consumer.start()
        try:
            await asyncio.sleep(3.0)
        finally:
            await consumer.stop()

    async def rebalance_watch(self) -> None:
        """Another watch joins and leaves, while the stateless steps are busy."""
        await self._visit("watch")

    async def join_and_leave(self) -> None:
        """A third worker joins all groups and leaves them."""
        await self._visit()

    async def _visit(self, *agents: str) -> None:
        await self._stay(self._worker(*agents))

    async def _stay(self, visitor: HurtableWorker) -> None:
        try:
            await asyncio.sleep(8.0)
            await self._terminate(visitor)
        finally:
            if visitor.process.poll() is None:
                visitor.kill()

    async def stop(self) -> None:
        """SIGTERM."""
        await self._terminate(self._chance.choice(self.workers))

    async def _terminate(self, worker: WorkerProcess) -> None:
        worker.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.process.wait, STOP_WITHIN_S)

    async def suspend(self) -> None:
        """SIGSTOP for longer than the session time-out: others take over, then it wakes up in the middle of what it was doing."""
        worker = self._chance.choice(self.workers)
        worker.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(SESSION_S * 1.5)
        worker.process.send_signal(signal.SIGCONT)

    async def kill_kafka(self) -> None:
        """Kafka ends as in a power cut."""
        await asyncio.to_thread(self._broker.kill)
        await asyncio.sleep(2.0)
        await asyncio.to_thread(self._broker.start, lambda _: None)

    async def stop_kafka(self) -> None:
        """Kafka stops in order, and comes back after a while."""
        await asyncio.to_thread(self._broker.stop)
        await asyncio.sleep(self._kafka_away_s)
        await asyncio.to_thread(self._broker.start, lambda _: None)

    async def fill_disk(self) -> None:
        """No byte is left under the state directory while a worker dies and another starts."""
        blob = self._settings.data_dir / "blob"
        with blob.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 65536):
                    pass
            except OSError:
                pass
        self._chance.choice(self.workers).kill()
        self.revive()
        await asyncio.sleep(5.0)
        blob.unlink()

    async def set_clock_back(self) -> None:
        """A worker whose clock is two days back joins all groups, and leaves them."""
        await self._stay(HurtableWorker(self._settings, self._directory / "workers.log", self._orders, (), "-2d"))


def small_disk(directory: Path) -> Callable[[], None] | None:
    """Mount a small file system there; returns what takes it away, or None where we may not mount."""
    directory.mkdir(parents=True, exist_ok=True)
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        return None
    command = [mount, "-t", "tmpfs", "-o", f"size={STATE_MIB}m", "tmpfs", str(directory)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return None

    def unmount() -> None:
        subprocess.run([umount, "-l", str(directory)], capture_output=True, check=False)

    return unmount
