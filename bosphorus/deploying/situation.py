"""The dashboard "Situation": what the watches see, and up to when."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, Dashboard, Row

from bosphorus.deploying.panels import PROMETHEUS, new_dashboard, now, over_time

RAISED = 'bosphorus_alerts_total{type="Alert"}'
# The first alert of a worker's life makes its counter appear as 1, which `increase` alone does not see.
JUST_RAISED = f"({RAISED} unless {RAISED} offset 1m) or increase({RAISED}[1m]) > 0"


def situation() -> Dashboard:
    """Return the dashboard."""
    raised = AnnotationQuery().name("Alerts").datasource(PROMETHEUS).enable(True).icon_color("red").expr(JUST_RAISED)
    board = new_dashboard(
        "bosphorus-situation", "Bosphorus: situation", "For the desk that waits for alerts.", "now-24h"
    )
    return (
        board.annotation(raised)
        .with_row(Row("Watches"))
        .with_panel(
            now(
                "Alerts raised",
                "Since the workers started, by watch.",
                "short",
                f"sum by (watch) ({RAISED})",
                "{{watch}}",
            )
        )
        .with_panel(
            now(
                "Seen up to",
                "Event time up to which a watch has applied its events.",
                "dateTimeAsIso",
                "1000 * max by (watch) (bosphorus_watermark_timestamp_seconds)",
                "{{watch}}",
            )
        )
        .with_panel(
            now(
                "Articles in a day",
                "Articles normalised in the last 24 hours.",
                "short",
                'sum(increase(bosphorus_records_total{step="normalise"}[24h]))',
                "articles",
            )
        )
        .with_row(Row("Course"))
        .with_panel(
            over_time(
                "Messages of alerts",
                "Each message in the life of an alert, by type, since the workers started.",
                "short",
                ("sum by (watch, type) (bosphorus_alerts_total)", "{{watch}}: {{type}}"),
            )
        )
        .with_panel(
            over_time(
                "Behind the clock",
                "How far a watch's event time is behind: the allowed lateness, and what it has yet to see.",
                "s",
                ("time() - max by (watch) (bosphorus_watermark_timestamp_seconds)", "{{watch}}"),
            )
        )
        .with_panel(
            over_time(
                "Articles",
                "Articles coded a second. A desk that sees none is blind.",
                "reqps",
                ('step:bosphorus_records:rate5m{step="enrich"}', "coded"),
            )
        )
    )
