"""Strimzi is told what the catalogue says, and each user may do what it needs and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.watch.agent import TABLE
from bosphorus.deploying import strimzi
from bosphorus.deploying.__main__ import files
from streams.groups import group_of
from streams.settings import StreamsSettings
from streams.topics import catalogue

DEPLOY = Path(__file__).parents[3] / "deploy"
CHANGELOG = "bosphorus-watch-state-changelog"


def resources(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kafka" / name).read_text(encoding="utf-8")))


def rights(user: str) -> dict[tuple[str, str], set[str]]:
    (found,) = [u for u in resources("users.yaml") if u["metadata"]["name"] == user]
    acls = found["spec"]["authorization"]["acls"]
    return {(acl["resource"]["type"], acl["resource"]["name"]): set(acl["operations"]) for acl in acls}


@pytest.fixture
def settings() -> StreamsSettings:
    return strimzi.deployed_settings(DEPLOY / "k8s" / "base" / "config.env")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_what_is_checked_in_is_what_would_be_written(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path]


def test_there_is_a_resource_for_every_topic_and_for_the_changelog(settings: StreamsSettings) -> None:
    found = {r["spec"]["topicName"]: r["spec"] for r in resources("topics.yaml")}
    assert set(found) == {topic.name for topic in catalogue(settings)} | {CHANGELOG}
    for topic in catalogue(settings):
        spec = found[topic.name]
        assert (spec["partitions"], spec["replicas"], spec["config"]) == (
            topic.partitions,
            topic.replication,
            topic.config,
        )


def test_the_changelog_has_the_partitions_of_the_topic_that_fills_it() -> None:
    found = {r["spec"]["topicName"]: r["spec"] for r in resources("topics.yaml")}
    assert found[CHANGELOG]["partitions"] == found["watch.events"]["partitions"]
    assert found[CHANGELOG]["config"]["cleanup.policy"] == "compact"
    assert strimzi.WATCH_TABLE == TABLE


@pytest.mark.parametrize("name", ["topics.yaml", "users.yaml"])
def test_every_name_is_one_that_kubernetes_takes(name: str) -> None:
    for resource in resources(name):
        assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", resource["metadata"]["name"])
        assert resource["metadata"]["labels"] == {"strimzi.io/cluster": "kafka"}


def test_a_right_names_a_topic_that_exists() -> None:
    known = {r["spec"]["topicName"] for r in resources("topics.yaml")}
    for user in resources("users.yaml"):
        for kind, name in rights(user["metadata"]["name"]):
            assert kind == "group" or name in known


def test_an_ingester_only_writes_and_a_reader_only_reads() -> None:
    assert rights("bosphorus-ingest") == {("topic", "news.raw"): {"Write"}, ("topic", "news.dead-letters"): {"Write"}}
    assert set().union(*rights("bosphorus-reader").values()) == {"Read"}
    assert ("topic", "news.raw") not in rights("bosphorus-reader")


def test_who_scales_the_workers_sees_how_far_they_are_and_not_one_record(settings: StreamsSettings) -> None:
    given = rights("bosphorus-keda")
    named = catalogue(settings)
    assert set().union(*given.values()) == {"Describe"}
    assert {name for kind, name in given if kind == "topic"} == {
        named.raw.name,
        named.events.name,
        named.watch_events.name,
    }


def test_a_worker_reads_what_its_steps_read_and_writes_what_they_write(settings: StreamsSettings) -> None:
    given = rights("bosphorus-worker")
    named = catalogue(settings)
    read = {named.raw, named.events, named.enriched, named.watch_events, named.alerts}
    for topic in named:
        assert ("Read" in given["topic", topic.name]) == (topic in read)
        assert ("Write" in given["topic", topic.name]) == (topic is not named.raw)
        assert "DescribeConfigs" in given["topic", topic.name]
    for step in ("normalise", "enrich", "watch", "publish"):
        assert any(kind == "group" and group_of(settings, step).startswith(name) for kind, name in given)


def test_the_only_topic_that_anybody_may_create_is_the_changelog() -> None:
    for user in resources("users.yaml"):
        given = rights(user["metadata"]["name"])
        assert {name for (_, name), operations in given.items() if "Create" in operations} <= {CHANGELOG}


def test_nobody_may_delete_or_alter() -> None:
    for user in resources("users.yaml"):
        for operations in rights(user["metadata"]["name"]).values():
            assert operations <= {"Read", "Write", "Create", "Describe", "DescribeConfigs"}
