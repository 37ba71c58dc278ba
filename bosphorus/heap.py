"""Python's collector of cycles, told what it need not look at."""

from __future__ import annotations

import gc

COLLECT_EVERY = 50_000
"""Allocations less deallocations between two looks at the young; Python's own 700 looks several times an article."""


def patient() -> None:
    """Call when the process begins: what imports, registers and lexicons make stays, and looking through it costs a sixth of the start."""
    gc.set_threshold(COLLECT_EVERY)


def settle() -> None:
    """Call once, when registers and lexicons are loaded and articles begin.

    What is loaded stays for good, so it is left out of every later look; an article makes no cycles, so that looks for them
    are almost all waste. They go on, seldom: libraries make some.
    """
    gc.freeze()
    patient()
