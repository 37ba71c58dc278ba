"""Topics and users as resources of Strimzi (0.49 or newer, whose API is v1), from the catalogue of topics.

Sources: https://strimzi.io/docs/operators/latest/configuring.html (KafkaTopic, KafkaUser);
https://kafka.apache.org/documentation/#operations_in_kafka for what each operation allows. READ and WRITE imply DESCRIBE.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from streams.groups import group_of
from streams.settings import StreamsSettings
from streams.topics import Catalogue, Topic, catalogue, changelog

API = "kafka.strimzi.io/v1"
CLUSTER = {"strimzi.io/cluster": "kafka"}
"""The label that names the Kafka resource they belong to."""
NOTE = (
    "# Generated from streams/topics.py for the settings of deploy/k8s/base/config.env: python -m bosphorus.deploying\n"
)
WATCH_TABLE = "state"


def deployed_settings(config: Path) -> StreamsSettings:
    """Return the settings that the workers are deployed with: lines `BOSPHORUS_NAME=value`, as kustomize reads them."""
    lines = (line.strip() for line in config.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return StreamsSettings.model_validate({name.removeprefix("BOSPHORUS_").lower(): value for name, value in pairs})


def topics(settings: StreamsSettings) -> str:
    """Return a KafkaTopic for each topic, the changelog of the watch too."""
    return _dump(_topic(topic) for topic in (*catalogue(settings), _changelog(settings)))


def users(settings: StreamsSettings) -> str:
    """Return a KafkaUser for each part, with the rights that it needs and no others."""
    named = catalogue(settings)
    return _dump(
        [
            _user("bosphorus-worker", _worker_rights(named, settings)),
            _user("bosphorus-ingest", [_on(topic, "Write") for topic in (named.raw, named.dead_letters)]),
            _user("bosphorus-reader", _reader_rights(named)),
            _user("bosphorus-keda", _scaler_rights(named, settings)),
        ]
    )


def _worker_rights(named: Catalogue, settings: StreamsSettings) -> list[dict[str, Any]]:
    state = _changelog(settings)
    # A worker compares the topics with the catalogue before it starts: hence DescribeConfigs on all of them. Faust asks Kafka to
    # create its changelog, also where it exists: without Create it would be refused, and stop.
    return [
        _on(named.raw, "Read", "DescribeConfigs"),
        _on(named.events, "Read", "Write", "DescribeConfigs"),
        _on(named.enriched, "Read", "Write", "DescribeConfigs"),
        _on(named.watch_events, "Read", "Write", "DescribeConfigs"),
        _on(state, "Read", "Write", "Create"),
        _on(named.alerts, "Read", "Write", "DescribeConfigs"),
        _on(named.current, "Write", "DescribeConfigs"),
        _on(named.cloudevents, "Write", "DescribeConfigs"),
        _on(named.stix, "Write", "DescribeConfigs"),
        _on(named.dead_letters, "Write", "DescribeConfigs"),
        _right("group", group_of(settings, ""), "prefix", "Read"),
    ]


def _reader_rights(named: Catalogue) -> list[dict[str, Any]]:
    outlets = (named.alerts, named.current, named.cloudevents, named.stix)
    return [*(_on(topic, "Read") for topic in outlets), _right("group", "bosphorus-reader", "prefix", "Read")]


def _scaler_rights(named: Catalogue, settings: StreamsSettings) -> list[dict[str, Any]]:
    """Lag is the end of a topic less what a group has committed; neither asks for a record."""
    asked = (named.raw, named.events, named.watch_events)
    return [*(_on(topic, "Describe") for topic in asked), _right("group", group_of(settings, ""), "prefix", "Describe")]


def _changelog(settings: StreamsSettings) -> Topic:
    return changelog(settings, group_of(settings, "watch"), WATCH_TABLE)


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "KafkaTopic",
        "metadata": {"name": topic.name, "labels": CLUSTER},
        "spec": {
            "topicName": topic.name,
            "partitions": topic.partitions,
            "replicas": topic.replication,
            "config": topic.config,
        },
    }


def _user(name: str, rights: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "KafkaUser",
        "metadata": {"name": name, "labels": CLUSTER},
        "spec": {"authentication": {"type": "tls"}, "authorization": {"type": "simple", "acls": rights}},
    }


def _on(topic: Topic, *operations: str) -> dict[str, Any]:
    return _right("topic", topic.name, "literal", *operations)


def _right(kind: str, name: str, pattern: str, *operations: str) -> dict[str, Any]:
    return {"resource": {"type": kind, "name": name, "patternType": pattern}, "operations": list(operations)}


class _Plain(yaml.SafeDumper):
    """Without anchors: each resource is read by itself."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - of nothing
        return True


def _dump(resources: Iterable[dict[str, Any]]) -> str:
    return NOTE + yaml.dump_all(resources, Dumper=_Plain, sort_keys=False, explicit_start=True)
