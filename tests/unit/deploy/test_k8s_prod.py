"""What production adds to the base: it is scraped, ruled and scaled by the names that the rest goes by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.groups import group_of
from streams.settings import StreamsSettings
from streams.topics import catalogue

DEPLOY = Path(__file__).parents[3] / "deploy"
PROD = DEPLOY / "k8s" / "overlays" / "prod"


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture
def scaled() -> dict[str, Any]:
    return dict(read(PROD / "scaled-object.yaml")["spec"])


def test_everything_listed_exists_and_everything_that_exists_is_listed() -> None:
    listed = set(read(PROD / "kustomization.yaml")["resources"]) - {"../../base"}
    assert listed == {path.name for path in PROD.glob("*.yaml")} - {"kustomization.yaml"}


def test_workers_are_scraped_through_their_service_under_the_job_of_the_rules() -> None:
    monitor = read(PROD / "service-monitor.yaml")["spec"]
    service = read(DEPLOY / "k8s" / "base" / "service.yaml")
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    (job,) = [relabel["replacement"] for relabel in endpoint["relabelings"] if relabel["targetLabel"] == "job"]
    assert f'up{{job="{job}"}}' in (DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8")


def test_the_operator_gets_the_rules_as_they_are_tested() -> None:
    assert read(PROD / "prometheus-rule.yaml")["spec"] == read(DEPLOY / "prometheus" / "rules.yaml")


def test_there_are_never_more_workers_than_partitions(scaled: dict[str, Any]) -> None:
    data = read(DEPLOY / "k8s" / "base" / "config.yaml")["data"]
    assert scaled["maxReplicaCount"] == int(data["BOSPHORUS_PARTITIONS"])
    assert scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"]


def test_it_shrinks_more_slowly_than_it_grows(scaled: dict[str, Any]) -> None:
    behavior = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    up, down = behavior["scaleUp"], behavior["scaleDown"]
    assert down["stabilizationWindowSeconds"] > up["stabilizationWindowSeconds"]
    pace = [policy["value"] / policy["periodSeconds"] for way in (down, up) for policy in way["policies"]]
    assert pace == sorted(pace)


def test_lag_is_asked_of_the_groups_and_topics_that_the_steps_read(scaled: dict[str, Any]) -> None:
    settings = StreamsSettings()
    topics = catalogue(settings)
    asked = {(t["metadata"]["consumerGroup"], t["metadata"]["topic"]) for t in scaled["triggers"]}
    assert asked == {
        (group_of(settings, "normalise"), topics.raw.name),
        (group_of(settings, "enrich"), topics.events.name),
        (group_of(settings, "watch"), topics.watch_events.name),
    }


def test_keda_finds_the_same_kafka_from_its_own_namespace(scaled: dict[str, Any]) -> None:
    broker = read(DEPLOY / "k8s" / "base" / "config.yaml")["data"]["BOSPHORUS_BROKER"]
    host, port = broker.split(":")
    address = f"{host}.{read(PROD / 'kustomization.yaml')['namespace']}.svc:{port}"
    assert {t["metadata"]["bootstrapServers"] for t in scaled["triggers"]} == {address}


def test_what_is_scaled_is_the_deployment_whose_replicas_nobody_else_sets(scaled: dict[str, Any]) -> None:
    assert scaled["scaleTargetRef"]["name"] == read(DEPLOY / "k8s" / "base" / "worker.yaml")["metadata"]["name"]
    overlay = read(PROD / "kustomization.yaml")
    assert "replicas" not in overlay
    assert [patch["patch"].strip() for patch in overlay["patches"]] == ["- {op: remove, path: /spec/replicas}"]
