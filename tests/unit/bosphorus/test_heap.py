"""The collector leaves alone what stays loaded, and goes on with the rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bosphorus import heap


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_left_out_of_later_looks() -> None:
    loaded = [[] for _ in range(10)]  # type: ignore[var-annotated]
    heap.settle()
    assert gc.get_freeze_count() > len(loaded)


def test_cycles_are_still_collected() -> None:
    heap.settle()
    assert gc.isenabled()
    assert gc.get_threshold()[0] == heap.COLLECT_EVERY
