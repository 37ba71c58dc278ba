"""Before a worker starts: Kafka may be away. It is waited for, with the metrics and health pages up, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import signal
import time

from aiokafka import AIOKafkaConsumer

from bosphorus.settings import Settings
from streams.backoff import Backoff
from streams.closing import close
from streams.connection import client_options
from streams.health import Health
from streams.http import HttpServer
from streams.metrics import Metrics
from streams.outage import OUTAGE

NAME = "start"
ATTEMPT_WITHIN_S = 30.0
CLOSE_WITHIN_S = 2.0


class Waiting:
    """A worker that can't start yet, as health sees it: alive, and not ready."""

    name = NAME
    lag = 0
    ready = False

    @property
    def progress_at(self) -> float:
        """It does all there is to do."""
        return time.monotonic()


async def wait_for_kafka(settings: Settings) -> bool:
    """Try until Kafka answers. False: a signal came first."""
    try:
        await _reach(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may go better
        return await _wait(settings, error)
    return True


async def _wait(settings: Settings, error: BaseException) -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    metrics = Metrics()
    server = HttpServer(settings, metrics, Health([Waiting()]))
    await server.start()
    backoff = Backoff()
    try:
        while True:
            wait_s = backoff.next_s()
            OUTAGE.noticed(NAME, error)
            metrics.faults.labels(NAME, type(error).__name__).inc()
            metrics.trouble.labels(NAME).set(backoff.failures)
            try:
                await asyncio.wait_for(stop.wait(), wait_s)
            except TimeoutError:
                pass
            else:
                return False
            try:
                await _reach(settings)
            except Exception as again:  # noqa: BLE001 - whatever it is, the next attempt may go better
                error = again
            else:
                OUTAGE.over(NAME)
                return True
    finally:
        await server.stop()


async def _reach(settings: Settings) -> None:
    consumer = AIOKafkaConsumer(**client_options(settings, settings.broker))
    try:
        async with asyncio.timeout(ATTEMPT_WITHIN_S):
            await consumer.start()
    finally:
        await close(consumer.stop(), CLOSE_WITHIN_S)
