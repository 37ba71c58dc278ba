import os
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest

from bosphorus.broker.address import resolve_broker
from bosphorus.broker.local import LocalBroker, Running
from bosphorus.broker.properties import server_properties
from schemas.errors import BrokerError
from streams.settings import StreamsSettings


def note(directory: Path, pid: int, created: float) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    running = Running(pid, created, 19092, 19093, "4.4.0")
    (directory / "running.json").write_bytes(msgspec.json.encode(running))


def test_nothing_runs_in_a_new_directory(tmp_path: Path) -> None:
    assert LocalBroker(tmp_path).running() is None
    assert not LocalBroker(tmp_path).stop()


def test_a_process_that_was_noted_and_lives_is_found_again(tmp_path: Path) -> None:
    note(tmp_path, os.getpid(), psutil.Process().create_time())
    running = LocalBroker(tmp_path).running()
    assert running is not None
    assert running.address == "127.0.0.1:19092"


def test_a_pid_that_was_given_to_another_process_is_not_ours_and_is_not_ended(tmp_path: Path) -> None:
    note(tmp_path, os.getpid(), psutil.Process().create_time() - 1000)
    assert LocalBroker(tmp_path).running() is None
    assert not LocalBroker(tmp_path).stop()


def test_a_process_that_has_ended_does_not_run(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    created = psutil.Process(child.pid).create_time()
    child.wait()
    note(tmp_path, child.pid, created)
    assert LocalBroker(tmp_path).running() is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x"}'])
def test_a_note_that_was_cut_short_is_no_note(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "running.json").write_bytes(content)
    assert LocalBroker(tmp_path).running() is None


def test_wiping_leaves_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "segment").write_text("x")
    LocalBroker(tmp_path).wipe()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_brokers_address_is_the_settings_else_that_of_the_local_one(tmp_path: Path) -> None:
    assert resolve_broker(StreamsSettings(broker="kafka:9092", data_dir=tmp_path)) == "kafka:9092"
    note(tmp_path / "kafka", os.getpid(), psutil.Process().create_time())
    assert resolve_broker(StreamsSettings(data_dir=tmp_path)) == "127.0.0.1:19092"


def test_no_broker_is_one_line_with_both_remedies(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"bosphorus broker start.*BOSPHORUS_BROKER"):
        resolve_broker(StreamsSettings(data_dir=tmp_path))


def test_extra_properties_win_over_ours() -> None:
    text = server_properties(Path("/data"), 1, 2, {"num.io.threads": "9"})
    assert "num.io.threads=9\n" in text
    assert text.count("num.io.threads") == 1
