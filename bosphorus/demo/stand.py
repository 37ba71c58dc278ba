"""What the demo needs running: a Kafka of its own, the topics, and one worker as a child process. All of it can be taken down again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec
import psutil

from bosphorus.broker.address import local_broker
from bosphorus.broker.embedded import PARTITIONS, EmbeddedBroker
from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings
from schemas.errors import BosphorusError
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.settings import StreamsSettings
from streams.topics import catalogue

READY_S = 90.0
LOOK_S = 0.1


class _Note(msgspec.Struct, frozen=True):
    """The worker that was left running: its pid and when it was created, so that no other process is mistaken for it."""

    pid: int
    created: float


class _Step(msgspec.Struct, frozen=True):
    lag: int


class _Health(msgspec.Struct, frozen=True):
    """What we read of the worker's answer."""

    steps: tuple[_Step, ...]


class Stand:
    """The demo's processes.

    Args:
        directory: where everything is written.
        settings: the user's; a Kafka that they name is used, under topic names of our own.
    """

    def __init__(self, directory: Path, settings: Settings) -> None:
        self._theirs = settings
        self._kafka: LocalBroker | None = None
        self._embedded: EmbeddedBroker | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._note = directory / "worker.json"
        self._data = directory / "data"
        self.worker_log = directory / "worker.log"
        self.settings = settings
        """The settings under which the demo runs; complete once Kafka is there."""

    def clear(self) -> None:
        """Take down what an earlier demo left running, and remove its records."""
        if self._note.exists():
            noted = msgspec.json.decode(self._note.read_bytes(), type=_Note)
            try:
                process = psutil.Process(noted.pid)
                if abs(process.create_time() - noted.created) < 1:
                    process.terminate()
                    process.wait(self._theirs.drain_timeout_s + 5)
            except psutil.TimeoutExpired:
                process.kill()
            except psutil.NoSuchProcess:
                pass
            self._note.unlink()
        kafka = LocalBroker(self._data / "kafka")
        running = kafka.running()
        if running is not None and running.address == self._theirs.broker:
            # The settings name the Kafka that an earlier demo left: that one is ours to replace.
            default = StreamsSettings.model_fields["data_dir"].default
            self._theirs = self._theirs.model_copy(update={"broker": "", "data_dir": default})
        kafka.wipe()

    def start_kafka(self, report: Callable[[str], None]) -> str:
        """Start a Kafka, or take the one that BOSPHORUS_BROKER names; says which.

        Raises:
            MissingPrerequisiteError: Java, Maven or the jars can't be had.
            BrokerError: it did not come up.
        """
        changed: dict[str, object] = {"data_dir": self._data, "metrics_port": free_ports(self._theirs.metrics_port)[0]}
        if self._theirs.broker:
            changed["topic_prefix"] = f"{self._theirs.topic_prefix}demo-{os.getpid()}."
            self.settings = self._theirs.model_copy(update=changed)
            return f"using the Kafka at {self._theirs.broker}, with topics named {changed['topic_prefix']}*"
        # The jars' class path is remembered where `make setup` put it.
        self._kafka = LocalBroker(self._data / "kafka", cache=local_broker(self._theirs).cache)
        running = self._kafka.start(report)
        self.settings = self._theirs.model_copy(update=changed | {"broker": running.address})
        return f"Kafka {running.version} runs on {running.address} (pid {running.pid})"

    def start_embedded(self) -> None:
        """Start the stand-in for where there is no Java.

        Raises:
            MissingPrerequisiteError: it isn't installed.
            BrokerError: it did not come up.
        """
        self._embedded = EmbeddedBroker()
        changed = {
            "data_dir": self._data,
            "metrics_port": free_ports(self._theirs.metrics_port)[0],
            "broker": self._embedded.start(),
            "embedded_broker": True,
            "partitions": PARTITIONS,
            "topic_prefix": "",
        }
        self.settings = self._theirs.model_copy(update=changed)

    def create_topics(self) -> list[str]:
        """Create the topics, and return their names."""
        if self._embedded is not None:
            return self._embedded.create(topic.name for topic in catalogue(self.settings))
        with admin(client_options(self.settings, self.settings.broker)) as client:
            return create_topics(client, catalogue(self.settings))

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which any command works with what runs here."""
        found = {
            "BOSPHORUS_BROKER": self.settings.broker,
            "BOSPHORUS_DATA_DIR": str(self.settings.data_dir),
            "BOSPHORUS_METRICS_PORT": str(self.settings.metrics_port),
        }
        if self._embedded is not None:
            found |= {
                "BOSPHORUS_EMBEDDED_BROKER": "true",
                "BOSPHORUS_PARTITIONS": str(PARTITIONS),
                "BOSPHORUS_TOPIC_PREFIX": "",
            }
        return found | ({"BOSPHORUS_TOPIC_PREFIX": self.settings.topic_prefix} if self.settings.topic_prefix else {})

    def command(self, *arguments: str) -> list[str]:
        """A `bosphorus` command line in this very installation."""
        return [sys.executable, "-m", "bosphorus", *arguments]

    def start_worker(self) -> None:
        """Start a worker; `wait_for_worker` says when it takes records."""
        with self.worker_log.open("wb") as log:
            self._worker = subprocess.Popen(  # noqa: S603 - our own command
                self.command("worker", "--log-level", "info"),
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for_worker(self) -> int:
        """Wait until the worker takes records, and return its pid.

        Raises:
            BosphorusError: it ended, or isn't ready in time; names its log.
        """
        assert self._worker is not None
        deadline = time.monotonic() + READY_S
        while not self._is_ready():
            if self._worker.poll() is not None:
                raise BosphorusError(f"the worker ended with status {self._worker.returncode}; see {self.worker_log}")
            if time.monotonic() > deadline:
                raise BosphorusError(f"the worker was not ready within {READY_S:g} s; see {self.worker_log}")
            time.sleep(LOOK_S)
        return self._worker.pid

    def is_idle(self) -> bool:
        """Whether the worker says that no record waits at any of its steps."""
        status, said = self._ask("/healthz")
        return status == HTTPStatus.OK and all(step.lag == 0 for step in msgspec.json.decode(said, type=_Health).steps)

    def _is_ready(self) -> bool:
        return self._ask("/readyz")[0] == HTTPStatus.OK

    def _ask(self, path: str) -> tuple[int, bytes]:
        address = f"http://{self.settings.metrics_host}:{self.settings.metrics_port}{path}"
        try:
            answer = httpx.get(address, timeout=2)
        except httpx.HTTPError:
            return 0, b""
        return answer.status_code, answer.content

    def leave(self) -> None:
        """Leave everything running; the next demo finds it."""
        if self._worker is not None:
            created = psutil.Process(self._worker.pid).create_time()
            self._note.write_bytes(msgspec.json.encode(_Note(self._worker.pid, created)))

    def stop(self) -> None:
        """Take everything down. Safe to call at any time, and twice."""
        if self._worker is not None:
            if self._worker.poll() is None:
                self._worker.send_signal(signal.SIGTERM)
            try:
                self._worker.wait(self.settings.drain_timeout_s + 5)
            except subprocess.TimeoutExpired:
                self._worker.kill()
                self._worker.wait()
            self._worker = None
        if self._embedded is not None:
            self._embedded.stop()
            self._embedded = None
        elif self._kafka is not None:
            self._kafka.wipe()
            self._kafka = None
        elif self.settings.broker and self.settings.topic_prefix != self._theirs.topic_prefix:
            with admin(client_options(self.settings, self.settings.broker)) as client:
                mine = [name for name in client.list_topics() if self.settings.topic_prefix in name]
                client.delete_topics(mine)
