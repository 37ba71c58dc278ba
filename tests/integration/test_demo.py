"""The demo on a real Kafka: an alert comes out, equal to the backtest's, and nothing is left running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def demo(directory: Path, *options: str, environment: Mapping[str, str] | None = None) -> str:
    """Run the demo, and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "bosphorus", "demo", "--directory", str(directory), *options],
        env={**os.environ, "COLUMNS": "200", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def running(directory: Path) -> list[psutil.Process]:
    """Processes that have anything to do with the directory."""
    return [
        process
        for process in psutil.process_iter(["pid", "cmdline"])
        if str(directory) in " ".join(process.info["cmdline"] or ()) and process.pid != os.getpid()
    ]


def test_from_nothing_to_an_alert_that_equals_the_backtest_s(tmp_path: Path) -> None:
    said = demo(tmp_path / "demo")
    assert "300 in = 295 enriched + 5 dead letters" in said
    assert "equal the backtest's, byte for byte" in said
    alerts = [json.loads(line) for line in (tmp_path / "demo" / "alerts.ndjson").read_text().splitlines()]
    first, last = alerts[0], alerts[-1]
    assert len({alert["alert_id"] for alert in alerts}) == 1
    assert first["msg_type"] == "Alert"
    assert first["opened_at"][:10] in {"2023-05-11", "2023-05-12"}
    assert (last["msg_type"], last["source"], last["target"], last["theme"]) == ("Closed", "RUS", "TUR", "deep_fake")
    assert "denied" in {thread["state"] for thread in last["claims"]}
    assert "</html>" in (tmp_path / "demo" / "report.html").read_text()
    assert running(tmp_path) == []


def test_without_java_a_stand_in_carries_it_and_its_limits_are_said(tmp_path: Path) -> None:
    said = demo(tmp_path / "demo", environment={"PATH": "/nowhere", "JAVA_HOME": ""})
    assert "Java" in said
    assert "mock cluster" in said
    assert "300 in = 295 enriched + 5 dead letters" in said
    assert "equal the backtest's, byte for byte" in said
    assert running(tmp_path) == []


def test_without_java_and_the_stand_in_it_shows_the_sample_through_the_offline_door(tmp_path: Path) -> None:
    (tmp_path / "confluent_kafka.py").write_text("raise ImportError")
    missing = {"PATH": "/nowhere", "JAVA_HOME": "", "PYTHONPATH": str(tmp_path)}
    said = demo(tmp_path / "demo", environment=missing)
    assert "Java" in said
    assert "confluent-kafka" in said
    assert "294 articles read, 6 lines left out" in said
    assert (tmp_path / "demo" / "alerts.ndjson").read_text().count("\n") > 1
