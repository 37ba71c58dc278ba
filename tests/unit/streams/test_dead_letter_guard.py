"""The guard stops a topic from draining into the dead letters, and lets go by itself."""

from __future__ import annotations

from streams.dead_letter_guard import WINDOW, DeadLetterGuard


def _note(guard: DeadLetterGuard, dead: int, good: int) -> None:
    for _ in range(dead):
        guard.note(dead=True)
    for _ in range(good):
        guard.note(dead=False)


def test_a_few_dead_letters_at_the_start_never_trip_it() -> None:
    guard = DeadLetterGuard(0.5)
    _note(guard, dead=400, good=0)
    assert not guard.tripped


def test_more_than_the_share_of_the_window_trips_it() -> None:
    guard = DeadLetterGuard(0.5)
    _note(guard, dead=501, good=0)
    assert guard.tripped


def test_good_records_let_go_once_they_push_the_bad_ones_out() -> None:
    guard = DeadLetterGuard(0.5)
    _note(guard, dead=600, good=WINDOW - 600)
    assert guard.tripped
    _note(guard, dead=0, good=100)
    assert not guard.tripped


def test_a_share_of_one_never_trips_it() -> None:
    guard = DeadLetterGuard(1.0)
    _note(guard, dead=2 * WINDOW, good=0)
    assert not guard.tripped


def test_it_says_what_it_saw() -> None:
    guard = DeadLetterGuard(0.5)
    _note(guard, dead=2, good=3)
    assert str(guard) == "2 of the last 5 records were dead letters"
