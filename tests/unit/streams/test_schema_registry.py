"""The registry's client against a small registry in the same process."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.avro_schema import avro_schema
from schemas.errors import RegistryError, SettingsError, UnknownSchemaError
from schemas.records import NewsEvent
from schemas.wire import Codec
from streams.schema_registry import UNKNOWN_FOR_S, SchemaRegistry, registry_of
from streams.settings import StreamsSettings
from tests.unit.schemas.test_wire import EVENT


class SmallRegistry:
    """Keeps schemas in a list; counts what it is asked."""

    def __init__(self) -> None:
        self.schemas: list[str] = []
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.method == "POST" and request.url.path == "/subjects/org.bosphorus.NewsEvent":
            schema = json.loads(request.content)["schema"]
            if schema not in self.schemas:
                return httpx.Response(404, json={"error_code": 40401, "message": "Subject not found"})
            return httpx.Response(200, json={"id": self.schemas.index(schema) + 1})
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
    assert server.asked == [
        "POST /subjects/org.bosphorus.NewsEvent",
        "POST /subjects/org.bosphorus.NewsEvent/versions",
        "GET /schemas/ids/1",
    ]


def test_what_is_registered_already_takes_only_the_right_to_read(server: SmallRegistry) -> None:
    client(server).id_of("NewsEvent", avro_schema(NewsEvent))
    server.asked.clear()
    assert client(server).id_of("NewsEvent", avro_schema(NewsEvent)) == 1
    assert server.asked == ["POST /subjects/org.bosphorus.NewsEvent"]


def test_forged_ids_make_one_request_each_and_not_one_each_time(server: SmallRegistry) -> None:
    registry = client(server)
    for _ in range(100):
        with pytest.raises(UnknownSchemaError):
            registry.schema_of(77)
    assert len(server.asked) == 1


def test_an_id_that_comes_to_be_known_is_found_after_a_while(
    server: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, now = client(server), [100.0]
    monkeypatch.setattr("streams.schema_registry.time.monotonic", lambda: now[0])
    with pytest.raises(UnknownSchemaError):
        registry.schema_of(1)
    client(server).id_of("NewsEvent", avro_schema(NewsEvent))
    now[0] += UNKNOWN_FOR_S + 1
    assert registry.schema_of(1)["name"] == "NewsEvent"


def test_an_id_that_the_registry_does_not_know_is_the_records_fault(server: SmallRegistry) -> None:
    with pytest.raises(UnknownSchemaError, match="no schema with id 9"):
        client(server).schema_of(9)


def test_a_broken_registry_is_not_the_records_fault_and_its_answer_is_named(server: SmallRegistry) -> None:
    with pytest.raises(RegistryError, match="500 broken"):
        client(server).check("NewsEvent", avro_schema(NewsEvent))


def test_a_registry_that_is_away_names_the_setting_to_check() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    with pytest.raises(RegistryError, match="BOSPHORUS_SCHEMA_REGISTRY_URL"):
        client(refuse).id_of("NewsEvent", avro_schema(NewsEvent))


def answering(status: int, **answer: Any) -> SchemaRegistry:
    return client(lambda _: httpx.Response(status, **answer))


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (401, {"json": {"error_code": 401}}, "check BOSPHORUS_SCHEMA_REGISTRY_USERNAME"),
        (403, {"text": "no"}, "the right to do that"),
        (404, {"json": {"error_code": 0, "message": "no such resource"}}, "is that its base address?"),
        (404, {"html": "<h1>not here</h1>"}, "is that its base address?"),
        (200, {"html": "<h1>welcome</h1>"}, "is that its base address?"),
        (302, {"headers": {"location": "/login"}}, "is that its base address?"),
        (
            409,
            {"json": {"error_code": 409, "message": "new field mood"}},
            "not compatible with what is registered: new field",
        ),
        (422, {"json": {"error_code": 42201, "message": "no type"}}, "not a schema that it takes: no type"),
        (503, {"text": "busy"}, "503"),
    ],
)
def test_each_way_to_fail_says_what_to_look_at(status: int, answer: dict[str, Any], said: str) -> None:
    with pytest.raises(RegistryError, match=said):
        answering(status, **answer).check("NewsEvent", avro_schema(NewsEvent))


def test_a_wrong_address_is_never_taken_for_a_subject_that_is_new() -> None:
    registry = answering(404, json={"detail": "Not Found"})
    with pytest.raises(RegistryError):
        registry.check("NewsEvent", avro_schema(NewsEvent))
    with pytest.raises(RegistryError):
        registry.schema_of(1)


def test_a_new_subject_takes_anything_and_a_refusal_has_a_reason() -> None:
    assert answering(404, json={"error_code": 40401}).check("NewsEvent", {}).compatible
    verdict = answering(200, json={"is_compatible": False, "messages": ["a", "b"]}).check("NewsEvent", {})
    assert (verdict.compatible, verdict.reason) == (False, "a; b")


def test_credentials_in_the_address_are_used_and_never_shown() -> None:
    seen = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401)

    registry = SchemaRegistry("http://ada:hunter2@registry.invalid/", transport=httpx.MockTransport(refuse))
    with pytest.raises(RegistryError) as error:
        registry.schema_of(1)
    assert seen == ["Basic " + base64.b64encode(b"ada:hunter2").decode()]
    assert "hunter2" not in str(error.value)


def test_the_password_comes_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    named = StreamsSettings(
        schema_registry_url="http://registry.invalid",
        schema_registry_username="ada",
        schema_registry_password_file=secret,
    )
    registry = registry_of(named)
    assert registry is not None
    assert registry_of(StreamsSettings()) is None
    with pytest.raises(SettingsError, match="BOSPHORUS_SCHEMA_REGISTRY_PASSWORD_FILE=/no/pw can't be read"):
        registry_of(named.model_copy(update={"schema_registry_password_file": Path("/no/pw")}))
    with pytest.raises(SettingsError, match="BOSPHORUS_SCHEMA_REGISTRY_CA_FILE"):
        registry_of(named.model_copy(update={"schema_registry_ca_file": secret}))


@pytest.mark.parametrize("url", ["localhost:8081", "ftp://h/", "http://", "http://ada:hunter2@[bad", "http://h:port"])
def test_what_is_no_address_is_said_before_anything_is_asked(url: str) -> None:
    with pytest.raises(SettingsError, match="no http or https address") as error:
        SchemaRegistry(url)
    assert "hunter2" not in str(error.value)
