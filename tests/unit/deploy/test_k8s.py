"""The manifests say what the code says: settings that exist, ports that match, and no rights that aren't needed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click
import pytest
import yaml

from bosphorus import __version__
from bosphorus.cli import cli
from bosphorus.deploying.strimzi import deployed_settings
from bosphorus.settings import Settings, load_settings
from streams.security import security_options
from streams.sources.feedlist import read_feedlist
from tests.unit.deploy.rendered import DEPLOY, container, pod, rendered, the

BASE, DEV, PROD = "k8s/base", "k8s/overlays/dev", "k8s/overlays/prod"
OVERLAYS = (DEV, PROD)
PARTS = ("worker", "ingest")
FOLDERS = [DEPLOY / "k8s" / name for name in ("base", "overlays/dev", "overlays/prod")]


def settings_of(target: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What the pods of an overlay read from their environment; the files need not be here."""
    for key, value in the(target, "ConfigMap", "bosphorus")["data"].items():
        assert key.removeprefix("BOSPHORUS_").lower() in Settings.model_fields
        monkeypatch.setenv(key, value)
    return load_settings()


@pytest.mark.parametrize("target", [BASE, *OVERLAYS])
def test_every_key_of_the_config_map_is_a_setting_with_a_valid_value(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(target, monkeypatch)
    assert settings.replication == (1 if target == DEV else 3)
    assert settings.kafka_tls == (target == PROD)


def test_the_catalogue_of_kafka_is_made_with_the_settings_of_production(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = deployed_settings(DEPLOY / "k8s" / "base" / "config.env"), settings_of(PROD, monkeypatch)
    assert (ours.partitions, ours.replication, ours.topic_prefix) == (
        theirs.partitions,
        theirs.replication,
        theirs.topic_prefix,
    )


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("target", OVERLAYS)
def test_a_pod_runs_without_rights(target: str, part: str) -> None:
    found = pod(target, part)
    assert found["securityContext"]["runAsNonRoot"] is True
    assert found["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert found["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(found)
    assert not any("hostPath" in volume for volume in found["volumes"])
    assert container(target, part)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("part", PARTS)
def test_a_pod_has_its_share_and_no_more(part: str) -> None:
    resources = container(BASE, part)["resources"]
    assert set(resources["requests"]) == set(resources["limits"]) == {"cpu", "memory"}


@pytest.mark.parametrize("part", PARTS)
def test_everything_that_is_written_to_is_a_volume_with_a_bound(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = {mount["mountPath"]: mount for mount in container(BASE, part)["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod(BASE, part)["volumes"]}
    for path in (str(settings_of(BASE, monkeypatch).data_dir), "/tmp"):
        volume = volumes[mounts[path]["name"]]
        assert volume.get("persistentVolumeClaim") or volume["emptyDir"]["sizeLimit"]


@pytest.mark.parametrize("part", PARTS)
def test_the_grace_period_is_longer_than_the_drain(part: str) -> None:
    assert pod(BASE, part)["terminationGracePeriodSeconds"] > Settings.model_fields["drain_timeout_s"].default


@pytest.mark.parametrize("part", PARTS)
def test_the_image_has_this_version(part: str) -> None:
    assert container(BASE, part)["image"] == f"bosphorus:{__version__}"


@pytest.mark.parametrize("part", PARTS)
def test_every_command_can_be_parsed(part: str) -> None:
    given = container(BASE, part)
    probes = [given[kind]["exec"]["command"] for kind in ("livenessProbe", "startupProbe") if "exec" in given[kind]]
    for arguments in (given["args"], *(probe[1:] for probe in probes if probe[0] == "bosphorus")):
        # The list stands elsewhere until it is mounted.
        rest = [str(DEPLOY / "feeds.txt") if argument.endswith("feeds.txt") else argument for argument in arguments]
        command: click.Command = cli
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), rest.pop(0))
            assert found is not None, shlex.join(arguments)
            command = found
        command.make_context(command.name, rest)


@pytest.mark.parametrize("part", PARTS)
def test_probes_and_service_use_the_port_that_it_listens_on(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port, found = settings_of(BASE, monkeypatch).metrics_port, container(BASE, part)
    assert [p["containerPort"] for p in found["ports"]] == [port]
    assert [p["port"] for p in the(BASE, "Service", part)["spec"]["ports"]] == [port]
    assert ("--metrics-port" in found["args"]) == (part == "ingest")
    assert part == "worker" or found["args"][found["args"].index("--metrics-port") + 1] == str(port)
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert found[probe].get("httpGet", {"path": path, "port": "metrics"}) == {"path": path, "port": "metrics"}


def test_there_is_one_ingester_and_it_keeps_what_it_has_read() -> None:
    spec = the(BASE, "Deployment", "ingest")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}  # two would share a volume that one may write
    (claim,) = [v["persistentVolumeClaim"] for v in pod(BASE, "ingest")["volumes"] if "persistentVolumeClaim" in v]
    assert claim["claimName"] == the(BASE, "PersistentVolumeClaim")["metadata"]["name"]


def test_the_ingester_follows_the_list_that_is_mounted(tmp_path: Path) -> None:
    (text,) = the(PROD, "ConfigMap", "feeds")["data"].values()
    listed = tmp_path / "feeds.txt"
    listed.write_text(text, encoding="utf-8")
    assert read_feedlist(listed) == read_feedlist(DEPLOY / "feeds.txt")
    mounted = {mount["mountPath"] for mount in container(PROD, "ingest")["volumeMounts"]}
    args = container(PROD, "ingest")["args"]
    assert str(Path(args[args.index("--feeds") + 1]).parent) in mounted


def test_a_change_of_the_settings_is_a_roll_out() -> None:
    name = the(PROD, "ConfigMap", "bosphorus")["metadata"]["name"]
    assert name != the(DEV, "ConfigMap", "bosphorus")["metadata"]["name"]
    for part in PARTS:
        assert container(PROD, part)["envFrom"] == [{"configMapRef": {"name": name}}]


def test_no_secret_stands_in_a_manifest() -> None:
    for target in (BASE, *OVERLAYS):
        for resource in rendered(target):
            assert resource["kind"] != "Secret"
            assert "BOSPHORUS_KAFKA_PASSWORD" not in str(resource).replace("BOSPHORUS_KAFKA_PASSWORD_FILE", "")


def test_nothing_passes_that_no_rule_names() -> None:
    policies = {r["metadata"]["name"]: r["spec"] for r in rendered(BASE) if r["kind"] == "NetworkPolicy"}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    ways = [
        way
        for spec in policies.values()
        for side, end in (("ingress", "from"), ("egress", "to"))
        for rule in spec.get(side, [])
        for way in [(side, rule.get(end), rule.get("ports"))]
    ]
    assert all(ends and ports for _, ends, ports in ways)
    to_the_web = {name for name, spec in policies.items() if "ipBlock" in str(spec)}
    assert to_the_web == {"ingest-reads-the-web"}


def test_an_ingester_reaches_no_private_address() -> None:
    policy = the(BASE, "NetworkPolicy", "ingest-reads-the-web")["spec"]
    (rule,) = policy["egress"]
    forbidden = {cidr for end in rule["to"] for cidr in end["ipBlock"]["except"]}
    # The cluster's and the cloud's own: RFC 1918, RFC 6598 and link-local, where clouds answer for their machines.
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"} <= forbidden
    assert [end["ipBlock"]["cidr"] for end in rule["to"]] == ["0.0.0.0/0", "2000::/3"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_listed_exists_and_everything_that_exists_is_listed(folder: Path) -> None:
    listed = set(yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"])
    assert listed - {"../../base"} == {p.name for p in folder.glob("*.yaml")} - {"kustomization.yaml"}


@pytest.mark.parametrize("target", OVERLAYS)
def test_the_namespace_refuses_pods_with_more_rights(target: str) -> None:
    namespace = the(target, "Namespace")["metadata"]
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {r["metadata"]["namespace"] for r in rendered(target) if r["kind"] != "Namespace"} == {namespace["name"]}


@pytest.fixture(scope="module")
def scram(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An overlay that signs in by password."""
    folder = tmp_path_factory.mktemp("scram")
    k8s = os.path.relpath(DEPLOY / "k8s", folder.resolve())
    (folder / "kustomization.yaml").write_text(
        yaml.dump({"resources": [f"{k8s}/base"], "components": [f"{k8s}/components/kafka-scram"]}), encoding="utf-8"
    )
    return str(folder)


@pytest.mark.parametrize("part", PARTS)
def test_with_passwords_a_part_signs_in_as_its_own_user_with_a_password_from_a_file(
    scram: str, part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in container(scram, part)["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    settings = settings_of(scram, monkeypatch)
    assert settings.kafka_username == f"bosphorus-{part}"
    assert settings.kafka_username in {r["metadata"]["name"] for r in rendered("kafka") if r["kind"] == "KafkaUser"}
    (mount,) = [m for m in container(scram, part)["volumeMounts"] if m["name"] == "kafka"]
    (volume,) = [v for v in pod(scram, part)["volumes"] if v["name"] == "kafka"]
    files = {
        Path(mount["mountPath"], item["path"]): source["secret"]["name"]
        for source in volume["projected"]["sources"]
        for item in source["secret"]["items"]
    }
    assert settings.kafka_password_file is not None
    assert settings.kafka_ca_file is not None
    assert files[settings.kafka_password_file] == f"bosphorus-{part}"
    assert files[settings.kafka_ca_file] == "kafka-cluster-ca-cert"
    secret = tmp_path / "password"
    secret.write_text("x")
    here = settings.model_copy(update={"kafka_password_file": secret, "kafka_ca_file": None})
    assert security_options(here)["security_protocol"] == "SASL_SSL"
