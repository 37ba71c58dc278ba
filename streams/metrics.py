"""What a worker counts: the whole vocabulary in one place, so that a misspelt name fails the type check.

Names follow Prometheus (https://prometheus.io/docs/practices/naming/): base units, `_total` for counters. Labels have bounded values.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.platform_collector import PlatformCollector

BATCH_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
AGE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0)


class Metrics:
    """The metrics of one worker.

    Args:
        registry: where they are registered; a new one by default, so that two workers in one process don't mix.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        step = ("step",)
        self.records = Counter(
            "bosphorus_records", "Records read whose outcome was delivered and committed.", step, registry=self.registry
        )
        self.outputs = Counter(
            "bosphorus_outputs", "Records delivered, by topic.", ("step", "topic"), registry=self.registry
        )
        self.dead_letters = Counter(
            "bosphorus_dead_letters",
            "Records that could not be used, by reason.",
            ("step", "reason"),
            registry=self.registry,
        )
        self.faults = Counter(
            "bosphorus_faults",
            "Batches that failed and were fetched again, by kind of failure.",
            ("step", "kind"),
            registry=self.registry,
        )
        self.rebalances = Counter(
            "bosphorus_rebalances", "Times that partitions were taken or given.", step, registry=self.registry
        )
        self.batch_seconds = Histogram(
            "bosphorus_batch_seconds",
            "From the fetch of a batch to its delivery.",
            step,
            buckets=BATCH_SECONDS,
            registry=self.registry,
        )
        self.age_seconds = Histogram(
            "bosphorus_age_seconds",
            "Age of a batch's newest record when its outcome is delivered: now less the record's time.",
            step,
            buckets=AGE_SECONDS,
            registry=self.registry,
        )
        self.lag = Gauge(
            "bosphorus_lag_records",
            "Records in the topic that are not committed yet.",
            ("step", "partition"),
            registry=self.registry,
        )
        self.committed = Gauge(
            "bosphorus_committed_offset", "Next offset to read.", ("step", "partition"), registry=self.registry
        )
        self.paused = Gauge(
            "bosphorus_paused", "1 while a step pauses, for too many dead letters.", step, registry=self.registry
        )
        self.trouble = Gauge(
            "bosphorus_consecutive_faults", "Failures in a row; 0 while all is well.", step, registry=self.registry
        )
        self.watermark = Gauge(
            "bosphorus_watermark_timestamp_seconds",
            "Event time up to which a watch has applied its events, as a Unix time.",
            ("watch",),
            registry=self.registry,
        )
        self.alerts = Counter(
            "bosphorus_alerts", "Messages of alerts, by type.", ("watch", "type"), registry=self.registry
        )
        self.idle_proofs = Counter(
            "bosphorus_idle_proofs", "Proofs that a partition has nothing older to deliver.", registry=self.registry
        )
