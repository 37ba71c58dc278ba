"""The state of one watch in a Faust table, whole events at a time."""

from __future__ import annotations

from typing import Any


class TableStore:
    """The keys of one watch: in the table they are prefixed with the watch's id.

    Writes wait in memory until `apply`, so that an event on which the step fails leaves no half of itself behind.
    """

    def __init__(self, table: Any, watch_id: str) -> None:
        self._table = table
        self._prefix = f"{watch_id}/"
        self._changed: dict[str, bytes | None] = {}

    def get(self, key: str) -> bytes | None:
        """The value of a key; None if there is none."""
        if key in self._changed:
            return self._changed[key]
        value: bytes | None = self._table.get(self._name(key))
        return value

    def set(self, key: str, value: bytes) -> None:
        """Write a value, whole."""
        self._changed[key] = value

    def delete(self, key: str) -> None:
        """Remove a key; nothing happens if there is none."""
        self._changed[key] = None

    def apply(self) -> None:
        """Write what has changed to the table."""
        for key, value in self._changed.items():
            name = self._name(key)
            if value is not None:
                self._table[name] = value
            elif name in self._table:
                del self._table[name]
        self._changed.clear()

    def discard(self) -> None:
        """Forget what has changed."""
        self._changed.clear()

    def _name(self, key: str) -> bytes:
        return (self._prefix + key).encode()
