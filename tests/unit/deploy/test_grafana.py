"""The dashboards ask Prometheus for what exists, in words that it understands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from bosphorus.deploying.__main__ import files
from streams.metrics import Metrics

DEPLOY = Path(__file__).parents[3] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
FROM_CLIENT = {"process_cpu_seconds_total", "process_resident_memory_bytes", "up"}


def board(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def expressions(path: Path) -> Iterator[str]:
    for panel in board(path)["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]
    for annotation in board(path)["annotations"].get("list", []):
        yield annotation["expr"]


def labels_by_name() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            ends = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
            found |= {family.name + end: set(metric._labelnames) for end in ends}
    return found


def test_both_dashboards_are_there() -> None:
    assert [path.stem for path in DASHBOARDS] == ["pipeline", "situation"]
    assert set(DASHBOARDS) <= set(files())


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_query_uses_metrics_that_exist(path: Path) -> None:
    known = labels_by_name()
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))
    recorded = {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    for expression in expressions(path):
        assert set(re.findall(r"\bstep:\w+:\w+", expression)) <= recorded, expression
        used = set(re.findall(r"(?<![:\w])(?:bosphorus|process)_\w+|\bup\b", expression))
        assert used <= known.keys() | FROM_CLIENT, expression
        assert used or "step:" in expression, expression


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_legend_names_labels_that_the_query_keeps(path: Path) -> None:
    known = labels_by_name()
    for panel in board(path)["panels"]:
        for target in panel.get("targets", []):
            shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            by = re.search(r"(?:sum|max) by \(([^)]*)\)", target["expr"])
            kept = set(re.split(r",\s*", by[1])) if by else {"instance", "step"}
            assert shown <= kept, panel["title"]
            for name in re.findall(r"bosphorus_\w+", target["expr"]):
                if by and name in known:
                    assert kept - {"le"} <= known[name], panel["title"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_says_what_it_means_and_lies_beside_the_others(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board(path)["panels"]:
        if panel["type"] == "row":
            continue
        assert panel["description"], panel["title"]
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_promtool_can_read_every_query(tmp_path: Path) -> None:
    queries = sorted({e.replace("$__rate_interval", "5m") for path in DASHBOARDS for e in expressions(path)})
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    path = tmp_path / "queries.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_grafana_looks_for_the_dashboards_where_compose_puts_them() -> None:
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/bosphorus.yaml").read_text(encoding="utf-8"))
    compose = yaml.safe_load((DEPLOY.parent / "compose.yaml").read_text(encoding="utf-8"))
    (place,) = [p["options"]["path"] for p in provider["providers"]]
    assert f"./deploy/grafana/dashboards:{place}:ro" in compose["services"]["grafana"]["volumes"]
