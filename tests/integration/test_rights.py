"""The rights that deploy/kafka grants are enough for an ingester and a worker, on a Kafka that denies everything else."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings, load_settings
from schemas.errors import TopicMismatchError
from streams.kafka_admin import admin, create_topics
from streams.reader import read_all
from streams.topics import catalogue
from tests.integration.loops import eventually
from tests.integration.workers import COMMAND, worker

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

USERS = Path(__file__).parents[2] / "deploy" / "kafka" / "users.yaml"
OPERATIONS = {
    "Read": ACLOperation.READ,
    "Write": ACLOperation.WRITE,
    "Create": ACLOperation.CREATE,
    "DescribeConfigs": ACLOperation.DESCRIBE_CONFIGS,
}
PATTERNS = {"literal": ACLResourcePatternType.LITERAL, "prefix": ACLResourcePatternType.PREFIXED}
SAMPLE = Path(__file__).parents[2] / "bosphorus" / "demo" / "may-2023.ndjson"
PASSWORD = "correct horse"


@pytest.fixture
def guarded(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings for a Kafka that grants what the file says; they name no user yet."""
    (door,) = free_ports(0)
    extra = {
        "listeners": f"SASL_PLAINTEXT://127.0.0.1:{door}",
        "advertised.listeners": f"SASL_PLAINTEXT://127.0.0.1:{door}",
        "listener.security.protocol.map": "SASL_PLAINTEXT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": "User:ANONYMOUS",
    }
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    assert request.config.cache
    broker = LocalBroker(tmp_path / "kafka", cache=Path(request.config.cache.mkdir("kafka")), extra=extra)
    try:
        inside = broker.start(print, port=free_ports(0)[0]).address
        settings = load_settings(
            broker=f"127.0.0.1:{door}",
            partitions=2,
            data_dir=tmp_path / "data",
            kafka_sasl="SCRAM-SHA-512",
            kafka_password_file=password,
        )
        with admin({"bootstrap_servers": [inside]}) as client:
            create_topics(client, catalogue(settings))
            for user in yaml.safe_load_all(USERS.read_text(encoding="utf-8")):
                name = user["metadata"]["name"]
                client.alter_user_scram_credentials(
                    [UserScramCredentialUpsertion(name, ScramMechanism.SCRAM_SHA_512, PASSWORD)]
                )
                client.create_acls(
                    [
                        ACL(f"User:{name}", "*", OPERATIONS[operation], ACLPermissionType.ALLOW, pattern)
                        for right in user["spec"]["authorization"]["acls"]
                        for pattern in [
                            ResourcePattern(
                                ResourceType[right["resource"]["type"].upper()],
                                right["resource"]["name"],
                                PATTERNS[right["resource"]["patternType"]],
                            )
                        ]
                        for operation in right["operations"]
                    ]
                )
        yield settings
    finally:
        broker.wipe()


def as_user(settings: Settings, name: str) -> Settings:
    return settings.model_copy(update={"kafka_username": name})


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


def test_an_ingester_and_a_worker_get_by_with_their_rights_and_a_reader_sees_the_alerts(
    guarded: Settings, tmp_path: Path
) -> None:
    with worker(as_user(guarded, "bosphorus-worker"), tmp_path) as process:
        done = ingest(as_user(guarded, "bosphorus-ingest"))
        assert done.returncode == 0, done.stderr
        asyncio.run(eventually(lambda: process.metric('bosphorus_records_total{step="publish"') > 0, within_s=90))
        assert process.metric("bosphorus_idle_proofs_total") > 0
        assert process.metric("bosphorus_faults_total") == 0, process.tail()
        assert process.terminate() == 0

    reader, topics = as_user(guarded, "bosphorus-reader"), catalogue(guarded)

    async def alerts() -> int:
        return len([record async for record in read_all(reader, topics.alerts.name)])

    assert asyncio.run(alerts()) > 0


def test_a_reader_cannot_send(guarded: Settings) -> None:
    done = ingest(as_user(guarded, "bosphorus-reader"))
    assert done.returncode == TopicMismatchError.exit_code
    assert "news.raw" in done.stderr
