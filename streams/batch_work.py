"""What the agent of a batch loop does: the step over each record of a batch, dead letters for what can't be used, delivery awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from schemas.errors import BadRecordError, RegistryError
from streams import dead_letters
from streams.batch import Batch
from streams.dead_letter_guard import DeadLetterGuard
from streams.metrics import Metrics
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings
from streams.step import Step
from streams.topics import catalogue

BREATH_S = 0.02
"""Longest stretch of pure computing before heartbeats, fetches and other steps get their turn."""
UNEXPECTED_ATTEMPTS = 3
"""A record on which the step itself fails (a bug, not a verdict on the record) becomes a dead letter at this attempt."""
TRANSIENT = (KafkaError, RegistryError, OSError, TimeoutError)
"""Failures that say nothing about the record: tried again for as long as it takes."""

log = structlog.get_logger(__name__)


def _places(batch: Batch) -> dict[int, int]:
    """Partition -> the offset after the last record of it."""
    return {place.partition: offset for place, offset in batch.next_offsets.items()}


class UnexpectedError(BadRecordError):
    """The step failed on this record again and again, for a reason it does not know."""


class BatchWork:
    """Runs a step over batches; never raises, and always settles the batch.

    Args:
        step: the step.
        settings: sizes and time-outs.
        metrics: counts.
    """

    def __init__(self, step: Step, settings: StreamsSettings, metrics: Metrics) -> None:
        self.step = step
        self.producer = RecordProducer(settings)
        self.guard = DeadLetterGuard(settings.dead_letter_rate_cap)
        self._metrics = metrics
        self._dead_letter_topic = catalogue(settings).dead_letters.name
        self._attempts: dict[tuple[int, int], int] = {}
        self._deliveries: set[asyncio.Task[None]] = set()

    async def __call__(self, batch: Batch) -> None:
        """Work on a batch. Returns once all is handed to the producer; `batch.done` follows when all of it is acknowledged."""
        try:
            if batch.done.done():
                return  # dropped while it waited
            outputs, refusals = await self._outputs(batch)
            if batch.done.done():
                return  # dropped while it was worked on
            deliveries = await self.producer.send(outputs)
        except asyncio.CancelledError:
            batch.drop()
            raise
        except Exception as error:  # noqa: BLE001 - an agent that raises loses its event
            batch.fail(error)
            return
        task = asyncio.create_task(self._deliver(batch, deliveries, outputs, refusals))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _outputs(self, batch: Batch) -> tuple[list[Output], list[BadRecordError]]:
        outputs: list[Output] = []
        refusals: list[BadRecordError] = []
        started = time.monotonic()
        breath_at = started + BREATH_S
        rested_s = 0.0
        for record in batch.records:
            made = self._attempt(record)
            if isinstance(made, BadRecordError):
                refusals.append(made)
                outputs.append(self._dead_letter(record, made))
            else:
                outputs.extend(made)
            now = time.monotonic()
            if now >= breath_at:
                await asyncio.sleep(0)
                resumed = time.monotonic()
                rested_s += resumed - now
                breath_at = resumed + BREATH_S
        busy_s = time.monotonic() - started - rested_s
        self._metrics.processing_seconds.labels(self.step.name).observe(busy_s)
        # One line a batch: one a record costs more than passing it on, even where the level drops it.
        log.debug("processed", step=self.step.name, records=batch.count, dead=len(refusals), next=_places(batch))
        return outputs, refusals

    def _attempt(self, record: Any) -> Sequence[Output] | BadRecordError:
        """The outputs of one record, or the verdict that it can't be used."""
        try:
            outputs = self.step(record)
            for output in outputs:
                self.producer.check_size(output)
        except BadRecordError as error:
            log.info(
                "dead letter",
                step=self.step.name,
                reason=error.reason,
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
            )
            return error
        except TRANSIENT:
            raise
        except Exception as error:
            place = (record.partition, record.offset)
            self._attempts[place] = self._attempts.get(place, 0) + 1
            log.exception(
                "the step failed",
                step=self.step.name,
                attempt=self._attempts[place],
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
            )
            if self._attempts[place] < UNEXPECTED_ATTEMPTS:
                raise
            del self._attempts[place]
            return UnexpectedError(
                "unexpected_error", f"{type(error).__name__}: {error}; please report it with the record"
            )
        return outputs

    def _dead_letter(self, record: Any, error: BadRecordError) -> Output:
        letter = dead_letters.letter_for(self.step.name, error, record, datetime.now(UTC))
        return Output(
            topic=self._dead_letter_topic,
            key=record.key,
            value=record.value if record.value is not None else b"",
            headers=dead_letters.to_headers(letter, record.headers),
        )

    async def _deliver(
        self, batch: Batch, deliveries: list[Awaitable[Any]], outputs: list[Output], refusals: list[BadRecordError]
    ) -> None:
        try:
            await asyncio.gather(*deliveries)
        except asyncio.CancelledError:
            batch.drop()
            raise
        except Exception as error:  # noqa: BLE001 - it is fetched again
            batch.fail(error)
            return
        name = self.step.name
        batch.dead_letters = len(refusals)
        for refusal in refusals:
            self._metrics.dead_letters.labels(name, refusal.reason).inc()
            self.guard.note(dead=True)
        for _ in range(batch.count - len(refusals)):
            self.guard.note(dead=False)
        topics: dict[str, int] = {}
        for output in outputs:
            topics[output.topic] = topics.get(output.topic, 0) + 1
        for topic, count in topics.items():
            self._metrics.outputs.labels(name, topic).inc(count)
        batch.finish()
