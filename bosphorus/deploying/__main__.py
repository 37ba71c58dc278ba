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
from bosphorus.deploying.prometheus_rule import prometheus_rule
from bosphorus.deploying.situation import situation
from schemas.generated import write_or_check

DEPLOY = Path(__file__).parents[2] / "deploy"


def files() -> dict[Path, str]:
    """Return what each generated file must hold."""
    dashboards = DEPLOY / "grafana" / "dashboards"
    settings = strimzi.deployed_settings(DEPLOY / "k8s" / "base" / "config.yaml")
    return {
        dashboards / "pipeline.json": _json(pipeline()),
        dashboards / "situation.json": _json(situation()),
        DEPLOY / "k8s" / "overlays" / "prod" / "prometheus-rule.yaml": prometheus_rule(
            DEPLOY / "prometheus" / "rules.yaml"
        ),
        DEPLOY / "kafka" / "topics.yaml": strimzi.topics(settings),
        DEPLOY / "kafka" / "users.yaml": strimzi.users(settings),
    }


def _json(board: Dashboard) -> str:
    return JSONEncoder(sort_keys=True, indent=2).encode(board.build()) + "\n"


def main() -> int:
    """Write the files, or only check them."""
    return write_or_check(files(), "bosphorus.deploying")


if __name__ == "__main__":
    sys.exit(main())
