"""Kafka itself is hurt while a worker is busy: nothing that was acknowledged is lost, and the outcome is that of an undisturbed run."""

import asyncio
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError

from agents.normalise.outline import outline
from agents.normalise.step import normalise
from agents.watches import load_watches
from bosphorus.backtest import Backtest
from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings
from schemas.errors import BadRecordError
from schemas.jsonl import to_json
from schemas.records import Alert, NewsEvent
from schemas.wire import Codec
from streams.producer import Output, RecordProducer
from streams.topics import catalogue
from tests.integration.loops import eventually, read_all, settings_for
from tests.integration.workers import WorkerProcess, worker

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SAMPLE = files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines()
AWAY_S = 6.0
MOST_LINES = 12
"""Lines of an outage, from warning on: the libraries alone would have thousands."""


@pytest.fixture
def own_kafka(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LocalBroker]:
    """A Kafka that no other test depends on."""
    assert request.config.cache
    broker = LocalBroker(tmp_path / "kafka", cache=Path(request.config.cache.mkdir("kafka")))
    broker.start(print, port=free_ports(0)[0])
    yield broker
    broker.wipe()


async def send_until_acknowledged(settings: Settings, lines: list[bytes], hurry: Callable[[], bool]) -> None:
    """One article at a time, each until it is acknowledged: it may so come twice, but is never lost."""
    producer, topic = RecordProducer(settings), catalogue(settings).raw.name
    for line in lines:
        # Keyed as `bosphorus ingest` does it, so that what is in order stays in order.
        output = Output(topic, outline(line).key, line)
        while True:
            try:
                await producer.deliver([output])
            except (KafkaError, TimeoutError, ConnectionError):
                await producer.replace()
                await asyncio.sleep(0.5)
            else:
                break
        if not hurry():
            await asyncio.sleep(0.02)
    await producer.stop()


@pytest.mark.parametrize("hurt", ["kill", "stop"])
async def test_a_kafka_that_goes_away_and_comes_back_loses_nothing(
    own_kafka: LocalBroker, tmp_path: Path, hurt: str
) -> None:
    running = own_kafka.running()
    assert running is not None
    settings = settings_for(running.address, "", tmp_path, delivery_timeout_s=5.0)
    accepted: list[NewsEvent] = []
    for line in SAMPLE:
        try:
            accepted.append(normalise(line, received_at=None, settings=settings, max_bytes=settings.max_article_bytes))
        except BadRecordError:
            continue
    expected = [to_json(alert) for alert in Backtest(load_watches(None), settings, settings.partitions).run(accepted)]

    async def alerts() -> list[bytes]:
        return [to_json(Codec().decode(record.value, Alert)) for record in await read_all(settings, "alerts")]

    async def complete() -> bool:
        assert process.process.poll() is None, process.tail()
        return len(set(await alerts())) >= len(expected)

    with worker(settings, tmp_path) as process:
        hurting = True
        sending = asyncio.create_task(send_until_acknowledged(settings, SAMPLE, lambda: not hurting))
        await asyncio.sleep(2.0)
        await asyncio.to_thread(getattr(own_kafka, hurt))
        await asyncio.sleep(AWAY_S)
        await asyncio.to_thread(own_kafka.start, print)
        hurting = False
        await sending
        await eventually(complete, within_s=180)
        await asyncio.sleep(2.0)
    loud = [line for line in map(json.loads, process.log.read_text().splitlines()) if line["level"] != "info"]
    assert len(loud) <= MOST_LINES, loud
    enriched = {record.key for record in await read_all(settings, "enriched")}
    assert enriched == {str(event.event_id).encode() for event in accepted}
    # The log may repeat a message; then it is the same to the byte.
    assert list(dict.fromkeys(await alerts())) == expected


async def test_a_worker_that_is_started_while_kafka_is_away_waits_says_so_in_one_line_and_works_once_it_is_there(
    own_kafka: LocalBroker, tmp_path: Path
) -> None:
    running = own_kafka.running()
    assert running is not None
    settings = settings_for(running.address, "", tmp_path)
    await asyncio.to_thread(own_kafka.stop)
    process = WorkerProcess(settings, tmp_path / "worker.log")
    try:
        await eventually(lambda: process.metric('bosphorus_consecutive_faults{step="start"}') >= 3, within_s=60)
        assert process.get("healthz")[0] == 200
        assert process.get("readyz")[0] == 503
        said = [line for line in map(json.loads, process.log.read_text().splitlines()) if line["level"] == "warning"]
        assert [line["event"].partition(":")[0] for line in said] == ["Kafka does not answer"]
        await asyncio.to_thread(own_kafka.start, print)
        await asyncio.to_thread(process.wait_until_ready)
        assert process.terminate() == 0
    finally:
        if process.process.poll() is None:
            process.kill()


async def test_a_worker_that_waits_for_kafka_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    settings = Settings(broker=f"127.0.0.1:{free_ports(0)[0]}", data_dir=tmp_path)
    process = WorkerProcess(settings, tmp_path / "worker.log")
    try:
        await eventually(lambda: process.get("healthz")[0] == 200, within_s=60)
        assert process.terminate() == 0
    finally:
        if process.process.poll() is None:
            process.kill()
    assert "Traceback" not in process.log.read_text()
