"""What is followed, side by side: feeds, pages and lists by address, and directories; measured on a port of the ingester's own."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bosphorus.settings import Settings
from schemas.errors import BadRecordError, BosphorusError
from streams.http import HttpServer
from streams.metrics import Metrics
from streams.sources.directory import DirectoryWatch
from streams.sources.feedlist import is_address
from streams.sources.fetching import Fetcher
from streams.sources.following import EVERY_S, Follower
from streams.sources.items import Item
from streams.sources.sending import Sink
from streams.sources.source_metrics import SourceMetrics
from streams.sources.state import SourceState

_E = TypeVar("_E", bound=BaseException)
BATCH_RECORDS = 1_000

Rejected = Callable[[str, Item, BadRecordError], None]
"""Told of every item that did not go to news.raw, with the place it came from."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How sources are followed; see `bosphorus ingest --help`."""

    format: str = "auto"
    again: bool = False
    every_s: float = EVERY_S
    allow_private: bool = False
    full_text: bool = False
    since: datetime | None = None
    until: datetime | None = None
    metrics_port: int | None = None


async def follow(  # noqa: PLR0913, PLR0917
    sources: Sequence[str],
    manner: Manner,
    settings: Settings,
    state: SourceState,
    sink: Sink,
    read: Callable[[str], Iterator[Item]],
    rejected: Rejected,
) -> None:
    """Ask every source once, or until SIGTERM or SIGINT.

    Args:
        sources: addresses and directories.
        manner: how.
        settings: where metrics are shown.
        state: what is remembered.
        sink: takes the articles.
        read: opens a file of a directory and yields its items.
        rejected: see `Rejected`.

    Raises:
        BosphorusError: Kafka stayed away for too long, or the port for the metrics is taken.
    """
    metrics = Metrics()
    measured = SourceMetrics(metrics, state, sources)
    one_at_a_time = asyncio.Lock()

    async def send(source: str, place: str, items: Sequence[Item]) -> tuple[int, int]:
        refused: Counter[str] = Counter()

        def refuse(item: Item, error: BadRecordError) -> None:
            refused[error.reason] += 1
            rejected(place, item, error)

        async with one_at_a_time:
            before = sink.tally.accepted
            for start in range(0, len(items), BATCH_RECORDS):
                await sink.send(items[start : start + BATCH_RECORDS], place, refuse)
            accepted = sink.tally.accepted - before
        measured.count(source, accepted, refused)
        return accepted, refused.total()

    try:
        async with AsyncExitStack() as stack:
            if manner.metrics_port is not None:
                stack.push_async_callback((await _serve(manner.metrics_port, settings, metrics)).stop)
            fetcher = await stack.enter_async_context(Fetcher(allow_private=manner.allow_private))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            follower = Follower(
                fetcher,
                state,
                send,
                every_s=manner.every_s,
                format_=manner.format,
                full_text=manner.full_text,
                history=(manner.since, manner.until),
            )
            group.create_task(follower.follow([s for s in sources if is_address(s)], again=manner.again))
            for directory in (s for s in sources if not is_address(s)):
                watch = DirectoryWatch(Path(directory), state, send, read)
                group.create_task(watch.follow(again=manner.again))
            if manner.again:
                group.create_task(_end_by_signal())
    except* _EndedError:
        pass
    except* sqlite3.Error as errors:
        raise BosphorusError(f"what is known of the sources can't be written: {_first(errors)}") from None
    except* BosphorusError as errors:
        raise _first(errors) from None


class _EndedError(Exception):
    """Ends the group of tasks, in the only way that a group can be ended."""


async def _end_by_signal() -> None:
    # What is being sent may be cut off: what was not acknowledged is not noted as seen, and comes again.
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(ValueError, RuntimeError, NotImplementedError):  # not in the main thread: then somebody else ends us
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
    await told.wait()
    raise _EndedError


async def _serve(port: int, settings: Settings, metrics: Metrics) -> HttpServer:
    from streams.health import Health

    server = HttpServer(settings.model_copy(update={"metrics_port": port}), metrics, Health([]))
    await server.start()
    return server


def _first(errors: BaseExceptionGroup[_E]) -> _E:
    for error in errors.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise AssertionError
