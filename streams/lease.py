"""May this worker still write? A process that stood still for longer than its session has lost its partitions, and doesn't know it yet.

Suspended (SIGSTOP, a virtual machine that is moved, a page-in storm), it wakes up in the middle of what it was doing, and would write state and
alerts over those of whoever has its partitions now. So everything that is sent asks here first. A pulse notes the time; a gap in it
as long as a session means that the lease has run out, for good: the worker drops what it holds and starts anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from schemas.errors import BosphorusError

SHARE = 0.8
"""Share of the session time-out after which the lease counts as lost: Kafka's clock began with the last heartbeat, before ours."""
PULSE_S = 0.5

log = structlog.get_logger(__name__)


class SuspendedError(BosphorusError):
    """The process stood still for longer than its session; its partitions are another's."""


class Lease:
    """The right to write, of one process. Without `keep` it never runs out.

    Args:
        clock: monotonic seconds, running on while the process is stopped.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pulse_at = 0.0
        self._limit_s = float("inf")
        self._lost_s = 0.0

    def begin(self, session_timeout_s: float) -> None:
        """From now on, a gap of SHARE of the session time-out ends it."""
        self._limit_s = session_timeout_s * SHARE
        self._lost_s = 0.0
        self._pulse_at = self._clock()

    def beat(self) -> bool:
        """Note the time. False once the lease is lost."""
        now = self._clock()
        if not self._lost_s and now - self._pulse_at > self._limit_s:
            self._lost_s = now - self._pulse_at
        self._pulse_at = now
        return not self._lost_s

    def check(self) -> None:
        """Raise SuspendedError unless we may write."""
        if not self.beat():
            raise SuspendedError(f"the process stood still for {self._lost_s:.1f} s, longer than its session")

    async def keep(self, lost: Callable[[SuspendedError], Awaitable[object]]) -> None:
        """Beat until the lease is lost; then say so, and call `lost`."""
        while True:
            await asyncio.sleep(PULSE_S)
            try:
                self.check()
            except SuspendedError as error:
                log.warning("starting anew: others have our partitions", why=str(error))
                await lost(error)
                return


LEASE = Lease()
"""That of this process."""
