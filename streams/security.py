"""TLS and SASL to Kafka, from the settings, for each of the client libraries."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from pydantic import SecretStr

from schemas.errors import BrokerError, SettingsError
from streams.settings import StreamsSettings

TOKEN_TIMEOUT_S = 10.0
RENEW_AT = 0.8
"""Share of a token's life after which a new one is fetched."""


def security_options(settings: StreamsSettings) -> dict[str, Any]:
    """Keyword arguments for aiokafka's clients (kafka-python's take the same, but for the token provider).

    Raises:
        SettingsError: the settings contradict one another, or a file can't be read.
    """
    context, mechanism = _tls(settings), settings.kafka_sasl
    if not mechanism:
        return {"security_protocol": "SSL", "ssl_context": context} if context else {}
    options: dict[str, Any] = {"security_protocol": "SASL_SSL" if context else "SASL_PLAINTEXT", "ssl_context": context}
    user, password = settings.kafka_username, _password(settings)
    if mechanism == "PLAIN" and context is None:
        raise SettingsError("BOSPHORUS_KAFKA_SASL=PLAIN sends the password in the clear: set BOSPHORUS_KAFKA_TLS=true")
    if not user or not password:
        raise SettingsError(
            f"BOSPHORUS_KAFKA_SASL={mechanism} needs BOSPHORUS_KAFKA_USERNAME, and BOSPHORUS_KAFKA_PASSWORD or "
            "BOSPHORUS_KAFKA_PASSWORD_FILE"
        )
    if mechanism == "OAUTHBEARER":
        if not settings.kafka_token_url:
            raise SettingsError("BOSPHORUS_KAFKA_SASL=OAUTHBEARER needs BOSPHORUS_KAFKA_TOKEN_URL")
        provider = ClientCredentials(settings.kafka_token_url, user, password, settings.kafka_token_scope)
        return options | {"sasl_mechanism": mechanism, "sasl_oauth_token_provider": provider}
    return options | {"sasl_mechanism": mechanism, "sasl_plain_username": user, "sasl_plain_password": password}


def faust_credentials(settings: StreamsSettings) -> Any:
    """The same as Faust wants it: credentials, or None."""
    import faust

    options = security_options(settings)
    context, mechanism = options.get("ssl_context"), options.get("sasl_mechanism")
    if mechanism == "OAUTHBEARER":
        return faust.OAuthCredentials(oauth_cb=options["sasl_oauth_token_provider"], ssl_context=context)
    if mechanism:
        user, password = options["sasl_plain_username"], options["sasl_plain_password"]
        return faust.SASLCredentials(username=user, password=password, ssl_context=context, mechanism=mechanism)
    return faust.SSLCredentials(context=context) if context else None


class ClientCredentials(AbstractTokenProvider):  # type: ignore[misc] # aiokafka has no types
    """Access tokens by OAuth 2.0's client credentials grant (RFC 6749, section 4.4), kept until near their end."""

    def __init__(self, url: str, client_id: str, secret: str, scope: str = "") -> None:
        self._url = url
        self._auth = (client_id, secret)
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._token = ""
        self._renew_at = 0.0

    async def token(self) -> str:
        """As aiokafka asks for it."""
        return await asyncio.to_thread(self.fetch)

    def fetch(self) -> str:
        """A token that is valid for a while.

        Raises:
            BrokerError: the endpoint gives none.
        """
        if time.monotonic() < self._renew_at:
            return self._token
        import httpx

        try:
            answer = httpx.post(self._url, data=self._form, auth=self._auth, timeout=TOKEN_TIMEOUT_S)
            answer.raise_for_status()
            granted = answer.json()
            self._token, life_s = str(granted["access_token"]), float(granted.get("expires_in", 60))
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise BrokerError(f"{self._url} gives no access token: {error}; check BOSPHORUS_KAFKA_TOKEN_URL") from error
        self._renew_at = time.monotonic() + RENEW_AT * life_s
        return self._token


def _tls(settings: StreamsSettings) -> ssl.SSLContext | None:
    files = {"CA": settings.kafka_ca_file, "CERT": settings.kafka_cert_file, "KEY": settings.kafka_key_file}
    if not settings.kafka_tls:
        unused = [f"BOSPHORUS_KAFKA_{name}_FILE" for name, path in files.items() if path]
        if unused:
            raise SettingsError(f"{', '.join(unused)} without TLS: set BOSPHORUS_KAFKA_TLS=true")
        return None
    for name, path in files.items():
        if path and not path.is_file():
            raise SettingsError(f"BOSPHORUS_KAFKA_{name}_FILE={path}: there is no such file")
    if settings.kafka_key_file and not settings.kafka_cert_file:
        raise SettingsError("BOSPHORUS_KAFKA_KEY_FILE needs BOSPHORUS_KAFKA_CERT_FILE")
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca_file)
        if settings.kafka_cert_file:
            context.load_cert_chain(settings.kafka_cert_file, settings.kafka_key_file)
    except ssl.SSLError as error:
        named = ", ".join(str(path) for path in files.values() if path)
        raise SettingsError(f"{named}: not the PEM files that TLS needs ({error})") from error
    return context


def _password(settings: StreamsSettings) -> str:
    return secret_of(settings.kafka_password, settings.kafka_password_file, "KAFKA_PASSWORD")


def secret_of(value: SecretStr, path: Path | None, name: str) -> str:
    """Return a secret: what its file holds, without white space around it, else the value.

    Args:
        value: from the environment.
        path: the file, as orchestrators mount them; wins.
        name: of the setting, without BOSPHORUS_ and _FILE.

    Raises:
        SettingsError: the file can't be read.
    """
    if path is None:
        return value.get_secret_value()
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(f"BOSPHORUS_{name}_FILE={path} can't be read: {said}") from error
