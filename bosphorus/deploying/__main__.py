"""Write what deploy/ holds that is generated: `python -m bosphorus.deploying [--check]`.

With --check nothing is written, and the exit status is 1 if a file differs from what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from bosphorus.deploying import strimzi
from bosphorus.deploying.pipeline import pipeline
from bosphorus.deploying.rules import prometheus_rule, rules_file
from bosphorus.deploying.runbook import runbook
from bosphorus.deploying.situation import situation
from schemas.generated import write_or_check

DEPLOY = Path(__file__).parents[2] / "deploy"


def files() -> dict[Path, str]:
    """Return what each generated file must hold."""
    dashboards = DEPLOY / "grafana" / "dashboards"
    settings = strimzi.deployed_settings(DEPLOY / "k8s" / "base" / "config.env")
    return {
        dashboards / "pipeline.json": _json(pipeline()),
        dashboards / "situation.json": _json(situation()),
        dashboards / "runbook.json": _json(runbook()),
        DEPLOY / "prometheus" / "rules.yaml": rules_file(),
        DEPLOY / "k8s" / "overlays" / "prod" / "prometheus-rule.yaml": prometheus_rule(),
        # kustomize reads no file outside its own folder.
        DEPLOY / "k8s" / "base" / "feeds.txt": (DEPLOY / "feeds.txt").read_text(encoding="utf-8"),
        DEPLOY / "kafka" / "topics.yaml": strimzi.topics(settings),
        DEPLOY / "kafka" / "users.yaml": strimzi.users(settings),
    }


def _json(board: Dashboard) -> str:
    built = board.build()
    for number, panel in enumerate(built.panels or [], start=1):
        panel.id_val = number  # a link may name it
    return JSONEncoder(sort_keys=True, indent=2).encode(built) + "\n"


def main() -> int:
    """Write the files, or only check them."""
    return write_or_check(files(), "bosphorus.deploying")


if __name__ == "__main__":
    sys.exit(main())
