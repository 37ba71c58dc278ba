"""The rules speak of metrics that exist, every alert has its runbook entry, and the rules do what their tests say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from streams.metrics import Metrics

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy" / "prometheus" / "rules.yaml"


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def names() -> set[str]:
    found: set[str] = set()
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            found |= {family.name, *(f"{family.name}_{end}" for end in ("total", "bucket", "count", "sum", "info"))}
    return found


def test_every_metric_in_the_rules_exists() -> None:
    for rule in rules():
        used = set(re.findall(r"(?<![:\w])bosphorus_\w+", rule["expr"]))
        assert used <= names(), rule


def test_a_recorded_series_is_named_by_level_metric_and_operations() -> None:
    for rule in rules():
        if "record" in rule:
            assert re.fullmatch(r"(step|watch|source):bosphorus_\w+:[a-z]+(_rate)?(\d+[mhd])?", rule["record"]), rule


def test_every_recorded_series_that_an_alert_uses_is_recorded() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for rule in rules():
        assert set(re.findall(r"\b(?:step|watch|source):\w+:\w+", rule["expr"])) <= recorded


def test_every_alert_says_what_it_is_and_has_an_entry_in_the_runbook() -> None:
    entries = set(
        re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    alerts = [rule for rule in rules() if "alert" in rule]
    assert {rule["alert"] for rule in alerts} == entries
    for rule in alerts:
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_alert_is_tested() -> None:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in RULES.parent.glob("*.test.yaml")]
    tests = [test for file in files for test in file["tests"]]
    tested = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert tested == {rule["alert"] for rule in rules() if "alert" in rule}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_promtool_agrees() -> None:
    for command in (
        ["check", "rules", "rules.yaml"],
        ["check", "config", "prometheus.yaml"],
        ["test", "rules", "rules.test.yaml", "rules.slow.test.yaml"],
    ):
        done = subprocess.run(["promtool", *command], cwd=RULES.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
