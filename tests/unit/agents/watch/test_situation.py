"""How a watch stands: true to what it would say, and asking changes nothing."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest

from agents.watch.buckets import HOUR
from agents.watch.detector import Detector
from agents.watch.situation import Situation, _level
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from schemas.records import Alert
from tests.unit.agents.watch.streams import MAY_11, SETTINGS, WATCH, article, as_items, make, may_2023, ticks

LATENESS = timedelta(seconds=SETTINGS.allowed_lateness_s)
END = MAY_11 + timedelta(days=4)


def test_a_watch_that_has_seen_nothing_stands_at_nothing() -> None:
    its = make().situation()
    assert (its.stories, its.origins, its.score, its.open_alerts) == (0, 0, 0.0, {})
    assert its.threshold == HOUR.threshold
    assert its.expected == pytest.approx(24 * HOUR.prior_mean, rel=0.5)


def test_after_a_burst_stories_origins_and_score_stand_over_what_was_expected() -> None:
    watcher = make()
    end = MAY_11 + timedelta(hours=3) + LATENESS
    for item in as_items(may_2023(), end):
        if item.event_time <= end:
            watcher.confirm(watcher.see(item))
    its = watcher.situation()
    assert its.stories == 4
    assert its.origins == 4
    assert its.expected < 1
    assert its.score > 1
    assert sum(its.open_alerts.values()) == 1


def test_copies_are_no_further_stories() -> None:
    watcher = make()
    copies = [article(f"c{i}", MAY_11 + i * timedelta(minutes=1), text="the same words " * 30) for i in range(50)]
    for item in as_items(copies, MAY_11 + timedelta(hours=2) + LATENESS):
        watcher.see(item)
    assert watcher.situation().stories == 1


def test_when_all_is_quiet_again_nothing_is_left_but_a_raised_expectation() -> None:
    watcher = make()
    before = watcher.situation()
    for item in as_items(may_2023(), END):
        watcher.confirm(watcher.see(item))
    its = watcher.situation()
    assert (its.stories, its.origins, its.score) == (0, 0, 0.0)
    assert sum(its.open_alerts.values()) == 0
    assert its.threshold == before.threshold


def test_the_score_is_that_of_the_looks_that_open_alerts() -> None:
    seen: list[tuple[Situation, Alert]] = []
    watcher = make()
    start, end = MAY_11 - timedelta(hours=6), MAY_11 + timedelta(hours=2) + LATENESS
    items = [*as_items(may_2023(), start), *ticks(start, end)]
    for item in sorted(items, key=lambda one: one.event_time):
        said = watcher.see(item)
        watcher.confirm(said)
        seen += [(watcher.situation(), alert) for alert in said if alert.msg_type == "Alert"]
    [(its, alert)] = seen
    assert its.score == pytest.approx(alert.score, abs=0.01)
    assert its.score >= its.threshold


def test_asking_changes_nothing() -> None:
    asked, left_alone = MemoryStore(), MemoryStore()
    said: list[list[Alert]] = []
    for store, ask in ((asked, True), (left_alone, False)):
        watcher = Watcher(WATCH, "hash", SETTINGS, store, complete=True)
        alerts: list[Alert] = []
        for item in as_items(may_2023(), END):
            found = watcher.see(item)
            watcher.confirm(found)
            alerts += found
            if ask:
                watcher.situation()
        said.append(alerts)
    assert said[0] == said[1]
    assert asked.values == left_alone.values


@pytest.mark.parametrize("silent", [0, 24, 24 * 7, 24 * 28])
def test_the_level_after_a_silence_is_about_what_closing_its_buckets_gives(silent: int) -> None:
    detector = Detector.fresh(HOUR, 460_000)
    for count in (0, 3, 1, 5, 0, 2) * 20:
        detector.close(count)
    closed = Detector(HOUR, deepcopy(detector.state))
    for _ in range(silent):
        closed.close(0)
    assert _level(detector.state, silent) == pytest.approx(closed.state.a / closed.state.b, rel=0.25)
