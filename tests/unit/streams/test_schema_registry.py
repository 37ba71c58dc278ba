"""The registry's client against a small registry in the same process."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from schemas.avro_schema import avro_schema
from schemas.errors import RegistryError, UnknownSchemaError
from schemas.records import NewsEvent
from schemas.wire import Codec
from streams.schema_registry import SchemaRegistry
from tests.unit.schemas.test_wire import EVENT


class SmallRegistry:
    """Keeps schemas in a list; counts what it is asked."""

    def __init__(self) -> None:
        self.schemas: list[str] = []
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.method == "POST" and request.url.path == "/subjects/org.bosphorus.NewsEvent/versions":
            schema = json.loads(request.content)["schema"]
            if schema not in self.schemas:
                self.schemas.append(schema)
            return httpx.Response(200, json={"id": self.schemas.index(schema) + 1})
        if request.url.path.startswith("/schemas/ids/"):
            number = int(request.url.path.rsplit("/", 1)[1])
            if 0 < number <= len(self.schemas):
                return httpx.Response(200, json={"schema": self.schemas[number - 1]})
            return httpx.Response(404, json={"error_code": 40403, "message": "Schema not found"})
        return httpx.Response(500, json={"message": "broken"})


@pytest.fixture
def server() -> SmallRegistry:
    return SmallRegistry()


def client(server: Any) -> SchemaRegistry:
    return SchemaRegistry("http://registry.invalid", transport=httpx.MockTransport(server))


def test_a_record_goes_through_two_clients_that_share_only_the_registry(server: SmallRegistry) -> None:
    encoded = Codec(client(server)).encode(EVENT)
    assert encoded[0] == 0
    assert Codec(client(server)).decode(encoded, NewsEvent) == EVENT


def test_ids_and_schemas_are_asked_for_once(server: SmallRegistry) -> None:
    codec = Codec(client(server))
    for _ in range(3):
        codec.decode(codec.encode(EVENT), NewsEvent)
    assert len(server.asked) == 2


def test_an_id_that_the_registry_does_not_know_is_the_records_fault(server: SmallRegistry) -> None:
    with pytest.raises(UnknownSchemaError, match="no schema with id 9"):
        client(server).schema_of(9)


def test_a_broken_registry_is_not_the_records_fault_and_its_answer_is_named(server: SmallRegistry) -> None:
    with pytest.raises(RegistryError, match="500 broken"):
        client(server).is_compatible("NewsEvent", avro_schema(NewsEvent))


def test_a_registry_that_is_away_names_the_setting_to_check() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    with pytest.raises(RegistryError, match="BOSPHORUS_SCHEMA_REGISTRY_URL"):
        client(refuse).id_of("NewsEvent", avro_schema(NewsEvent))
