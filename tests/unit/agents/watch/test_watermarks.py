"""Watermarks: the minimum of the partitions that can still have something to say."""

from __future__ import annotations

from agents.watch.state import PartitionClock
from agents.watch.watermarks import prove_idle, speak, watermark


def test_nothing_is_known_before_anybody_has_spoken() -> None:
    assert watermark({}, 10, complete=False) is None
    assert watermark({}, 10, complete=True) is None


def test_the_slowest_partition_holds_it() -> None:
    clocks: dict[int, PartitionClock] = {}
    speak(clocks, 0, 1000, 1)
    speak(clocks, 1, 400, 2)
    assert watermark(clocks, 100, complete=False) == 300


def test_an_earlier_event_does_not_move_a_partition_back() -> None:
    clocks: dict[int, PartitionClock] = {}
    speak(clocks, 0, 1000, 1)
    speak(clocks, 0, 500, 2)
    assert watermark(clocks, 0, complete=False) == 1000


def test_a_partition_proved_idle_up_to_the_leader_is_left_out_until_the_leader_moves_on() -> None:
    clocks: dict[int, PartitionClock] = {}
    speak(clocks, 0, 1000, 50)
    speak(clocks, 1, 400, 20)
    prove_idle(clocks, 1, 49)
    assert watermark(clocks, 0, complete=False) == 400
    prove_idle(clocks, 1, 50)
    assert watermark(clocks, 0, complete=False) == 1000
    speak(clocks, 0, 2000, 60)
    assert watermark(clocks, 0, complete=False) == 400


def test_a_partition_that_was_never_heard_of_holds_everything_until_it_is_proved_idle() -> None:
    clocks: dict[int, PartitionClock] = {}
    speak(clocks, 0, 1000, 50)
    assert watermark(clocks, 0, complete=False, partitions=2) is None
    prove_idle(clocks, 1, 50)
    assert watermark(clocks, 0, complete=False, partitions=2) == 1000


def test_offline_the_leader_alone_counts() -> None:
    clocks: dict[int, PartitionClock] = {}
    speak(clocks, 0, 1000, 1)
    speak(clocks, 1, 400, 2)
    assert watermark(clocks, 100, complete=True) == 900
