"""The rows of "Pipeline" about what goes wrong: how fast the error budgets burn, and what fails."""

from __future__ import annotations

from bosphorus.deploying.panels import RATE, Panel, now, over_time
from bosphorus.deploying.rules import FAST, LATENCY, LOSS


def objectives() -> list[Panel]:
    """What was promised."""
    firing = 'count by (severity) (ALERTS{alertname=~"Bosphorus.*",alertstate="firing"})'
    return [
        now(
            "Alerts that fire",
            "By severity: `page` calls somebody, `ticket` can wait for the day.",
            "short",
            (f'{firing} or label_replace(vector(0), "severity", "any", "", "")', "{{severity}}"),
            limits=(1,),
        ),
        over_time(
            "Late: share of batches over 5 s",
            f"The error budget is {LATENCY.budget:.0%}. Over {FAST[0][0] * LATENCY.budget:.1%} for an hour pages somebody.",
            "percentunit",
            ("step:bosphorus_latency_failed:ratio_rate5m", "{{step}}: 5 minutes"),
            ("step:bosphorus_latency_failed:ratio_rate1h", "{{step}}: an hour"),
            limit=FAST[0][0] * LATENCY.budget,
            runbook="BosphorusLatencyBudgetBurnsFast",
        ),
        over_time(
            "Lost: share that ends as dead letters",
            f"Behind normalise. The error budget is {LOSS.budget:.1%}. Over {FAST[0][0] * LOSS.budget:.2%} for an hour pages somebody.",
            "percentunit",
            ("step:bosphorus_loss_failed:ratio_rate5m", "{{step}}: 5 minutes"),
            ("step:bosphorus_loss_failed:ratio_rate1h", "{{step}}: an hour"),
            limit=FAST[0][0] * LOSS.budget,
            runbook="BosphorusLossBudgetBurnsFast",
        ),
    ]


def trouble() -> list[Panel]:
    """What fails."""
    nothing = f"0 * sum by (step) (rate(bosphorus_records_total{RATE}))"
    return [
        over_time(
            "Dead letters",
            "Records that could not be used, by reason; `bosphorus dead-letters list` shows them.",
            "reqps",
            (f"sum by (step, reason) (rate(bosphorus_dead_letters_total{RATE}))", "{{step}}: {{reason}}"),
            runbook="BosphorusDeadLetterSurge",
        ),
        over_time(
            "Flags",
            "Events that went on with a flag: something was missing and assumed, or a coder failed and left its findings empty.",
            "reqps",
            (f"sum by (step, flag) (rate(bosphorus_flags_total{RATE}))", "{{step}}: {{flag}}"),
            runbook="BosphorusCoderFails",
        ),
        over_time(
            "Batches that failed",
            "They are fetched again; none is lost.",
            "reqps",
            (f"sum by (step, kind) (rate(bosphorus_faults_total{RATE})) or {nothing}", "{{step}}: {{kind}}"),
            runbook="BosphorusFaultsInARow",
        ),
        over_time(
            "Failures in a row",
            "0 while all is well.",
            "short",
            ("max by (step) (bosphorus_consecutive_faults)", "{{step}}"),
            limit=5,
            runbook="BosphorusFaultsInARow",
        ),
        over_time(
            "Pauses",
            "1 while a step pauses, for too many dead letters.",
            "short",
            ("max by (step) (bosphorus_paused)", "{{step}}"),
            limit=1,
            runbook="BosphorusStepPaused",
        ),
        over_time(
            "Rebalances",
            "Times in half an hour that partitions were taken or given. More than at a roll-out: workers die, or are too slow to poll.",
            "short",
            ("sum by (step) (increase(bosphorus_rebalances_total[30m]))", "{{step}}"),
            limit=10,
            runbook="BosphorusRebalancing",
        ),
        over_time(
            "Proofs of idleness",
            "A quiet partition holds back a watermark until it is proven idle: while news flows this should not be 0.",
            "reqps",
            (f"sum(rate(bosphorus_idle_proofs_total{RATE}))", "proofs"),
            runbook="BosphorusWatermarkStuck",
        ),
    ]
