"""How the followed sources are doing, for Prometheus: gauges from what is remembered of them, counts from what is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from streams.metrics import Metrics
from streams.metrics_labels import source_label
from streams.sources.state import SourceState


class SourceMetrics:
    """Shows the sources that one ingester follows.

    Args:
        metrics: where.
        state: what is remembered; read at each scrape, in the thread of the event loop.
        sources: those that are followed now; the state may remember others.
    """

    def __init__(self, metrics: Metrics, state: SourceState, sources: Collection[str]) -> None:
        self._metrics, self._state, self._sources = metrics, state, frozenset(sources)
        metrics.before_scrape.append(self.renew)
        for source in sources:
            # There from the start, so that a rate over it has a beginning.
            metrics.source_accepted.labels(source_label(source))

    def count(self, source: str, accepted: int, rejected: Counter[str]) -> None:
        """Count what became of items of a source: how many Kafka took, and how many it didn't get, by reason."""
        label = source_label(source)
        self._metrics.source_accepted.labels(label).inc(accepted)
        for reason, number in rejected.items():
            self._metrics.source_rejected.labels(label, reason).inc(number)

    def renew(self) -> None:
        """Set the gauges."""
        metrics = self._metrics
        for status in self._state.statuses():
            if status.source not in self._sources:
                continue
            label = source_label(status.source)
            metrics.source_trouble.labels(label).set(status.failures)
            if status.succeeded_at is not None:
                metrics.source_success_time.labels(label).set(status.succeeded_at.timestamp())
                if status.published_at is not None:
                    lag = (status.succeeded_at - status.published_at).total_seconds()
                    metrics.source_lag.labels(label).set(max(0.0, lag))
            if status.new_at is not None:
                metrics.source_new_time.labels(label).set(status.new_at.timestamp())
