"""Where a watch keeps its state: bytes by key, so that the worker can put them into a Faust table and a test into a dict.

Values carry a version; a value of another version reads as absent and is rebuilt. Each value stays under 512 KiB.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")

VERSION = 1
MAX_VALUE_BYTES = 512 * 1024
MAX_CACHED = 20_000

WRITE_ORDER = (
    "outbox",
    "alert",
    "story",
    "band",
    "thread",
    "detector",
    "bucket",
    "entry",
    "pending",
    "expiry",
    "progress",
)
"""Kinds in the order in which they are written. A crash may cut the writes anywhere: what is said comes before what makes a
replay say nothing, and progress comes last."""


class Store(Protocol):
    """Bytes by key: the namespace of one watch. Values are under 512 KiB."""

    def get(self, key: str) -> bytes | None:
        """The value, or None."""

    def set(self, key: str, value: bytes) -> None:
        """Write a value whole."""

    def delete(self, key: str) -> None:
        """Forget a key; nothing happens if it isn't there."""


class MemoryStore:
    """A store in a dict, for backtests and tests."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The value, or None."""
        return self.values.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Write a value whole."""
        self.values[key] = value

    def delete(self, key: str) -> None:
        """Forget a key."""
        self.values.pop(key, None)


class Shelf:
    """Typed values over a store: read once, written back together by `flush`.

    Args:
        store: where they are kept; keys are `kind/id`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: dict[tuple[str, str], Any] = {}
        self._dirty: set[tuple[str, str]] = set()
        self._decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {}
        self._encode = msgspec.msgpack.Encoder().encode

    def get(self, kind: str, id_: str, type_: type[T]) -> T | None:
        """The value of a kind and id, or None. A change to it takes `put`."""
        place = (kind, id_)
        if place in self._cache:
            found: T | None = self._cache[place]
            return found
        raw = self._store.get("/".join(place))
        value = None
        if raw is not None and raw[0] == VERSION:
            decoder = self._decoders.get(type_)
            if decoder is None:
                decoder = self._decoders[type_] = msgspec.msgpack.Decoder(type_)
            value = decoder.decode(memoryview(raw)[1:])
        self._cache[place] = value
        return value

    def put(self, kind: str, id_: str, value: object) -> None:
        """Keep a value (written by the next `flush`)."""
        self._cache[kind, id_] = value
        self._dirty.add((kind, id_))

    def drop(self, kind: str, id_: str) -> None:
        """Forget a value."""
        self.put(kind, id_, None)

    def flush(self) -> None:
        """Write what has changed, in the order of WRITE_ORDER."""
        for place in sorted(self._dirty, key=lambda place: (WRITE_ORDER.index(place[0]), place[1])):
            value = self._cache[place]
            if value is None:
                self._store.delete("/".join(place))
                del self._cache[place]
            else:
                self._store.set("/".join(place), bytes((VERSION,)) + self._encode(value))
        self._dirty.clear()
        if len(self._cache) > MAX_CACHED:
            self._cache.clear()
