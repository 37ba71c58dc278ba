"""Reading for the commands that work without Kafka: every line is used, or named with its number and reason and kept in the rejects."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import click

from agents.event_time import moves_time
from bosphorus import heap
from bosphorus.settings import Settings
from schemas.errors import BadRecordError, BosphorusError
from schemas.records import NewsEvent

T = TypeVar("T")
MANY_BEHIND = 10
"""Articles in a row behind one that stands ahead of them, from which its date, or the order of the input, is doubted."""
LOADING = 32
"""Articles with which most of the registers and lexicons load; at least as many as a command codes at once."""
MAX_SHOWN = 1_000
"""Rejected lines that are named one by one on standard error; the rest are only counted."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument FILE and the options --strict and --rejects (parameters: source, strict, rejects)."""
    for decorate in (
        click.option("--strict", is_flag=True, help="End with exit status 1 if any line could not be used."),
        click.option(
            "--rejects",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write the lines that could not be used to FILE, as they were.",
        ),
        click.argument("source", metavar="[FILE|-]", default="-"),
    ):
        command = decorate(command)
    return command


def watches_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --watches (parameter: watches)."""
    return click.option(
        "--watches",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="YAML file of watches instead of the shipped ones.",
    )(command)


@contextmanager
def articles(
    source: str,
    settings: Settings,
    *,
    strict: bool = False,
    rejects: Path | None = None,
    left_out: Counter[str] | None = None,
) -> Iterator[Iterator[NewsEvent]]:
    """Raw articles in, normalised events out, in the order of the input; the heap is settled behind the first of them.

    Args:
        source: a path (plain, .gz or .zip), or `-` for standard input.
        settings: limits and rules of normalisation.
        strict: see `records`.
        rejects: see `records`.
        left_out: see `records`.
    """
    from agents.normalise.step import normalise

    step = functools.partial(normalise, received_at=None, settings=settings, max_bytes=settings.max_article_bytes)
    with records(source, step, strict=strict, rejects=rejects, left_out=left_out) as events:
        yield heap.settled_after(LOADING, events)


def dated(events: Iterable[NewsEvent], left_out: Counter[str] | None = None) -> Iterator[NewsEvent]:
    """Leave out what has no place in event time (no date, no time of receipt), and say at the end how much that was.

    In a worker there is no such article: there the time of receipt is always known. `left_out` counts them, too.
    """
    undated = 0
    for event in events:
        if "date_unknown" in event.flags:
            undated += 1
        else:
            yield event
    if left_out is not None:
        left_out["date_unknown"] += undated
    if undated:
        click.echo(f"{undated:,} without published_at and received_at: no place in event time, left out", err=True)


def ordered(events: Iterable[NewsEvent], lateness_s: float) -> Iterator[NewsEvent]:
    """Pass articles on, and say at the end after which one most others came too late.

    A single date far ahead makes all that follows too late; a worker holds it against the time of receipt, which old news may not have.
    """
    lateness = timedelta(seconds=lateness_s)
    newest, name = datetime.min.replace(tzinfo=UTC), ""
    behind, most, ahead = 0, 0, ""
    for event in events:
        if event.published_at > newest:
            if moves_time(event.flags):
                newest, behind = event.published_at, 0
                name = (
                    f"{event.external_id or event.url or event.event_id} ({event.source}, {newest:%Y-%m-%d %H:%M} UTC)"
                )
        elif newest - event.published_at > lateness:
            behind += 1
            if behind > most:
                most, ahead = behind, name
        yield event
    if most >= MANY_BEHIND:
        click.echo(
            f"{most:,} articles in a row come after {ahead} and are dated over {lateness_s / 3600:g} h before it, which is too late: "
            "is its date right, and the input in order of time?",
            err=True,
        )


@contextmanager
def records(
    source: str,
    parse: Callable[[bytes], T],
    *,
    strict: bool = False,
    rejects: Path | None = None,
    left_out: Counter[str] | None = None,
) -> Iterator[Iterator[T]]:
    """JSON lines in, what `parse` makes of each out. A line for which it raises BadRecordError is rejected.

    Args:
        source: a path (plain, .gz or .zip), or `-` for standard input.
        parse: makes a record of the bytes of a line.
        strict: raise BosphorusError at the end if anything was rejected.
        rejects: file for the rejected lines, as they were.
        left_out: the rejected lines are counted here by reason.

    Raises:
        BosphorusError: the input can't be opened, the rejects can't be written, or (strict) lines were rejected.
    """
    from streams.sources.files import open_input

    say_if_typed(source)
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(open_input(source))
        except BadRecordError as error:  # packed by another program, or damaged from its first byte
            raise BosphorusError(f"{_name(source)}: {error}") from error
        rejected = stack.enter_context(_Rejects(source, rejects, left_out))
        yield _parsed(stream, parse, rejected)
    rejected.conclude(strict=strict)


def say_if_typed(source: str) -> None:
    """Who calls a command without a file waits for it, and it waits for them: say so."""
    if source == "-" and sys.stdin is not None and sys.stdin.isatty():
        click.echo(
            "reading from the keyboard, one JSON object a line; Ctrl-D ends it, --help says what else there is",
            err=True,
        )


def _parsed(stream: Any, parse: Callable[[bytes], T], rejected: _Rejects) -> Iterator[T]:
    from streams.sources.ndjson import read_ndjson

    number = 0
    try:
        for line in read_ndjson(stream):
            number = line.number
            try:
                record = parse(line.data)
            except BadRecordError as error:
                rejected.add(number, error, line.data)
                continue
            yield record
    except BadRecordError as error:
        # The stream itself broke (a gzip cut in half): what stood before has been used.
        rejected.add(number + 1, error, b"")


def _name(source: str) -> str:
    return "<stdin>" if source == "-" else source


class _Rejects:
    """What could not be used: named on standard error, kept in a file, counted by reason."""

    def __init__(self, source: str, path: Path | None, left_out: Counter[str] | None) -> None:
        self._name = _name(source)
        self._path = path
        self._file: IO[bytes] | None = None
        self.counts: Counter[str] = Counter()
        self._left_out = left_out

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._file = self._path.open("wb")
            except OSError as error:
                raise BosphorusError(f"can't write {self._path}: {(error.strerror or str(error)).lower()}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, number: int, error: BadRecordError, raw: bytes) -> None:
        """Reject a line."""
        self.counts[error.reason] += 1
        if self._left_out is not None:
            self._left_out[error.reason] += 1
        if self.counts.total() <= MAX_SHOWN:
            click.echo(f"{self._name}:{number}: {error.reason}: {error}", err=True)
        if self._file is not None and raw:
            self._file.write(raw + b"\n")

    def conclude(self, *, strict: bool) -> None:
        """Sum up on standard error.

        Raises:
            BosphorusError: if strict, and anything was rejected.
        """
        if not self.counts:
            return
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in self.counts.most_common())
        total = f"{self.counts.total():,} rejected ({reasons})"
        if strict:
            raise BosphorusError(f"{self._name}: {total}; without --strict this is no failure")
        click.echo(f"{self._name}: {total}", err=True)
