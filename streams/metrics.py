"""What a worker or an ingester counts: the whole vocabulary in one place, so that a misspelt name fails the type check.

Names follow Prometheus (https://prometheus.io/docs/practices/naming/): one prefix, base units, `_total` for counters. Times are
exported as Unix times, not as ages: an age goes stale with the process that should renew it. Label values are bounded.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import structlog
from prometheus_client import CollectorRegistry, Info, ProcessCollector, disable_created_metrics
from prometheus_client.platform_collector import PlatformCollector

from streams.metrics_labels import Counter, Gauge, Histogram

log = structlog.get_logger(__name__)

PREFIX = "bosphorus_"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
AGE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0)
NEWS_SECONDS = (1.0, 10.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 43_200.0, 86_400.0, 604_800.0)
RECORDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)


class Metrics:
    """The metrics of one process.

    Args:
        registry: where they are registered; a new one by default, so that two workers in one process don't mix.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:  # noqa: PLR0915 - a statement a metric
        self.registry = registry if registry is not None else CollectorRegistry()
        self.before_scrape: list[Callable[[], None]] = []
        """Called before the metrics are shown; for gauges of what is so now, which nobody sets when it changes."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every counter, for what no query here asks
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        counter, gauge, histogram = self._counter, self._gauge, self._histogram

        # -- each step
        self.records = counter(
            "records",
            "Records read whose outcome was delivered and committed: delivered, dead_letter, or ignored (of no use to anyone).",
            "step",
            "outcome",
        )
        self.outputs = counter("outputs", "Records delivered, by topic.", "step", "topic")
        self.dead_letters = counter("dead_letters", "Records that could not be used, by reason.", "step", "reason")
        self.flags = counter(
            "flags",
            "Events that went on with a flag: normalise had to mend or assume something, or a coder of enrich failed.",
            "step",
            "flag",
        )
        self.batch_records = histogram("batch_records", "Records in a batch.", RECORDS, "step")
        self.batch_seconds = histogram("batch_seconds", "From the fetch of a batch to its delivery.", SECONDS, "step")
        self.processing_seconds = histogram(
            "processing_seconds", "Time that the step computed on a batch, without Kafka.", SECONDS, "step"
        )
        self.age_seconds = histogram(
            "age_seconds",
            "Age of a batch's newest record when its outcome is delivered: now less the record's time.",
            AGE_SECONDS,
            "step",
        )
        self.event_lag_seconds = histogram(
            "event_lag_seconds",
            "Event-time lag: from the publication of an article (publish: from the event time of an alert) to its turn in the step.",
            NEWS_SECONDS,
            "step",
        )
        self.in_flight = gauge(
            "in_flight_records", "Records that are fetched and neither delivered nor dropped yet.", "step"
        )
        self.lag = gauge("lag_records", "Records in the topic that are not committed yet.", "step", "partition")
        self.committed = gauge("committed_offset", "Next offset to read.", "step", "partition")
        self.partitions = gauge("topic_partitions", "Partitions of the topic that the step reads.", "step")
        self.commit_time = gauge(
            "commit_timestamp_seconds",
            "When the step last committed, or had nothing to commit, as a Unix time: its age says how long it has stood still.",
            "step",
        )

        # -- trouble
        self.faults = counter(
            "faults", "Batches that failed and were fetched again, by kind of failure.", "step", "kind"
        )
        self.trouble = gauge("consecutive_faults", "Failures in a row; 0 while all is well.", "step")
        self.paused = gauge("paused", "1 while a step pauses, for too many dead letters.", "step")
        self.rebalances = counter("rebalances", "Times that partitions were taken or given.", "step")
        self.idle_proofs = counter("idle_proofs", "Proofs that a partition has nothing older to deliver.")

        # -- each watch: what it is given
        self.watermark = gauge(
            "watermark_timestamp_seconds",
            "Event time up to which a watch has applied its events, as a Unix time.",
            "watch",
        )
        self.articles = counter("articles", "Articles that a watch has counted, copies included.", "watch")
        self.stories = counter("stories", "Distinct stories that a watch has counted.", "watch")
        self.copies = counter("folded_copies", "Articles that were folded into a story counted before.", "watch")
        self.duplicates = counter("duplicates", "Events that a watch had seen before, and passed over.", "watch")
        self.late = counter("late", "Events that came too late for a watch, and stand in no burst.", "watch")
        self.themes = counter("themes", "Stories that a watch has counted, by theme.", "watch", "theme")
        self.actors = counter(
            "actors", "Articles sent to a watch, by the CAMEO code of each actor named.", "watch", "actor"
        )
        self.state_keys = gauge("state_keys", "Keys in the state of a watch.", "watch")
        self.state_bytes = gauge("state_bytes", "Bytes of the keys and values in the state of a watch.", "watch")

        # -- each watch: what it makes of it
        self.watch_stories = gauge(
            "watch_stories", "Stories of the last 24 h of event time, each once a pair of states.", "watch"
        )
        self.watch_origins = gauge(
            "watch_origins", "Independent origins of the stories of the last 24 h of event time.", "watch"
        )
        self.watch_expected = gauge(
            "watch_expected_stories", "Stories that the baselines of a watch expect in these 24 h.", "watch"
        )
        self.watch_score = gauge(
            "watch_score", "Highest score (-log10 p) of a pair and theme of the watch at its last look.", "watch"
        )
        self.watch_threshold = gauge("watch_threshold", "Score at which the watch opens an alert.", "watch")
        self.open_alerts = gauge("open_alerts", "Alerts that are open, by severity.", "watch", "severity")
        self.alerts = counter("alerts", "Messages of alerts, by type.", "watch", "type")
        self.alert_delay_seconds = histogram(
            "alert_delay_seconds",
            "From the event time at which a message of an alert was due to its delivery.",
            NEWS_SECONDS,
            "watch",
        )

        # -- each source that an ingester follows; `metrics_labels.source_label` names it
        self.source_accepted = counter("source_accepted", "Articles that a source gave and Kafka took.", "source")
        self.source_rejected = counter(
            "source_rejected", "What a source gave and could not be sent, by reason.", "source", "reason"
        )
        self.source_lag = gauge(
            "source_lag_seconds", "Age of the newest article of a source when it was last asked.", "source"
        )
        self.source_success_time = gauge(
            "source_last_success_timestamp_seconds", "When a source last answered well, as a Unix time.", "source"
        )
        self.source_new_time = gauge(
            "source_last_new_timestamp_seconds",
            "When a source last gave something new, as a Unix time: its age is the source's silence.",
            "source",
        )
        self.source_trouble = gauge(
            "source_consecutive_failures", "Failures of a source in a row; 0 while all is well.", "source"
        )

        self.build = Info(
            PREFIX + "build", "Always 1; the labels `version` and `python` say what runs.", registry=self.registry
        )
        self.build.info({"version": _version(), "python": platform.python_version()})

    def refresh(self) -> None:
        """Set the gauges of what is so now."""
        for renew in self.before_scrape:
            try:
                renew()
            except Exception:
                # What can't be said now must not hide the rest.
                log.exception("a gauge could not be renewed")

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(PREFIX + name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(PREFIX + name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(PREFIX + name, meaning, labels, buckets=buckets, registry=self.registry)


def _version() -> str:
    try:
        return version("bosphorus")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"
