"""Working: the step over each record of a batch, and dead letters for what can't be used. It is what the agent of a batch loop does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from schemas.errors import BadRecordError, RegistryError
from streams import dead_letters
from streams.batch import Batch
from streams.batch_delivery import BatchDelivery
from streams.dead_letter_guard import DeadLetterGuard
from streams.metrics import Metrics
from streams.outage import describe
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.step import Step
from streams.topics import catalogue

BREATH_S = 0.005
"""Longest stretch of pure computing before heartbeats, fetches, deliveries and other steps get their turn."""
TURNS = 30
"""How many turns of the event loop they get then, a microsecond each where there is nothing to do: from Kafka's answer to the next request it
takes a score of tasks that wake each other. With one turn each of these would wait for a breath of its own."""
UNEXPECTED_ATTEMPTS = 3
"""A record on which the step itself fails (a bug, not a verdict on the record) becomes a dead letter at this attempt."""
TRANSIENT = (KafkaError, RegistryError)
"""Failures that say nothing about the record: tried again for as long as it takes, as are those of the machine."""

FIRST_S = 0.002
"""What a record is taken to cost before the first was worked on."""
SHORTEST_S = 1e-6
LEARN = 0.3
"""Weight of the last batch in what a record is known to cost."""

log = structlog.get_logger(__name__)


def _places(batch: Batch) -> dict[int, int]:
    """Partition -> the offset after the last record of it."""
    return {place.partition: offset for place, offset in batch.next_offsets.items()}


async def _breathe() -> None:
    """Let the others have their turns, for as long as this work had: reading and writing without a pause would starve it otherwise."""
    until = time.monotonic() + BREATH_S
    for _ in range(TURNS):
        await asyncio.sleep(0)
        if time.monotonic() >= until:
            return


class UnexpectedError(BadRecordError):
    """The step failed on this record again and again, for a reason it does not know."""


class MachineError(RuntimeError):
    """The step itself met an error of the operating system (a disk, a limit): it says nothing about the record, nor about Kafka."""


class BatchWork:
    """Runs a step over batches; never raises, and always settles the batch.

    Args:
        step: the step.
        settings: sizes and time-outs.
        metrics: counts.
    """

    def __init__(self, step: Step, settings: StreamsSettings, metrics: Metrics) -> None:
        self.step = step
        self.guard = DeadLetterGuard(settings.dead_letter_rate_cap)
        self.delivery = BatchDelivery(step.name, self.guard, settings, metrics)
        self._metrics = metrics
        self._dead_letter_topic = catalogue(settings).dead_letters.name
        self._attempts: dict[tuple[int, int], int] = {}
        self._record_s = FIRST_S
        self._prepare: Callable[[Sequence[Any]], None] | None = getattr(step, "prepare", None)

    def records_in(self, seconds: float) -> int:
        """How many records can be worked on in so long, by what the last ones took; at least one."""
        return max(1, round(seconds / self._record_s))

    async def __call__(self, batch: Batch) -> None:
        """Work on a batch. Returns once all is handed to the producer; `batch.done` follows when all of it is acknowledged."""
        try:
            if batch.done.done():
                return  # dropped while it waited
            outputs, refusals = await self._outputs(batch)
            if batch.done.done():
                return  # dropped while it was worked on
            await self.delivery.begin(batch, outputs, refusals)
        except asyncio.CancelledError:
            batch.drop()
            raise
        except Exception as error:  # noqa: BLE001 - an agent that raises loses its event
            batch.fail(error)

    async def _outputs(self, batch: Batch) -> tuple[list[Output], list[BadRecordError]]:
        outputs: list[Output] = []
        refusals: list[BadRecordError] = []
        started = time.monotonic()
        breath_at = started + BREATH_S
        rested_s = 0.0
        prepared = 0
        for number, record in enumerate(batch.records):
            if self._prepare is not None and number == prepared:
                prepared += self.records_in(BREATH_S)
                self._attempt_together(self._prepare, batch.records[number:prepared])
            made = self._attempt(record)
            if isinstance(made, BadRecordError):
                refusals.append(made)
                outputs.append(self._dead_letter(record, made))
            else:
                outputs.extend(made)
            now = time.monotonic()
            if now >= breath_at:
                await _breathe()
                resumed = time.monotonic()
                rested_s += resumed - now
                breath_at = resumed + BREATH_S
        busy_s = time.monotonic() - started - rested_s
        self._record_s += LEARN * (max(busy_s / batch.count, SHORTEST_S) - self._record_s)
        self._metrics.processing_seconds.labels(self.step.name).observe(busy_s)
        # One line a batch: one a record costs more than passing it on, even where the level drops it.
        log.debug("processed", step=self.step.name, records=batch.count, dead=len(refusals), next=_places(batch))
        return outputs, refusals

    def _attempt_together(self, prepare: Callable[[Sequence[Any]], None], records: Sequence[Any]) -> None:
        try:
            prepare(records)
        except Exception as error:  # noqa: BLE001 - each record is tried by itself, and says what is wrong with it
            log.debug("not prepared together", step=self.step.name, records=len(records), error=describe(error))

    def _attempt(self, record: Any) -> Sequence[Output] | BadRecordError:
        """The outputs of one record, or the verdict that it can't be used."""
        try:
            outputs = self.step(record)
            for output in outputs:
                self.delivery.producer.check_size(output)
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
        except OSError as error:  # a TimeoutError is one
            raise MachineError(f"in the step, not in Kafka: {describe(error)}") from error
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
