"""The dashboard "Pipeline": is news flowing, how late is it, what fails, and what does it cost."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from bosphorus.deploying.panels import new_dashboard, now, over_time

RATE = "[$__rate_interval]"


def _quantile(share: str, metric: str) -> str:
    return f"histogram_quantile({share}, sum by (step, le) (rate({metric}_bucket{RATE})))"


def pipeline() -> Dashboard:
    """Return the dashboard."""
    board = new_dashboard("bosphorus-pipeline", "Bosphorus: pipeline", "For whoever runs the workers.", "now-3h")
    board = (
        board.with_row(Row("Flow"))
        .with_panel(
            over_time(
                "Records",
                "Records whose outcome was delivered and committed.",
                "reqps",
                ("step:bosphorus_records:rate5m", "{{step}}"),
            )
        )
        .with_panel(
            over_time(
                "Waiting",
                "Records in the topics that are not committed yet. Growing for long: add workers, up to the number of partitions.",
                "short",
                ("step:bosphorus_lag_records:sum", "{{step}}"),
            )
        )
        .with_panel(
            over_time(
                "Delivered",
                "Records written, by topic.",
                "reqps",
                (f"sum by (topic) (rate(bosphorus_outputs_total{RATE}))", "{{topic}}"),
            )
        )
    )
    board = (
        board.with_row(Row("Time"))
        .with_panel(
            over_time(
                "Age at delivery",
                "From a record's time to the delivery of its outcome. The objective: 99 % within 5 s.",
                "s",
                (_quantile("0.5", "bosphorus_age_seconds"), "{{step}}, half within"),
                (_quantile("0.99", "bosphorus_age_seconds"), "{{step}}, 99 % within"),
            )
        )
        .with_panel(
            over_time(
                "Time of a batch",
                "From its fetch to its delivery. High with little CPU: Kafka is slow to acknowledge.",
                "s",
                (_quantile("0.5", "bosphorus_batch_seconds"), "{{step}}, half within"),
                (_quantile("0.99", "bosphorus_batch_seconds"), "{{step}}, 99 % within"),
            )
        )
        .with_panel(
            over_time(
                "Share of batches over 5 s",
                "The error budget is 1 %. Over 14.4 % for an hour pages somebody.",
                "percentunit",
                ("step:bosphorus_slow:ratio_rate5m", "{{step}}, 5 minutes"),
                ("step:bosphorus_slow:ratio_rate1h", "{{step}}, an hour"),
            )
        )
    )
    board = (
        board.with_row(Row("Trouble"))
        .with_panel(
            over_time(
                "Dead letters",
                "Records that could not be used, by reason; `bosphorus dead-letters list` shows them.",
                "reqps",
                (f"sum by (step, reason) (rate(bosphorus_dead_letters_total{RATE}))", "{{step}}: {{reason}}"),
            )
        )
        .with_panel(
            over_time(
                "Batches that failed",
                "They are fetched again; none is lost.",
                "reqps",
                (f"sum by (step, kind) (rate(bosphorus_faults_total{RATE}))", "{{step}}: {{kind}}"),
            )
        )
        .with_panel(
            over_time(
                "Failures in a row, and pauses",
                "0 while all is well. A step pauses (1) for too many dead letters.",
                "short",
                ("max by (step) (bosphorus_consecutive_faults)", "{{step}}, in a row"),
                ("max by (step) (bosphorus_paused)", "{{step}}, paused"),
            )
        )
        .with_panel(
            over_time(
                "Waiting, by partition",
                "One that stands out has a slow worker or a heavy key.",
                "short",
                ("sum by (step, partition) (bosphorus_lag_records)", "{{step}} {{partition}}"),
            )
        )
        .with_panel(
            over_time(
                "Rebalances",
                "Times that partitions were taken or given. More than at a roll-out: workers die, or are too slow to poll.",
                "reqps",
                (f"sum by (step) (rate(bosphorus_rebalances_total{RATE}))", "{{step}}"),
            )
        )
        .with_panel(
            over_time(
                "Proofs of idleness",
                "A quiet partition holds back a watermark until it is proven idle: this should not be 0.",
                "reqps",
                (f"sum(rate(bosphorus_idle_proofs_total{RATE}))", "proofs"),
            )
        )
    )
    return (
        board.with_row(Row("Resources"))
        .with_panel(now("Workers", "Workers that answer.", "short", 'sum(up{job="bosphorus"})', "workers"))
        .with_panel(
            over_time(
                "CPU",
                "Cores in use.",
                "short",
                (f'rate(process_cpu_seconds_total{{job="bosphorus"}}{RATE})', "{{instance}}"),
            )
        )
        .with_panel(
            over_time(
                "Memory",
                "Resident. State of the watches is kept in memory.",
                "bytes",
                ('process_resident_memory_bytes{job="bosphorus"}', "{{instance}}"),
            )
        )
    )
