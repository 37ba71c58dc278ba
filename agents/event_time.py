"""Which events tell how far event time has come: those whose date their source has given."""

from __future__ import annotations

from collections.abc import Iterable

ASSUMED = frozenset({"date_in_future", "date_missing", "date_unreadable", "date_absurd", "date_unknown"})
"""Flags of normalise: the date was put in our own time's place. In a replay of old news that is years ahead of all the others."""


def moves_time(flags: Iterable[str]) -> bool:
    """True if an event with these flags may move a watermark."""
    return ASSUMED.isdisjoint(flags)
