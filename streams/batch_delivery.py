"""Delivering: what came of a batch goes to the producer in order, and the batch is done when all of it is acknowledged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Any

from schemas.errors import BadRecordError
from streams.batch import Batch
from streams.dead_letter_guard import DeadLetterGuard
from streams.metrics import Metrics
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings


class BatchDelivery:
    """Delivers several batches at once, and settles each.

    Args:
        name: the step's.
        guard: is told of each record how it ended.
        settings: sizes and time-outs.
        metrics: counts.
    """

    def __init__(self, name: str, guard: DeadLetterGuard, settings: StreamsSettings, metrics: Metrics) -> None:
        self.producer = RecordProducer(settings)
        self._name = name
        self._guard = guard
        self._metrics = metrics
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(self, batch: Batch, outputs: Sequence[Output], refusals: Sequence[BadRecordError]) -> None:
        """Hand the outputs to the producer, after those of all batches before. `batch.done` follows by itself.

        Args:
            batch: what it came of.
            outputs: dead letters among them.
            refusals: why there are dead letters.

        Raises:
            KafkaError, OSError: the producer does not take them.
        """
        acknowledgements = await self.producer.send(outputs)
        task = asyncio.create_task(self._await(batch, acknowledgements, outputs, refusals))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _await(
        self,
        batch: Batch,
        acknowledgements: Sequence[Awaitable[Any]],
        outputs: Sequence[Output],
        refusals: Sequence[BadRecordError],
    ) -> None:
        try:
            await asyncio.gather(*acknowledgements)
        except asyncio.CancelledError:
            batch.drop()
            raise
        except Exception as error:  # noqa: BLE001 - it is fetched again
            batch.fail(error)
            return
        batch.dead_letters = len(refusals)
        for refusal in refusals:
            self._metrics.dead_letters.labels(self._name, refusal.reason).inc()
            self._guard.note(dead=True)
        for _ in range(batch.count - len(refusals)):
            self._guard.note(dead=False)
        for topic, count in Counter(output.topic for output in outputs).items():
            self._metrics.outputs.labels(self._name, topic).inc(count)
        batch.finish()
