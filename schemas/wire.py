"""Records as bytes on the wire.

Written with a registry: Confluent framing (0x00, schema id as 4 bytes big-endian, Avro body).
Written without: Avro single-object encoding (0xC3 0x01, CRC-64-AVRO fingerprint as 8 bytes little-endian, Avro body).
Readers take either, and resolve the writer's schema to their own by Avro's rules.
"""

from __future__ import annotations

import functools
import io
import json
import struct
import uuid
from datetime import datetime
from importlib import resources
from typing import Any, Protocol, TypeVar

import fastavro
import fastavro.schema
import msgspec

from schemas.avro_schema import avro_schema, snake_case
from schemas.errors import UnknownSchemaError, WireError
from schemas.records import CONTRACTS

SINGLE_OBJECT = b"\xc3\x01"
CONFLUENT = 0
_KEEP = (datetime, uuid.UUID, bytes)

R = TypeVar("R", bound=msgspec.Struct)


class Registry(Protocol):
    """What a schema registry must do for us."""

    def id_of(self, record: str, schema: dict[str, Any]) -> int:
        """Return the id under which the schema of this record is registered; register it if need be."""
        ...

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return the writer's schema.

        Raises:
            UnknownSchemaError: if the registry has no such id.
        """
        ...


def fingerprint(schema: Any) -> bytes:
    """CRC-64-AVRO of the parsing canonical form, little-endian, as the Avro specification's single-object encoding asks."""
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    return bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))


@functools.cache
def _parsed(kind: type[msgspec.Struct]) -> Any:
    return fastavro.parse_schema(avro_schema(kind))


@functools.cache
def _optional_records(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """(field, full name) of each field that may hold another record, or null."""
    return tuple(
        (field["name"], branch["name"])
        for field in _parsed(kind)["fields"]
        if isinstance(field["type"], list)
        for branch in field["type"]
        if isinstance(branch, dict) and branch["type"] == "record"
    )


def _header(kind: type[msgspec.Struct]) -> bytes:
    return SINGLE_OBJECT + fingerprint(avro_schema(kind))


@functools.cache
def _known() -> dict[bytes, tuple[str, Any]]:
    """Fingerprint -> (record name, parsed schema) of every schema that was ever released, and today's."""
    known: dict[bytes, tuple[str, Any]] = {}
    names = {snake_case(kind.__name__): kind.__name__ for kind in CONTRACTS}
    released = resources.files("schemas") / "released"
    for directory in (
        sorted((d for d in released.iterdir() if d.is_dir()), key=lambda d: d.name) if released.is_dir() else ()
    ):
        for file in directory.iterdir():
            if file.name.endswith(".avsc"):
                schema = json.loads(file.read_text(encoding="utf-8"))
                known[fingerprint(schema)] = (names.get(file.name[:-5], schema["name"]), fastavro.parse_schema(schema))
    for kind in CONTRACTS:
        known[fingerprint(avro_schema(kind))] = (kind.__name__, _parsed(kind))
    return known


class Codec:
    """Encodes and decodes records. Cheap to make; keep one a process for its caches."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._headers: dict[type[msgspec.Struct], bytes] = {}
        self._writers: dict[int, tuple[str, Any]] = {}

    def encode(self, record: msgspec.Struct) -> bytes:
        """Return the framed bytes of a record.

        Raises:
            WireError: if the record doesn't fit its own schema (a wrong type inside).
        """
        kind = type(record)
        header = self._headers.get(kind)
        if header is None:
            header = self._headers[kind] = self._make_header(kind)
        out = io.BytesIO()
        out.write(header)
        try:
            plain = msgspec.to_builtins(record, builtin_types=_KEEP)
            for field, name in _optional_records(kind):
                if plain[field] is not None:  # else fastavro finds the branch by validating it all
                    plain[field] = (name, plain[field])
            fastavro.schemaless_writer(out, _parsed(kind), plain)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise WireError("unencodable", f"{kind.__name__} does not fit its schema: {error}") from error
        return out.getvalue()

    def decode(self, data: bytes, kind: type[R]) -> R:
        """Return the record in framed bytes.

        Raises:
            WireError: `empty`, `wrong_magic`, `wrong_record`, `truncated` or `undecodable`.
            UnknownSchemaError: `unknown_schema`.
        """
        name, writer, start = self._writer(data)
        if name != kind.__name__:
            raise WireError("wrong_record", f"the bytes are a {name}, but a {kind.__name__} was expected here")
        stream = io.BytesIO(data)
        stream.seek(start)
        mine = _parsed(kind)
        try:
            value = fastavro.schemaless_reader(stream, writer, None if writer is mine else mine)
            rest = len(data) - stream.tell()
            if rest:
                raise WireError("undecodable", f"{rest} bytes follow the {name}; the record was cut or glued wrongly")
            return msgspec.convert(value, kind, builtin_types=_KEEP)
        except EOFError as error:
            raise WireError("truncated", f"the {name} ends in the middle ({len(data)} bytes)") from error
        except WireError:
            raise
        # Hostile bytes can make a decoder fail in any way; every one of them means the same here.
        except Exception as error:
            raise WireError("undecodable", f"not a valid {name}: {type(error).__name__}: {str(error)[:200]}") from error

    def _make_header(self, kind: type[msgspec.Struct]) -> bytes:
        if self._registry is None:
            return _header(kind)
        return struct.pack(">bI", CONFLUENT, self._registry.id_of(kind.__name__, avro_schema(kind)))

    def _writer(self, data: bytes) -> tuple[str, Any, int]:
        """Return (record name, parsed writer's schema, offset of the body)."""
        if not data:
            raise WireError("empty", "the record has no bytes")
        if data[:2] == SINGLE_OBJECT and len(data) >= 10:  # noqa: PLR2004 - 2 bytes of marker, 8 of fingerprint
            found = _known().get(data[2:10])
            if found is None:
                raise UnknownSchemaError(
                    "unknown_schema", f"no schema here has the fingerprint {data[2:10].hex()}; is the writer newer?"
                )
            return (*found, 10)
        if data[0] == CONFLUENT and len(data) >= 5:  # noqa: PLR2004 - 1 byte of marker, 4 of id
            return (*self._registered(struct.unpack(">I", data[1:5])[0]), 5)
        raise WireError(
            "wrong_magic", f"starts with {data[:2].hex()}, neither Avro single-object (c301) nor Confluent framing (00)"
        )

    def _registered(self, schema_id: int) -> tuple[str, Any]:
        found = self._writers.get(schema_id)
        if found is None:
            if self._registry is None:
                raise UnknownSchemaError(
                    "unknown_schema",
                    f"schema id {schema_id}, but no registry is set: set BOSPHORUS_SCHEMA_REGISTRY_URL",
                )
            schema = self._registry.schema_of(schema_id)
            if not isinstance(schema, dict) or schema.get("type") != "record":
                raise UnknownSchemaError("unknown_schema", f"schema id {schema_id} is not a record")
            found = self._writers[schema_id] = (str(schema["name"]), fastavro.parse_schema(schema))
        return found
