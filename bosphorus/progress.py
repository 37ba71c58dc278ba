"""How far a long sending is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from streams.sources.files import STDIN
from streams.sources.sending import Tally

MESSAGE_EVERY_S = 10.0
"""Without a terminal: how often a line says how far it is."""
SayWith = Callable[[Callable[[str], None]], None]


class Advance:
    """How far it is, without a terminal: a line now and then."""

    def __init__(self, sources: Sequence[str], tally: Tally) -> None:
        self._tally = tally
        self._position: Callable[[], int] = lambda: 0
        self._done = 0
        self._sizes = {s: Path(s).stat().st_size if s != STDIN and Path(s).is_file() else 0 for s in sources}
        self.total = sum(self._sizes.values()) if all(self._sizes.values()) else None
        self._next = time.monotonic() + MESSAGE_EVERY_S

    def seen(self, position: Callable[[], int]) -> None:
        """Take the function that tells the place in the current file."""
        self._position = position

    def finished(self, source: str) -> None:
        """Note that a source has been read to its end."""
        self._done += self._sizes[source]
        self._position = lambda: 0
        self.show()

    @property
    def bytes_read(self) -> int:
        """Over all sources, as they lie there."""
        try:
            return self._done + self._position()
        except ValueError:  # the file was closed in the meantime
            return self._done

    def __call__(self) -> None:
        """Say how far it is."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + MESSAGE_EVERY_S
            click.echo(f"{self._tally.accepted:,} sent, {self._tally.rejected.total():,} rejected so far", err=True)

    def show(self) -> None:
        """Show the state now, where that costs nothing."""


@contextmanager
def progress(sources: Sequence[str], tally: Tally, say_with: SayWith) -> Iterator[Advance]:
    """Show how far the sending of these sources is: a bar on a terminal, else a line now and then; all on standard error.

    Args:
        sources: paths, or `-`.
        tally: what has been sent so far; read, not written.
        say_with: told how to print while a bar is shown.
    """
    if not sys.stderr.isatty():
        yield Advance(sources, tally)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.fields[sent]} sent"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}/s"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rejected]}"),
        console=console,
        transient=True,
    )
    started = time.monotonic()

    class Bar(Advance):
        task: TaskID

        def __call__(self) -> None:
            self.show()

        def show(self) -> None:
            rejected = tally.rejected.total()
            bar.update(
                self.task,
                completed=self.bytes_read,
                sent=f"{tally.accepted:,}",
                rate=f"{tally.accepted / max(time.monotonic() - started, 0.1):,.0f}",
                rejected=f"{rejected:,} rejected" if rejected else "",
            )

    shown = Bar(sources, tally)
    shown.task = bar.add_task("", total=shown.total, sent="0", rate="0", rejected="")
    say_with(lambda text: console.print(text, markup=False, highlight=False))
    with bar:
        yield shown
