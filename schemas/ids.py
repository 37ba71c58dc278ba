"""Deterministic ids: the same thing always has the same UUIDv5, on every machine and after every crash."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.UUID("5b0f5b5c-2f43-5a3f-9d5e-0b05f0a5e0e1")
"""Ours alone; changing it changes every id."""


def stable_id(kind: str, *parts: str) -> uuid.UUID:
    """UUIDv5 of a kind (`event`, `alert`, `story`, `thread`) and the parts that make it what it is.

    Parts are joined with the unit separator, which normalised text can't contain.
    """
    return uuid.uuid5(NAMESPACE, "\x1f".join((kind, *parts)))
