"""compose.yaml holds together: every name in it means something, and nothing in it has more rights than it needs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from bosphorus import __version__
from bosphorus.cli import COMMANDS, cli
from bosphorus.settings import Settings, load_settings
from streams.sources.feedlist import read_feedlist

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("bosphorus:")]


def test_the_whole_set_is_there() -> None:
    assert set(SERVICES) == {"kafka", "topics", "worker", "sample", "feeds", "prometheus", "grafana"}
    assert {name for name, service in SERVICES.items() if "profiles" in service} == {"sample", "feeds"}


def test_it_is_compose_by_the_specifications_own_schema() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose" / "compose-spec.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    problems = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(COMPOSE)]
    assert problems == []
    misspelt = COMPOSE | {"services": {"worker": {"image": "x", "comand": ["worker"]}}}
    assert not validator.is_valid(misspelt)


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_by_tag(name: str) -> None:
    assert re.fullmatch(r"[\w/-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


@pytest.mark.parametrize("name", OURS)
def test_our_image_has_this_version_and_runs_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["image"] == f"bosphorus:{__version__}"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_privileged_or_open_to_other_machines(name: str) -> None:
    service = SERVICES[name]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_with_a_valid_value(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in SERVICES[name]["environment"].items():
        assert key.removeprefix("BOSPHORUS_").lower() in Settings.model_fields
        monkeypatch.setenv(key, value)
    assert load_settings().broker in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


@pytest.mark.parametrize("name", OURS)
def test_every_command_can_be_parsed(name: str, tmp_path: Path) -> None:
    given = list(SERVICES[name]["command"])
    for mount in SERVICES[name].get("volumes", []):
        source, target, *_ = mount.split(":")
        if source.startswith("./"):
            given = [str(ROOT / source) if word == target else word for word in given]
    assert given[0] in COMMANDS
    command = cli.get_command(click.Context(cli), given[0])
    assert command is not None
    if isinstance(command, click.Group):
        command = command.get_command(click.Context(command), given[1])
        given = given[1:]
        assert command is not None
    command.make_context(given[0], given[1:])


def test_the_worker_is_scraped_where_it_listens() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
    looked_up = [job["dns_sd_configs"][0] for job in config["scrape_configs"]]
    assert [name for lookup in looked_up for name in lookup["names"]] == ["worker", "feeds"]
    assert {str(lookup["port"]) for lookup in looked_up} == {
        SERVICES["worker"]["environment"]["BOSPHORUS_METRICS_PORT"]
    }
    flags = dict(flag.split("=") for flag in SERVICES["prometheus"]["command"])
    assert flags["--config.file"] == "/etc/prometheus/prometheus.yaml"
    assert "./deploy/prometheus:/etc/prometheus:ro" in SERVICES["prometheus"]["volumes"]


def test_an_ingester_is_scraped_where_it_listens() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
    jobs = {job["job_name"]: job["dns_sd_configs"] for job in config["scrape_configs"]}
    ((found,),) = [jobs["bosphorus-ingest"]]
    command = SERVICES["feeds"]["command"]
    assert found["names"] == ["feeds"]
    assert str(found["port"]) == command[command.index("--metrics-port") + 1]
    assert SERVICES["feeds"]["environment"]["BOSPHORUS_METRICS_HOST"] == "0.0.0.0"


def test_grafana_asks_the_prometheus_of_this_set() -> None:
    path = ROOT / "deploy" / "grafana" / "provisioning" / "datasources" / "prometheus.yaml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]
    assert source["url"] == "http://prometheus:9090"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_and_what_is_waited_for_exists(name: str) -> None:
    for mount in SERVICES[name].get("volumes", []):
        source, _, *mode = mount.split(":")
        if source.startswith("./"):
            assert (ROOT / source).exists()
            assert mode == ["ro"]
        else:
            assert source in COMPOSE["volumes"]
    assert set(SERVICES[name].get("depends_on", [])) <= set(SERVICES)


def test_every_volume_is_used() -> None:
    mounts = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounts


def test_only_what_needs_a_kafka_that_has_topics_waits_for_them() -> None:
    for name in set(OURS) - {"topics"}:
        assert SERVICES[name]["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}
    assert SERVICES["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}


def test_the_kafka_is_the_one_that_we_test_with() -> None:
    pom = (ROOT / "bosphorus" / "broker" / "pom.xml").read_text(encoding="utf-8")
    assert SERVICES["kafka"]["image"].removeprefix("apache/kafka:") in pom


def test_the_list_of_feeds_can_be_read() -> None:
    assert read_feedlist(ROOT / "deploy" / "feeds.txt")
