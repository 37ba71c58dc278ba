"""The bytes on the wire: both framings, every record, hostile bytes, and the Apache avro library as the judge."""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import avro.io
import avro.schema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.avro_schema import avro_schema
from schemas.errors import UnknownSchemaError, WireError
from schemas.records import CONTRACTS, Alert, NewsEvent, Status
from schemas.wire import SINGLE_OBJECT, Codec, fingerprint
from tests.unit.schemas import strategies

EVENT = NewsEvent(
    event_id=uuid.UUID("6f1d6f57-5f39-5d5f-8b8f-0c6f4f7d9a01"),
    external_id="a-1",
    version=1,
    status=Status.USABLE,
    content_hash="00ff00ff00ff00ff",
    url="https://example.org/a",
    title="Kılıçdaroğlu",
    body="",
    byline=None,
    source="example.org",
    language="tr",
    published_at=datetime(2023, 5, 12, 17, 0, 5, 250000, tzinfo=UTC),
    received_at=datetime(2023, 5, 12, 17, 0, 6, tzinfo=UTC),
    flags=("date_naive",),
)
GOLDEN = (
    "c3015d912ea28c6c63d14836663164366635372d356633392d356435662d386238662d30633666346637643961303102"
    "06612d3102002030306666303066663030666630306666022a68747470733a2f2f6578616d706c652e6f72672f61204b"
    "c4b16cc4b1c3a76461726fc49f6c750000166578616d706c652e6f7267047472849cbe8e8262e0a7be8e826202146461"
    "74655f6e6169766500"
)


class OneSchemaRegistry:
    """A registry that knows one record under the id 7."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    def id_of(self, record: str, schema: dict[str, Any]) -> int:
        assert record == schema["name"]
        return 7

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        if schema_id != 7:
            raise UnknownSchemaError("unknown_schema", f"no schema {schema_id}")
        return self.schema


@pytest.mark.parametrize("kind", CONTRACTS, ids=lambda k: k.__name__)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_record_comes_back_as_it_was_and_the_avro_library_agrees_both_ways(
    kind: type[msgspec.Struct], data: st.DataObject
) -> None:
    record = data.draw(strategies.record(kind))
    codec = Codec()
    encoded = codec.encode(record)
    assert codec.decode(encoded, kind) == record

    judge = avro.schema.parse(json.dumps(avro_schema(kind)))
    read = avro.io.DatumReader(judge).read(avro.io.BinaryDecoder(io.BytesIO(encoded[10:])))
    out = io.BytesIO()
    avro.io.DatumWriter(judge).write(read, avro.io.BinaryEncoder(out))
    assert codec.decode(encoded[:10] + out.getvalue(), kind) == record


def test_the_bytes_of_a_known_event_never_change() -> None:
    assert Codec().encode(EVENT).hex() == GOLDEN


def test_the_fingerprint_is_the_one_of_the_avro_specification() -> None:
    assert fingerprint("int")[::-1].hex() == "7275d51a3f395c8f"


def test_with_a_registry_records_travel_in_confluent_framing() -> None:
    codec = Codec(OneSchemaRegistry(avro_schema(NewsEvent)))
    encoded = codec.encode(EVENT)
    assert encoded[:5] == b"\x00\x00\x00\x00\x07"
    assert codec.decode(encoded, NewsEvent) == EVENT


def test_a_reader_with_a_registry_still_reads_single_object_encoding() -> None:
    assert Codec(OneSchemaRegistry(avro_schema(NewsEvent))).decode(Codec().encode(EVENT), NewsEvent) == EVENT


def test_a_writer_with_an_additional_field_is_still_read() -> None:
    newer = json.loads(json.dumps(avro_schema(NewsEvent)))
    newer["fields"].append({"name": "mood", "type": "string", "default": ""})
    body = Codec().encode(EVENT)[10:] + b"\x04ok"
    assert Codec(OneSchemaRegistry(newer)).decode(b"\x00\x00\x00\x00\x07" + body, NewsEvent) == EVENT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"{}", "wrong_magic"),
        (b"\xc3", "wrong_magic"),
        (b"\xc3\x01\x00\x00\x00\x00\x00\x00\x00\x00rest", "unknown_schema"),
        (b"\x00\x00\x00\x00\x63rest", "unknown_schema"),
        (Codec().encode(EVENT)[:-5], "truncated"),
        (Codec().encode(EVENT) + b"x", "undecodable"),
        (SINGLE_OBJECT + fingerprint(avro_schema(Alert)) + b"x", "wrong_record"),
        (Codec().encode(EVENT)[:10] + b"\x48" + b"z" * 36 + b"\x00" * 30, "undecodable"),
    ],
)
def test_bytes_that_are_not_ours_are_refused_with_their_reason(data: bytes, reason: str) -> None:
    with pytest.raises(WireError) as caught:
        Codec().decode(data, NewsEvent)
    assert caught.value.reason == reason


def test_an_unknown_schema_id_of_the_registry_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownSchemaError):
        Codec(OneSchemaRegistry(avro_schema(NewsEvent))).decode(b"\x00\x00\x00\x00\x08rest", NewsEvent)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_decoder(noise: bytes) -> None:
    for data in (noise, Codec().encode(EVENT)[:10] + noise):
        try:
            Codec().decode(data, NewsEvent)
        except WireError as error:
            assert error.reason
