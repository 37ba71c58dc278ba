"""TLS, mutual TLS, SCRAM and OAUTHBEARER against a real Kafka whose ACLs deny what is not granted."""

import asyncio
import base64
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
import trustme
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
)

from schemas.errors import BrokerError
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.logs import CHATTY, configure_logs
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue
from tests.integration.secured import PASSWORD, TOKEN_HEAD, Secured, token_endpoint

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Secured]:
    assert request.config.cache
    made = Secured(tmp_path_factory.mktemp("secured"), Path(request.config.cache.mkdir("kafka")))
    made.add_user("worker")
    yield made
    made.broker.wipe()


def settings_of(secured: Secured, prefix: str, **changes: object) -> StreamsSettings:
    values = {"broker": secured.sasl, "topic_prefix": prefix, "partitions": 1, "kafka_tls": True}
    return StreamsSettings.model_validate(values | {"kafka_ca_file": secured.ca_file} | changes)


def grant(secured: Secured, prefix: str) -> None:
    """Topics under the prefix, and the right for `worker` to use them."""
    settings = StreamsSettings(topic_prefix=prefix, partitions=1)
    with secured.superuser() as client:
        create_topics(client, catalogue(settings))
        acls = [
            ACL("User:worker", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, topic.name))
            for topic in catalogue(settings)
            for operation in (ACLOperation.READ, ACLOperation.WRITE, ACLOperation.DESCRIBE)
        ]
        client.create_acls(acls)


def round_trip(settings: StreamsSettings) -> list[bytes]:
    async def run() -> list[bytes]:
        producer, topic = RecordProducer(settings), catalogue(settings).raw.name
        await producer.deliver([Output(topic, None, b"hello")])
        await producer.stop()
        return [record.value async for record in read_all(settings, topic)]

    return asyncio.run(run())


def test_mutual_tls(secured: Secured, topic_prefix: str) -> None:
    grant(secured, topic_prefix)
    settings = settings_of(secured, topic_prefix, **secured.by_certificate("worker"))
    assert round_trip(settings) == [b"hello"]
    with pytest.raises(BrokerError, match="no Kafka answers"):
        asyncio.run(anext(read_all(settings_of(secured, topic_prefix, broker=secured.tls), "x")))


def test_a_server_whose_ca_we_do_not_trust_is_refused(secured: Secured, topic_prefix: str, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    settings = settings_of(secured, topic_prefix, kafka_ca_file=other, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    with pytest.raises(BrokerError, match="no Kafka answers"):
        asyncio.run(anext(read_all(settings, "x")))


def login(password: str) -> dict[str, object]:
    return {"kafka_username": "worker", "kafka_password": password}


def test_scram_over_tls_for_data_and_administration(secured: Secured, topic_prefix: str) -> None:
    grant(secured, topic_prefix)
    settings = settings_of(secured, topic_prefix, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    assert round_trip(settings) == [b"hello"]
    with admin(client_options(settings, settings.broker)) as client:
        assert catalogue(settings).raw.name in client.list_topics()


@pytest.fixture
def debug_log() -> Iterator[io.StringIO]:
    """All that BOSPHORUS_LOG_LEVEL=debug lets through."""
    root, said = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    configure_logs(StreamsSettings(log_level="debug", log_format="json"), said)
    yield said
    root.handlers[:], root.level = before
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def test_no_password_and_no_token_is_logged_at_any_level(
    secured: Secured, topic_prefix: str, token_url: str, debug_log: io.StringIO
) -> None:
    """The libraries' own debug lines hold both, and are never let through."""
    grant(secured, topic_prefix)
    for way in ({"kafka_sasl": "SCRAM-SHA-512"}, {"kafka_sasl": "OAUTHBEARER", "kafka_token_url": token_url}):
        settings = settings_of(secured, topic_prefix, **way, **login(PASSWORD))
        round_trip(settings)
        with admin(client_options(settings, settings.broker)) as client:
            client.list_topics()
    logging.getLogger("here").debug("the end")
    said = debug_log.getvalue()
    assert "the end" in said
    for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode(), TOKEN_HEAD):
        assert secret not in said


def test_a_wrong_password_is_one_line(secured: Secured, topic_prefix: str) -> None:
    settings = settings_of(secured, topic_prefix, kafka_sasl="SCRAM-SHA-512", **login("wrong"))
    with pytest.raises(BrokerError, match="no Kafka answers") as error:
        asyncio.run(anext(read_all(settings, "x")))
    assert "wrong" not in str(error.value)


def test_what_is_not_granted_is_denied(secured: Secured, topic_prefix: str) -> None:
    with secured.superuser() as client:
        create_topics(client, catalogue(StreamsSettings(topic_prefix=topic_prefix, partitions=1)))
    settings = settings_of(secured, topic_prefix, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    with pytest.raises(BrokerError, match="has no topic"):
        asyncio.run(anext(read_all(settings, catalogue(settings).raw.name)))


@pytest.fixture
def token_url() -> Iterator[str]:
    with token_endpoint() as url:
        yield url


def test_oauthbearer_for_data_and_administration(secured: Secured, topic_prefix: str, token_url: str) -> None:
    grant(secured, topic_prefix)
    settings = settings_of(
        secured, topic_prefix, kafka_sasl="OAUTHBEARER", kafka_token_url=token_url, **login(PASSWORD)
    )
    assert round_trip(settings) == [b"hello"]
    with admin(client_options(settings, settings.broker)) as client:
        assert catalogue(settings).raw.name in client.list_topics()


def test_a_token_that_is_not_given_is_one_line(secured: Secured, topic_prefix: str, token_url: str) -> None:
    settings = settings_of(secured, topic_prefix, kafka_sasl="OAUTHBEARER", kafka_token_url=token_url, **login("wrong"))
    with pytest.raises(BrokerError, match=r"401"):
        asyncio.run(anext(read_all(settings, "x")))
