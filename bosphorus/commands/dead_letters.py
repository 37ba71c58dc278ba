"""`bosphorus dead-letters`: what could not be used, why, and once more with it."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from streams.retry import Found
    from streams.settings import StreamsSettings


@click.group("dead-letters")
def command() -> None:
    """List what could not be used, and send it again.

    A dead letter holds the original bytes; its headers say which step refused it, and why. Where the cause has been mended,
    `retry` sends the bytes to the topic that they came from.

    \b
    Example:
      bosphorus dead-letters list --reason too_large
      bosphorus dead-letters list | jq -r .reason | sort | uniq -c
      bosphorus dead-letters retry --reason unknown_schema --limit 100
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped


STAGES = ("ingest", "normalise", "enrich", "watch", "publish")


def _places(_ctx: click.Context, _param: click.Parameter, places: tuple[str, ...]) -> tuple[str, ...]:
    """One that could stand nowhere would find nothing, without a word."""
    for place in places:
        if not re.fullmatch(r"\d+:\d+", place):
            raise click.BadParameter(f"{place!r} is no place; write PARTITION:OFFSET, e.g. 0:17")
    return places


def _choosing(function: Callable[..., None]) -> Callable[..., None]:
    """The options that choose letters."""
    for option in (
        click.option("--limit", type=click.IntRange(1), help="At most so many."),
        click.option(
            "--at",
            "places",
            multiple=True,
            metavar="P:O",
            callback=_places,
            help="Only the one at this place (partition:offset, as listed); repeatable.",
        ),
        click.option("--stage", type=click.Choice(STAGES), help="Only those that this step refused."),
        click.option("--reason", help="Only those with this reason."),
    ):
        function = option(function)
    return function


@command.command("list")
@_choosing
@click.option("--all", "all_", is_flag=True, help="Those that were sent again, too.")
def list_(reason: str | None, stage: str | None, places: tuple[str, ...], limit: int | None, all_: bool) -> None:
    """Show the dead letters: for people on a terminal, one JSON object a line on a pipe."""
    import asyncio

    from streams.retry import State

    async def run() -> None:
        show, count = _printer(), 0
        states = set(State) if all_ else {State.OPEN, State.EXHAUSTED}
        async for found in _chosen(_settings(), reason=reason, stage=stage, places=places, limit=limit, states=states):
            show(found)
            count += 1
        click.echo(f"{count} dead letters", err=True)

    asyncio.run(run())


@command.command()
@_choosing
@click.option("--max-attempts", type=click.IntRange(1), help="Leave alone what was tried so often [default: setting].")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def retry(
    *,
    reason: str | None,
    stage: str | None,
    places: tuple[str, ...],
    limit: int | None,
    max_attempts: int | None,
    dry_run: bool,
) -> None:
    """Send the original bytes to the topic that they came from, once a letter.

    What is refused again comes back as a new letter with one more attempt; from BOSPHORUS_DEAD_LETTER_ATTEMPTS on it is left
    alone. Each letter that was sent is printed as one JSON object.
    """
    import asyncio

    from bosphorus.visible import visible
    from schemas.errors import MalformedError
    from schemas.jsonl import to_json
    from streams.producer import RecordProducer
    from streams.retry import State, send_again

    async def run() -> None:
        settings = _settings(dead_letter_attempts=max_attempts)
        producer, sent, exhausted = RecordProducer(settings), 0, 0
        try:
            states = {State.OPEN, State.EXHAUSTED}
            async for found in _chosen(settings, reason=reason, stage=stage, places=places, limit=None, states=states):
                letter = found.letter
                if found.state is State.EXHAUSTED:
                    exhausted += 1
                    continue
                try:
                    if not dry_run:
                        await send_again(settings, producer, letter)
                except MalformedError as error:
                    click.echo(visible(str(error)), err=True)
                    continue
                line = {"at": letter.place, "topic": letter.letter.topic, "reason": letter.letter.reason}
                click.echo(to_json(line | {"attempts": str(letter.letter.attempts)}).decode())
                sent += 1
                if limit is not None and sent >= limit:
                    break
        finally:
            await producer.stop()
        left = f"; {exhausted} left alone after {settings.dead_letter_attempts} attempts" if exhausted else ""
        click.echo(f"{sent} {'would be sent' if dry_run else 'sent'} again{left}", err=True)

    asyncio.run(run())


async def _chosen(
    settings: StreamsSettings,
    *,
    reason: str | None,
    stage: str | None,
    places: tuple[str, ...],
    limit: int | None,
    states: set[Any],
) -> AsyncGenerator[Found, None]:
    """The letters that the options ask for; what is no letter is named on standard error."""
    from contextlib import aclosing

    from bosphorus.visible import visible
    from streams.retry import Found, read_letters

    count = 0
    async with aclosing(read_letters(settings)) as letters:
        async for found in letters:
            if not isinstance(found, Found):
                click.echo(visible(str(found)), err=True)
                continue
            letter = found.letter.letter
            wanted = (
                found.state in states
                and reason in {None, letter.reason}
                and stage in {None, letter.stage}
                and (not places or found.letter.place in places)
            )
            if wanted:
                yield found
                count += 1
                if count == limit:
                    return


def _printer() -> Callable[[Found], None]:
    from bosphorus.letters import letter_line
    from streams.retry import State

    if not sys.stdout.isatty():

        def line(found: Found) -> None:
            text = letter_line(found.letter.letter, found.letter.place, state=found.state)
            sys.stdout.buffer.write(text + b"\n")

        return line
    from rich.console import Console

    from bosphorus.views import dead_letter_view

    console = Console()

    def view(found: Found) -> None:
        note = "" if found.state is State.OPEN else f", {found.state.value}"
        console.print(dead_letter_view(found.letter.letter, f"{note}  at {found.letter.place}"))

    return view


def _settings(**overrides: Any) -> StreamsSettings:
    from bosphorus.broker.address import resolve_broker
    from bosphorus.settings import load_settings

    settings = load_settings(**overrides)
    return settings.model_copy(update={"broker": resolve_broker(settings)})
