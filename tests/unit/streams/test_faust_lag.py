"""Where a Faust agent stands, by partition: looked up, never kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.consumer import Consumer
from faust.types import TP

from streams.faust_lag import FaustLag, Standing, standings
from streams.metrics import Metrics


def app_with(committed: dict[int, int | None], ends: dict[int, int | None]) -> Any:
    consumer = SimpleNamespace(
        assignment=lambda: {TP("watch.events", partition) for partition in ends} | {TP("changelog", 0)},
        _committed_offset={TP("watch.events", partition): offset for partition, offset in committed.items()},
        highwater=lambda place: ends[place.partition],
    )
    return SimpleNamespace(consumer=consumer)


def test_the_attribute_that_holds_committed_offsets_is_still_there() -> None:
    assert "_committed_offset" in Consumer.__annotations__


def test_lag_is_what_was_announced_less_what_is_committed() -> None:
    app = app_with({0: 7, 1: None, 2: 5}, {0: 10, 1: 4, 2: None})
    assert standings(app, "watch.events") == {0: Standing(7, 3), 1: Standing(0, 4)}


def test_while_it_joins_its_group_nothing_is_said() -> None:
    def nobody() -> None:
        raise RuntimeError("consumer not started")

    assert standings(SimpleNamespace(consumer=SimpleNamespace(assignment=nobody)), "watch.events") == {}  # type: ignore[arg-type]


def test_a_partition_that_has_gone_is_shown_no_more() -> None:
    metrics = Metrics()
    lag = FaustLag(app_with({0: 7, 1: 2}, {0: 10, 1: 2}), "watch.events", "watch", metrics)
    lag.show()
    lag._app = app_with({1: 2}, {1: 2})
    lag.show()
    value = metrics.registry.get_sample_value
    assert value("bosphorus_lag_records", {"step": "watch", "partition": "0"}) is None
    assert value("bosphorus_lag_records", {"step": "watch", "partition": "1"}) == 0
    assert value("bosphorus_committed_offset", {"step": "watch", "partition": "1"}) == 2


def test_the_last_commit_grows_old_only_while_something_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100, 200))
    monkeypatch.setattr("streams.faust_lag.time.time", lambda: float(next(clock)))
    metrics = Metrics()
    lag = FaustLag(app_with({0: 7}, {0: 10}), "watch.events", "watch", metrics)

    def shown(app: Any) -> float | None:
        lag._app = app
        lag.show()
        return metrics.registry.get_sample_value("bosphorus_commit_timestamp_seconds", {"step": "watch"})

    first = shown(app_with({0: 7}, {0: 10}))
    assert shown(app_with({0: 7}, {0: 12})) == first
    moved = shown(app_with({0: 9}, {0: 12}))
    assert moved is not None
    assert first is not None
    assert moved > first
    caught_up = shown(app_with({0: 12}, {0: 12}))
    assert caught_up is not None
    assert caught_up > moved
