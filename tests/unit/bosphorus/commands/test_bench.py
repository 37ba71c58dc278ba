"""`bosphorus bench all` runs each bench, and one that can't run does not stop the others."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import click
import psutil
import pytest
from click.testing import CliRunner

from bosphorus.commands import bench


def said_by(name: str, *, as_json: bool) -> list[str]:
    """A process that stands for the bench."""
    if name == "broken":
        return [sys.executable, "-c", "import sys; sys.exit('no Kafka')"]
    objects = {"fine": ['{"speed": 1}'], "several": ['{"of": 1}', '{"of": 2}']}[name]
    return [sys.executable, "-c", f"print({chr(10).join(objects) if as_json else 'a table'!r})"]


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "BENCHES", {"broken": "breaks", "fine": "works", "several": "says two objects"})
    monkeypatch.setattr(bench.BenchTable, "list_commands", lambda *_: list(bench.BENCHES))
    monkeypatch.setattr(bench, "_arguments", said_by)


def test_the_others_go_on_and_the_end_says_which_was_not_measured(capfd: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(bench.command, ["all"])
    shown = capfd.readouterr()
    assert shown.out.count("a table") == 2
    assert "no Kafka" in shown.err
    assert "not measured: broken" in str(result.exception)


def test_json_is_one_object_a_bench_and_nothing_else() -> None:
    result = CliRunner().invoke(bench.command, ["all", "--json"])
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"bench": "fine", "result": {"speed": 1}},
        {"bench": "several", "result": [{"of": 1}, {"of": 2}]},
    ]


def test_a_bench_that_is_told_to_end_takes_down_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_down: list[str] = []

    @click.command()
    def slow() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            taken_down.append("Kafka")

    monkeypatch.setattr(bench.BenchTable, "get_command", lambda *_: slow)
    before = signal.getsignal(signal.SIGTERM)
    assert CliRunner().invoke(bench.command, ["slow"]).exit_code == 143
    assert taken_down == ["Kafka"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_all_that_is_told_to_end_ends_the_bench_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    slow = (
        "import os, pathlib, signal, sys, time\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGTERM)\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(bench, "_arguments", lambda *_, **__: [sys.executable, "-c", slow, str(note)])
    assert CliRunner().invoke(bench.command, ["all"]).exit_code == 143
    assert not psutil.pid_exists(int(note.read_text()))
