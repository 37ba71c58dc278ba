"""From files, feeds and directories to the raw topic: reading in a thread, sending in batches, progress on standard error."""

from __future__ import annotations

import asyncio
import functools
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from agents.normalise.outline import outline
from bosphorus.offline import say_if_typed
from bosphorus.progress import progress
from bosphorus.reading_ahead import Batches
from bosphorus.settings import Settings, load_settings
from schemas.errors import BadRecordError, BosphorusError, MalformedError, TopicMismatchError
from streams.sources.feedlist import is_address
from streams.sources.files import STDIN, open_input
from streams.sources.following import EVERY_S
from streams.sources.formats import FORMATS, format_of
from streams.sources.items import Item
from streams.sources.owning import owned
from streams.sources.sending import Pace, Sender, Sink, Tally
from streams.sources.state import SourceState

FILE_ENDINGS = (
    ".ndjson",
    ".jsonl",
    ".json",
    ".gz",
    ".zip",
    ".xml",
    ".rss",
    ".atom",
    ".html",
    ".htm",
    ".csv",
    ".CSV",
    ".txt",
)
MAX_SHOWN = 1_000
"""Rejected items that are named one by one; the rest are only counted."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    format: str = "auto"
    rate: float | None = None
    speed: float | None = None
    dry_run: bool = False
    strict: bool = False
    rejects: Path | None = None
    follow: bool = False
    every_s: float = EVERY_S
    allow_private: bool = False
    full_text: bool = False
    since: datetime | None = None
    until: datetime | None = None
    metrics_port: int | None = None


def ingest(sources: Sequence[str], options: Options) -> Tally:
    """Send the articles of all sources, in order, and say on standard error what became of them.

    Raises:
        BosphorusError: a file can't be read, its format can't be told, every source failed, or (strict) one did or something was rejected.
        BrokerError: no Kafka, no topic, or no answer for too long.
    """
    settings = load_settings()
    for source in sources:
        _check_source(source)
        say_if_typed(source)
    with _rejects(options.rejects) as file:
        report = _Report(file)
        started = time.monotonic()
        if not options.dry_run:
            from bosphorus.broker.address import resolve_broker

            settings = settings.model_copy(update={"broker": resolve_broker(settings)})
            _check_topics(settings)
        tally, failed = asyncio.run(_run(sources, options, settings, report))
        elapsed = max(time.monotonic() - started, 1e-3)
    rejected = ", ".join(f"{reason} {n:,}" for reason, n in tally.rejected.most_common())
    said = (
        f"{tally.accepted:,} article{'' if tally.accepted == 1 else 's'} {'read' if options.dry_run else 'sent and acknowledged'}"
        f" ({tally.accepted / elapsed:,.0f}/s), {tally.rejected.total():,} rejected{f' ({rejected})' if rejected else ''}"
    )
    if failed:
        said += f"; {failed:,} of {len(sources):,} sources failed, the lines above say why"
    if (failed == len(sources) and not options.follow) or (options.strict and (tally.rejected or failed)):
        raise BosphorusError(said)
    click.echo(said, err=True)
    return tally


def read_source(source: str, format_: str, seen: Callable[[Callable[[], int]], None] | None = None) -> Iterator[Item]:
    """Yield the items of one source; what breaks it in the middle is its last item, with the error.

    Raises:
        BosphorusError: it can't be opened, or its format can't be told.
    """
    number = 0
    try:
        with open_input(source, seen) as stream:
            kind = format_of(stream, source) if format_ == "auto" else format_
            for item in FORMATS[kind](stream):
                number = item.number
                yield item
    except BadRecordError as error:
        yield Item(number + 1, b"", error)
    except BosphorusError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser's own mistake on one input must not stop the others
        yield Item(number + 1, b"", MalformedError("unreadable", f"{type(error).__name__} while reading it: {error}"))


class _Report:
    """Names what is rejected, on standard error and in the rejects file."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._shown = 0
        self._echo: Callable[[str], None] = lambda text: click.echo(text, err=True)

    def say_with(self, echo: Callable[[str], None]) -> None:
        """Take another way to print, as while a progress bar is shown."""
        self._echo = echo

    def rejected(self, source: str, item: Item, error: BadRecordError) -> None:
        """Name an item that was rejected, and keep it."""
        if self._shown < MAX_SHOWN:
            self._echo(f"{name_of(source)}:{item.number}: {error.reason}: {error}")
        self._shown += 1
        if self._file is not None and item.data:
            self._file.write(item.data + b"\n")


def name_of(source: str) -> str:
    """Return the name of a source for people."""
    return "<stdin>" if source == STDIN else source


class _DryRun:
    """Stands where the sender to Kafka would: writes the raw articles to standard output."""

    def __init__(self) -> None:
        self.tally = Tally()

    async def send(self, items: Sequence[Item], place: str, rejected: Callable[[Item, BadRecordError], None]) -> None:  # noqa: ARG002
        """Write what is an article, name what isn't."""
        out = sys.stdout.buffer
        for item in items:
            if item.error is not None:
                self.tally.rejected[item.error.reason] += 1
                rejected(item, item.error)
                continue
            self.tally.accepted += 1
            # A document may be spread over lines; line breaks inside JSON are only ever white space.
            out.write(item.data.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")
        out.flush()


class NotingSender:
    """A sender that notes whose articles were acknowledged.

    Args:
        sender: sends.
        state: where outlets are noted.
    """

    def __init__(self, sender: Sender, state: SourceState) -> None:
        self._sender, self._state, self._failed = sender, state, False
        self.tally = sender.tally

    async def send(self, items: Sequence[Item], place: str, rejected: Callable[[Item, BadRecordError], None]) -> None:
        """See `Sender`."""
        await self._sender.send(items, place, rejected)
        if self.tally.outlets:
            try:
                self._state.note_outlets(self.tally.outlets, time.time())
            except sqlite3.Error as error:  # the articles have arrived, and that is what counts
                self._fail(error)
            self.tally.outlets.clear()

    def _fail(self, error: sqlite3.Error) -> None:
        if not self._failed:
            click.echo(f"outlets are not noted: {error}", err=True)
        self._failed = True


def _check_topics(settings: Settings) -> None:
    from streams.connection import client_options
    from streams.kafka_admin import admin
    from streams.topics import catalogue

    if settings.embedded_broker:  # it would end the connection
        return
    topics = catalogue(settings)
    with admin(client_options(settings, settings.broker)) as client:
        existing = set(client.list_topics())
    missing = [topic.name for topic in (topics.raw, topics.dead_letters) if topic.name not in existing]
    if missing:
        raise TopicMismatchError(f"{' and '.join(missing)} missing on {settings.broker}: run `bosphorus topics create`")


async def _run(sources: Sequence[str], options: Options, settings: Settings, report: _Report) -> tuple[Tally, int]:
    """Read all sources; return what became of the articles, and how many sources failed."""
    with _state(sources, options, settings) as state:
        if options.dry_run:
            dry = _DryRun()
            return dry.tally, await _read_all(sources, options, settings, state, dry, report)
        from streams.producer import RecordProducer

        producer = RecordProducer(settings)
        sender = NotingSender(Sender(settings, producer, outline, Pace(options.rate, options.speed)), state)
        try:
            return sender.tally, await _read_all(sources, options, settings, state, sender, report)
        finally:
            await producer.stop()


@contextmanager
def _state(sources: Sequence[str], options: Options, settings: Settings) -> Iterator[SourceState]:
    """Open what is known of the sources. Where nothing is followed, only outlets are noted there, and it can be done without."""
    nowhere = Path(":memory:")
    follows = any(is_followed(source) for source in sources)
    with ExitStack() as stack:
        if follows and not options.dry_run:
            stack.enter_context(owned(settings.data_dir))
        try:
            # A dry run changes nothing: it shows what would come if nothing had come before.
            state = SourceState(nowhere if options.dry_run else state_path(settings))
        except BosphorusError as error:
            if follows:
                raise
            click.echo(f"outlets are not noted: {error}", err=True)
            state = SourceState(nowhere)
        yield stack.enter_context(closing(state))


async def _read_all(  # noqa: PLR0913, PLR0917
    sources: Sequence[str], options: Options, settings: Settings, state: SourceState, sink: Sink, report: _Report
) -> int:
    """Read the files one after the other, then what is followed side by side; return how many of these failed."""
    followed = [s for s in sources if is_followed(s)]
    files = [s for s in sources if s not in followed]
    if files:
        with progress(files, sink.tally, report.say_with) as advance:
            for source in files:
                batches = Batches(read_source(source, options.format, advance.seen))
                while batch := await asyncio.to_thread(batches.next):
                    await sink.send(batch, name_of(source), functools.partial(report.rejected, source))
                    advance()
                advance.finished(source)
    if not followed:
        return 0
    from bosphorus.following import Manner, follow
    from streams.logs import configure_logs

    configure_logs(settings)
    manner = Manner(
        format=options.format,
        again=options.follow,
        every_s=options.every_s,
        allow_private=options.allow_private,
        full_text=options.full_text,
        since=options.since,
        until=options.until,
        metrics_port=options.metrics_port,
    )
    read = functools.partial(read_source, format_=options.format)
    await follow(followed, manner, settings, state, sink, read, report.rejected)
    return sum(status.failures > 0 and status.source in followed for status in state.statuses())


def _check_source(source: str) -> None:
    """Say at once what is no source, before anything of the others is sent."""
    if source == STDIN or is_followed(source):
        return
    if "://" in source:
        raise BosphorusError(f"{source}: addresses start with http:// or https://")
    if not Path(source).exists():
        host = source.partition("/")[0]
        looks_like_one = "." in host.strip(".") and not host.endswith(FILE_ENDINGS)
        hint = f"; if it is an address, write https://{source}" if looks_like_one else ""
        raise BosphorusError(f"can't read {source}: there is no such file or directory{hint}")


def is_followed(source: str) -> bool:
    """Say whether a source is one that can be asked again: an address or a directory."""
    return is_address(source) or (source != STDIN and Path(source).is_dir())


def state_path(settings: Settings) -> Path:
    """Return the file that holds what is known of the sources."""
    return settings.data_dir / "sources.sqlite"


@contextmanager
def _rejects(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise BosphorusError(f"can't write {path}: {(error.strerror or str(error)).lower()}") from error
    with file:
        yield file
