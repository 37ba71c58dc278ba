"""`bosphorus sources`: how the followed sources are doing, and lists of feeds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click


@click.group("sources")
def command() -> None:
    """Say how the followed sources are doing; turn a feed reader's OPML into a list.

    \b
    Examples:
      bosphorus sources status --silent-after 2
      bosphorus sources import subscriptions.opml > feeds.txt
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped


@command.command()
@click.option(
    "--silent-after",
    type=click.FloatRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="HOURS",
    help="Call a source silent that has given nothing new for so long.",
)
@click.option(
    "--stuck-after",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="End with exit status 1 if no source has been asked for so long past its turn: nobody follows them any more.",
)
def status(silent_after: float, stuck_after: float | None) -> None:
    """List every source that has been followed: what it gave, how far behind it is, whether it fails or is silent.

    A table on a terminal, one JSON object a line on a pipe. Exit status 0 whatever it says of them, but for --stuck-after.
    """
    from datetime import UTC, datetime, timedelta

    from bosphorus.ingesting import state_path
    from bosphorus.settings import load_settings
    from streams.sources.state import SourceState

    path = state_path(load_settings())
    if not path.is_file():
        click.echo("no source has been followed yet: bosphorus ingest --follow URL", err=True)
        return
    state = SourceState(path)
    try:
        rows = [_judged(status, datetime.now(UTC), silent_after) for status in state.statuses()]
    finally:
        state.close()
    if sys.stdout.isatty():
        _table(rows)
    else:
        from schemas.jsonl import to_json

        for row in rows:
            click.echo(to_json(row).decode())
    turns = [row["next_at"] for row in rows if row["next_at"] is not None]
    if stuck_after is not None and turns and datetime.now(UTC) - max(turns) > timedelta(minutes=stuck_after):
        click.echo(
            f"no source has been asked since {max(turns):%Y-%m-%d %H:%M} UTC: is `ingest --follow` running?", err=True
        )
        sys.exit(1)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Write the feeds of an OPML file as a list: `URL tag ...` a line, for `bosphorus ingest --feeds`."""
    from streams.sources.feedlist import read_feedlist

    for feed in read_feedlist(file):
        click.echo(" ".join((feed.url, *("-".join(tag.split()) for tag in feed.tags if tag.strip()))))


def _judged(status: Any, now: Any, silent_after: float) -> dict[str, Any]:
    """Return the line of a source: what is known of it, with `lag_s` (from publication to now) and the verdict `state`."""
    import msgspec

    quiet_s = None if status.new_at is None else (now - status.new_at).total_seconds()
    lag_s = None if status.published_at is None else max(0.0, (now - status.published_at).total_seconds())
    if status.failures:
        state = "failing"
    elif quiet_s is None or quiet_s > silent_after * 3600:
        state = "silent"
    else:
        state = "well"
    return {
        "source": status.source,
        "state": state,
        "quiet_s": quiet_s,
        "lag_s": lag_s,
        **{name: value for name, value in msgspec.structs.asdict(status).items() if name != "source"},
    }


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("source", "state", "accepted", "rejected", "newest", "says")
    for row in rows:
        said = f"{row['reason']}: {row['message']}" if row["failures"] else ""
        if row["state"] == "silent":
            said = "never gave anything" if row["quiet_s"] is None else f"no news for {row['quiet_s'] / 3600:.1f} h"
        newest = row["published_at"].strftime("%Y-%m-%d %H:%M") if row["published_at"] else ""
        cells = (row["source"], row["state"], f"{row['accepted']:,}", f"{row['rejected']:,}", newest, said)
        # Text, not str: what a source said is shown, never read as markup.
        table.add_row(*(Text("".join(c if c.isprintable() else "\ufffd" for c in cell)) for cell in cells))
    Console().print(table)
