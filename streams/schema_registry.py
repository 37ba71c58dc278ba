"""A client of the Confluent Schema Registry API (also spoken by Apicurio, Redpanda and Karapace).

Subjects follow the RecordNameStrategy: org.bosphorus.NewsEvent. Ids never change in a registry, so both look-ups are cached for good;
an id that it doesn't know is asked for again after a while, so that forged ids don't make a request each.
"""

from __future__ import annotations

import json
import ssl
import time
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
from msgspec import Struct

from schemas.avro_schema import NAMESPACE
from schemas.errors import RegistryError, SettingsError, UnknownSchemaError
from streams.security import secret_of
from streams.settings import StreamsSettings

CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"
UNKNOWN_FOR_S = 30.0
"""How long an unknown id stays unknown without being asked for."""
MAX_UNKNOWN = 10_000
MODES = ("NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE")
_NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 404, 409, 422
_REFUSED = {401: "who is asking: check BOSPHORUS_SCHEMA_REGISTRY_USERNAME and _PASSWORD", 403: "the right to do that"}
_MISSING_CODES = range(40400, 40500)
"""Error codes by which the API itself says that a subject, version or schema does not exist."""


class Verdict(Struct, frozen=True):
    """Whether a schema could be registered, and why not."""

    compatible: bool
    reason: str = ""


class SchemaRegistry:
    """Registers and resolves schemas.

    Args:
        url: base address, e.g. http://localhost:8081, or http://localhost:8080/apis/ccompat/v7; may carry `user:password@`.
        login: user and password, for HTTP's basic authentication; wins over the address.
        verify: the CAs to trust; None: the system's.
        timeout_s: seconds that one request may take.
        transport: for tests.

    Raises:
        SettingsError: the address is none.
        RegistryError: the registry can't be reached or refuses; the message names the address (never a password) and what to check.
    """

    def __init__(
        self,
        url: str,
        *,
        login: tuple[str, str] | None = None,
        verify: ssl.SSLContext | None = None,
        timeout_s: float = 5.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url, given = _without_login(url)
        self._http = httpx.Client(
            timeout=timeout_s,
            transport=transport,
            headers={"Accept": CONTENT_TYPE},
            auth=login or given,
            verify=True if verify is None else verify,
        )
        self._ids: dict[str, int] = {}
        self._schemas: dict[int, dict[str, Any]] = {}
        self._unknown: dict[int, float] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def id_of(self, record: str, schema: dict[str, Any]) -> int:
        """Return the id of the schema under its record's subject; it is registered if it isn't yet.

        Where it is registered already, the right to read is enough.
        """
        if record not in self._ids:
            body = {"schema": json.dumps(schema)}
            answer = self._ask("POST", f"/subjects/{subject(record)}", body) or self._ask(
                "POST", f"/subjects/{subject(record)}/versions", body
            )
            if answer is None:
                raise RegistryError(f"schema registry {self._url} takes no schema for {subject(record)}")
            self._ids[record] = int(answer["id"])
        return self._ids[record]

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return the schema with this id.

        Raises:
            UnknownSchemaError: the registry answers that it has no such id.
        """
        if schema_id not in self._schemas:
            now = time.monotonic()
            answer = None
            if self._unknown.get(schema_id, 0.0) <= now:
                answer = self._ask("GET", f"/schemas/ids/{schema_id}")
            if answer is None:
                if len(self._unknown) >= MAX_UNKNOWN:
                    self._unknown.clear()
                self._unknown.setdefault(schema_id, now + UNKNOWN_FOR_S)
                raise UnknownSchemaError(
                    "unknown_schema", f"the registry {self._url} has no schema with id {schema_id}"
                )
            self._unknown.pop(schema_id, None)
            self._schemas[schema_id] = json.loads(answer["schema"])
        return self._schemas[schema_id]

    def check(self, record: str, schema: dict[str, Any]) -> Verdict:
        """Ask whether the schema could be registered under its subject's compatibility mode; a new subject takes anything."""
        path = f"/compatibility/subjects/{subject(record)}/versions/latest?verbose=true"
        answer = self._ask("POST", path, {"schema": json.dumps(schema)})
        if answer is None:
            return Verdict(compatible=True)
        reasons = answer.get("messages") or [answer.get("reason") or ""]
        return Verdict(bool(answer.get("is_compatible")), "; ".join(str(reason) for reason in reasons))

    def compatibility(self, record: str) -> str:
        """Return the mode that holds for the subject: its own, or the registry's."""
        for path in (f"/config/{subject(record)}", "/config"):
            if answer := self._ask("GET", path):
                return str(answer.get("compatibilityLevel") or answer.get("compatibility"))
        return "NONE"

    def set_compatibility(self, record: str, mode: str) -> None:
        """Set the subject's compatibility mode, one of MODES; it need not exist yet."""
        self._ask("PUT", f"/config/{subject(record)}", {"compatibility": mode})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the parsed answer, or None where the registry says that there is no such thing."""
        try:
            response = self._http.request(method, self._url + path, json=body, headers={"Content-Type": CONTENT_TYPE})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RegistryError(
                f"schema registry {self._url}: {error or type(error).__name__}; check BOSPHORUS_SCHEMA_REGISTRY_URL"
            ) from error
        answer = _parsed(response)
        status, code = response.status_code, answer.get("error_code") if isinstance(answer, dict) else None
        if status == _NOT_FOUND and code in _MISSING_CODES:
            return None
        if response.is_success and answer is not None:
            return answer
        if status in _REFUSED:
            raise RegistryError(f"schema registry {self._url} asks for {_REFUSED[status]} ({method} {path}: {status})")
        if status in {_CONFLICT, _UNPROCESSABLE}:
            why = "not compatible with what is registered" if status == _CONFLICT else "not a schema that it takes"
            raise RegistryError(f"schema registry {self._url} refuses {path}: {why}: {_message(answer)}")
        if status == _NOT_FOUND or response.is_success or response.is_redirect:
            raise RegistryError(
                f"schema registry {self._url}: {status} for {path}, and not in the words of the Confluent API; is that its base "
                "address? (Apicurio's ends in /apis/ccompat/v7)"
            )
        raise RegistryError(f"schema registry {self._url}{path}: {status} {_message(answer)}")


def registry_of(settings: StreamsSettings) -> SchemaRegistry | None:
    """Return the registry that the settings name, or None.

    Raises:
        SettingsError: a file can't be read, or the address is none.
    """
    if not settings.schema_registry_url:
        return None
    password = secret_of(
        settings.schema_registry_password, settings.schema_registry_password_file, "SCHEMA_REGISTRY_PASSWORD"
    )
    user, ca_file = settings.schema_registry_username, settings.schema_registry_ca_file
    try:
        verify = ssl.create_default_context(cafile=ca_file) if ca_file else None
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"BOSPHORUS_SCHEMA_REGISTRY_CA_FILE={ca_file}: no PEM file of a CA ({error})") from error
    return SchemaRegistry(settings.schema_registry_url, login=(user, password) if user else None, verify=verify)


def subject(record: str) -> str:
    """RecordNameStrategy: the full name of the record."""
    return f"{NAMESPACE}.{record}"


def _without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return the address for requests and messages, and what was given in it to sign in with.

    Raises:
        SettingsError: it is no address.
    """
    try:
        parts = urlsplit(url.rstrip("/"))
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        valid = False
    if not valid:
        shown = url.rpartition("@")[2]  # a password may stand before it
        raise SettingsError(
            f"BOSPHORUS_SCHEMA_REGISTRY_URL ...{shown} is no http or https address; e.g. http://localhost:8081"
        )
    if parts.username is None:
        return urlunsplit(parts), None
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=place)), (unquote(parts.username), unquote(parts.password or ""))


def _parsed(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _message(answer: Any) -> str:
    return str(answer.get("message", ""))[:300] if isinstance(answer, dict) else ""
