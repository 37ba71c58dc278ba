"""The rules of deploy/prometheus as a resource of the Prometheus operator."""

from __future__ import annotations

from pathlib import Path

import yaml

NOTE = "# Generated from deploy/prometheus/rules.yaml: python -m bosphorus.deploying\n"


def prometheus_rule(rules: Path) -> str:
    """Return the PrometheusRule."""
    resource = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "bosphorus"},
        "spec": yaml.safe_load(rules.read_text(encoding="utf-8")),
    }
    return NOTE + yaml.safe_dump(resource, sort_keys=False, width=200)
