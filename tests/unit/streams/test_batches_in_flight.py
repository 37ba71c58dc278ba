"""Batches leave in the order in which they came, and a failed one stays."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from streams.batch import Batch
from streams.batches_in_flight import IN_FLIGHT, BatchesInFlight


def batch(count: int = 1) -> Batch:
    """One of so many records."""
    return Batch([SimpleNamespace(partition=0, offset=at) for at in range(count)], epoch=0)


async def test_only_the_oldest_leaves_however_early_the_next_is_delivered() -> None:
    flight, first, second = BatchesInFlight(60), batch(), batch()
    flight.add(first)
    flight.add(second)
    second.finish()
    assert flight.pop_delivered() is None
    first.finish()
    assert [flight.pop_delivered(), flight.pop_delivered(), flight.pop_delivered()] == [first, second, None]


async def test_a_failure_is_told_and_what_failed_stays() -> None:
    flight, failed, dropped = BatchesInFlight(60), batch(), batch()
    flight.add(failed)
    failed.fail(OSError("no broker"))
    for _ in range(2):
        with pytest.raises(OSError, match="no broker"):
            flight.pop_delivered()
    flight.drop()
    flight.add(dropped)
    dropped.drop()
    with pytest.raises(ConnectionError):
        flight.pop_delivered()
    assert len(flight) == 1


async def test_there_is_room_for_a_few_and_their_records_are_counted() -> None:
    flight = BatchesInFlight(60)
    for _ in range(IN_FLIGHT):
        assert flight.has_room
        flight.add(batch(2))
    assert not flight.has_room
    assert flight.records == 2 * IN_FLIGHT


async def test_time_runs_from_when_a_batch_became_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    flight, first, second = BatchesInFlight(10), batch(), batch()
    assert flight.overdue_in_s is None
    flight.add(first)
    flight.add(second)
    now = 104.0
    assert flight.overdue_in_s == 6
    first.finish()
    flight.pop_delivered()
    now = 120.0
    assert flight.overdue_in_s == 0


async def test_waiting_ends_with_the_last_or_with_the_time() -> None:
    flight, one = BatchesInFlight(60), batch()
    await flight.settled(60)
    flight.add(one)
    await flight.settled(0.01)
    assert not one.done.done()
    asyncio.get_running_loop().call_soon(one.finish)
    await flight.settled(60)
    assert one.done.done()


async def test_nobody_waits_for_what_was_dropped() -> None:
    flight, one = BatchesInFlight(60), batch()
    flight.add(one)
    flight.drop()
    assert one.done.cancelled()
    assert flight.oldest is None
