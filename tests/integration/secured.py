"""A Kafka that nobody enters without proof of who they are, and that denies whatever is not granted."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

from bosphorus.broker.local import LocalBroker
from bosphorus.broker.ports import free_ports
from streams.kafka_admin import admin

PASSWORD = "correct horse"
TOKEN_HEAD = base64.urlsafe_b64encode(b'{"alg": "none"}').decode().rstrip("=")
"""What every token of the endpoint begins with."""


class Secured:
    """Three doors: PLAINTEXT (superuser, for the test itself), mutual TLS, and SASL (SCRAM, OAUTHBEARER) over TLS.

    Args:
        directory: for its data, certificates and passwords.
        cache: of Kafka's jars.
    """

    def __init__(self, directory: Path, cache: Path) -> None:
        self._directory = directory
        self._ca = trustme.CA()
        self.ca_file = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.ca_file))
        self.password_file = directory / "password"
        self.password_file.write_text(PASSWORD + "\n")
        server = pem_file(directory / "server.pem", self._ca.issue_cert("127.0.0.1"))
        tls, sasl = free_ports(0, 0)
        self.tls, self.sasl = f"127.0.0.1:{tls}", f"127.0.0.1:{sasl}"
        doors = f"SSL://{self.tls},SASL_SSL://{self.sasl}"
        plain = "org.apache.kafka.common.security"
        self.broker = LocalBroker(
            directory / "kafka",
            cache=cache,
            extra={
                "listeners": doors,
                "advertised.listeners": doors,
                "listener.security.protocol.map": "SSL:SSL,SASL_SSL:SASL_SSL",
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": str(server),
                "ssl.truststore.type": "PEM",
                "ssl.truststore.location": str(self.ca_file),
                "listener.name.ssl.ssl.client.auth": "required",
                "ssl.principal.mapping.rules": "RULE:.*CN=([a-z-]+).*/$1/,DEFAULT",
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

    def superuser(self) -> AbstractContextManager[KafkaAdminClient]:
        """An administrator who may do everything."""
        return admin({"bootstrap_servers": [self.address]})

    def add_user(self, name: str) -> None:
        """A user who signs in with PASSWORD; it may do nothing yet."""
        with self.superuser() as client:
            client.alter_user_scram_credentials(
                [UserScramCredentialUpsertion(name, ScramMechanism.SCRAM_SHA_512, PASSWORD)]
            )

    def by_certificate(self, name: str) -> dict[str, Any]:
        """Settings of the user, over mutual TLS."""
        cert = self._directory / f"{name}.pem"
        if not cert.exists():
            pem_file(cert, self._ca.issue_cert(f"{name}.test", common_name=name))
        return {"broker": self.tls, "kafka_tls": True, "kafka_ca_file": self.ca_file, "kafka_cert_file": cert}

    def by_password(self, name: str) -> dict[str, Any]:
        """Settings of the user, by SCRAM over TLS."""
        login = {"kafka_sasl": "SCRAM-SHA-512", "kafka_username": name, "kafka_password_file": self.password_file}
        return {"broker": self.sasl, "kafka_tls": True, "kafka_ca_file": self.ca_file} | login

    def by_token(self, name: str, token_url: str) -> dict[str, Any]:
        """Settings of the user, by a token of `token_endpoint` over TLS."""
        return self.by_password(name) | {"kafka_sasl": "OAUTHBEARER", "kafka_token_url": token_url}


@contextmanager
def token_endpoint() -> Iterator[str]:
    """A token endpoint, for whoever knows PASSWORD, whose tokens Kafka's own test validator takes (unsigned JWT)."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name, _, password = base64.b64decode(self.headers["Authorization"].split()[1]).decode().partition(":")
            now = time.time()
            parts = ({"alg": "none"}, {"sub": name, "iat": now, "exp": now + 600, "scope": []})
            token = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
            ok = password == PASSWORD
            self.send_response(200 if ok else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"access_token": token, "expires_in": 600}).encode() if ok else b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()


def pem_file(path: Path, issued: trustme.LeafCert) -> Path:
    """Key (PKCS#8, which Kafka asks for) and certificate in one file."""
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    return path
