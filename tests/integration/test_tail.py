"""`bosphorus tail` as a process of its own, as people run it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from bosphorus.broker.local import LocalBroker
from schemas.errors import MalformedError
from streams.connection import client_options
from streams.dead_letters import letter_for, to_headers
from streams.kafka_admin import admin, create_topics
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings
from streams.topics import catalogue
from tests.unit.streams.test_dead_letters import AT, Consumed

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

Tail = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def settings(kafka: str, topic_prefix: str) -> StreamsSettings:
    made = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, partitions=2)
    with admin(client_options(made, kafka)) as client:
        create_topics(client, catalogue(made))
    return made


@pytest.fixture
def tail(settings: StreamsSettings) -> Iterator[Tail]:
    environment = os.environ | {"BOSPHORUS_BROKER": settings.broker, "BOSPHORUS_TOPIC_PREFIX": settings.topic_prefix}
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bosphorus", "tail", "dead-letters", *options]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def send(settings: StreamsSettings, count: int) -> None:
    async def run() -> None:
        producer, topic = RecordProducer(settings), catalogue(settings).dead_letters.name
        for number in range(count):
            letter = letter_for("normalise", MalformedError("not_json", "bad"), Consumed(offset=number), AT)
            await producer.deliver([Output(topic, None, letter.value, number % 2, to_headers(letter))])
        await producer.stop()

    asyncio.run(run())


def lines(process: "subprocess.Popen[str]", count: int) -> list[int]:
    assert process.stdout is not None
    return [json.loads(process.stdout.readline())["offset"] for _ in range(count)]


def test_ctrl_c_ends_it_without_a_stack_trace(settings: StreamsSettings, tail: Tail) -> None:
    send(settings, 1)
    process = tail("--from-start")
    assert lines(process, 1) == [0]
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert (process.returncode, said.strip()) == (130, "")


def test_it_ends_when_its_reader_has_gone_even_if_nothing_more_comes(settings: StreamsSettings, tail: Tail) -> None:
    send(settings, 1)
    process = tail("--from-start")
    assert lines(process, 1) == [0]
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=10) == 0


def test_it_waits_out_a_restart_of_kafka_and_says_so_once(
    settings: StreamsSettings, tail: Tail, kafka_broker: LocalBroker
) -> None:
    send(settings, 1)
    process = tail("--from-start")
    assert lines(process, 1) == [0]
    kafka_broker.kill()
    time.sleep(2)
    kafka_broker.start(print)
    send(settings, 3)
    assert sorted(lines(process, 3)) == [0, 1, 2]
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert said.strip().count("\n") == 0
    assert "does not answer" in said
    assert "still trying" in said
