"""The dashboard "Pipeline": is news flowing, how late is it, what fails, and what does it cost."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from bosphorus.deploying import pipeline_means, pipeline_trouble
from bosphorus.deploying.panels import RATE, Panel, Query, marks, new_dashboard, over_time, row


def pipeline() -> Dashboard:
    """Return the dashboard."""
    board = new_dashboard("bosphorus-pipeline", "Bosphorus: pipeline", "For whoever runs the workers.", "now-3h")
    firing = 'ALERTS{alertname=~"Bosphorus.*",alertstate="firing"}'
    board = board.annotation(marks("Alerts", "red", f"max by (alertname) ({firing})", "{{alertname}}"))
    board = row(board, "Flow", _flow())
    board = row(board, "Time", _time())
    board = row(board, "Objectives", pipeline_trouble.objectives())
    board = row(board, "Trouble", pipeline_trouble.trouble())
    board = row(board, "Watches", pipeline_means.watches())
    board = row(board, "Sources", pipeline_means.sources())
    return row(board, "Resources", pipeline_means.resources())


def _quantiles(metric: str) -> tuple[Query, Query]:
    def within(share: str) -> str:
        return f"histogram_quantile({share}, sum by (step, le) (rate({metric}_bucket{RATE})))"

    return (within("0.5"), "{{step}}: half within"), (within("0.99"), "{{step}}: 99 % within")


def _flow() -> list[Panel]:
    return [
        over_time(
            "Records",
            "Records whose outcome was delivered and committed, a second.",
            "reqps",
            ("step:bosphorus_records:rate5m", "{{step}}"),
            runbook="BosphorusNoNews",
        ),
        over_time(
            "By outcome",
            "Delivered, given up as a dead letter, or of no use to anyone (a watch that is gone).",
            "reqps",
            (f"sum by (outcome) (rate(bosphorus_records_total{RATE}))", "{{outcome}}"),
            stacked=True,
        ),
        over_time(
            "Delivered",
            "Records written, by topic.",
            "reqps",
            (f"sum by (topic) (rate(bosphorus_outputs_total{RATE}))", "{{topic}}"),
        ),
        over_time(
            "Waiting",
            "Records in the topics that are not committed yet. Growing for long: add workers, up to the number of partitions.",
            "short",
            ("step:bosphorus_lag_records:sum", "{{step}}"),
            runbook="BosphorusLatencyBudgetBurnsFast",
        ),
        over_time(
            "In flight",
            "Records that are fetched and neither delivered nor dropped yet.",
            "short",
            ("sum by (step) (bosphorus_in_flight_records)", "{{step}}"),
        ),
        over_time(
            "Size of batches",
            "Records in a batch. Small ones mean that the step keeps up; large ones, that it works off what waits.",
            "short",
            *_quantiles("bosphorus_batch_records"),
        ),
    ]


def _time() -> list[Panel]:
    partitions = "max by (step) (bosphorus_topic_partitions)"
    return [
        over_time(
            "Age at delivery",
            "From a record's time to the delivery of its outcome. The objective: 99 % within 5 s.",
            "s",
            *_quantiles("bosphorus_age_seconds"),
            limit=5,
            runbook="BosphorusLatencyBudgetBurnsFast",
        ),
        over_time(
            "Time of a batch",
            "From its fetch to its delivery. High with little computing: Kafka is slow to acknowledge.",
            "s",
            *_quantiles("bosphorus_batch_seconds"),
        ),
        over_time(
            "Computing",
            "Time that a step computed on a batch, without Kafka.",
            "s",
            *_quantiles("bosphorus_processing_seconds"),
        ),
        over_time(
            "Behind the news",
            "Event-time lag: from the publication of an article to its turn in a step. Most of it lies at the sources.",
            "s",
            *_quantiles("bosphorus_event_lag_seconds"),
        ),
        over_time(
            "Since the last commit",
            "By step; 0 while there is nothing to commit. Growing: it has stalled.",
            "s",
            ("step:bosphorus_commit_age_seconds:max", "{{step}}"),
            limit=300,
            runbook="BosphorusPartitionStalled",
        ),
        over_time(
            "Waiting, by partition",
            "One that stands out has a slow worker or a heavy key.",
            "short",
            ("sum by (step, partition) (bosphorus_lag_records)", "{{step}} {{partition}}"),
            runbook="BosphorusPartitionStalled",
        ),
        over_time(
            "Partitions that are read",
            "Share of a step's partitions that some worker has. Under 100 % for longer than a rebalance: nobody reads the others.",
            "percentunit",
            (f"count by (step) (count by (step, partition) (bosphorus_lag_records)) / {partitions}", "{{step}}"),
            runbook="BosphorusPartitionUnowned",
        ),
    ]
