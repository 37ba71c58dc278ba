"""The rules of Prometheus: what is recorded, and when somebody is told or called.

Names of recorded series follow level:metric:operations (https://prometheus.io/docs/practices/rules/). Objectives are watched by their burn
rates, each over a long and a short window (Site Reliability Workbook, chapter 5): the long one says that it matters, the short one
that it still goes on. `page` calls somebody; `ticket` can wait for the day.
"""

from __future__ import annotations

from typing import Any

import yaml
from msgspec import Struct

NOTE = "# Generated from bosphorus/deploying/rules.py: python -m bosphorus.deploying\n"
RUNBOOK = "docs/runbook.md"
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
FAST = ((14.4, "1h", "5m"), (6.0, "6h", "30m"))
"""Burn rate, long and short window: 2 % of a month's budget is gone in an hour, or 5 % in six."""
SLOW = ((3.0, "1d", "2h"), (1.0, "3d", "6h"))
"""A tenth of the budget in a day, or in three."""
OURS = 'job=~"bosphorus.*"'

Rule = dict[str, Any]


class Objective(Struct, frozen=True):
    """What is promised, and how much of it may fail.

    Args:
        name: in the recorded series, and in the alert.
        ratio: PromQL of the share that failed in WINDOW, by step.
        events: PromQL of the number of events in WINDOW, by step; too few say nothing.
        at_least: events without which nothing is said.
        budget: share that may fail.
        fast: what the alert says that pages; `SHARE` is the share that failed.
        slow: what the alert says that opens a ticket.
    """

    name: str
    ratio: str
    events: str
    at_least: int
    budget: float
    fast: str
    slow: str

    @property
    def recorded(self) -> list[Rule]:
        """The share that failed, over each window."""
        return [_record(self._series(window), self.ratio.replace("WINDOW", window)) for window in WINDOWS]

    @property
    def alerts(self) -> list[Rule]:
        """One that pages, one that opens a ticket."""
        share = "{{ $value | humanizePercentage }}"
        title = f"Bosphorus{self.name.capitalize()}BudgetBurns"
        return [
            _alert(f"{title}Fast", self._burns(FAST), "2m", "page", self.fast.replace("SHARE", share)),
            _alert(f"{title}Slowly", self._burns(SLOW), "15m", "ticket", self.slow.replace("SHARE", share)),
        ]

    def _series(self, window: str) -> str:
        return f"step:bosphorus_{self.name}_failed:ratio_rate{window}"

    def _burns(self, pairs: tuple[tuple[float, str, str], ...]) -> str:
        return "\nor\n".join(
            f"({self._series(long)} > {rate * self.budget:.6g} and {self._series(short)} > {rate * self.budget:.6g}"
            f" and {self.events.replace('WINDOW', long)} >= {self.at_least})"
            for rate, long, short in pairs
        )


LATENCY = Objective(
    name="latency",
    ratio='1 - sum by (step) (rate(bosphorus_age_seconds_bucket{le="5.0"}[WINDOW])) / sum by (step) (rate(bosphorus_age_seconds_count[WINDOW]))',
    events="sum by (step) (increase(bosphorus_age_seconds_count[WINDOW]))",
    at_least=20,
    budget=0.01,
    fast="{{ $labels.step }} is late: SHARE of batches took longer than 5 s",
    slow="{{ $labels.step }} has been late for long: SHARE of batches took longer than 5 s",
)
"""99 % of batches are delivered within 5 s of their newest record's time."""
LOSS = Objective(
    name="loss",
    ratio='sum by (step) (rate(bosphorus_records_total{step!="normalise",outcome="dead_letter"}[WINDOW])) '
    '/ sum by (step) (rate(bosphorus_records_total{step!="normalise"}[WINDOW]))',
    events='sum by (step) (increase(bosphorus_records_total{step!="normalise",outcome="dead_letter"}[WINDOW]))',
    at_least=3,
    budget=0.001,
    fast="{{ $labels.step }} loses news: SHARE of its records end as dead letters",
    slow="{{ $labels.step }} has been losing news for long: SHARE of its records end as dead letters",
)
"""99.9 % of what was once accepted as news comes out: a dead letter behind normalise is ours, not a source's."""


def groups() -> list[dict[str, Any]]:
    """Return the groups of rules."""
    return [
        {"name": "bosphorus.recorded", "interval": "30s", "rules": _recorded()},
        {"name": "bosphorus.objectives", "interval": "1m", "rules": [*LATENCY.recorded, *LOSS.recorded]},
        {"name": "bosphorus.alerts", "rules": [*LATENCY.alerts, *LOSS.alerts, *_flow(), *_watches(), *_sources(), *_processes()]},
    ]  # fmt: skip


def rules_file() -> str:
    """Return deploy/prometheus/rules.yaml."""
    return NOTE + _dump({"groups": groups()})


def prometheus_rule() -> str:
    """Return the same as a resource of the Prometheus operator."""
    resource = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "bosphorus"},
        "spec": {"groups": groups()},
    }
    return NOTE + _dump(resource)


def _recorded() -> list[Rule]:
    return [
        _record("step:bosphorus_records:rate5m", "sum by (step) (rate(bosphorus_records_total[5m]))"),
        _record("step:bosphorus_dead_letters:rate5m", "sum by (step) (rate(bosphorus_dead_letters_total[5m]))"),
        _record("step:bosphorus_lag_records:sum", "sum by (step) (bosphorus_lag_records)"),
        _record("step:bosphorus_commit_age_seconds:max", "time() - min by (step) (bosphorus_commit_timestamp_seconds)"),
        _record(
            "watch:bosphorus_watermark_timestamp_seconds:max",
            "max by (watch) (bosphorus_watermark_timestamp_seconds > 0)",
        ),
        _record(
            "watch:bosphorus_watermark_age_seconds:min",
            "time() - max by (watch) (bosphorus_watermark_timestamp_seconds > 0)",
        ),
        _record(
            "watch:bosphorus_late:ratio_rate1h",
            "sum by (watch) (rate(bosphorus_late_total[1h])) / (sum by (watch) (rate(bosphorus_late_total[1h])) + sum by (watch) (rate(bosphorus_articles_total[1h])))",
        ),
        _record(
            "source:bosphorus_source_silence_seconds:min",
            "time() - max by (source) (bosphorus_source_last_new_timestamp_seconds > 0)",
        ),
        # How far apart a source's articles usually are. One that is new has given few: its gaps pass for longer than they are.
        _record(
            "source:bosphorus_source_gap_seconds:mean7d",
            "7 * 86400 / sum by (source) (increase(bosphorus_source_accepted_total[7d]))",
        ),
    ]


def _flow() -> list[Rule]:
    partitions = "max by (step) (bosphorus_topic_partitions)"
    return [
        _alert(
            "BosphorusPartitionStalled",
            "bosphorus_lag_records > 0 and on (instance, step, partition) changes(bosphorus_committed_offset[5m]) == 0",
            "5m",
            "page",
            "{{ $labels.step }}, partition {{ $labels.partition }}: {{ $value }} records wait and none has been committed for 5 minutes",
        ),
        _alert(
            "BosphorusPartitionUnowned",
            f"{partitions} - (count by (step) (count by (step, partition) (bosphorus_lag_records)) or 0 * {partitions}) > 0",
            "5m",
            "page",
            "{{ $value }} partitions of {{ $labels.step }} are read by nobody",
        ),
        _alert(
            "BosphorusDeadLetterSurge",
            "step:bosphorus_dead_letters:rate5m / step:bosphorus_records:rate5m > 0.1 and step:bosphorus_records:rate5m > 0.1",
            "5m",
            "ticket",
            "{{ $value | humanizePercentage }} of the records of {{ $labels.step }} can't be used",
        ),
        _alert(
            "BosphorusStepPaused",
            "bosphorus_paused == 1",
            "1m",
            "page",
            "{{ $labels.step }} has paused: too many dead letters",
        ),
        _alert(
            "BosphorusFaultsInARow",
            "bosphorus_consecutive_faults >= 5",
            "2m",
            "page",
            "{{ $labels.step }} has failed {{ $value }} times in a row",
        ),
        _alert(
            "BosphorusCoderFails",
            'sum by (flag) (rate(bosphorus_flags_total{step="enrich",flag=~".+_failed"}[1h])) / on () group_left () sum(rate(bosphorus_records_total{step="enrich"}[1h])) > 0.01'
            ' and sum by (flag) (increase(bosphorus_flags_total{step="enrich"}[1h])) >= 5',
            "15m",
            "ticket",
            "{{ $value | humanizePercentage }} of articles go on with {{ $labels.flag }}",
        ),
        _alert(
            "BosphorusRebalancing",
            "sum by (step) (increase(bosphorus_rebalances_total[30m])) > 10",
            "10m",
            "ticket",
            "the partitions of {{ $labels.step }} have moved {{ $value | humanize }} times in half an hour",
        ),
    ]


def _watches() -> list[Rule]:
    return [
        _alert(
            "BosphorusWatermarkStuck",
            'changes(watch:bosphorus_watermark_timestamp_seconds:max[1h]) == 0 and on () sum(step:bosphorus_records:rate5m{step="enrich"}) > 0.05',
            "30m",
            "ticket",
            "the watch {{ $labels.watch }} has not moved for an hour, though news flows",
        ),
        _alert(
            "BosphorusLateNews",
            "watch:bosphorus_late:ratio_rate1h > 0.1 and sum by (watch) (increase(bosphorus_late_total[1h])) >= 5",
            "30m",
            "ticket",
            "{{ $value | humanizePercentage }} of the news for the watch {{ $labels.watch }} comes too late to count",
        ),
    ]


def _sources() -> list[Rule]:
    return [
        _alert(
            "BosphorusNoNews",
            'sum(increase(bosphorus_records_total{step="normalise"}[2h])) == 0',
            "10m",
            "ticket",
            "no article has come in for 2 hours",
        ),
        # Ten times its usual gap, a night at least; a source that seldom speaks is given a week.
        _alert(
            "BosphorusSourceSilent",
            "(source:bosphorus_source_silence_seconds:min > 6 * 3600"
            " and source:bosphorus_source_silence_seconds:min > 10 * source:bosphorus_source_gap_seconds:mean7d)"
            "\nor\nsource:bosphorus_source_silence_seconds:min > 7 * 86400",
            "15m",
            "ticket",
            "{{ $labels.source }} has given nothing new for {{ $value | humanizeDuration }}",
        ),
        _alert(
            "BosphorusSourceFailing",
            "max by (source) (bosphorus_source_consecutive_failures) >= 5",
            "15m",
            "ticket",
            "{{ $labels.source }} has failed {{ $value }} times in a row",
        ),
    ]


def _processes() -> list[Rule]:
    return [
        _alert(
            "BosphorusWorkerDown",
            f"up{{{OURS}}} == 0",
            "3m",
            "page",
            "{{ $labels.job }} at {{ $labels.instance }} does not answer",
        ),
        _alert(
            "BosphorusNoWorker",
            'absent(up{job="bosphorus"} == 1)',
            "5m",
            "page",
            "not one worker answers",
        ),
        _alert(
            "BosphorusVersionsDiffer",
            f"count(count by (version) (bosphorus_build_info{{{OURS}}})) > 1",
            "1h",
            "ticket",
            "{{ $value }} versions have been running side by side for an hour",
        ),
    ]


def _record(name: str, expression: str) -> Rule:
    return {"record": name, "expr": expression}


def _alert(name: str, expression: str, lasting: str, severity: str, summary: str) -> Rule:
    return {
        "alert": name,
        "expr": expression,
        "for": lasting,
        "labels": {"severity": severity},
        "annotations": {"summary": summary, "runbook_url": f"{RUNBOOK}#{name.lower()}"},
    }


class _Readable(yaml.SafeDumper):
    """Writes a text of several lines as such."""


_Readable.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _dump(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Readable, sort_keys=False, width=1000)
