"""The generated files hold what the records say, and every field says what it is."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import generate
from schemas.avro_schema import avro_schema
from schemas.generated import stale
from schemas.jsonl import to_json
from schemas.records import CONTRACTS
from tests.unit.schemas import strategies


def test_the_checked_in_schemas_are_what_the_records_say() -> None:
    assert stale(generate.files()) == []


def records_in(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [r for s in schema for r in records_in(s)]
    if not isinstance(schema, dict):
        return []
    if schema.get("type") == "record":
        return [schema] + [r for f in schema["fields"] for r in records_in(f["type"])]
    return records_in(schema.get("items")) + records_in(
        schema["type"] if isinstance(schema.get("type"), dict) else None
    )


@pytest.mark.parametrize("kind", CONTRACTS, ids=lambda k: k.__name__)
def test_every_record_and_every_field_is_documented(kind: type[msgspec.Struct]) -> None:
    for record in records_in(avro_schema(kind)):
        assert record["doc"], record["name"]
        for field in record["fields"]:
            assert field["doc"], f"{record['name']}.{field['name']}"


@pytest.mark.parametrize("kind", generate.DOORS, ids=lambda k: k.__name__)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_line_that_is_written_fits_its_json_schema(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    line = to_json(data.draw(strategies.record(kind)))
    assert b"\n" not in line
    schema = generate.json_schema(kind)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(line)
    )
