"""The manifests say what the code says: settings that exist, ports that match, and no rights that aren't needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bosphorus import __version__
from bosphorus.settings import Settings, load_settings

K8S = Path(__file__).parents[3] / "deploy" / "k8s"
RESOURCES = [
    document
    for path in sorted((K8S / "base").glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]


def the(kind: str) -> dict[str, Any]:
    (found,) = [r for r in RESOURCES if r["kind"] == kind]
    return dict(found)


@pytest.fixture
def pod() -> dict[str, Any]:
    return dict(the("Deployment")["spec"]["template"]["spec"])


def test_every_key_of_the_config_map_is_a_setting_with_a_valid_value(monkeypatch: pytest.MonkeyPatch) -> None:
    data = the("ConfigMap")["data"]
    for key, value in data.items():
        assert key.removeprefix("BOSPHORUS_").lower() in Settings.model_fields
        monkeypatch.setenv(key, value)
    assert load_settings().replication == 3


def test_probes_and_service_use_the_port_of_the_settings(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    port = int(the("ConfigMap")["data"]["BOSPHORUS_METRICS_PORT"])
    assert [p["containerPort"] for p in container["ports"]] == [port]
    assert [p["port"] for p in the("Service")["spec"]["ports"]] == [port]
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert container[probe]["httpGet"] == {"path": path, "port": "metrics"}


def test_the_pod_runs_without_rights(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_grace_period_is_longer_than_the_drain(pod: dict[str, Any]) -> None:
    assert pod["terminationGracePeriodSeconds"] > Settings.model_fields["drain_timeout_s"].default


def test_the_image_has_this_version(pod: dict[str, Any]) -> None:
    assert pod["containers"][0]["image"] == f"bosphorus:{__version__}"


def test_everything_listed_exists_and_everything_that_exists_is_listed() -> None:
    listed = set(yaml.safe_load((K8S / "base" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"])
    assert listed == {p.name for p in (K8S / "base").glob("*.yaml")} - {"kustomization.yaml"}
