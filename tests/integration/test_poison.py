"""Bytes that are no record of ours, on every topic that a step reads: each is kept with its reason, and none stops the worker."""

import asyncio
import json
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner

from bosphorus.cli import cli
from schemas.records import DeadLetter, EnrichedEvent
from schemas.wire import CONFLUENT, SINGLE_OBJECT, Codec
from streams.connection import client_options
from streams.dead_letters import filed
from streams.topics import catalogue
from tests.integration.loops import eventually, put, read_all, settings_for
from tests.integration.workers import worker
from tests.unit.streams.test_dead_letters import refused

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

POISON = {
    "empty": b"",
    "wrong_magic": b"\x07no record",
    "unknown_schema": SINGLE_OBJECT + bytes(8) + b"body",
    "wrong_record": Codec().encode(refused()),
    "no_registry": bytes([CONFLUENT]) + (4711).to_bytes(4, "big") + b"body",
}
STAGES = {"events": "enrich", "watch_events": "watch", "alerts": "publish"}
ARTICLE = b'{"id": "good", "title": "Elections in Turkey", "source": "example.org"}'


async def test_poison_on_any_topic_is_kept_with_its_reason_and_a_retry_brings_it_back(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)

    async def letters(count: int) -> list[DeadLetter]:
        async def arrived() -> bool:
            records = await read_all(settings, "dead_letters")
            return len([r for r in records if r.value is not None]) >= count

        await eventually(arrived, within_s=60)
        return [filed(r).letter for r in await read_all(settings, "dead_letters") if r.value is not None]

    with worker(settings, tmp_path) as process:
        for topic in STAGES:
            await put(settings, POISON.values(), topic)
        await put(settings, [ARTICLE])
        found = await letters(len(POISON) * len(STAGES))
        names = {getattr(catalogue(settings), topic).name: stage for topic, stage in STAGES.items()}
        assert sorted((letter.stage, letter.value) for letter in found) == sorted(
            (stage, value) for stage in names.values() for value in POISON.values()
        )
        assert {(letter.topic, letter.stage) for letter in found} == set(names.items())
        assert {letter.value: letter.reason for letter in found}[POISON["wrong_magic"]] == "wrong_magic"
        assert {letter.attempts for letter in found} == {1}
        assert [Codec().decode(r.value, EnrichedEvent).external_id for r in await read_all(settings, "enriched")] == [
            "good"
        ]

        monkeypatch.setenv("BOSPHORUS_BROKER", kafka)
        monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", topic_prefix)
        arguments = ["dead-letters", "retry", "--stage", "enrich", "--reason", "wrong_magic"]
        result = await asyncio.to_thread(CliRunner().invoke, cli, arguments)
        assert [json.loads(line)["topic"] for line in result.stdout.splitlines()] == [catalogue(settings).events.name]
        again = await letters(len(found) + 1)
        [second] = [letter for letter in again if letter.attempts == 2]
        assert (second.stage, second.reason, second.value) == ("enrich", "wrong_magic", POISON["wrong_magic"])
        assert process.process.poll() is None


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_anyone_may_write_compressed_as_they_like(
    kafka: str, topic_prefix: str, tmp_path: Path, codec: str
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    producer = AIOKafkaProducer(**client_options(settings, kafka), compression_type=codec)
    await producer.start()
    await producer.send_and_wait(catalogue(settings).raw.name, ARTICLE * 20)
    await producer.stop()
    assert [record.value for record in await read_all(settings, "raw")] == [ARTICLE * 20]
