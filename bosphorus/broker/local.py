"""One local Kafka as a child process: started, found again, stopped, wiped."""

from __future__ import annotations

import fcntl
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from shutil import rmtree
from typing import Final

import msgspec
import psutil

from bosphorus.broker.jars import Report, class_path, kafka_version
from bosphorus.broker.java import find_java
from bosphorus.broker.ports import free_ports
from bosphorus.broker.properties import HOST, server_properties
from bosphorus.broker.ready import is_ready
from schemas.errors import BrokerError
from schemas.ids import stable_id

KAFKA_PORT: Final = 9092
HEAP_MIB: Final = 512
START_ATTEMPTS: Final = 3
READY_WITHIN_S: Final = 60.0
"""It takes about 4 s; a loaded machine may take longer, and is told apart from a process that died."""


class Running(msgspec.Struct, frozen=True):
    """A local Kafka that runs; also what its `running.json` holds."""

    pid: int
    created: float
    """The process's creation time in epoch seconds: a pid that was given to another process is told apart by it."""
    port: int
    controller_port: int
    version: str

    @property
    def address(self) -> str:
        """`host:port`, as clients want it."""
        return f"{HOST}:{self.port}"

    def process(self) -> psutil.Process | None:
        """The process, unless it has ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class LocalBroker:
    """The Kafka whose files lie under `directory`: there is never more than one.

    Args:
        directory: data, configuration, log and `running.json`.
        cache: remembers Maven's class path; none: `directory`.
        heap_mib: Java heap in MiB.
        extra: broker properties that win over ours.
    """

    def __init__(
        self,
        directory: Path,
        *,
        cache: Path | None = None,
        heap_mib: int = HEAP_MIB,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory.absolute()
        self.cache = cache or self.directory
        self.heap_mib = heap_mib
        self.extra = extra or {}
        self.log = self.directory / "kafka.log"
        self._note = self.directory / "running.json"
        self._data = self.directory / "data"
        self._child: subprocess.Popen[bytes] | None = None

    def running(self) -> Running | None:
        """The Kafka that was started here before, by whatever process, if it still runs."""
        noted = self._noted()
        return noted if noted is not None and noted.process() is not None else None

    def start(self, report: Report, *, port: int | None = None) -> Running:
        """Start it, or find it running, and wait until it takes requests.

        Args:
            report: takes progress for people.
            port: wanted port; none: the one it had last time, else 9092. Another free one is taken where it is in use.

        Raises:
            MissingPrerequisiteError: Java, Maven or the jars can't be had.
            BrokerError: it did not come up.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._alone():
            running = self.running()
            if running is not None:
                self._wait_until_ready(running)
                return running
            java, jars = find_java(), class_path(self.cache, report)
            last = self._noted()
            wanted = (port or (last.port if last else KAFKA_PORT), last.controller_port if last else 0)
            for attempt in range(1, START_ATTEMPTS + 1):
                ports = free_ports(*wanted)
                report(f"starting Kafka {kafka_version()} on {HOST}:{ports[0]}")
                running = self._launch(java, jars, ports)
                try:
                    self._wait_until_ready(running)
                except BrokerError as error:
                    # Someone else took a port between our look and Kafka's: look again.
                    if "Address already in use" not in str(error) or attempt == START_ATTEMPTS:
                        raise
                else:
                    return running
            raise AssertionError

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Ask it to end (SIGTERM) and wait; past `timeout_s` it is killed. Says whether one ran."""
        return self._end(timeout_s)

    def kill(self) -> bool:
        """End it at once (SIGKILL), as a power cut would. Says whether one ran."""
        return self._end(0.0)

    def wipe(self) -> None:
        """Stop it and remove its data, configuration and log; the jars stay in Maven's repository."""
        self.stop()
        for path in (self._data, self._note, self.directory / "server.properties", *self.directory.glob("kafka.*")):
            if path.is_dir():
                rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _noted(self) -> Running | None:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Running)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two starts at once wait for one another; the second finds the first one's Kafka."""
        with (self.directory / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _format(self, java: Path, jars: str, configuration: Path) -> None:
        """Give an empty data directory its cluster id; `--ignore-formatted` leaves any other alone."""
        cluster = stable_id("cluster", str(self.directory)).bytes
        command = [
            *(str(java), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", jars, "kafka.tools.StorageTool", "format"),
            # one word with its "=": an id may begin with "-", and would then be taken for an option
            *("--ignore-formatted", f"--cluster-id={_base64_uuid(cluster)}", "--config", str(configuration)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            why = _telling(done.stderr + done.stdout) or f"status {done.returncode}"
            raise BrokerError(
                f"Kafka's storage in {self._data} can't be formatted: {why}; `bosphorus broker wipe` starts anew"
            )

    def _launch(self, java: Path, jars: str, ports: list[int]) -> Running:
        configuration = self.directory / "server.properties"
        configuration.write_text(server_properties(self._data, ports[0], ports[1], self.extra))
        self._format(java, jars, configuration)
        with (
            as_file(files(__package__).joinpath("log4j2.xml")) as logging,
            (self.directory / "kafka.out").open("wb") as out,
        ):
            command = [
                *(str(java), f"-Xmx{self.heap_mib}m", "-Xms128m", "-XX:+ExitOnOutOfMemoryError"),
                *("-Djava.awt.headless=true", f"-Dbosphorus.log={self.log}", f"-Dlog4j2.configurationFile={logging}"),
                *("-cp", jars, "kafka.Kafka", str(configuration)),
            ]
            # A session of its own: Ctrl-C at the terminal stops what is in front, not the Kafka behind it.
            self._child = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd=self.directory
            )
            created = psutil.Process(self._child.pid).create_time()
            running = Running(self._child.pid, created, ports[0], ports[1], kafka_version())
            self._note.write_bytes(msgspec.json.encode(running))
            return running

    def _wait_until_ready(self, running: Running) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            if running.process() is None:
                raise BrokerError(f"Kafka ended while starting: {self._last_words()}; its log is {self.log}")
            if is_ready(running.address):
                return
            if time.monotonic() > deadline:
                raise BrokerError(f"Kafka was not ready after {READY_WITHIN_S:.0f} s; its log is {self.log}")
            time.sleep(0.05)

    def _last_words(self) -> str:
        """The line of the log that most likely says why it ended."""
        for path in (self.log, self.directory / "kafka.out"):
            said = _telling(path.read_text(errors="replace")) if path.exists() else ""
            if said:
                return said
        return "it left no message"

    def _end(self, timeout_s: float) -> bool:
        running = self.running()
        process = running.process() if running else None
        if process is None:
            return False
        if timeout_s > 0:
            process.terminate()
        try:
            process.wait(timeout_s if timeout_s > 0 else 0.001)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(10)
        if self._child is not None:
            self._child.poll()
        return True


def _base64_uuid(data: bytes) -> str:
    """16 bytes as Kafka writes its ids: URL-safe base64 without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def _telling(log: str) -> str:
    """The last line of a log that names an exception or an error; stack frames left out."""
    lines = [line.strip() for line in log.splitlines() if "Exception" in line or "rror" in line]
    return next((line[:300] for line in reversed(lines) if not line.startswith(("at ", "..."))), "")
