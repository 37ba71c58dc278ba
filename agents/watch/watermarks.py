"""Watermarks: how far event time has come, by source partition and for the watch.

A partition's watermark is the largest event time it has delivered, minus the allowed lateness. The watch's is their minimum,
without the partitions that are proved to be behind only because they have nothing: an idle item says that a partition has
delivered everything received up to some time of the raw log, and that covers what the leading partition has told us.
"""

from __future__ import annotations

from agents.watch.state import PartitionClock


def clock(clocks: dict[int, PartitionClock], partition: int) -> PartitionClock:
    """The clock of a partition, made when it is first heard of."""
    if partition not in clocks:
        clocks[partition] = PartitionClock()
    return clocks[partition]


def speak(clocks: dict[int, PartitionClock], partition: int, event_ms: int, received_ms: int) -> None:
    """A partition has delivered an item of this event time."""
    its = clock(clocks, partition)
    if its.max_ms is None or event_ms > its.max_ms:
        its.max_ms, its.set_by_ms = event_ms, received_ms


def prove_idle(clocks: dict[int, PartitionClock], partition: int, received_ms: int) -> None:
    """A partition has delivered everything received up to this time of the raw log."""
    its = clock(clocks, partition)
    its.idle_ms = max(its.idle_ms, received_ms)


def watermark(
    clocks: dict[int, PartitionClock], lateness_ms: int, *, complete: bool, partitions: int = 0
) -> int | None:
    """The watch's watermark, ms; None: nothing can be said yet.

    Args:
        clocks: of the partitions heard of.
        lateness_ms: allowed lateness.
        complete: every item proves all other partitions idle (offline, where the input is read in one order).
        partitions: how many source partitions there are; 0: only those heard of count.
    """
    if complete:
        latest = max((its.max_ms for its in clocks.values() if its.max_ms is not None), default=None)
        return None if latest is None else latest - lateness_ms
    spoken = [its for its in clocks.values() if its.max_ms is not None]
    if not spoken:
        return None
    leader = max(spoken, key=lambda its: (its.max_ms or 0, -its.set_by_ms))
    if any(number not in clocks for number in range(partitions)):
        return None
    held = [its for its in clocks.values() if its is not leader and its.idle_ms < leader.set_by_ms]
    if any(its.max_ms is None for its in held):
        return None
    return min(its.max_ms or 0 for its in (leader, *held)) - lateness_ms
