"""What the watches tell Prometheus: each count moves with what it counts."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from agents.watch.metering import Meter, sizes
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from schemas.records import Actor, EnrichedEvent
from streams.metrics import Metrics
from tests.unit.agents.watch.streams import MAY_11, SETTINGS, WATCH, article, as_items, item, may_2023, tick

HOUR = timedelta(hours=1)


class Worker:
    """A watch with its meter, fed as a worker feeds it."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.metrics = Metrics()
        self.meter = Meter("rt", self.metrics)
        self.watcher = Watcher(WATCH, "hash", SETTINGS, store or MemoryStore(), complete=True, counting=self.meter)
        self.meter.begin(self.watcher)

    def take(self, *items: object) -> None:
        for one in items:
            alerts = self.watcher.see(one)  # type: ignore[arg-type]
            self.meter.saw(one, self.watcher)  # type: ignore[arg-type]
            for alert in alerts:
                self.meter.said(alert)
                self.meter.delivered(alert)
            self.watcher.confirm(alerts)

    def value(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"bosphorus_{name}", {"watch": "rt", **labels})


def _naming(event: EnrichedEvent, *codes: str) -> EnrichedEvent:
    return structs.replace(event, actors=tuple(Actor(code, code, None, (), 0.9, ()) for code in codes))


def test_a_burst_moves_every_count_of_its_watch() -> None:
    worker = Worker()
    worker.take(*as_items(may_2023(), MAY_11 + 22 * HOUR))
    worker.meter.show(worker.watcher, (7, 700))
    assert worker.value("articles_total") == 12
    assert worker.value("stories_total") == 6
    assert worker.value("folded_copies_total") == 6
    assert worker.value("themes_total", theme="deep_fake") == 6
    assert worker.value("alerts_total", type="Alert") == 1
    assert (worker.value("alert_delay_seconds_count") or 0) >= 1
    assert worker.value("watch_stories") == 6
    assert worker.value("watch_origins") == 6
    assert 0 < (worker.value("watch_expected_stories") or 0) < 6
    assert worker.value("watch_threshold") == worker.watcher.situation().threshold
    assert worker.value("watch_score") == worker.watcher.situation().score
    assert sum(worker.value("open_alerts", severity=grade) or 0 for grade in ("Minor", "Moderate", "Severe")) == 1
    assert worker.value("state_bytes") == 700
    assert worker.value("watermark_timestamp_seconds") == worker.watcher.applied_s


def test_what_came_before_and_what_came_too_late_are_counted_and_nothing_else_of_them() -> None:
    worker = Worker()
    first = _naming(article("first", MAY_11), "RUSGOV", "TUROPP", "TUROPP")
    stale = _naming(article("stale", MAY_11 - 30 * HOUR), "IRN")
    worker.take(item(first), item(first), tick(MAY_11 + 8 * HOUR), item(stale))
    assert worker.value("duplicates_total") == 1
    assert worker.value("late_total") == 1
    assert worker.value("actors_total", actor="RUSGOV") == 1
    assert worker.value("actors_total", actor="TUROPP") == 1
    assert worker.value("actors_total", actor="IRN") is None
    assert worker.value("articles_total") == 1


def test_what_was_counted_before_a_restart_is_not_counted_again() -> None:
    store = MemoryStore()
    first = article("first", MAY_11)
    Worker(store).take(item(first), item(first))
    worker = Worker(store)
    worker.take(tick(MAY_11 + HOUR))
    assert worker.value("duplicates_total") == 0


def test_a_count_is_there_before_it_moves() -> None:
    worker = Worker()
    for kind in ("Alert", "Update", "Closed", "Cancel"):
        assert worker.value("alerts_total", type=kind) == 0
    assert worker.value("late_total") == 0


def test_a_watch_that_another_worker_has_is_shown_no_more() -> None:
    worker = Worker()
    worker.take(tick(MAY_11))
    worker.meter.show(worker.watcher, (1, 1))
    worker.meter.gone()
    assert worker.value("watch_stories") is None
    assert worker.value("open_alerts", severity="Minor") is None
    assert worker.value("watermark_timestamp_seconds") is None
    assert worker.value("alerts_total", type="Alert") == 0


def test_the_size_of_a_state_is_that_of_its_own_keys() -> None:
    table = {b"rt/story/1": b"12345", b"rt/entry/1": b"1", b"rt-2/story/1": b"1234567", b"gone/x": b"1"}
    assert sizes(table, ["rt", "rt-2", "empty"]) == {"rt": (2, 26), "rt-2": (1, 19), "empty": (0, 0)}
