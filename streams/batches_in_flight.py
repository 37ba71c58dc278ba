"""The batches of a loop that are being worked on or delivered, oldest first: what is committed next is always the oldest."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from streams.batch import Batch

IN_FLIGHT = 3
"""Batches at once: one is worked on while those before it are being delivered, or the next one waits for its turn."""


class BatchesInFlight:
    """A queue of batches that knows how long its head has kept the others waiting.

    Args:
        timeout_s: the oldest may take so long from when it became the oldest.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._batches: deque[Batch] = deque()
        self._oldest_since = 0.0
        """When the oldest became the oldest; monotonic seconds."""

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def records(self) -> int:
        """How many records they have."""
        return sum(batch.count for batch in self._batches)

    @property
    def has_room(self) -> bool:
        """Whether one more may be read."""
        return len(self._batches) < IN_FLIGHT

    @property
    def oldest(self) -> Batch | None:
        """The one to be committed next."""
        return self._batches[0] if self._batches else None

    @property
    def overdue_in_s(self) -> float | None:
        """How long the oldest may still take; None where nothing is in flight."""
        return max(0.0, self._oldest_since + self._timeout_s - time.monotonic()) if self._batches else None

    def add(self, batch: Batch) -> None:
        """One more, the newest."""
        if not self._batches:
            self._oldest_since = time.monotonic()
        self._batches.append(batch)

    def pop_delivered(self) -> Batch | None:
        """Take the oldest out if all that came of it is delivered.

        Raises:
            ConnectionError: it was dropped.
            Exception: what its delivery failed with. It stays where it is, in either case.
        """
        if not self._batches or not self._batches[0].done.done():
            return None
        done = self._batches[0].done
        if done.cancelled():
            raise ConnectionError("a batch was dropped on its way")
        done.result()
        self._oldest_since = time.monotonic()
        return self._batches.popleft()

    async def settled(self, timeout_s: float) -> None:
        """Wait until each is delivered, failed or dropped, but no longer than this."""
        if self._batches:
            await asyncio.wait([batch.done for batch in self._batches], timeout=timeout_s)

    def drop(self) -> None:
        """Nobody waits for them any more: their records come again."""
        for batch in self._batches:
            batch.drop()
        self._batches.clear()
