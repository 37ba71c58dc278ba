"""What production adds to the base: it is scraped, ruled and scaled by the names that the rest goes by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bosphorus.settings import load_settings
from streams.groups import group_of
from streams.settings import StreamsSettings
from streams.topics import catalogue
from tests.unit.deploy.rendered import container, pod, rendered, the

DEPLOY = Path(__file__).parents[3] / "deploy"
PROD = DEPLOY / "k8s" / "overlays" / "prod"


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture
def scaled() -> dict[str, Any]:
    return dict(read(PROD / "scaled-object.yaml")["spec"])


@pytest.mark.parametrize("part", ["worker", "ingest"])
def test_a_part_is_scraped_through_its_service_under_the_job_that_compose_gives_it(part: str) -> None:
    monitor = the("k8s/overlays/prod", "ServiceMonitor", part)["spec"]
    service = the("k8s/overlays/prod", "Service", part)
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    (job,) = [relabel["replacement"] for relabel in endpoint["relabelings"] if relabel["targetLabel"] == "job"]
    jobs = [config["job_name"] for config in read(DEPLOY / "prometheus" / "prometheus.yaml")["scrape_configs"]]
    assert job == jobs[["worker", "ingest"].index(part)]


def test_the_operator_gets_the_rules_as_they_are_tested() -> None:
    assert read(PROD / "prometheus-rule.yaml")["spec"] == read(DEPLOY / "prometheus" / "rules.yaml")


def test_there_are_never_more_workers_than_partitions(scaled: dict[str, Any]) -> None:
    data = the("k8s/overlays/prod", "ConfigMap", "bosphorus")["data"]
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


def test_keda_asks_the_same_kafka_and_signs_in_as_a_user_that_exists(scaled: dict[str, Any]) -> None:
    data = the("k8s/overlays/prod", "ConfigMap", "bosphorus")["data"]
    assert data["BOSPHORUS_BROKER"].split(":")[0].endswith(".svc")  # KEDA lives in another namespace
    for trigger in scaled["triggers"]:
        assert trigger["metadata"]["bootstrapServers"] == data["BOSPHORUS_BROKER"]
        assert trigger["metadata"]["tls"] == "enable"
    login = the("k8s/overlays/prod", "TriggerAuthentication")
    assert {t["authenticationRef"]["name"] for t in scaled["triggers"]} == {login["metadata"]["name"]}
    secrets = {ref["name"] for ref in login["spec"]["secretTargetRef"]}
    users = {user["metadata"]["name"] for user in rendered("kafka") if user["kind"] == "KafkaUser"}
    assert secrets - users == {"kafka-cluster-ca-cert"}


@pytest.mark.parametrize("part", ["worker", "ingest"])
def test_a_part_signs_in_with_the_certificate_of_its_own_user(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in the("k8s/overlays/prod", "ConfigMap", "bosphorus")["data"].items():
        monkeypatch.setenv(key, value)
    settings = load_settings()
    (mount,) = [m for m in container("k8s/overlays/prod", part)["volumeMounts"] if m["name"] == "kafka"]
    (volume,) = [v for v in pod("k8s/overlays/prod", part)["volumes"] if v["name"] == "kafka"]
    secrets = [source["secret"] for source in volume["projected"]["sources"]]
    mounted = {Path(mount["mountPath"], item["path"]) for secret in secrets for item in secret["items"]}
    assert {settings.kafka_ca_file, settings.kafka_cert_file, settings.kafka_key_file} == mounted
    users = {user["metadata"]["name"] for user in rendered("kafka") if user["kind"] == "KafkaUser"}
    assert {secret["name"] for secret in secrets} & users == {f"bosphorus-{part}"}
    assert mount["readOnly"] is True


def test_what_is_scaled_is_the_deployment_whose_replicas_nobody_else_sets(scaled: dict[str, Any]) -> None:
    assert scaled["scaleTargetRef"]["name"] == read(DEPLOY / "k8s" / "base" / "worker.yaml")["metadata"]["name"]
    assert "replicas" not in the("k8s/overlays/prod", "Deployment", "worker")["spec"]
