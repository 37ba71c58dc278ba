"""The dashboard "Situation": what the watches see against what is usual, what is open, what and whom it is about."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from bosphorus.deploying.panels import RANGE, Panel, choice, marks, most, new_dashboard, now, over_time, row

WATCH = '{watch=~"$watch"}'
HALF, TOP = 12, 10


def situation() -> Dashboard:
    """Return the dashboard."""
    board = new_dashboard(
        "bosphorus-situation",
        "Bosphorus: situation",
        "For the desk that waits for alerts. All of it is about reports: who alleges what, never what is so.",
        "now-24h",
    )
    board = board.with_variable(choice("watch", "Watch", "bosphorus_watermark_timestamp_seconds"))
    for name, color, kind in (
        ("Opened", "red", "Alert"),
        ("Closed", "green", "Closed"),
        ("Withdrawn", "blue", "Cancel"),
    ):
        said = f'sum by (watch) (increase(bosphorus_alerts_total{{type="{kind}",watch=~"$watch"}}[1m])) > 0'
        board = board.annotation(marks(name, color, said, f"{name}: {{{{watch}}}}"))
    board = row(board, "Now", _now())
    board = row(board, "Course", _course())
    board = row(board, "What and whom it is about", _subjects())
    return row(board, "What it rests on", _coverage())


def _now() -> list[Panel]:
    return [
        now(
            "Open alerts",
            "Alerts that are open, by severity.",
            "short",
            ('sum by (severity) (bosphorus_open_alerts{severity!="Unknown",watch=~"$watch"})', "{{severity}}"),
            limits=(1, 5),
        ),
        now(
            "Score against threshold",
            "The highest score of a watch, in shares of the score at which it opens an alert. At 100 % an alert opens if enough "
            "stories and independent origins stand behind it.",
            "percentunit",
            (f"max by (watch) (bosphorus_watch_score{WATCH} / bosphorus_watch_threshold{WATCH})", "{{watch}}"),
            limits=(0.6, 1.0),
        ),
        now(
            "Seen up to",
            "Event time up to which a watch has applied its events. It stays behind the clock by the allowed lateness.",
            "dateTimeFromNow",
            (f"1000 * max by (watch) (bosphorus_watermark_timestamp_seconds{WATCH})", "{{watch}}"),
            runbook="BosphorusWatermarkStuck",
        ),
    ]


def _course() -> list[Panel]:
    return [
        over_time(
            "Stories against expectation",
            "Distinct stories of the last 24 h of event time, and how many the baseline expects. Copies count once.",
            "short",
            (f"max by (watch) (bosphorus_watch_stories{WATCH})", "{{watch}}: stories"),
            (f"max by (watch) (bosphorus_watch_expected_stories{WATCH})", "{{watch}}: expected"),
            width=HALF,
        ),
        over_time(
            "Score and threshold",
            "How unlikely the stories are by chance: -log10 of the probability, the highest of the watch's pairs and themes.",
            "short",
            (f"max by (watch) (bosphorus_watch_score{WATCH})", "{{watch}}: score"),
            (f"max by (watch) (bosphorus_watch_threshold{WATCH})", "{{watch}}: threshold"),
            width=HALF,
        ),
        over_time(
            "Independent origins",
            "Who told the stories of the last 24 h. A wire's story on 200 sites has one origin.",
            "short",
            (f"max by (watch) (bosphorus_watch_origins{WATCH})", "{{watch}}"),
        ),
        over_time(
            "Open alerts",
            "By severity.",
            "short",
            ('sum by (severity) (bosphorus_open_alerts{severity!="Unknown",watch=~"$watch"})', "{{severity}}"),
            stacked=True,
        ),
        over_time(
            "Messages of alerts",
            "Messages in the life of alerts, an hour, by type.",
            "short",
            (f"sum by (type) (increase(bosphorus_alerts_total{WATCH}[1h]))", "{{type}}"),
        ),
    ]


def _subjects() -> list[Panel]:
    return [
        most(
            "Top themes",
            "Distinct stories by theme, over the time that is shown.",
            "short",
            (_top("theme", f"bosphorus_themes_total{WATCH}"), "{{theme}}"),
            width=HALF,
        ),
        most(
            "Top actors",
            "Articles by the CAMEO code of each actor named, over the time that is shown.",
            "short",
            (_top("actor", f"bosphorus_actors_total{WATCH}"), "{{actor}}"),
            width=HALF,
        ),
    ]


def _top(label: str, series: str) -> str:
    """The most frequent values of a label. A series that began within the range counts from 0, which `increase` alone would not see."""
    counted = f"({series} unless {series} offset $__range) or increase({series}{RANGE})"
    return f"topk({TOP}, sum by ({label}) ({counted}))"


def _coverage() -> list[Panel]:
    return [
        over_time(
            "Articles coded",
            "An hour, of all news. A desk that sees none is blind.",
            "short",
            ('3600 * step:bosphorus_records:rate5m{step="enrich"}', "articles"),
            runbook="BosphorusNoNews",
        ),
        over_time(
            "Stories and copies",
            "Articles that a watch counted, an hour: new stories, and copies folded into one that was there.",
            "short",
            (f"sum(increase(bosphorus_stories_total{WATCH}[1h]))", "stories"),
            (f"sum(increase(bosphorus_folded_copies_total{WATCH}[1h]))", "copies"),
            stacked=True,
        ),
        over_time(
            "Left out",
            "Events an hour that were seen before, or came too late to stand in a burst.",
            "short",
            (f"sum(increase(bosphorus_duplicates_total{WATCH}[1h]))", "seen before"),
            (f"sum(increase(bosphorus_late_total{WATCH}[1h]))", "too late"),
            runbook="BosphorusLateNews",
        ),
        over_time(
            "Behind the clock",
            "How far a watch's event time is behind: the allowed lateness, and what it has yet to see.",
            "s",
            ('watch:bosphorus_watermark_age_seconds:min{watch=~"$watch"}', "{{watch}}"),
            runbook="BosphorusWatermarkStuck",
            width=HALF,
        ),
        over_time(
            "Delay of alerts",
            "From the event time at which a message of an alert was due to its delivery.",
            "s",
            (
                f"histogram_quantile(0.9, sum by (watch, le) (rate(bosphorus_alert_delay_seconds_bucket{WATCH}[1h])))",
                "{{watch}}: 90 % within",
            ),
            width=HALF,
        ),
    ]
