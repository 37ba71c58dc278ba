"""The watch in a worker, without Kafka: what happens to an event when something around the watch fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.settings import AgentsSettings
from agents.watch.agent import WatchWork
from agents.watch.intake import NAME, Intake
from agents.watches import load_watches
from schemas.errors import RegistryError
from schemas.wire import Codec
from streams.backoff import Backoff
from streams.lease import SuspendedError
from streams.metrics import Metrics
from streams.producer import Output
from streams.retrying_producer import RetryingProducer
from streams.settings import StreamsSettings


class Event:
    """An event as Faust gives it, with bytes that are no record: a dead letter, which is an output like any other."""

    def __init__(self) -> None:
        self.message = SimpleNamespace(
            topic="watch.events", partition=0, offset=1, key=b"k", value=b"bad", headers=(), timestamp=0.0
        )
        self.acked = False

    def ack(self) -> None:
        """Let it go."""
        self.acked = True


class Stream:
    def __init__(self, event: Event) -> None:
        self._event = event

    def noack(self) -> Stream:
        return self

    async def events(self) -> AsyncIterator[Event]:
        yield self._event


class Table:
    """Holds nothing."""

    def take_written(self) -> list[list[Output]]:
        return []

    @contextmanager
    def writing(self, partition: int) -> Iterator[None]:
        yield


class Producer:
    """Fails as it is told, then delivers."""

    def __init__(self, *failures: BaseException) -> None:
        self._failures = list(failures)
        self.delivered: list[Output] = []

    async def deliver(self, outputs: list[Output]) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.delivered += outputs

    async def replace(self) -> None:
        """A new one."""


def _work(*failures: BaseException, codec: Codec | None = None) -> tuple[WatchWork, Producer]:
    settings = StreamsSettings(broker="nowhere:1")
    table: Any = Table()
    metrics, producer = Metrics(), Producer(*failures)
    intake = Intake(table, settings, AgentsSettings(), codec or Codec(), load_watches(None), metrics)
    retrying: Any = RetryingProducer(NAME, settings, metrics)
    retrying._producer, retrying._backoff = producer, Backoff(first_s=0.001, longest_s=0.001)
    return WatchWork(intake, table, retrying, metrics), producer


async def _run(work: WatchWork, event: Event) -> None:
    await work(Stream(event))
    assert work._flusher is not None
    await asyncio.wait([work._flusher])
    await asyncio.sleep(0)


async def test_an_event_is_let_go_once_what_it_brought_about_is_delivered_however_often_that_fails() -> None:
    work, producer = _work(KafkaConnectionError("away"), TimeoutError(), asyncio.CancelledError(), ValueError("odd"))
    event = Event()
    await _run(work, event)
    assert event.acked
    assert len(producer.delivered) == 1
    assert work.ready


async def test_a_suspended_worker_writes_no_more_and_says_so_instead_of_trying_again() -> None:
    work, producer = _work(SuspendedError("stood still"))
    broken: list[BaseException] = []
    work.broke = broken.append
    event = Event()
    await _run(work, event)
    assert not event.acked
    assert producer.delivered == []
    assert [type(error) for error in broken] == [SuspendedError]


async def test_a_schema_registry_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [RegistryError("away"), RegistryError("away")]
    codec = Codec()
    decode = codec.decode

    def sometimes(data: bytes, kind: Any) -> Any:
        if failures:
            raise failures.pop()
        return decode(data, kind)

    monkeypatch.setattr(codec, "decode", sometimes)
    work, producer = _work(codec=codec)
    event = Event()
    await _run(work, event)
    assert event.acked
    assert len(producer.delivered) == 1
