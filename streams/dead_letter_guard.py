"""The limit on the share of dead letters.

It prevents one outage: a bad deployment, or a writer that changed its format, would otherwise turn a whole topic into dead letters in
minutes, and someone would have to send all of it again. Past the limit a step reads only a few records now and then: it goes on by
itself once these are good again.
"""

from __future__ import annotations

from collections import deque

WINDOW = 1000
PROBE_RECORDS = 10
PROBE_EVERY_S = 30.0


class DeadLetterGuard:
    """Looks at the last 1,000 records.

    Args:
        cap: share of dead letters among them that is still normal, 0 to 1.
    """

    def __init__(self, cap: float) -> None:
        self._most = cap * WINDOW
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._dead = 0

    def note(self, *, dead: bool) -> None:
        """Count one record."""
        if len(self._recent) == WINDOW:
            self._dead -= self._recent[0]
        self._recent.append(dead)
        self._dead += dead

    @property
    def tripped(self) -> bool:
        """True while too many of them were dead letters. Fewer than the cap's worth never trip it."""
        return self._dead > self._most

    def __str__(self) -> str:
        return f"{self._dead} of the last {len(self._recent)} records were dead letters"
