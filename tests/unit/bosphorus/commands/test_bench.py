"""`bosphorus bench all` runs each bench, and one that can't run does not stop the others."""

from __future__ import annotations

import json
import os
import signal
import time

import click
import pytest
from click.testing import CliRunner

from bosphorus.commands import bench
from schemas.errors import BrokerError


@click.command()
@click.option("--json", "as_json", is_flag=True)
def fine(*, as_json: bool) -> None:
    click.echo(json.dumps({"speed": 1}) if as_json else "a table")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def broken(*, as_json: bool) -> None:
    raise BrokerError("no Kafka")


@pytest.fixture(autouse=True)
def _two_benches(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"broken": broken, "fine": fine}
    monkeypatch.setattr(bench, "BENCHES", {"broken": "breaks", "fine": "works"})
    monkeypatch.setattr(bench.BenchTable, "list_commands", lambda *_: list(found))
    monkeypatch.setattr(
        bench.BenchTable, "get_command", lambda _self, _ctx, name: bench._all if name == "all" else found[name]
    )


def test_the_others_go_on_and_the_end_says_which_was_not_measured() -> None:
    result = CliRunner().invoke(bench.command, ["all"])
    assert "a table" in result.stdout
    assert "broken: no Kafka" in result.stderr
    assert "not measured: broken" in str(result.exception)


def test_json_is_one_object_a_bench_and_nothing_else() -> None:
    result = CliRunner().invoke(bench.command, ["all", "--json"])
    assert [json.loads(line) for line in result.stdout.splitlines()] == [{"bench": "fine", "result": {"speed": 1}}]


def test_a_bench_that_prints_several_objects_gives_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def several(*, as_json: bool) -> None:
        assert as_json
        click.echo('{"of": 1}\n{"of": 2}')

    monkeypatch.setattr(bench.BenchTable, "list_commands", lambda *_: ["fine"])
    monkeypatch.setattr(
        bench.BenchTable, "get_command", lambda _self, _ctx, name: bench._all if name == "all" else several
    )
    result = CliRunner().invoke(bench.command, ["all", "--json"])
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"bench": "fine", "result": [{"of": 1}, {"of": 2}]}
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
