"""Events wait for their turn and come out in one order, whatever order they came in."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from agents.watch import ordering
from agents.watch.ordering import Waiting
from agents.watch.state import Progress, to_ms
from agents.watch.store import MemoryStore, Shelf
from schemas.records import EnrichedEvent
from tests.unit.agents.watch.streams import MAY_11, article

TICK_MS = 600_000
EVENTS = [
    article(f"o{n}", MAY_11 + timedelta(minutes=7 * (n // 2)), version=version) for n in range(12) for version in (1, 2)
]


def turn(event: EnrichedEvent) -> tuple[int, str, int]:
    return to_ms(event.published_at), str(event.event_id), event.version


def waiting(store: MemoryStore | None = None) -> tuple[Waiting, Shelf, Progress]:
    shelf, progress = Shelf(store or MemoryStore()), Progress()
    return Waiting(shelf, progress, TICK_MS), shelf, progress


def taken(of: Waiting) -> list[EnrichedEvent]:
    found = []
    while of.first() is not None:
        event = of.take()
        assert event is not None
        found.append(event)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_they_come_out_by_time_then_id_then_version(seed: int) -> None:
    came = random.Random(seed).sample(EVENTS, len(EVENTS))
    line, _, _ = waiting()
    assert all(line.add(to_ms(event.published_at), event) for event in came)
    assert [turn(event) for event in taken(line)] == sorted(map(turn, EVENTS))


def test_the_same_version_waits_once() -> None:
    line, _, _ = waiting()
    for _ in range(3):
        assert line.add(to_ms(EVENTS[0].published_at), EVENTS[0])
    assert len(taken(line)) == 1


def test_a_full_slot_takes_no_more_and_the_next_slot_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "MAX_SLOT", 2)
    line, _, _ = waiting()
    at_ms = to_ms(MAY_11)
    assert [line.add(at_ms, event) for event in EVENTS[:3]] == [True, True, False]
    assert line.add(at_ms + TICK_MS, EVENTS[3])


def test_nothing_is_left_behind_once_all_have_had_their_turn() -> None:
    store = MemoryStore()
    line, shelf, progress = waiting(store)
    for event in EVENTS:
        line.add(to_ms(event.published_at), event)
    shelf.flush()
    assert store.values
    taken(line)
    shelf.flush()
    assert not [key for key in store.values if key.startswith("pending/")]
    assert progress.slots == []


def test_what_waits_survives_a_restart() -> None:
    store = MemoryStore()
    line, shelf, progress = waiting(store)
    for event in EVENTS:
        line.add(to_ms(event.published_at), event)
    shelf.flush()
    again = Waiting(Shelf(store), progress, TICK_MS)
    assert [turn(event) for event in taken(again)] == sorted(map(turn, EVENTS))
