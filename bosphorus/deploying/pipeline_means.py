"""The rows of "Pipeline" about what it lives on: the state of the watches, the sources, the machines."""

from __future__ import annotations

from bosphorus.deploying.panels import RATE, Panel, now, over_time
from bosphorus.deploying.rules import OURS

WIDE = 12


def watches() -> list[Panel]:
    """What the watches keep, and how far they are."""
    return [
        over_time(
            "Age of the watermark",
            "How far a watch's event time is behind the clock: the allowed lateness, and what it has yet to see.",
            "s",
            ("watch:bosphorus_watermark_age_seconds:min", "{{watch}}"),
            runbook="BosphorusWatermarkStuck",
        ),
        over_time(
            "Duplicates, copies, late",
            "Events a second that a watch had seen before, folded into a story, or left out because they came too late.",
            "reqps",
            (f"sum(rate(bosphorus_duplicates_total{RATE}))", "seen before"),
            (f"sum(rate(bosphorus_folded_copies_total{RATE}))", "copies"),
            (f"sum(rate(bosphorus_late_total{RATE}))", "too late"),
            runbook="BosphorusLateNews",
        ),
        over_time(
            "Share that comes too late",
            "Of what a watch would have counted, within an hour.",
            "percentunit",
            ("watch:bosphorus_late:ratio_rate1h", "{{watch}}"),
            limit=0.1,
            runbook="BosphorusLateNews",
        ),
        over_time(
            "State: keys",
            "Stories, baselines, open alerts, what waits for the watermark.",
            "short",
            ("max by (watch) (bosphorus_state_keys)", "{{watch}}"),
            width=WIDE,
        ),
        over_time(
            "State: size",
            "It is kept in memory and in a changelog, and forgets by itself: it should level off after four days.",
            "bytes",
            ("max by (watch) (bosphorus_state_bytes)", "{{watch}}"),
            width=WIDE,
        ),
    ]


def sources() -> list[Panel]:
    """What the ingesters bring in."""
    return [
        over_time(
            "Accepted",
            "Articles a second that a source gave and Kafka took.",
            "reqps",
            (f"sum by (source) (rate(bosphorus_source_accepted_total{RATE}))", "{{source}}"),
        ),
        over_time(
            "Rejected",
            "What a source gave and could not be sent, by reason.",
            "reqps",
            (f"sum by (source, reason) (rate(bosphorus_source_rejected_total{RATE}))", "{{source}}: {{reason}}"),
        ),
        over_time(
            "Failures in a row",
            "Of the requests to a source; `bosphorus sources status` says why.",
            "short",
            ("max by (source) (bosphorus_source_consecutive_failures)", "{{source}}"),
            limit=5,
            runbook="BosphorusSourceFailing",
        ),
        over_time(
            "Silence",
            "Since a source last gave something new. Ten times its usual gap is too long.",
            "s",
            ("source:bosphorus_source_silence_seconds:min", "{{source}}"),
            runbook="BosphorusSourceSilent",
        ),
        over_time(
            "Since the last answer",
            "Since a source last answered well, whether or not with something new.",
            "s",
            ("time() - max by (source) (bosphorus_source_last_success_timestamp_seconds > 0)", "{{source}}"),
            runbook="BosphorusSourceFailing",
        ),
        over_time(
            "Lag at the source",
            "Age of a source's newest article when it was last asked.",
            "s",
            ("max by (source) (bosphorus_source_lag_seconds)", "{{source}}"),
        ),
    ]


def resources() -> list[Panel]:
    """What it costs."""
    return [
        now(
            "Processes",
            "Workers and ingesters that answer.",
            "short",
            (f"sum by (job) (up{{{OURS}}})", "{{job}}"),
            runbook="BosphorusWorkerDown",
        ),
        now(
            "Versions",
            "Processes by version. Two for longer than a roll-out takes: one was left behind.",
            "short",
            (f"count by (version) (bosphorus_build_info{{{OURS}}})", "{{version}}"),
            runbook="BosphorusVersionsDiffer",
        ),
        over_time(
            "CPU", "Cores in use.", "short", (f"rate(process_cpu_seconds_total{{{OURS}}}{RATE})", "{{instance}}")
        ),
        over_time(
            "Memory",
            "Resident. The state of the watches is kept in memory.",
            "bytes",
            (f"process_resident_memory_bytes{{{OURS}}}", "{{instance}}"),
            width=WIDE,
        ),
        over_time(
            "Open files",
            "Against what the process may open.",
            "percentunit",
            (f"process_open_fds{{{OURS}}} / process_max_fds{{{OURS}}}", "{{instance}}"),
            limit=0.8,
            width=WIDE,
        ),
    ]
