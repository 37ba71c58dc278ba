"""One vocabulary: named alike, few series whatever comes from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.metrics import MetricWrapperBase

from streams import metrics_labels
from streams.metrics import PREFIX, Metrics
from streams.metrics_labels import MOST, OTHER, source_label

ROOT = Path(__file__).parents[3]
UNITS = ("seconds", "bytes", "records", "offset", "score", "threshold", "total", "info")
OPEN_LABELS = {*MOST}
FEW_LABELS = {"step", "outcome", "topic", "partition", "watch", "severity", "type"}


def vocabulary(metrics: Metrics) -> dict[str, MetricWrapperBase]:
    return {name: metric for name, metric in vars(metrics).items() if isinstance(metric, MetricWrapperBase)}


def series(metrics: Metrics, name: str) -> list[str]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    return [line for line in lines if line.startswith(name + "{")]


def test_every_name_has_the_one_prefix_and_says_what_it_means() -> None:
    for metric in vocabulary(Metrics()).values():
        (family,) = metric.describe()
        assert family.name.startswith(PREFIX)
        assert family.documentation.endswith("."), family.name
        assert not re.search(r"milli|minutes|hours|kilo|percent", family.name)
        if family.type == "histogram":
            assert family.name.endswith(UNITS), family.name


def test_every_label_is_known_to_be_bounded() -> None:
    for metric in vocabulary(Metrics()).values():
        assert set(metric._labelnames) <= OPEN_LABELS | FEW_LABELS, metric


def test_every_metric_of_the_vocabulary_is_recorded_somewhere() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for floor in ("streams", "agents", "bosphorus")
        for path in (ROOT / floor).rglob("*.py")
        if path.name != "metrics.py"
    )
    unused = {n for n in vocabulary(Metrics()) if not re.search(rf"metrics\.{n}\b", code)} - {"build"}
    assert not unused


def test_values_past_a_labels_bound_share_one_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST, "actor", 3)
    metrics = Metrics()
    for number in range(10):
        metrics.actors.labels("w", f"A{number}").inc()
    metrics.actors.labels("w", "A1").inc()
    assert len(series(metrics, "bosphorus_actors_total")) == 4
    assert metrics.registry.get_sample_value("bosphorus_actors_total", {"watch": "w", "actor": OTHER}) == 7
    assert metrics.registry.get_sample_value("bosphorus_actors_total", {"watch": "w", "actor": "A1"}) == 2


def test_a_metric_with_many_watches_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_labels, "MOST_SERIES", 5)
    metrics = Metrics()
    for watch in range(4):
        for number in range(10):
            metrics.actors.labels(f"w{watch}", f"A{number}").inc()
    assert len(series(metrics, "bosphorus_actors_total")) <= 5 + 4


def test_named_labels_are_bounded_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST, "source", 1)
    metrics = Metrics()
    metrics.source_accepted.labels(source="a").inc()
    metrics.source_accepted.labels(source="b").inc()
    assert metrics.registry.get_sample_value("bosphorus_source_accepted_total", {"source": OTHER}) == 1


def test_counters_have_no_second_series_for_their_birth() -> None:
    metrics = Metrics()
    metrics.rebalances.labels("enrich").inc()
    assert "_created" not in generate_latest(metrics.registry).decode()


def test_what_is_so_now_is_asked_before_a_scrape() -> None:
    metrics = Metrics()
    metrics.before_scrape.append(lambda: metrics.paused.labels("enrich").set(1))
    metrics.refresh()
    assert metrics.registry.get_sample_value("bosphorus_paused", {"step": "enrich"}) == 1


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("https://example.org/feed.xml", "https://example.org/feed.xml"),
        ("https://me:secret@example.org/feed.xml?key=secret#new", "https://example.org/feed.xml"),
        ("/var/news/incoming", "/var/news/incoming"),
        ("https://me:secret@[example.org/feed.xml", "unreadable"),
        ("https://example.org/" + "x" * 500, ("https://example.org/" + "x" * 500)[:200]),
    ],
)
def test_a_source_is_named_without_secrets(address: str, label: str) -> None:
    assert source_label(address) == label
