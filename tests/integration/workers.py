"""Real workers as child processes, and what a test wants to know of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings

READY_WITHIN_S = 60.0
COMMAND = (sys.executable, "-c", "from bosphorus.cli import main; main()")


class WorkerProcess:
    """`bosphorus worker` as a child process.

    Args:
        settings: its settings; the metrics port is chosen here.
        agents: which agents it runs.
        log: file for its log lines.
        command: what starts it.
        environment: more of it.
    """

    def __init__(
        self,
        settings: Settings,
        log: Path,
        agents: Sequence[str] = ("normalise", "enrich", "watch", "publish"),
        command: Sequence[str] = COMMAND,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_ports(0)[0]
        self.log = log
        self._environment = {
            **os.environ,
            **(environment or {}),
            **{
                f"BOSPHORUS_{name.upper()}": str(value)
                for name, value in settings.model_dump(exclude_none=True).items()
            },
            "BOSPHORUS_METRICS_PORT": str(self.port),
        }
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "worker", "--agents", ",".join(agents)],
                env=self._environment,
                stderr=out,
                stdout=out,
            )

    def get(self, page: str) -> tuple[int, str]:
        """Status and text of a page; status 0 where nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{page}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_until_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        while self.get("readyz")[0] != 200:
            assert self.process.poll() is None, f"the worker has ended:\n{self.tail()}"
            assert time.monotonic() < until, f"the worker is not ready:\n{self.tail()}"
            time.sleep(0.1)

    def metric(self, name: str) -> float:
        """Sum over the labels of a metric, e.g. `bosphorus_records_total{step="enrich"`."""
        lines = (line for line in self.get("metrics")[1].splitlines() if line.startswith(name))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def command(self, *arguments: str) -> None:
        """Run another `bosphorus` command with the same settings."""
        subprocess.run([*COMMAND, *arguments], env=self._environment, check=True, capture_output=True)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def terminate(self, within_s: float = 15.0) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)

    def tail(self, lines: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@contextmanager
def worker(settings: Settings, tmp_path: Path, **kwargs: Any) -> Iterator[WorkerProcess]:
    """A worker that is ready; killed at the end if it still runs."""
    process = WorkerProcess(settings, tmp_path / f"worker-{time.monotonic_ns()}.log", **kwargs)
    try:
        process.wait_until_ready()
        yield process
    finally:
        if process.process.poll() is None:
            process.kill()
