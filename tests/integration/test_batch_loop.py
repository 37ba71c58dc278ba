"""The loop of the stateless steps, on a real Kafka: nothing is lost, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import ConsumerRecord

from schemas.errors import MalformedError
from streams import dead_letters
from streams.producer import RecordProducer
from tests.integration.loops import ToyStep, by_partition, eventually, put, read_all, running, settings_for

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("_quiet")]


@pytest.fixture
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(20))
    yield
    structlog.reset_defaults()


VALUES = [f"value {n}".encode() for n in range(1000)]


async def _committed_all(loop: Any, count: int) -> bool:
    return bool(sum(loop.committed.values()) >= count)


async def test_everything_in_comes_out_once_and_in_the_order_of_its_partition(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    await put(settings, VALUES)
    async with running(settings, ToyStep(settings)) as (_, loop):
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    assert by_partition(await read_all(settings, "events")) == by_partition(await read_all(settings, "raw"))


async def test_what_is_committed_does_not_come_again(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    await put(settings, VALUES)
    for more in ([], [b"one more"]):
        count = len(VALUES) + await put(settings, more)
        async with running(settings, ToyStep(settings)) as (_, loop):
            await eventually(lambda: loop.ready and len(loop.assignment) == settings.partitions)
            await eventually(lambda: loop.lag == 0)
            await asyncio.sleep(0.5)
    assert len(await read_all(settings, "events")) == count


async def test_a_failure_that_passes_in_the_middle_of_a_batch_loses_nothing(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=100)
    failures = iter([37, 250, 251, 600])
    seen = {"records": 0, "next": next(failures)}

    def sometimes_fail(_: ConsumerRecord) -> None:
        seen["records"] += 1
        if seen["records"] == seen["next"]:
            seen["next"] = next(failures, -1)
            raise ConnectionError("away for a moment")

    await put(settings, VALUES)
    async with running(settings, ToyStep(settings, sometimes_fail)) as (_, loop):
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    assert {r.value for r in await read_all(settings, "events")} == set(VALUES)
    assert await read_all(settings, "dead_letters") == []


async def test_a_record_that_breaks_the_step_each_time_becomes_a_dead_letter_and_the_others_pass(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)

    def break_on_one(record: ConsumerRecord) -> None:
        if record.value == b"value 500":
            raise ZeroDivisionError

    await put(settings, VALUES)
    async with running(settings, ToyStep(settings, break_on_one)) as (_, loop):
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    assert {r.value for r in await read_all(settings, "events")} == set(VALUES) - {b"value 500"}
    letters = [dead_letters.from_record(r) for r in await read_all(settings, "dead_letters")]
    assert [(letter.reason, letter.value) for letter in letters] == [("unexpected_error", b"value 500")]


async def test_poison_goes_to_the_dead_letters_with_its_bytes_headers_and_place(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)

    def refuse(record: ConsumerRecord) -> None:
        if record.value.endswith(b"7"):
            raise MalformedError("odd", "it ends in 7")

    await put(settings, VALUES, headers=[("sent-by", b"the test")])
    async with running(settings, ToyStep(settings, refuse)) as (_, loop):
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    poison = {value for value in VALUES if value.endswith(b"7")}
    assert {r.value for r in await read_all(settings, "events")} == set(VALUES) - poison
    records = await read_all(settings, "dead_letters")
    letters = [dead_letters.from_record(r) for r in records]
    assert {letter.value for letter in letters} == poison
    assert len(letters) == len(poison)
    places = {(r.partition, r.offset): r.value for r in await read_all(settings, "raw")}
    assert all(places[letter.partition, letter.offset] == letter.value for letter in letters)
    assert {dict(r.headers)["sent-by"] for r in records} == {b"the test"}
    assert {(letter.stage, letter.reason, letter.attempts) for letter in letters} == {("normalise", "odd", 1)}


async def test_a_delivery_that_fails_is_made_again(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=100)
    await put(settings, VALUES)
    send, calls = RecordProducer.send, {"n": 0}

    async def fail_sometimes(self: RecordProducer, outputs: Any) -> Any:
        calls["n"] += 1
        deliveries = await send(self, outputs)
        if calls["n"] in {2, 5}:
            failed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            failed.set_exception(KafkaConnectionError("gone"))
            deliveries.append(failed)
        return deliveries

    monkeypatch.setattr(RecordProducer, "send", fail_sometimes)
    async with running(settings, ToyStep(settings)) as (_, loop):
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    assert {r.value for r in await read_all(settings, "events")} == set(VALUES)


async def test_a_batch_that_gets_lost_on_the_channel_is_fetched_again(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, delivery_timeout_s=1.0)
    await put(settings, VALUES)
    async with running(settings, ToyStep(settings)) as (_, loop):
        real, lost = loop._channel.put, {"n": 0}

        async def lose_the_first(batch: Any) -> None:
            lost["n"] += 1
            if lost["n"] > 1:
                await real(batch)

        monkeypatch.setattr(loop._channel, "put", lose_the_first)
        await eventually(lambda: _committed_all(loop, len(VALUES)))
    assert {r.value for r in await read_all(settings, "events")} == set(VALUES)


async def test_a_rebalance_of_the_apps_own_consumer_neither_stops_nor_empties_the_channel(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    async with running(settings, ToyStep(settings)) as (app, loop):
        await eventually(lambda: len(loop.assignment) == settings.partitions)
        app.flow_control.suspend()
        await put(settings, VALUES)
        await eventually(lambda: _committed_all(loop, len(VALUES)), within_s=10)
        app.flow_control.resume()
    assert len(await read_all(settings, "events")) == len(VALUES)


async def test_a_second_worker_takes_half_and_gives_it_back_and_nothing_is_lost(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=50)
    total = 0
    async with running(settings, ToyStep(settings)) as (_, first):
        total += await put(settings, VALUES)
        async with running(settings, ToyStep(settings)) as (_, second):
            await eventually(lambda: len(first.assignment) == len(second.assignment) == settings.partitions // 2)
            assert not first.assignment & second.assignment
            total += await put(settings, [b"second " + value for value in VALUES])
            await eventually(lambda: first.lag == second.lag == 0)
        await eventually(lambda: len(first.assignment) == settings.partitions)
        total += await put(settings, [b"third " + value for value in VALUES])
        await eventually(lambda: _committed_all(first, total))
    raw, events = by_partition(await read_all(settings, "raw")), by_partition(await read_all(settings, "events"))
    # Each partition's records are all there, in order once repeats are taken out.
    assert {p: list(dict.fromkeys(values)) for p, values in events.items()} == raw


async def test_too_many_dead_letters_pause_the_step_instead_of_draining_the_topic(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=100, dead_letter_rate_cap=0.3)

    def refuse(_: ConsumerRecord) -> None:
        raise MalformedError("odd", "all of them")

    await put(settings, VALUES)
    async with running(settings, ToyStep(settings, refuse)) as (_, loop):
        await eventually(lambda: loop.work.guard.tripped)
        await asyncio.sleep(1.0)
        assert not loop.ready
    assert 300 < len(await read_all(settings, "dead_letters")) <= 600
