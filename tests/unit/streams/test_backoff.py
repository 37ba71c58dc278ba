"""Failures in a row wait longer each time, up to a limit."""

from __future__ import annotations

from itertools import pairwise

from streams.backoff import LONGEST_S, Backoff


def test_waits_grow_to_the_limit_and_no_further() -> None:
    backoff = Backoff(first_s=0.1)
    waits = [backoff.next_s() for _ in range(200)]
    assert all(later > earlier / 4 for earlier, later in pairwise(waits))
    assert LONGEST_S / 2 <= waits[-1] <= LONGEST_S


def test_a_success_begins_anew() -> None:
    backoff = Backoff(first_s=0.1)
    for _ in range(10):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() <= 0.1
