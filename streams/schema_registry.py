"""A client of the Confluent Schema Registry API (also spoken by Apicurio, Redpanda and Karapace).

Subjects follow the RecordNameStrategy: org.bosphorus.NewsEvent. Ids never change in a registry, so both look-ups are cached for good.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from schemas.avro_schema import NAMESPACE
from schemas.errors import RegistryError, UnknownSchemaError

CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"
NOT_FOUND = 404
CONFLICT = 409


class SchemaRegistry:
    """Registers and resolves schemas.

    Args:
        url: base address, e.g. http://localhost:8081, or http://localhost:8080/apis/ccompat/v7.
        timeout_s: seconds that one request may take.
        transport: for tests.

    Raises:
        RegistryError: the registry can't be reached or refuses; the message names the address and what to check.
    """

    def __init__(self, url: str, *, timeout_s: float = 5.0, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.Client(timeout=timeout_s, transport=transport, headers={"Accept": CONTENT_TYPE})
        self._ids: dict[str, int] = {}
        self._schemas: dict[int, dict[str, Any]] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def id_of(self, record: str, schema: dict[str, Any]) -> int:
        """Return the id of the schema under its record's subject; it is registered if it isn't yet."""
        if record not in self._ids:
            answer = self._ask("POST", f"/subjects/{subject(record)}/versions", {"schema": json.dumps(schema)})
            if answer is None:
                raise RegistryError(
                    f"schema registry {self._url}: nothing answers there; is it the Confluent API's base address?"
                )
            self._ids[record] = int(answer["id"])
        return self._ids[record]

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return the schema with this id.

        Raises:
            UnknownSchemaError: the registry answers that it has no such id.
        """
        if schema_id not in self._schemas:
            answer = self._ask("GET", f"/schemas/ids/{schema_id}")
            if answer is None:
                raise UnknownSchemaError(
                    "unknown_schema", f"the registry {self._url} has no schema with id {schema_id}"
                )
            self._schemas[schema_id] = json.loads(answer["schema"])
        return self._schemas[schema_id]

    def is_compatible(self, record: str, schema: dict[str, Any]) -> bool:
        """Ask whether the schema could be registered under its subject's compatibility mode; a new subject takes anything."""
        answer = self._ask(
            "POST", f"/compatibility/subjects/{subject(record)}/versions/latest", {"schema": json.dumps(schema)}
        )
        return answer is None or bool(answer.get("is_compatible"))

    def set_compatibility(self, record: str, mode: str) -> None:
        """Set the subject's compatibility mode, e.g. FULL."""
        self._ask("PUT", f"/config/{subject(record)}", {"compatibility": mode})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the parsed answer, or None for 404."""
        try:
            response = self._http.request(method, self._url + path, json=body, headers={"Content-Type": CONTENT_TYPE})
        except httpx.HTTPError as error:
            raise RegistryError(
                f"schema registry {self._url}: {error or type(error).__name__}; check BOSPHORUS_SCHEMA_REGISTRY_URL"
            ) from error
        if response.status_code == NOT_FOUND:
            return None
        if response.status_code == CONFLICT:
            raise RegistryError(
                f"schema registry {self._url} refuses {path}: not compatible with what is registered: {_message(response)}"
            )
        if response.is_error:
            raise RegistryError(f"schema registry {self._url}{path}: {response.status_code} {_message(response)}")
        try:
            return response.json()
        except ValueError as error:
            raise RegistryError(
                f"schema registry {self._url}{path}: not JSON; is it the Confluent API's base address?"
            ) from error


def subject(record: str) -> str:
    """RecordNameStrategy: the full name of the record."""
    return f"{NAMESPACE}.{record}"


def _message(response: httpx.Response) -> str:
    try:
        return str(response.json().get("message", ""))[:300]
    except (ValueError, AttributeError):
        return response.text[:300]
