"""A real Prometheus as a child process, with the project's own rules, in a hurry."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bosphorus.broker.ports import free_ports

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "rules.yaml"
MISSING = "needs Prometheus (Debian: apt-get install prometheus; scripts/tools says what is there)"
needs_prometheus = pytest.mark.skipif(shutil.which("prometheus") is None, reason=MISSING)
READY_WITHIN_S = 60.0
EVERY = "1s"


class Prometheus:
    """What a test asks of it."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self.process = process
        self.started = time.time()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._address}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def now(self, expression: str) -> list[float]:
        """The finite values of an expression, one a series."""
        found = self._ask("query", {"query": expression})
        return [value for one in found for value in _finite([one["value"]])]

    def over_time(self, expression: str) -> list[float]:
        """The finite values of an expression at each second since the start, of all series."""
        times = {"start": f"{self.started}", "end": f"{time.time()}", "step": EVERY}
        found = self._ask("query_range", {"query": expression, **times})
        return [value for one in found for value in _finite(one["values"])]

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that are pending or firing."""
        return list(self._get("alerts")["alerts"])

    def broken_rules(self) -> list[str]:
        """The rules that could not be evaluated, with their errors."""
        groups = self._get("rules")["groups"]
        return [f"{rule['name']}: {rule['lastError']}" for g in groups for rule in g["rules"] if rule.get("lastError")]

    def _ask(self, kind: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        return list(self._get(f"{kind}?{urllib.parse.urlencode(parameters)}")["result"])

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self._address}/api/v1/{path}", timeout=30) as answer:
            said = json.load(answer)
        assert said["status"] == "success", said
        return dict(said["data"])


def _finite(pairs: list[tuple[float, str]]) -> list[float]:
    return [value for _, text in pairs if math.isfinite(value := float(text))]


@contextmanager
def scraping(tmp_path: Path, jobs: Mapping[str, int]) -> Iterator[Prometheus]:
    """A Prometheus that scrapes these ports of this machine by job, every second, and evaluates the project's rules as often.

    Alerts fire at once: what the rules wait for is promtool's to test.
    """
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    for group in rules["groups"]:
        group["interval"] = EVERY
        for rule in group["rules"]:
            rule.pop("for", None)
    config = {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for job, port in jobs.items()
        ],
    }
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = free_ports(0)[0]
    log = tmp_path / "prometheus.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={tmp_path / 'prometheus.yaml'}",
                f"--storage.tsdb.path={tmp_path / 'prometheus'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=out,
            stderr=out,
        )
    prometheus = Prometheus(port, process)
    try:
        until = time.monotonic() + READY_WITHIN_S
        while not prometheus.answers():
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield prometheus
    finally:
        process.terminate()
        process.wait(30)
