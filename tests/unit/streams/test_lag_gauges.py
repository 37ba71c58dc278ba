"""Where a step stands, by partition: as it is known now, and nothing of what has gone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest

from streams.group_lag import GroupLag
from streams.lag_gauges import LagGauges
from streams.metrics import Metrics
from streams.settings import StreamsSettings


@dataclass
class Stands:
    by_partition: dict[int, tuple[int, int]] = field(default_factory=dict)
    progress_at: float = 0.0


def value(metrics: Metrics, name: str, partition: int) -> float | None:
    labels = {"step": "watch", "partition": str(partition)}
    return metrics.registry.get_sample_value(f"bosphorus_{name}", labels)


def test_lag_is_the_end_less_what_is_committed() -> None:
    metrics = Metrics()
    LagGauges("watch", Stands({0: (7, 10), 1: (0, 4), 2: (5, 5)}), metrics)
    metrics.refresh()
    assert [value(metrics, "lag_records", partition) for partition in (0, 1, 2)] == [3, 4, 0]
    assert value(metrics, "committed_offset", 0) == 7


def test_a_partition_that_has_gone_is_shown_no_more() -> None:
    metrics, stands = Metrics(), Stands({0: (7, 10), 1: (2, 2)})
    LagGauges("watch", stands, metrics)
    metrics.refresh()
    stands.by_partition = {1: (2, 2)}
    metrics.refresh()
    assert value(metrics, "lag_records", 0) is None
    assert value(metrics, "committed_offset", 0) is None
    assert value(metrics, "lag_records", 1) == 0


def test_the_last_commit_is_as_old_as_the_standstill() -> None:
    metrics = Metrics()
    LagGauges("watch", Stands(progress_at=time.monotonic() - 100), metrics)
    metrics.refresh()
    at = metrics.registry.get_sample_value("bosphorus_commit_timestamp_seconds", {"step": "watch"})
    assert at == pytest.approx(time.time() - 100, abs=10)


def test_it_shows_what_kafka_last_said_of_the_group() -> None:
    metrics = Metrics()
    lag = GroupLag("watch", "watch.events", lambda: [0], StreamsSettings(broker="nowhere:1"))
    LagGauges("watch", lag, metrics)
    lag._note({0: (3, 9)})
    metrics.refresh()
    assert value(metrics, "lag_records", 0) == 6
