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
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from prometheus_client.metrics import MetricWrapperBase

from bosphorus.deploying.__main__ import files
from bosphorus.deploying.runbook import link_to
from streams.metrics import Metrics

DEPLOY = Path(__file__).parents[3] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
FROM_CLIENT = {
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "up",
    "bosphorus_build_info",
}
RECORDED = r"\b(?:step|watch|source):\w+:\w+"


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
    assert [path.stem for path in DASHBOARDS] == ["pipeline", "runbook", "situation"]
    assert set(DASHBOARDS) <= set(files())


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_query_uses_metrics_that_exist(path: Path) -> None:
    known = labels_by_name()
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))
    recorded = {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    for expression in expressions(path):
        assert set(re.findall(RECORDED, expression)) <= recorded, expression
        used = set(re.findall(r"(?<![:\w])(?:bosphorus|process)_\w+|\bup\b", expression))
        assert used <= known.keys() | FROM_CLIENT, expression
        assert used or re.search(RECORDED, expression) or "ALERTS" in expression, expression


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_legend_names_labels_that_the_query_keeps(path: Path) -> None:
    known = labels_by_name()
    for panel in board(path)["panels"]:
        for target in panel.get("targets", []):
            shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            by = re.search(r"(?:sum|max|count) by \(([^)]*)\)", target["expr"])
            kept = set(re.split(r",\s*", by[1])) if by else {"instance", "step", "watch", "source"}
            assert shown <= kept, panel["title"]
            names = [name for name in re.findall(r"bosphorus_\w+", target["expr"]) if name in known]
            if by and names:
                assert kept - {"le"} <= set().union(*(known[name] for name in names)), panel["title"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_says_what_it_means_and_lies_beside_the_others(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board(path)["panels"]:
        if panel["type"] == "row":
            continue
        assert panel.get("description") or panel["type"] == "text", panel["title"]
        assert panel["type"] == "text" or panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_promtool_can_read_every_query(tmp_path: Path) -> None:
    spans = {"$__rate_interval": "5m", "$__range": "24h"}
    queries = sorted({e for path in DASHBOARDS for e in expressions(path)})
    for name, value in spans.items():
        queries = [query.replace(name, value) for query in queries]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    path = tmp_path / "queries.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_grafanas_own_models_read_a_dashboard_and_write_the_same(path: Path) -> None:
    written = board(path)
    again = json.loads(JSONEncoder().encode(Dashboard.from_json(json.loads(path.read_text(encoding="utf-8")))))
    for annotation in written["annotations"].get("list", []):
        for beyond_the_model in ("titleFormat", "step"):
            del annotation[beyond_the_model]
    assert again == written


def test_a_link_to_the_runbook_opens_the_entry_that_it_names() -> None:
    entries = {panel["id"]: panel["title"] for panel in board(DEPLOY / "grafana/dashboards/runbook.json")["panels"]}
    linked = set()
    for path in DASHBOARDS:
        for panel in board(path)["panels"]:
            for link in panel.get("links", []):
                number = int(re.fullmatch(r"/d/bosphorus-runbook\?viewPanel=(\d+)", link["url"])[1])  # type: ignore[index]
                assert link["title"] == f"Runbook: {entries[number]}"
                linked.add(entries[number])
    assert linked
    with pytest.raises(KeyError, match="no entry for Nothing"):
        link_to("Nothing")


def test_the_panels_of_a_dashboard_have_ids_of_their_own() -> None:
    for path in DASHBOARDS:
        ids = [panel["id"] for panel in board(path)["panels"]]
        assert len(ids) == len(set(ids))


def test_the_situation_can_be_narrowed_to_some_watches() -> None:
    for panel in board(DEPLOY / "grafana/dashboards/situation.json")["panels"]:
        for target in panel.get("targets", []):
            if "step" not in target["expr"]:
                assert target["expr"].count('watch=~"$watch"') >= 1, panel["title"]


def test_grafana_looks_for_the_dashboards_where_compose_puts_them() -> None:
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/bosphorus.yaml").read_text(encoding="utf-8"))
    compose = yaml.safe_load((DEPLOY.parent / "compose.yaml").read_text(encoding="utf-8"))
    (place,) = [p["options"]["path"] for p in provider["providers"]]
    assert f"./deploy/grafana/dashboards:{place}:ro" in compose["services"]["grafana"]["volumes"]


def test_kubernetes_is_given_every_dashboard() -> None:
    generator = yaml.safe_load((DEPLOY / "grafana" / "kustomization.yaml").read_text(encoding="utf-8"))
    (made,) = generator["configMapGenerator"]
    assert made["files"] == [f"dashboards/{path.name}" for path in DASHBOARDS]
    assert made["options"]["labels"]["grafana_dashboard"] == "1"
    assert sum(path.stat().st_size for path in DASHBOARDS) < 1_000_000  # a ConfigMap holds 1 MiB
