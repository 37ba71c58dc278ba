"""The shelf: what is written together is there together, whatever is cut off."""

from __future__ import annotations

import pytest

from agents.watch.state import Progress
from agents.watch.store import MAX_VALUE_BYTES, MemoryStore, Shelf


class _CutError(Exception):
    pass


class _Cut(MemoryStore):
    def __init__(self, values: dict[str, bytes], writes: int) -> None:
        super().__init__()
        self.values = dict(values)
        self._left = writes

    def set(self, key: str, value: bytes) -> None:
        self._spend()
        super().set(key, value)

    def delete(self, key: str) -> None:
        self._spend()
        super().delete(key)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _CutError


def state(store: MemoryStore) -> tuple[int | None, list[str] | None, bytes | None]:
    shelf = Shelf(store)
    progress = shelf.load("progress", "0", Progress)
    return progress.late if progress else None, shelf.load("things", "a", list[str]), shelf.get("fold/x")


@pytest.mark.parametrize("writes", range(14))
def test_a_flush_counts_whole_or_not_at_all(writes: int) -> None:
    before = MemoryStore()
    shelf = Shelf(before)
    shelf.put("progress", "0", Progress(late=1))
    shelf.put("things", "a", ["old"])
    shelf.set("fold/x", b"old")
    shelf.flush()
    store = _Cut(before.values, writes)
    shelf = Shelf(store)
    shelf.put("progress", "0", Progress(late=2))
    shelf.drop("things", "a")
    shelf.set("fold/x", b"new")
    try:
        shelf.flush()
    except _CutError:
        store._left = 100
    assert state(store) in [(1, ["old"], b"old"), (2, None, b"new")]


def test_values_of_another_version_read_as_absent() -> None:
    store = MemoryStore()
    shelf = Shelf(store)
    shelf.put("progress", "0", Progress(late=3))
    shelf.flush()
    store.values["progress/0"] = b"\x63" + store.values["progress/0"][1:]
    assert Shelf(store).load("progress", "0", Progress) is None


def test_a_large_flush_is_journalled_in_values_under_the_limit() -> None:
    sizes: list[int] = []

    class Watched(MemoryStore):
        def set(self, key: str, value: bytes) -> None:
            sizes.append(len(value))
            super().set(key, value)

    store = Watched()
    shelf = Shelf(store)
    for number in range(40):
        shelf.set(f"fold/{number}", b"x" * 100_000)
    shelf.flush()
    assert max(sizes) < MAX_VALUE_BYTES
    assert len([key for key in store.values if key.startswith("fold/")]) == 40
