"""Alive means progress."""

from __future__ import annotations

from dataclasses import dataclass

from streams.health import Health


@dataclass
class Stub:
    name: str = "enrich"
    lag: int = 0
    progress_at: float = 0.0
    ready: bool = True


def test_nothing_to_do_is_well_for_ever() -> None:
    health = Health([Stub(lag=0, progress_at=0.0)], clock=lambda: 1e6)
    assert health.alive
    assert health.ready


def test_lag_without_a_commit_for_too_long_is_not_alive() -> None:
    health = Health([Stub(lag=5, progress_at=0.0)], stalled_after_s=60, clock=lambda: 61)
    assert not health.alive
    assert not health.ready


def test_lag_with_commits_is_alive() -> None:
    assert Health([Stub(lag=5, progress_at=50.0)], stalled_after_s=60, clock=lambda: 61).alive


def test_a_step_that_fails_or_pauses_is_alive_but_not_ready() -> None:
    health = Health([Stub(), Stub(name="normalise", ready=False)], clock=lambda: 0)
    assert health.alive
    assert not health.ready
    assert [state.ready for state in health.states()] == [True, False]
