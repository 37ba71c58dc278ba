"""`bosphorus tail`: what flows, as it flows."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

import click

from bosphorus.finite import FiniteRange

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord
    from rich.console import RenderableType

    from streams.settings import StreamsSettings

TOPICS = ("alerts", "enriched", "dead-letters")


@click.command("tail")
@click.argument("topic", type=click.Choice(TOPICS))
@click.option("--from-start", is_flag=True, help="Begin with the oldest record that is kept, not with the next one.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many records.")
@click.option("--until-idle", type=FiniteRange(0, min_open=True), metavar="S", help="Stop after S quiet seconds.")
def command(topic: str, from_start: bool, limit: int | None, until_idle: float | None) -> None:
    """Follow alerts, enriched events or dead letters.

    On a terminal it prints them for people, on a pipe one JSON object a line. It joins no consumer group, so it takes nothing
    from anyone. Ctrl-C ends it.

    \b
    Example:
      bosphorus tail alerts --from-start
      bosphorus tail enriched | jq 'select(.interference.score > .5) | .title'
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    import asyncio

    from bosphorus.broker.address import resolve_broker
    from bosphorus.settings import load_settings

    settings = load_settings()
    settings = settings.model_copy(update={"broker": resolve_broker(settings)})
    asyncio.run(_while_read(_tail(settings, topic, from_start, limit, until_idle)))


async def _while_read(work: Coroutine[None, None, None]) -> None:
    """Do the work until it ends, or until whoever reads our output (head, less) has gone.

    Raises:
        BrokenPipeError: nobody reads any more. Without this a quiet topic would only notice at its next record.
    """
    import asyncio
    from contextlib import suppress

    task, gone = asyncio.ensure_future(work), False

    def reader_has_gone() -> None:
        nonlocal gone
        gone = True
        task.cancel()

    with suppress(OSError):  # not a file at all (in a test), or one that can't be watched
        out = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(out).st_mode):
            # The writing end of a pipe has nothing to read: what is reported here is that the other end was closed.
            asyncio.get_running_loop().add_reader(out, reader_has_gone)
    try:
        await task
    except asyncio.CancelledError:
        if gone:
            raise BrokenPipeError from None
        raise


async def _tail(
    settings: StreamsSettings, topic: str, from_start: bool, limit: int | None, until_idle: float | None
) -> None:
    from contextlib import aclosing

    from bosphorus.visible import visible
    from schemas.errors import BadRecordError
    from streams.reader import follow

    name, show = _reading(settings, topic)
    shown = 0
    async with aclosing(follow(settings, name, from_start=from_start, until_idle_s=until_idle)) as records:
        async for record in records:
            try:
                shown += show(record)
            except BadRecordError as error:
                click.echo(visible(f"{name} partition {record.partition} offset {record.offset}: {error}"), err=True)
            if limit is not None and shown >= limit:
                break


def _reading(settings: StreamsSettings, topic: str) -> tuple[str, Callable[[ConsumerRecord], bool]]:
    """The topic's name, and what prints one of its records (and says whether there was anything to print)."""
    from bosphorus.letters import letter_line
    from bosphorus.views import alert_view, dead_letter_view, enriched_view
    from schemas.jsonl import to_json
    from schemas.records import Alert, EnrichedEvent
    from schemas.wire import Codec
    from streams.dead_letters import crossed_out, filed
    from streams.schema_registry import registry_of
    from streams.topics import catalogue

    topics = catalogue(settings)
    codec = Codec(registry_of(settings))
    out = _printer()

    def alert(record: ConsumerRecord) -> bool:
        found = codec.decode(record.value, Alert)
        return out(lambda: to_json(found), lambda: alert_view(found))

    def enriched(record: ConsumerRecord) -> bool:
        found = codec.decode(record.value, EnrichedEvent)
        return out(lambda: to_json(found), lambda: enriched_view(found))

    def dead_letter(record: ConsumerRecord) -> bool:
        if crossed_out(record) is not None:
            return False
        found = filed(record)
        return out(lambda: letter_line(found.letter, found.place), lambda: dead_letter_view(found.letter))

    table = {
        "alerts": (topics.alerts.name, alert),
        "enriched": (topics.enriched.name, enriched),
        "dead-letters": (topics.dead_letters.name, dead_letter),
    }
    return table[topic]


def _printer() -> Callable[[Callable[[], bytes], Callable[[], RenderableType]], bool]:
    """Prints a record: for people on a terminal, as a line of JSON elsewhere. Always true."""
    if not sys.stdout.isatty():

        def line(as_json: Callable[[], bytes], _: Callable[[], RenderableType]) -> bool:
            sys.stdout.buffer.write(as_json() + b"\n")
            sys.stdout.buffer.flush()
            return True

        return line
    from rich.console import Console

    console = Console()

    def view(_: Callable[[], bytes], as_view: Callable[[], RenderableType]) -> bool:
        console.print(as_view())
        return True

    return view
