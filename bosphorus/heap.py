"""Python's collector of cycles, told what it need not look at."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
COLLECT_EVERY = 50_000
"""Allocations less deallocations between two looks at the young; Python's own 700 looks several times an article."""
WHILE_IMPORTING = 100_000
"""More than imports make (some 60,000), which would be looked through just before they are done."""
WHILE_LOADING = 1_000_000
"""More than registers and lexicons make (some 600,000): looking through them while they grow costs a sixth of the start."""


def patient() -> None:
    """Call when the process begins: what imports make stays.

    At its end nothing is looked through either: that took half as long as the start, for memory that is about to be given back.
    """
    gc.set_threshold(WHILE_IMPORTING)
    atexit.register(gc.freeze)


def loading() -> None:
    """Call before registers and lexicons load."""
    gc.set_threshold(WHILE_LOADING)


def settle() -> None:
    """Call once, when registers and lexicons are loaded and articles begin.

    What is loaded stays for good, so it is left out of every later look; an article makes no cycles, so that looks for them
    are almost all waste. They go on, seldom: libraries make some.
    """
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)


def settled_after(first: int, articles: Iterable[T]) -> Iterator[T]:
    """Pass articles on, and settle where registers and lexicons load with the articles.

    Args:
        first: how many articles load what most of the others need.
        articles: whatever loads it.
    """
    loading()
    for number, article in enumerate(articles, 1):
        yield article
        if number == first:
            settle()
