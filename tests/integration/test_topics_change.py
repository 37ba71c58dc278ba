"""Topics that change under a running loop, on a real Kafka: it goes on with what there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bosphorus.settings import Settings
from streams import batch_consumer
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.topics import catalogue
from tests.integration.loops import ToyStep, eventually, put, read_all, running, settings_for

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("_quiet")]

BEFORE = [f"before {n}".encode() for n in range(200)]
AFTER = [f"after {n}".encode() for n in range(100)]


@pytest.fixture
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(batch_consumer, "METADATA_MAX_AGE_S", 1.0)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(20))
    yield
    structlog.reset_defaults()


async def _out(settings: Settings) -> set[bytes | None]:
    return {record.value for record in await read_all(settings, "events")}


async def test_a_topic_that_is_deleted_and_made_anew_is_read_from_its_beginning(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    topics = catalogue(settings)
    await put(settings, BEFORE)
    async with running(settings, ToyStep(settings)) as (_, loop):
        await eventually(lambda: sum(loop.committed.values()) >= len(BEFORE))
        with admin(client_options(settings, kafka)) as client:
            client.delete_topics([topics.raw.name])

            def gone() -> bool:
                return topics.raw.name not in client.list_topics()

            await eventually(gone)
            create_topics(client, topics)
        await put(settings, AFTER)

        async def all_out() -> bool:
            return set(AFTER) <= await _out(settings)

        await eventually(all_out, within_s=60)
        await eventually(lambda: loop.ready and loop.lag == 0, within_s=60)
        assert sum(loop.committed.values()) == len(AFTER)


async def test_partitions_that_a_topic_is_given_are_read_too(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    raw = catalogue(settings).raw.name
    async with running(settings, ToyStep(settings.model_copy(update={"partitions": 1}))) as (_, loop):
        await eventually(lambda: len(loop.assignment) == settings.partitions)
        with admin(client_options(settings, kafka)) as client:
            client.create_partitions({raw: settings.partitions + 2})
        await eventually(lambda: len(loop.assignment) == settings.partitions + 2)
