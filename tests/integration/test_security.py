"""TLS, mutual TLS, SCRAM and OAUTHBEARER against a real Kafka whose ACLs deny what is not granted."""

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from schemas.errors import BrokerError
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

TLS, SASL = free_ports(0, 0)
PASSWORD = "correct horse"


class Secured:
    """A Kafka with three doors: PLAINTEXT (superuser, for the test itself), mutual TLS, and SASL over TLS."""

    def __init__(self, directory: Path, cache: Path) -> None:
        self.ca = trustme.CA()
        self.ca_file = directory / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.ca_file))
        server = pem_file(directory / "server.pem", self.ca.issue_cert("127.0.0.1"))
        self.client_file = pem_file(directory / "client.pem", self.ca.issue_cert("worker.test", common_name="worker"))
        plain = "org.apache.kafka.common.security"
        self.broker = LocalBroker(
            directory / "kafka",
            cache=cache,
            extra={
                "listeners": f"SSL://127.0.0.1:{TLS},SASL_SSL://127.0.0.1:{SASL}",
                "advertised.listeners": f"SSL://127.0.0.1:{TLS},SASL_SSL://127.0.0.1:{SASL}",
                "listener.security.protocol.map": "SSL:SSL,SASL_SSL:SASL_SSL",
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": str(server),
                "ssl.truststore.type": "PEM",
                "ssl.truststore.location": str(self.ca_file),
                "listener.name.ssl.ssl.client.auth": "required",
                "ssl.principal.mapping.rules": "RULE:.*CN=([a-z]+).*/$1/,DEFAULT",
                "sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": f"{plain}.scram.ScramLoginModule required;",
                "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": (
                    f'{plain}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="x";'
                ),
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found": "false",
                "super.users": "User:ANONYMOUS",
            },
        )
        self.address = self.broker.start(print, port=free_ports(0)[0]).address

    def settings(self, prefix: str, **changes: object) -> StreamsSettings:
        values = {"broker": f"127.0.0.1:{SASL}", "topic_prefix": prefix, "partitions": 1, "kafka_tls": True}
        return StreamsSettings.model_validate(values | {"kafka_ca_file": self.ca_file} | changes)


def pem_file(path: Path, issued: trustme.LeafCert) -> Path:
    """Key (PKCS#8, which Kafka asks for) and certificate in one file."""
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    return path


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Secured]:
    assert request.config.cache
    made = Secured(tmp_path_factory.mktemp("secured"), Path(request.config.cache.mkdir("kafka")))
    with superuser(made) as client:
        password = UserScramCredentialUpsertion("worker", ScramMechanism.SCRAM_SHA_512, PASSWORD)
        client.alter_user_scram_credentials([password])
    yield made
    made.broker.wipe()


def superuser(secured: Secured) -> AbstractContextManager[KafkaAdminClient]:
    return admin({"bootstrap_servers": [secured.address]})


def grant(secured: Secured, prefix: str) -> None:
    """Topics under the prefix, and the right for `worker` to use them."""
    settings = StreamsSettings(topic_prefix=prefix, partitions=1)
    with superuser(secured) as client:
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
    address = f"127.0.0.1:{TLS}"
    settings = secured.settings(topic_prefix, broker=address, kafka_cert_file=secured.client_file)
    assert round_trip(settings) == [b"hello"]
    with pytest.raises(BrokerError, match="no Kafka answers"):
        asyncio.run(anext(read_all(secured.settings(topic_prefix, broker=address), "x")))


def test_a_server_whose_ca_we_do_not_trust_is_refused(secured: Secured, topic_prefix: str, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    settings = secured.settings(topic_prefix, kafka_ca_file=other, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    with pytest.raises(BrokerError, match="no Kafka answers"):
        asyncio.run(anext(read_all(settings, "x")))


def login(password: str) -> dict[str, object]:
    return {"kafka_username": "worker", "kafka_password": password}


def test_scram_over_tls_for_data_and_administration(secured: Secured, topic_prefix: str) -> None:
    grant(secured, topic_prefix)
    settings = secured.settings(topic_prefix, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    assert round_trip(settings) == [b"hello"]
    with admin(client_options(settings, settings.broker)) as client:
        assert catalogue(settings).raw.name in client.list_topics()


def test_a_wrong_password_is_one_line(secured: Secured, topic_prefix: str) -> None:
    settings = secured.settings(topic_prefix, kafka_sasl="SCRAM-SHA-512", **login("wrong"))
    with pytest.raises(BrokerError, match="no Kafka answers") as error:
        asyncio.run(anext(read_all(settings, "x")))
    assert "wrong" not in str(error.value)


def test_what_is_not_granted_is_denied(secured: Secured, topic_prefix: str) -> None:
    with superuser(secured) as client:
        create_topics(client, catalogue(StreamsSettings(topic_prefix=topic_prefix, partitions=1)))
    settings = secured.settings(topic_prefix, kafka_sasl="SCRAM-SHA-512", **login(PASSWORD))
    with pytest.raises(BrokerError, match="has no topic"):
        asyncio.run(anext(read_all(settings, catalogue(settings).raw.name)))


@pytest.fixture
def token_url() -> Iterator[str]:
    """A token endpoint whose tokens the broker's own test validator takes (unsigned JWT)."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            expected = base64.b64encode(f"worker:{PASSWORD}".encode()).decode()
            ok = self.headers["Authorization"] == f"Basic {expected}"
            now = time.time()
            parts = ({"alg": "none"}, {"sub": "worker", "iat": now, "exp": now + 600, "scope": []})
            token = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
            body = json.dumps({"access_token": token, "expires_in": 600}).encode()
            self.send_response(200 if ok else 401)
            self.end_headers()
            self.wfile.write(body if ok else b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()


def test_oauthbearer_for_data_and_administration(secured: Secured, topic_prefix: str, token_url: str) -> None:
    grant(secured, topic_prefix)
    settings = secured.settings(topic_prefix, kafka_sasl="OAUTHBEARER", kafka_token_url=token_url, **login(PASSWORD))
    assert round_trip(settings) == [b"hello"]
    with admin(client_options(settings, settings.broker)) as client:
        assert catalogue(settings).raw.name in client.list_topics()


def test_a_token_that_is_not_given_is_one_line(secured: Secured, topic_prefix: str, token_url: str) -> None:
    settings = secured.settings(topic_prefix, kafka_sasl="OAUTHBEARER", kafka_token_url=token_url, **login("wrong"))
    with pytest.raises(BrokerError, match=r"401"):
        asyncio.run(anext(read_all(settings, "x")))
