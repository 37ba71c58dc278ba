"""Closing a Kafka client, whatever state it is in.

aiokafka's `stop` may wait for ever, raise, or, where a task of its own was cancelled, raise that task's CancelledError. The last is the
worst: whoever awaited it looks cancelled, and ends without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

LAST_WORDS_S = 1.0
"""What a closing that was given up may still take."""

log = structlog.get_logger(__name__)


async def close(closing: Coroutine[Any, Any, Any], within_s: float) -> bool:
    """Run the coroutine that closes something, for so many seconds at most. True if it ended well.

    Raises:
        asyncio.CancelledError: the caller itself was cancelled; never anything of what is closed.
    """
    task = asyncio.create_task(closing)
    try:
        await asyncio.wait([task], timeout=within_s)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=LAST_WORDS_S)
    if not task.done() or task.cancelled():
        log.debug("not closed in time", what=repr(closing))
        return False
    error = task.exception()
    if error is not None:
        log.debug("not closed in order", what=repr(closing), error=f"{type(error).__name__}: {error}"[:200])
    return error is None


def is_cancelled() -> bool:
    """True if the task that asks was really cancelled; False for a CancelledError that leaked out of a library."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
