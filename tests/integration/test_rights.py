"""The rights that deploy/kafka grants are enough for an ingester and a worker, on a Kafka that denies everything else."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from kafka import TopicPartition
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    OffsetSpec,
    ResourcePattern,
    ResourceType,
)

from bosphorus.settings import Settings, load_settings
from schemas.errors import BrokerError, TopicMismatchError
from streams.connection import client_options
from streams.groups import group_of
from streams.kafka_admin import admin, create_topics
from streams.reader import read_all
from streams.topics import catalogue
from tests.integration.loops import eventually
from tests.integration.secured import PASSWORD, TOKEN_HEAD, Secured, token_endpoint
from tests.integration.workers import COMMAND, WorkerProcess

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

USERS = Path(__file__).parents[2] / "deploy" / "kafka" / "users.yaml"
OPERATIONS = {
    "Read": ACLOperation.READ,
    "Write": ACLOperation.WRITE,
    "Create": ACLOperation.CREATE,
    "Describe": ACLOperation.DESCRIBE,
    "DescribeConfigs": ACLOperation.DESCRIBE_CONFIGS,
}
PATTERNS = {"literal": ACLResourcePatternType.LITERAL, "prefix": ACLResourcePatternType.PREFIXED}
SAMPLE = Path(__file__).parents[2] / "bosphorus" / "demo" / "may-2023.ndjson"
DONE = 'bosphorus_records_total{outcome="delivered",'


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Secured]:
    """A Kafka that grants what the file says."""
    assert request.config.cache
    made = Secured(tmp_path_factory.mktemp("secured"), Path(request.config.cache.mkdir("kafka")))
    try:
        with made.superuser() as client:
            create_topics(client, catalogue(load_settings(partitions=3)))
            for user in yaml.safe_load_all(USERS.read_text(encoding="utf-8")):
                made.add_user(user["metadata"]["name"])
                client.create_acls(acls_of(user))
        yield made
    finally:
        made.broker.wipe()


def acls_of(user: dict[str, Any]) -> list[ACL]:
    return [
        ACL(
            f"User:{user['metadata']['name']}",
            "*",
            OPERATIONS[operation],
            ACLPermissionType.ALLOW,
            ResourcePattern(
                ResourceType[right["resource"]["type"].upper()],
                right["resource"]["name"],
                PATTERNS[right["resource"]["patternType"]],
            ),
        )
        for right in user["spec"]["authorization"]["acls"]
        for operation in right["operations"]
    ]


def settings_of(login: dict[str, Any], tmp_path: Path) -> Settings:
    return load_settings(partitions=3, data_dir=tmp_path / "data", **login)


def ingest(settings: Settings) -> subprocess.CompletedProcess[str]:
    environment = {
        f"BOSPHORUS_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_none=True, exclude={"kafka_password"}).items()
    }
    return subprocess.run(
        [*COMMAND, "ingest", str(SAMPLE)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_workers_by_certificate_password_and_token_share_the_work_with_their_rights_alone(
    secured: Secured, tmp_path: Path
) -> None:
    """Three workers, each with one partition of three: whatever one of the ways could not do would be missing at the end."""
    name = "bosphorus-worker"
    with token_endpoint() as url, ExitStack() as running:
        ways = (secured.by_certificate(name), secured.by_password(name), secured.by_token(name, url))
        started = [
            WorkerProcess(settings_of(way, tmp_path / str(n)), tmp_path / f"{n}.log") for n, way in enumerate(ways)
        ]
        for one in started:
            running.callback(one.kill)
        for one in started:
            one.wait_until_ready()
        done = ingest(settings_of(secured.by_password("bosphorus-ingest"), tmp_path))
        assert done.returncode == 0, done.stderr

        def all_work_and_alerts_come() -> bool:
            published = sum(one.metric(DONE + 'step="publish"') for one in started)
            return published > 0 and all(one.metric(DONE + 'step="normalise"') > 0 for one in started)

        asyncio.run(eventually(all_work_and_alerts_come, within_s=150))
        assert [one.metric("bosphorus_faults_total") for one in started] == [0, 0, 0]
        for one in started:
            assert one.terminate() == 0
            assert PASSWORD not in one.log.read_text()
            assert TOKEN_HEAD not in one.log.read_text()
    assert PASSWORD not in done.stderr

    reader = settings_of(secured.by_certificate("bosphorus-reader"), tmp_path)

    async def alerts() -> int:
        return len([record async for record in read_all(reader, catalogue(reader).alerts.name)])

    assert asyncio.run(alerts()) > 0


def test_a_reader_cannot_send(secured: Secured, tmp_path: Path) -> None:
    done = ingest(settings_of(secured.by_password("bosphorus-reader"), tmp_path))
    assert done.returncode == TopicMismatchError.exit_code
    assert "news.raw" in done.stderr


def test_who_scales_the_workers_learns_the_lag_and_reads_nothing(secured: Secured, tmp_path: Path) -> None:
    scaler = settings_of(secured.by_certificate("bosphorus-keda"), tmp_path)
    topic, group = catalogue(scaler).raw.name, group_of(scaler, "normalise")
    with admin(client_options(scaler, scaler.broker)) as client:
        assert client.list_group_offsets({group: None})[group] is not None
        ends = client.list_partition_offsets({TopicPartition(topic, 0): OffsetSpec.LATEST})
        assert next(iter(ends.values())) is not None
    with pytest.raises(BrokerError, match=r"no record of news\.raw: it needs the right Read"):
        asyncio.run(anext(read_all(scaler, topic)))
