"""Hypothesis strategies that build any record from its types."""

from __future__ import annotations

import enum
import types
import typing
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000, tzinfo=UTC)
)
PRIMITIVES: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 2**40),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXT,
    bytes: st.binary(max_size=20),
    uuid.UUID: st.uuids(),
    datetime: TIMES,
}


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a type as it stands in a record."""
    if typing.get_origin(kind) is typing.Annotated:
        return of(typing.get_args(kind)[0])
    if kind in PRIMITIVES:
        return PRIMITIVES[kind]
    if isinstance(kind, types.UnionType):
        return st.one_of(*(st.none() if a is type(None) else of(a) for a in typing.get_args(kind)))
    if typing.get_origin(kind) is tuple:
        return st.lists(of(typing.get_args(kind)[0]), max_size=2).map(tuple)
    if issubclass(kind, enum.Enum):
        return st.sampled_from(list(kind))
    return record(kind)


def record(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Return a strategy for a record type."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return st.fixed_dictionaries({f.name: of(hints[f.name]) for f in msgspec.structs.fields(kind)}).map(
        lambda d: kind(**d)
    )
