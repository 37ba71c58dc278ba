"""Where a watch keeps its state: bytes by key, so that the worker can put them into a Faust table and a test into a dict.

Values carry a version; a value of another version reads as absent and is rebuilt. Each value stays under 512 KiB.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")

VERSION = 1
MAX_VALUE_BYTES = 512 * 1024
JOURNAL_CHUNK_BYTES = 256 * 1024
"""Changes that stand in one value of the journal; a single one that is larger stands alone."""
MAX_CACHED = 20_000

_Change = tuple[str, bytes | None]
_ENCODE = msgspec.msgpack.Encoder().encode


def weight(value: object) -> int:
    """Bytes that a value takes in the store, or as a part of a larger one."""
    return len(_ENCODE(value))


class Store(Protocol):
    """Bytes by key: the namespace of one watch. Writes may be cut off anywhere, but what is kept is always what came first."""

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
    """Values over a store, read once and written back together: all of a `flush`, or, after a crash, nothing of it.

    Several changes are first written to a journal; a shelf that finds a whole journal makes its changes again, and one that
    finds a part of one forgets it. Typed values go by kind and id; `get`, `set` and `delete` are a plain store.

    Args:
        store: where they are kept; keys are `kind/id`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: dict[tuple[str, str], Any] = {}
        self._dirty: set[tuple[str, str]] = set()
        self._plain: dict[str, bytes | None] = {}
        self._decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {}
        self._encode = _ENCODE
        self._recover()

    def load(self, kind: str, id_: str, type_: type[T]) -> T | None:
        """The value of a kind and id, or None. A change to it takes `put`."""
        place = (kind, id_)
        if place in self._cache:
            found: T | None = self._cache[place]
            return found
        raw = self._store.get(f"{kind}/{id_}")
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

    def get(self, key: str) -> bytes | None:
        """Plain bytes of a key, or None."""
        return self._plain[key] if key in self._plain else self._store.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep plain bytes."""
        self._plain[key] = value

    def delete(self, key: str) -> None:
        """Forget plain bytes."""
        self._plain[key] = None

    @property
    def is_full(self) -> bool:
        """Whether so much is held that it is time to write it."""
        return len(self._dirty) + len(self._plain) > MAX_CACHED

    def flush(self) -> None:
        """Write what has changed."""
        changes: list[_Change] = sorted(self._plain.items())
        for kind, id_ in sorted(self._dirty):
            value = self._cache[kind, id_]
            changes.append((f"{kind}/{id_}", None if value is None else bytes((VERSION,)) + self._encode(value)))
            if value is None:
                del self._cache[kind, id_]
        self._dirty.clear()
        self._plain.clear()
        if len(changes) > 1:
            self._store.set("journal/head", self._encode(self._write_journal(changes)))
        self._apply(changes)
        if len(changes) > 1:
            self._store.delete("journal/head")
        if len(self._cache) > MAX_CACHED:
            self._cache.clear()

    def _write_journal(self, changes: list[_Change]) -> int:
        chunks: list[list[_Change]] = [[]]
        size = 0
        for change in changes:
            its = len(change[0]) + len(change[1] or b"")
            if size + its > JOURNAL_CHUNK_BYTES and chunks[-1]:
                chunks.append([])
                size = 0
            size += its
            chunks[-1].append(change)
        for number, chunk in enumerate(chunks):
            self._store.set(f"journal/{number}", self._encode(chunk))
        return len(chunks)

    def _recover(self) -> None:
        head = self._store.get("journal/head")
        if head is None:
            return
        for number in range(msgspec.msgpack.decode(head, type=int)):
            chunk = self._store.get(f"journal/{number}")
            self._apply(msgspec.msgpack.decode(chunk, type=list[_Change]) if chunk else [])
        self._store.delete("journal/head")

    def _apply(self, changes: list[_Change]) -> None:
        for key, value in changes:
            if value is None:
                self._store.delete(key)
            else:
                self._store.set(key, value)
