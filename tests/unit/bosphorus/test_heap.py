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


def test_while_the_first_articles_load_what_stays_nothing_is_looked_for() -> None:
    thresholds = [gc.get_threshold()[0] for _ in heap.settled_after(2, range(4))]
    assert thresholds == [heap.WHILE_LOADING] * 2 + [heap.COLLECT_EVERY] * 2
