"""Avro schemas of the records, derived from their types, so that the two can't drift apart."""

from __future__ import annotations

import enum
import functools
import re
import types
import typing
import uuid
from datetime import datetime
from typing import Any

import msgspec

NAMESPACE = "org.bosphorus"

_PRIMITIVES: dict[Any, Any] = {
    bool: "boolean",
    int: "long",
    float: "double",
    str: "string",
    bytes: "bytes",
    uuid.UUID: {"type": "string", "logicalType": "uuid"},
    datetime: {"type": "long", "logicalType": "timestamp-millis"},
}


def snake_case(name: str) -> str:
    """NewsEvent -> news_event: the stem of the record's files."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _first_line(cls: type) -> str:
    return (cls.__doc__ or "").strip().splitlines()[0]


def _of(kind: Any, seen: set[str]) -> Any:  # noqa: PLR0911 - one return a kind of type
    """Return the Avro schema of a Python type; a named type is written out once and then referred to."""
    if typing.get_origin(kind) is typing.Annotated:
        return _of(typing.get_args(kind)[0], seen)
    if kind in _PRIMITIVES:
        return _PRIMITIVES[kind]
    if isinstance(kind, types.UnionType):
        inner = [a for a in typing.get_args(kind) if a is not type(None)]
        return ["null", *(_of(a, seen) for a in inner)]
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": _of(typing.get_args(kind)[0], seen)}
    if kind.__name__ in seen:
        return kind.__name__
    seen.add(kind.__name__)
    if issubclass(kind, enum.Enum):
        return {
            "type": "enum",
            "name": kind.__name__,
            "doc": _first_line(kind),
            "symbols": [str(m.value) for m in kind],
        }
    return _record(kind, seen)


def _record(kind: type[msgspec.Struct], seen: set[str]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = []
    for field in msgspec.structs.fields(kind):
        meta = next((m for m in getattr(hints[field.name], "__metadata__", ()) if isinstance(m, msgspec.Meta)), None)
        entry: dict[str, Any] = {
            "name": field.name,
            "type": _of(hints[field.name], seen),
            "doc": meta.description if meta and meta.description else "",
        }
        if field.default is None:
            entry["default"] = None
        fields.append(entry)
    return {"type": "record", "name": kind.__name__, "doc": _first_line(kind), "fields": fields}


@functools.cache
def avro_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the Avro schema (as parsed JSON) of a record type. Enum symbols are the wire values, e.g. `usable`."""
    schema = _record(kind, {kind.__name__})
    return {
        "type": "record",
        "name": schema["name"],
        "namespace": NAMESPACE,
        "doc": schema["doc"],
        "fields": schema["fields"],
    }
