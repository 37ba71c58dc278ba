"""The process around a worker's app: it ends in time, whatever hangs, and it starts anew where going on would be wrong."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from signal import Signals
from typing import Any, NoReturn

import structlog
from faust.worker import Worker

from streams.settings import StreamsSettings

DRAIN_SHARE = 0.85
"""Share of the drain time after which a worker that still stops is ended: what it holds comes again."""
LAST_BREATH_S = 0.05
PAUSE_S = 1.0
"""Before a process starts anew, so that it never does so in a tight circle."""

log = structlog.get_logger(__name__)


class PunctualWorker(Worker):
    """Faust's worker, which has ended when the drain time is over.

    A consumer that is just joining its group, or a broker that does not answer, would hold it up for a minute.
    """

    def __init__(self, *args: Any, settings: StreamsSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._drain_s = settings.drain_timeout_s * DRAIN_SHARE
        self.is_stopping = False
        """True once a signal has asked it to end: it must not start anew then."""
        self.lasts: list[asyncio.Task[None]] = []
        """What goes on until all services have stopped."""

    def _schedule_shutdown(self, signal: Signals) -> None:
        self.is_stopping = True
        log.info("stopping", signal=signal.name, within_s=round(self._drain_s, 1))
        end_within(self._drain_s, _end)
        super()._schedule_shutdown(signal)

    def _shutdown_loop(self) -> None:
        for task in self.lasts:
            task.cancel()  # else mode waits a second for it
        super()._shutdown_loop()

    async def _sentinel_task(self) -> None:
        """Let what was cancelled end. Mode waits a second; but deliveries and commits were awaited by whoever made them."""
        await asyncio.sleep(LAST_BREATH_S)


def end_within(seconds: float, end: Callable[[], object]) -> None:
    """Call `end`, from a thread of its own, unless the process has ended by then."""
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def _end() -> NoReturn:
    log.warning("the drain time is over: what was not finished comes again")
    os._exit(0)


def start_anew(settings: StreamsSettings) -> NoReturn:
    """Put a fresh process in the place of this one: the same command, the same pid, the same Kafka."""
    threading.Event().wait(PAUSE_S)
    log.info("starting anew")
    environment = os.environ | {"BOSPHORUS_BROKER": settings.broker}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606 - our own command
