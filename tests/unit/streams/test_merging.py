"""Several partitions come out in the order of their time."""

from __future__ import annotations

from types import SimpleNamespace

from aiokafka.structs import TopicPartition

from streams.merging import Merger

A, B = TopicPartition("raw", 0), TopicPartition("raw", 1)


def _records(*times: int) -> list[SimpleNamespace]:
    return [SimpleNamespace(timestamp=time) for time in times]


def _times(taken: list[SimpleNamespace]) -> list[int]:
    return [record.timestamp for record in taken]


def test_records_come_by_time_across_partitions() -> None:
    merger = Merger()
    merger.add({A: _records(1, 4, 5), B: _records(2, 3, 6)})
    assert _times(merger.take(10, lambda _: False)) == [1, 2, 3, 4, 5, 6]
    assert merger.held == 0


def test_at_most_so_many_and_the_rest_wait() -> None:
    merger = Merger()
    merger.add({A: _records(1, 3), B: _records(2, 4)})
    assert _times(merger.take(3, lambda _: False)) == [1, 2, 3]
    assert _times(merger.take(3, lambda _: False)) == [4]


def test_a_partition_that_runs_out_here_but_not_in_kafka_ends_the_batch() -> None:
    merger = Merger()
    merger.add({A: _records(1, 2), B: _records(3, 9)})
    assert _times(merger.take(10, lambda partition: partition == A)) == [1, 2]
    assert merger.missing([A, B], lambda partition: partition == A)
    merger.add({A: _records(5)})
    assert _times(merger.take(10, lambda _: False)) == [3, 5, 9]


def test_a_partition_without_more_is_not_waited_for() -> None:
    merger = Merger()
    merger.add({A: _records(1)})
    assert not merger.missing([A, B], lambda _: False)


def test_what_is_cleared_is_gone() -> None:
    merger = Merger()
    merger.add({A: _records(1)})
    merger.clear()
    assert merger.take(5, lambda _: False) == []
