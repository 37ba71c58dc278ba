"""Properties of what is kept: state that was written is read back the same, wherever the writing was cut off."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.watch.buckets import DAY, HOUR
from agents.watch.detector import Detector, DetectorState
from agents.watch.store import MemoryStore, Shelf
from bosphorus.settings import Settings
from streams.backoff import Backoff
from streams.dead_letter_guard import WINDOW, DeadLetterGuard

COUNTS = st.lists(st.floats(0, 1e6), max_size=60)
KEYS = st.text("ab/\x00é", min_size=1, max_size=4)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.binary(max_size=8)),
        st.tuples(st.just("delete"), KEYS),
        st.tuples(st.just("put"), KEYS, st.lists(st.integers(0, 9), max_size=3)),
        st.tuples(st.just("drop"), KEYS),
        st.tuples(st.just("flush")),
    ),
    max_size=30,
)


@given(COUNTS, st.sampled_from((HOUR, DAY)))
@settings(deadline=None, max_examples=50)
def test_a_detector_taken_up_from_its_state_scores_as_the_one_that_went_on(counts: list[float], length: Any) -> None:
    mine = Detector.fresh(length, 0)
    for count in counts:
        raw = msgspec.msgpack.encode(mine.state)
        taken_up = Detector(length, msgspec.msgpack.decode(raw, type=DetectorState))
        assert taken_up.look(count) == mine.look(count)
        assert math.isfinite(mine.look(count).score)
        mine.close(count)


@given(CHANGES)
@settings(deadline=None, max_examples=50)
def test_a_shelf_holds_what_a_new_one_over_its_store_finds(changes: list[tuple[Any, ...]]) -> None:
    store = MemoryStore()
    shelf = Shelf(store)
    for what, *values in changes:
        if what == "put":
            shelf.put("kind", values[0], values[1])
        elif what == "drop":
            shelf.drop("kind", values[0])
        else:
            getattr(shelf, what)(*(("plain/" + values[0], *values[1:]) if values else ()))
    shelf.flush()
    again = Shelf(store)
    for what, *values in changes:
        if what in {"put", "drop"}:
            assert again.load("kind", values[0], list[int]) == shelf.load("kind", values[0], list[int])
        elif values:
            assert again.get("plain/" + values[0]) == shelf.get("plain/" + values[0])


@given(st.integers(1, 64), st.floats(0.1, 1e4), st.floats(0.01, 1.0))
@settings(deadline=None, max_examples=25)
def test_settings_are_read_back_from_their_own_environment(partitions: int, timeout: float, cap: float) -> None:
    mine = Settings(partitions=partitions, session_timeout_s=timeout, dead_letter_rate_cap=cap)
    assert Settings(**msgspec.json.decode(mine.model_dump_json())) == mine


@given(st.lists(st.booleans(), max_size=3 * WINDOW), st.floats(0.01, 1.0))
@settings(deadline=None, max_examples=25)
def test_the_guard_trips_exactly_where_the_share_is_over_its_cap(outcomes: list[bool], cap: float) -> None:
    guard = DeadLetterGuard(cap)
    for dead in outcomes:
        guard.note(dead=dead)
    assert guard.tripped == (sum(outcomes[-WINDOW:]) > cap * WINDOW)


@given(st.integers(1, 2000))
def test_a_wait_is_never_longer_than_the_longest_nor_nothing(failures: int) -> None:
    backoff = Backoff(0.1, 5.0)
    backoff.failures = failures - 1
    assert 0.05 <= backoff.next_s() <= 5.0
