"""Committing: the offsets of what was delivered, beside the work and not in its way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

EVERY_S = 0.1
"""Least time between two commits. A crash repeats at most what was delivered in it; each commit costs Kafka and us a millisecond."""


class Commits:
    """What is delivered and what is committed. One commit at a time is on its way."""

    def __init__(self) -> None:
        self.delivered: dict[TopicPartition, int] = {}
        """What can be committed, and is not yet: the next offset, by partition."""
        self.made: dict[TopicPartition, int] = {}
        """What is committed, as far as we know."""
        self._made_at = 0.0
        self._under_way: asyncio.Task[None] | None = None

    def note(self, offsets: Mapping[TopicPartition, int]) -> None:
        """A batch is delivered, and all before it."""
        self.delivered.update(offsets)

    @property
    def under_way(self) -> asyncio.Task[None] | None:
        """The commit that is being made. It raises what the commit raised."""
        return self._under_way

    @property
    def due_in_s(self) -> float | None:
        """Seconds until there is something to begin; None: nothing, or one is on its way."""
        if not self.delivered or self._under_way is not None:
            return None
        return max(0.0, self._made_at + EVERY_S - time.monotonic())

    def begin(self, consumer: AIOKafkaConsumer) -> None:
        """Commit in the background what is delivered by now."""
        offsets, self.delivered = self.delivered, {}
        self._under_way = asyncio.create_task(self._commit(consumer, offsets))

    def check(self) -> bool:
        """True if the commit that was on its way is made since the last look.

        Raises:
            Exception: it failed.
        """
        task = self._under_way
        if task is None or not task.done():
            return False
        self._under_way = None
        task.result()
        return True

    async def finish(self, consumer: AIOKafkaConsumer) -> None:
        """Commit all that is delivered, now.

        Raises:
            Exception: it failed.
        """
        while self.delivered or self._under_way is not None:
            if self._under_way is None:
                self.begin(consumer)
            assert self._under_way is not None
            await asyncio.wait([self._under_way])
            self.check()

    def drop(self) -> None:
        """What is not committed comes again; nobody waits for the commit on its way any more."""
        self.delivered.clear()
        task, self._under_way = self._under_way, None
        if task is not None:
            task.add_done_callback(_ignore)
            task.cancel()

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
        await consumer.commit(offsets)
        self.made.update(offsets)
        self._made_at = time.monotonic()


def _ignore(task: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        task.exception()
