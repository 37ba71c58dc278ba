"""Waiting before the next attempt: twice as long each time, up to a limit, with a little chance in it."""

from __future__ import annotations

import random

FIRST_S = 0.1
LONGEST_S = 5.0


class Backoff:
    """Counts failures in a row and says how long to wait."""

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self.failures = 0

    def next_s(self) -> float:
        """Note a failure; seconds to wait before the next attempt. Workers that failed together don't come back together."""
        self.failures += 1
        longest = min(self._first_s * 2.0 ** min(self.failures - 1, 30), self._longest_s)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret

    def reset(self) -> None:
        """Note a success."""
        self.failures = 0
