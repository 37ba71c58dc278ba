"""Write the reference pages that are generated: `python -m bosphorus.reference [--check]`.

With --check nothing is written, and the exit status is 1 if a page differs from what would be written.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client.metrics import MetricWrapperBase
from pydantic_core import PydanticUndefined

from agents.settings import AgentsSettings
from bosphorus import __version__
from bosphorus.deploying.rules import groups
from bosphorus.settings import Settings
from schemas.avro_schema import avro_schema
from schemas.generated import write_or_check
from schemas.records import CONTRACTS
from streams.metrics import Metrics
from streams.metrics_labels import MOST, MOST_SERIES, OTHER
from streams.settings import StreamsSettings
from streams.topics import Topic, catalogue

ROOT = Path(__file__).parent.parent


def settings_page() -> str:
    """Return docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, or a line in a file `.env` in the working directory. Options of a command win over both; an empty variable counts as not set.",
        "This page is generated from the code: `python -m bosphorus.reference`.",
    ]
    for title, group in (("How events move", StreamsSettings), ("What happens to an event", AgentsSettings)):
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        for name, field in group.model_fields.items():
            unset = field.default in (None, PydanticUndefined) or not str(field.default)
            default = "" if unset else f"`{field.default}`"
            lines.append(f"| `BOSPHORUS_{name.upper()}` | {default} | {field.description} |")
    own = set(Settings.model_fields) - set(StreamsSettings.model_fields) - set(AgentsSettings.model_fields)
    if own:
        raise AssertionError(f"settings without a group: {sorted(own)}")
    return "\n".join(lines) + "\n"


def topics_page() -> str:
    """Return docs/reference/topics.md."""
    lines = [
        "# Topics",
        "",
        "As they are with the default settings; `bosphorus topics create` makes them and `bosphorus topics check` names every difference.",
        "This page is generated from the catalogue: `python -m bosphorus.reference`. The same as AsyncAPI: [asyncapi.json](asyncapi.json).",
        "",
        "| topic | holds | key | value | partitions | largest batch | kept |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{t.name}` | {t.title} | {t.key} | {t.schema} | {t.partitions} | {t.max_message_bytes // 1024:,} KiB | {_kept(t)} |"
        for t in catalogue(StreamsSettings())
    ]
    return "\n".join(lines) + "\n"


def _kept(topic: Topic) -> str:
    if topic.retention is None:
        return "compacted"
    return f"{topic.retention / timedelta(days=1):g} days"


def asyncapi() -> str:
    """Return docs/reference/asyncapi.json: an AsyncAPI 3.0 document of every topic."""
    avro = {k.__name__: k for k in CONTRACTS}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for topic in catalogue(StreamsSettings()):
        name = topic.name.replace(".", "_").replace("-", "_")
        message: dict[str, Any] = {"name": topic.schema, "summary": topic.title}
        if topic.schema in avro:
            schema = avro_schema(avro[topic.schema])
            message |= {
                "contentType": "application/vnd.apache.avro",
                "payload": {"schemaFormat": "application/vnd.apache.avro+json;version=1.12.0", "schema": schema},
            }
        messages[name] = message
        kafka = {
            "partitions": topic.partitions,
            "replicas": topic.replication,
            "topicConfiguration": _configuration(topic),
        }
        channels[name] = {
            "address": topic.name,
            "description": topic.title,
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {"kafka": kafka},
        }
        action = "receive" if name == "news_raw" else "send"
        operations[f"{action}_{name}"] = {"action": action, "channel": {"$ref": f"#/channels/{name}"}}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Bosphorus", "version": __version__, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _configuration(topic: Topic) -> dict[str, Any]:
    found: dict[str, Any] = {"cleanup.policy": [topic.cleanup_policy], "max.message.bytes": topic.max_message_bytes}
    if topic.retention is not None:
        found["retention.ms"] = round(topic.retention / timedelta(milliseconds=1))
    return found


def metrics_page() -> str:
    """Return docs/reference/metrics.md."""
    lines = [
        "# Metrics",
        "",
        "A worker serves them on `/metrics`, beside `/healthz` and `/readyz`, on the port of `BOSPHORUS_METRICS_PORT`, which serves nothing else;",
        "an ingester does with `bosphorus ingest --follow --metrics-port PORT`. With them come the usual `process_*` and `python_info`.",
        "How to look at them: [see it in Grafana](../how-to/see-it-in-grafana.md). This page is generated from `streams/metrics.py` and",
        "`bosphorus/deploying/rules.py`: `python -m bosphorus.reference`.",
        "",
        "Event time is that of the articles. Times are Unix times; how old one is, `time() - METRIC` says.",
        "",
        "| metric | type | labels | meaning |",
        "|---|---|---|---|",
    ]
    for metric in vars(Metrics()).values():
        if not isinstance(metric, MetricWrapperBase):
            continue
        (family,) = metric.describe()
        name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - there is no public way to ask
        lines.append(f"| `{name}` | {family.type} | {labels} | {family.documentation} |")
    most = ", ".join(f"`{label}` {number}" for label, number in sorted(MOST.items()))
    lines += [
        "",
        "## Labels",
        "",
        f"What others fill in has a bound: {most} values a metric, and {MOST_SERIES:,} series; what comes after that counts under `{OTHER}`.",
        "`source` is an address without user, password and query. `actor` is a CAMEO code, `partition` that of the step's topic.",
        "",
        "## Recorded series",
        "",
        "The rules record these for the dashboards and the alerts.",
        "",
        "| series | from |",
        "|---|---|",
    ]
    rules = [rule for group in groups() for rule in group["rules"]]
    lines += [f"| `{rule['record']}` | `{_cell(rule['expr'])}` |" for rule in rules if "record" in rule]
    lines += ["", "## Alerts", "", "| alert | severity | after | says |", "|---|---|---|---|"]
    lines += [
        f"| [{rule['alert']}](../runbook.md#{rule['alert'].lower()}) | {rule['labels']['severity']} | {rule['for']} | {_said(rule)} |"
        for rule in rules
        if "alert" in rule
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _said(rule: dict[str, Any]) -> str:
    """What an alert says, with the names of its values in place of the values."""
    said = re.sub(r"{{ \$labels\.(\w+) }}", r"*\1*", rule["annotations"]["summary"])
    return re.sub(r"{{ \$value[^}]*}}", "*value*", said)


def pages() -> dict[Path, str]:
    """Return what each generated page must hold."""
    reference = ROOT / "docs" / "reference"
    return {
        reference / "settings.md": settings_page(),
        reference / "topics.md": topics_page(),
        reference / "metrics.md": metrics_page(),
        reference / "asyncapi.json": asyncapi(),
    }


def main() -> int:
    """Write the pages, or only check them."""
    return write_or_check(pages(), "bosphorus.reference")


if __name__ == "__main__":
    sys.exit(main())
