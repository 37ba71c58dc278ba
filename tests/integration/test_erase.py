"""`bosphorus erase` on a real Kafka: what the last word on an article is, and what is said of what stays."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from bosphorus.cli import cli
from schemas.records import NewsEvent, Status
from schemas.wire import Codec
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue
from tests.unit.schemas.test_wire import EVENT

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture
def settings(kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> StreamsSettings:
    made = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, partitions=2)
    with admin(client_options(made, kafka)) as client:
        create_topics(client, catalogue(made))
    monkeypatch.setenv("BOSPHORUS_BROKER", kafka)
    monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", topic_prefix)
    return made


def events(settings: StreamsSettings) -> list[NewsEvent]:
    async def run() -> list[NewsEvent]:
        topic = catalogue(settings).events.name
        return [Codec().decode(r.value, NewsEvent) async for r in read_all(settings, topic)]

    return asyncio.run(run())


def send(settings: StreamsSettings, *values: bytes) -> None:
    async def run() -> None:
        producer, topic = RecordProducer(settings), catalogue(settings).events.name
        await producer.deliver([Output(topic, EVENT.event_id.bytes, value) for value in values])
        await producer.stop()

    asyncio.run(run())


def erase(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
    result = CliRunner().invoke(cli, ["erase", *arguments], catch_exceptions=False)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_an_article_is_looked_at_erased_once_and_found_erased(settings: StreamsSettings) -> None:
    send(settings, Codec().encode(EVENT), b"not a record of ours")
    name = str(EVENT.event_id)

    status, (line,), said = erase("--dry-run", name)
    assert (status, line["versions"], line["erased"]) == (0, 1, False)
    assert "1 would be erased" in said

    status, (line,), _ = erase("--yes", name)
    assert (status, line["erased"]) == (0, True)
    gone_by = datetime.fromisoformat(str(line["gone_by"]))
    assert timedelta(days=32) < gone_by - datetime.now(gone_by.tzinfo) <= timedelta(days=33)

    status, (line,), said = erase("--yes", name)
    assert (status, line["erased"]) == (0, False)
    assert "0 erased, 1 had been before" in said


def test_the_last_word_on_it_is_empty_and_in_its_own_partition(settings: StreamsSettings) -> None:
    send(settings, Codec().encode(EVENT))
    erase("--yes", str(EVENT.event_id))

    async def partitions() -> set[int]:
        topic = catalogue(settings).events.name
        return {record.partition async for record in read_all(settings, topic)}

    assert len(asyncio.run(partitions())) == 1
    last = events(settings)[-1]
    assert (last.status, last.title, last.body) == (Status.CANCELED, "", "")


def test_an_article_that_never_came_is_said_to_be_unknown(settings: StreamsSettings) -> None:
    send(settings, Codec().encode(EVENT))
    status, lines, said = erase("--yes", "https://example.org/never/came")
    assert (status, lines) == (1, [])
    assert "no such article" in said
