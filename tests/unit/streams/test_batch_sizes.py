"""A batch is as large as the cost of a record allows, and its work takes turns with others; what was read too much is worked on later, in its order."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

from aiokafka.structs import TopicPartition

from streams.batch import Batch
from streams.batch_work import BREATH_S, TURNS, BatchWork, _breathe
from streams.merging import Merger
from streams.metrics import Metrics
from streams.settings import StreamsSettings


class CostlyStep:
    name, topic = "enrich", "t"

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, record: object) -> tuple[()]:
        for _ in range(20_000):
            self.left += 1
        return ()

    def restart(self, partition: int) -> None:
        """Nothing is kept."""


async def test_a_batch_of_a_costly_step_is_smaller_than_one_of_a_cheap_step() -> None:
    records = [SimpleNamespace(topic="t", partition=0, offset=n, timestamp=0) for n in range(20)]
    work = BatchWork(CostlyStep(), StreamsSettings(broker="nowhere:1"), Metrics())
    cheap = BatchWork(CostlyStep(), StreamsSettings(broker="nowhere:1"), Metrics())
    cheap._attempt = lambda _: ()  # type: ignore[assignment, method-assign]
    for _ in range(10):
        await work._outputs(Batch(records, 0))
        await cheap._outputs(Batch(records, 0))
    assert 1 <= work.records_in(0.25) < cheap.records_in(0.25)
    assert work.records_in(0.0) == 1


class PreparingStep:
    name, topic = "enrich", "t"

    def __init__(self) -> None:
        self.together: list[list[int]] = []
        self.called: list[int] = []

    def prepare(self, records: list[SimpleNamespace]) -> None:
        self.together.append([record.offset for record in records])
        if 7 in self.together[-1]:
            raise ValueError("one of them is wrong")

    def __call__(self, record: SimpleNamespace) -> tuple[()]:
        self.called.append(record.offset)
        time.sleep(BREATH_S / 5)
        return ()

    def restart(self, partition: int) -> None:
        """Nothing is kept."""


async def test_what_is_quicker_together_is_prepared_a_breath_ahead_and_each_record_is_called_for_all_the_same() -> None:
    records = [SimpleNamespace(topic="t", partition=0, offset=n, timestamp=0) for n in range(20)]
    step = PreparingStep()
    work = BatchWork(step, StreamsSettings(broker="nowhere:1"), Metrics())
    await work._outputs(Batch(records, 0))
    assert [offset for group in step.together for offset in group] == step.called == list(range(20))
    assert all(len(group) < 20 for group in step.together)


def test_records_that_are_put_back_come_first_again() -> None:
    place = TopicPartition("t", 0)
    records = [SimpleNamespace(topic="t", partition=0, offset=n, timestamp=n) for n in range(4)]
    merger = Merger()
    merger.add({place: records})
    merger.put_back(merger.take(2, lambda _: False))
    assert [record.offset for record in merger.take(9, lambda _: False)] == [0, 1, 2, 3]


async def test_work_that_lets_others_have_their_turns_is_not_starved_by_them() -> None:
    turns = 0

    async def busy() -> None:
        nonlocal turns
        while True:
            turns += 1
            time.sleep(BREATH_S)  # noqa: ASYNC251 - computing, as far as the event loop can tell
            await asyncio.sleep(0)

    neighbour = asyncio.create_task(busy())
    await _breathe()
    neighbour.cancel()
    assert 1 <= turns <= 3 < TURNS
