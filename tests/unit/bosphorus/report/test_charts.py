from __future__ import annotations

from bosphorus.report.charts import COUNTS_HEIGHT, COUNTS_TOP, close_up, overview
from bosphorus.report.model import Series
from tests.unit.bosphorus.report.example import HOUR, NOON, alert, history


def test_every_mark_lies_inside_the_drawing() -> None:
    run = history()
    drawing = close_up(run.series[0], alert(), run)
    assert all(0 <= bar.x <= 100 and COUNTS_TOP <= bar.top <= COUNTS_TOP + COUNTS_HEIGHT for bar in drawing.bars)
    assert all(0 <= band.x <= 100 and band.x + band.width <= 101 for band in drawing.bands)
    assert all(0 < tick.at < 100 for tick in drawing.days)


def test_a_close_up_begins_before_the_alert_and_within_what_was_read() -> None:
    run = history()
    assert close_up(run.series[0], alert(), run).title.startswith("Stories in each hour, 10 May 2023 12:00")


def test_buckets_at_or_over_the_threshold_are_marked() -> None:
    run = history()
    drawing = close_up(run.series[0], alert(), run)
    assert {bar.hot for bar in drawing.bars if "3 observed" in bar.label} == {True}
    assert {bar.hot for bar in drawing.bars if "1 observed" in bar.label} == {False}


def test_a_series_without_points_can_be_drawn() -> None:
    empty = Series("a-watch", "RUS", "TUR", "deep_fake", 3600.0, 3.87, ())
    assert overview(empty, [], NOON, NOON + HOUR).description == "Nothing was counted in this time."


def test_a_long_time_has_few_labels() -> None:
    run = history()
    assert len(overview(run.series[0], [], NOON, NOON + 24 * 400 * HOUR).days) <= 15
