"""Delivering for as long as it takes: for steps that let go of what they read only once its outputs are acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from streams.backoff import Backoff
from streams.closing import is_cancelled
from streams.lease import SuspendedError
from streams.metrics import Metrics
from streams.outage import OUTAGE, describe, is_away
from streams.producer import Output, RecordProducer
from streams.settings import StreamsSettings

log = structlog.get_logger(__name__)


class RetryingProducer:
    """Delivers, and where that fails delivers again, with the failure visible in metrics and logs.

    Args:
        name: the step's.
        settings: name the broker, sizes and time-outs.
        metrics: counts.
    """

    def __init__(self, name: str, settings: StreamsSettings, metrics: Metrics) -> None:
        self._name = name
        self._metrics = metrics
        self._producer = RecordProducer(settings)
        self._backoff = Backoff()

    @property
    def failures(self) -> int:
        """How often in a row it has failed until now."""
        return self._backoff.failures

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Return once all of it is acknowledged: what is let go before its delivery would be lost.

        Raises:
            SuspendedError: others have our partitions; what we hold is no longer ours to write.
        """
        while outputs:
            try:
                await self._producer.deliver(outputs)
            except SuspendedError:
                raise
            except (Exception, asyncio.CancelledError) as error:  # whatever it was, giving up would lose it
                if is_cancelled():
                    raise
                wait_s = self.failed(error)
                await self._producer.replace()
                await asyncio.sleep(wait_s)
                continue
            self._succeeded(outputs)
            return

    def failed(self, error: BaseException) -> float:
        """Note a failure that is tried again; return the seconds to wait."""
        wait_s = self._backoff.next_s()
        self._metrics.faults.labels(self._name, type(error).__name__).inc()
        self._metrics.trouble.labels(self._name).set(self._backoff.failures)
        if is_away(error):
            OUTAGE.noticed(self._name, error)
        else:
            log.warning("failed; trying again", step=self._name, error=describe(error), wait_s=round(wait_s, 2))
        return wait_s

    def _succeeded(self, outputs: Sequence[Output]) -> None:
        self._backoff.reset()
        OUTAGE.over(self._name)
        self._metrics.trouble.labels(self._name).set(0)
        for output in outputs:
            self._metrics.outputs.labels(self._name, output.topic).inc()

    async def stop(self) -> None:
        """Close the connection."""
        await self._producer.stop()
