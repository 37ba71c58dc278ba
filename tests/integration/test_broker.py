"""The local Kafka's own life: each test has a directory of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bosphorus.broker.java import find_java
from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.broker.ready import is_ready
from schemas.errors import BrokerError, MissingPrerequisiteError

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PORT = free_ports(0)[0]


@pytest.fixture
def cache(request: pytest.FixtureRequest) -> Path:
    assert request.config.cache
    return Path(request.config.cache.mkdir("kafka"))


@pytest.fixture
def broker(tmp_path: Path, cache: Path) -> Iterator[LocalBroker]:
    try:
        find_java()
    except MissingPrerequisiteError as error:
        pytest.skip(str(error))
    made = LocalBroker(tmp_path / "kafka", cache=cache)
    yield made
    made.wipe()


def test_it_is_ready_within_15_s_found_again_and_survives_stop_and_kill(broker: LocalBroker) -> None:
    began = time.monotonic()
    first = broker.start(print, port=PORT)
    assert time.monotonic() - began < 15
    assert is_ready(first.address)
    assert LocalBroker(broker.directory).start(print) == first  # another process of ours finds and uses it

    assert broker.stop()
    assert broker.running() is None
    assert not broker.stop()

    second = broker.start(print)
    assert (second.port, second.pid != first.pid) == (first.port, True)
    assert broker.kill()
    assert broker.running() is None
    assert broker.start(print).port == first.port

    broker.wipe()
    assert not (broker.directory / "data").exists()
    assert broker.running() is None


def test_a_taken_port_is_replaced_by_a_free_one(broker: LocalBroker) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = broker.start(print, port=port)
    assert running.port != port
    assert is_ready(running.address)


def test_two_starts_at_once_make_one_broker(tmp_path: Path, broker: LocalBroker) -> None:
    environment = os.environ | {"BOSPHORUS_DATA_DIR": str(tmp_path), "BOSPHORUS_BROKER": ""}
    command = [sys.executable, "-m", "bosphorus", "broker", "start", "--port", str(free_ports(0)[0])]
    starts = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    found = [json.loads(start.communicate(timeout=90)[0]) for start in starts]
    assert found[0] == found[1]
    running = broker.running()
    assert running is not None
    assert running.pid == found[0]["pid"]


def test_it_outlives_whoever_started_it_and_status_says_so(tmp_path: Path, broker: LocalBroker) -> None:
    environment = os.environ | {"BOSPHORUS_DATA_DIR": str(tmp_path), "BOSPHORUS_BROKER": ""}

    def bosphorus(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bosphorus", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)

    stopped = bosphorus("broker", "status")
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert "no local Kafka is running" in stopped.stderr
    without = bosphorus("topics", "check")
    assert without.returncode == 4
    assert without.stderr.count("\n") == 1
    assert "bosphorus broker start" in without.stderr

    assert bosphorus("broker", "start", "--port", str(PORT)).returncode == 0
    status = bosphorus("broker", "status")
    assert status.returncode == 0
    assert json.loads(status.stdout)["pid"] == broker.running().pid  # type: ignore[union-attr]
    assert bosphorus("topics", "create").returncode == 0
    assert bosphorus("topics", "check").returncode == 0

    assert bosphorus("broker", "stop").returncode == 0
    assert bosphorus("broker", "status").returncode == 1


def test_one_that_dies_while_starting_says_why(broker: LocalBroker) -> None:
    broker.extra = {"num.io.threads": "none"}
    with pytest.raises(BrokerError, match=r"num\.io\.threads"):
        broker.start(print, port=PORT)


def test_it_stops_on_sigterm_within_ten_seconds(broker: LocalBroker) -> None:
    running = broker.start(print, port=PORT)
    began = time.monotonic()
    os.kill(running.pid, signal.SIGTERM)
    while broker.running() is not None:
        assert time.monotonic() - began < 10
        time.sleep(0.05)
