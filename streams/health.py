"""Is the worker well? Alive means progress: an open port says nothing about a consumer that stalls silently."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

STALLED_AFTER_S = 60.0


class Loop(Protocol):
    """What health asks of a loop."""

    @property
    def name(self) -> str:
        """Its step."""
        ...

    @property
    def lag(self) -> int:
        """Records that wait."""
        ...

    @property
    def progress_at(self) -> float:
        """When it last committed, or had nothing to do; monotonic seconds."""
        ...

    @property
    def ready(self) -> bool:
        """True while it works normally."""
        ...


class State(Struct, frozen=True):
    """The answer for one loop."""

    step: str
    alive: bool
    ready: bool
    lag: int
    stalled_s: float


class Health:
    """Looks at the loops.

    Args:
        loops: one a step.
        stalled_after_s: seconds without a commit, while records wait, after which a loop counts as dead.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        loops: Sequence[Loop],
        stalled_after_s: float = STALLED_AFTER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loops = loops
        self._stalled_after_s = stalled_after_s
        self._clock = clock

    def states(self) -> list[State]:
        """One a loop."""
        now = self._clock()
        return [
            State(
                step=loop.name,
                alive=loop.lag == 0 or now - loop.progress_at < self._stalled_after_s,
                ready=loop.ready,
                lag=loop.lag,
                stalled_s=round(now - loop.progress_at, 1) if loop.lag else 0.0,
            )
            for loop in self._loops
        ]

    @property
    def alive(self) -> bool:
        """False if restarting the worker is worth a try."""
        return all(state.alive for state in self.states())

    @property
    def ready(self) -> bool:
        """True if every step works normally."""
        return all(state.alive and state.ready for state in self.states())
