"""/healthz turns bad when committed offsets stop moving while records wait, whatever the agent; an outage of Kafka is no such thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.batch_lag import STUCK_AFTER_S, BatchLag
from streams.batch_loop import BatchLoop
from streams.batch_work import BatchWork
from streams.group_lag import GroupLag
from streams.health import Health
from streams.metrics import Metrics
from streams.settings import StreamsSettings


class NoStep:
    topic = "t"

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, record: object) -> tuple[()]:
        return ()

    def restart(self, partition: int) -> None:
        """Nothing is kept."""


class Watched:
    """The watch, as health sees it."""

    name = "watch"
    ready = True

    def __init__(self, group_lag: GroupLag) -> None:
        self._group_lag = group_lag

    @property
    def lag(self) -> int:
        return self._group_lag.records

    @property
    def progress_at(self) -> float:
        return self._group_lag.progress_at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    for module in ("streams.batch_lag", "streams.group_lag", "streams.health"):
        monkeypatch.setattr(f"{module}.time.monotonic", lambda: now[0])
    return now


def _batch_loop(name: str) -> BatchLoop:
    settings, metrics = StreamsSettings(broker="nowhere:1"), Metrics()
    return BatchLoop(BatchWork(NoStep(name), settings, metrics), None, settings, metrics)


@pytest.mark.parametrize("name", ["normalise", "enrich", "publish"])
async def test_a_stateless_step_whose_offsets_stand_still_while_records_wait_is_dead(
    name: str, clock: list[float]
) -> None:
    loop = _batch_loop(name)
    health = Health([loop], stalled_after_s=60.0, clock=lambda: clock[0])
    loop._lag.note(5)
    clock[0] += 59
    assert health.alive
    clock[0] += 2
    loop._lag.note(9)
    assert not health.alive
    loop._lag.moved()  # a commit
    assert health.alive


@pytest.mark.parametrize("name", ["normalise", "enrich", "publish"])
async def test_a_stateless_step_is_alive_and_not_ready_while_kafka_is_away_and_has_time_when_it_is_back(
    name: str, clock: list[float]
) -> None:
    loop = _batch_loop(name)
    health = Health([loop], stalled_after_s=60.0, clock=lambda: clock[0])
    loop._lag.note(5)
    for _ in range(30):
        clock[0] += 10
        loop._lag.turned()
        loop._lag.note(None)
        assert health.alive
        assert not health.ready
    loop._lag.note(500)
    assert health.alive
    clock[0] += 61
    loop._lag.note(900)
    assert not health.alive


async def test_a_loop_that_no_longer_turns_is_dead_even_where_kafka_can_not_be_asked(clock: list[float]) -> None:
    loop = _batch_loop("enrich")
    health = Health([loop], stalled_after_s=60.0, clock=lambda: clock[0])
    clock[0] += STUCK_AFTER_S + 1
    loop._lag.note(None)
    assert not health.alive


def _look(lag: GroupLag, committed: int, end: int) -> None:
    lag._note({0: (committed, end), 1: (0, 0)})


def _watch() -> GroupLag:
    return GroupLag("watch", "watch.events", lambda: [0, 1], StreamsSettings(broker="nowhere:1"))


async def test_a_watch_whose_offsets_stand_still_while_records_wait_is_dead(clock: list[float]) -> None:
    lag = _watch()
    health = Health([Watched(lag)], stalled_after_s=60.0, clock=lambda: clock[0])
    ends: Callable[[int], int] = lambda n: 10 + n  # noqa: E731
    for n in range(10):
        clock[0] += 10
        _look(lag, n, ends(n))  # behind, and moving
        assert health.alive
    for n in range(7):
        clock[0] += 10
        _look(lag, 9, ends(20 + n))
    assert not health.alive
    _look(lag, 36, 36)
    assert health.alive


async def test_a_watch_with_nothing_to_do_is_alive_for_ever(clock: list[float]) -> None:
    lag = _watch()
    health = Health([Watched(lag)], stalled_after_s=60.0, clock=lambda: clock[0])
    for _ in range(100):
        clock[0] += 100
        _look(lag, 7, 7)
        assert health.alive


class AgedTopic:
    """A consumer of a topic whose first hundred records are past their retention, by a group that never committed."""

    def __init__(self, end: int) -> None:
        self.end = end

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("t", 0)}

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.end)

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 100)

    async def committed(self, _: TopicPartition) -> int | None:
        return None


@pytest.mark.parametrize(("end", "waiting"), [(100, 0), (103, 3)])
async def test_records_past_their_retention_wait_for_nobody(end: int, waiting: int) -> None:
    assert await BatchLag().look(AgedTopic(end), {}) == waiting


class NeverCommitted:
    """An administrator who is asked about such a group."""

    async def list_consumer_group_offsets(
        self, _: str, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        return dict.fromkeys(partitions, OffsetAndMetadata(-1, ""))


@pytest.mark.parametrize(("end", "waiting"), [(100, 0), (103, 3)])
async def test_records_of_a_watch_past_their_retention_wait_for_nobody_either(end: int, waiting: int) -> None:
    lag = GroupLag("watch", "t", lambda: [0], StreamsSettings(broker="nowhere:1"))
    kafka: Any = (AgedTopic(end), NeverCommitted())
    lag._consumer, lag._admin = kafka
    lag._note(await lag._look())
    assert lag.records == waiting
