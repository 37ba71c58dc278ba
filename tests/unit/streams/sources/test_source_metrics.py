from __future__ import annotations

from collections import Counter

from prometheus_client import generate_latest

from streams.metrics import Metrics
from streams.sources.source_metrics import SourceMetrics
from streams.sources.state import Poll, SourceState
from streams.sources.validators import Validators
from tests.unit.streams.sources.followed import START

FEED = "https://a.example/feed?key=secret"
LABEL = {"source": "https://a.example/feed"}


def test_a_scrape_shows_how_each_followed_source_is_doing(state: SourceState) -> None:
    metrics = Metrics()
    measured = SourceMetrics(metrics, state, [FEED])
    value = metrics.registry.get_sample_value
    assert value("bosphorus_source_accepted_total", LABEL) == 0
    state.note_success(FEED, Poll(START, START, Validators(), 3, 2, START - 60))
    state.note_success("https://unfollowed.example/", Poll(START, START, Validators()))
    measured.count(FEED, 3, Counter(wrong_columns=2))
    metrics.refresh()
    assert value("bosphorus_source_accepted_total", LABEL) == 3
    assert value("bosphorus_source_rejected_total", LABEL | {"reason": "wrong_columns"}) == 2
    assert value("bosphorus_source_lag_seconds", LABEL) == 60
    assert value("bosphorus_source_last_success_timestamp_seconds", LABEL) == START
    assert value("bosphorus_source_last_new_timestamp_seconds", LABEL) == START
    assert value("bosphorus_source_consecutive_failures", LABEL) == 0
    state.note_failure(FEED, "timeout", "slow", START)
    metrics.refresh()
    assert value("bosphorus_source_consecutive_failures", LABEL) == 1
    text = generate_latest(metrics.registry).decode()
    assert "secret" not in text
    assert "unfollowed" not in text
