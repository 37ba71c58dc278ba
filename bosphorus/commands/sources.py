"""`bosphorus sources`: how the followed sources are doing, and lists of feeds."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bosphorus.finite import FiniteRange

if TYPE_CHECKING:
    from streams.sources.state import SourceState


@click.group("sources")
def command() -> None:
    """Say how the followed sources are doing and whose articles came; turn a feed reader's OPML into a list.

    \b
    Examples:
      bosphorus sources status --silent-after 2
      bosphorus sources status --check || echo "look at the sources"
      bosphorus sources outlets --unknown
      bosphorus sources import subscriptions.opml > feeds.txt
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped


@command.command()
@click.option(
    "--silent-after",
    type=FiniteRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="HOURS",
    help="Call a source silent that has given nothing new for so long.",
)
@click.option("--check", is_flag=True, help="End with exit status 1 if a source is failing or silent.")
@click.option(
    "--stuck-after",
    type=FiniteRange(min=0, min_open=True),
    metavar="MINUTES",
    help="End with exit status 1 if no source has been asked for so long past its turn: nobody follows them any more.",
)
def status(silent_after: float, check: bool, stuck_after: float | None) -> None:
    """List every source that has been followed: what it gave, how far behind it is, whether it fails or is silent.

    A table on a terminal, one JSON object a line on a pipe. Exit status 0 whatever it says of them, but for --check and --stuck-after.
    """
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    with _state() as state:
        rows = [_judged(status, now, silent_after) for status in state.statuses()] if state else []
    if not rows:
        click.echo("no source has been followed yet: bosphorus ingest --follow URL", err=True)
        return
    if sys.stdout.isatty():
        _show(("source", "state", "accepted", "rejected", "newest", "says"), (_cells(row) for row in rows))
    else:
        _write(rows)
    turns = [row["next_at"] for row in rows if row["next_at"] is not None]
    if stuck_after is not None and turns and now - max(turns) > timedelta(minutes=stuck_after):
        click.echo(
            f"no source has been asked since {max(turns):%Y-%m-%d %H:%M} UTC: is `ingest --follow` running?", err=True
        )
        sys.exit(1)
    unwell = Counter(row["state"] for row in rows if row["state"] != "well")
    if check and unwell:
        counts = ", ".join(f"{number:,} {state}" for state, number in unwell.most_common())
        click.echo(f"{counts}, of {len(rows):,} sources", err=True)
        sys.exit(1)


@command.command()
@click.option(
    "--unknown", is_flag=True, help="Only those that the register doesn't know: to be looked at, most articles first."
)
@click.option("--state-linked", is_flag=True, help="Only those that a state owns, directs or funds, by the register.")
@click.option(
    "--least", type=click.IntRange(min=1), default=1, metavar="N", help="Only those with at least N articles."
)
def outlets(unknown: bool, state_linked: bool, least: int) -> None:
    """List the outlets whose articles were sent, with name, country, language and ownership from the register.

    A table on a terminal, one JSON object a line on a pipe. Articles are counted when Kafka has acknowledged them; versions of one count each.
    """
    from msgspec.structs import asdict

    from bosphorus.outlets import seen_outlets

    with _state() as state:
        seen = list(seen_outlets(state.outlets())) if state else []
    if not seen:
        click.echo("no article has been sent from here yet: bosphorus ingest FILE", err=True)
        return
    rows = [
        asdict(one)
        for one in seen
        if one.articles >= least and not (unknown and one.known) and not (state_linked and not one.state_linked)
    ]
    if sys.stdout.isatty():
        _show(
            ("outlet", "articles", "first", "last", "name", "country", "language", "owner", "state"),
            map(_outlet_cells, rows),
        )
    else:
        _write(rows)
    unknown_ones = [one for one in seen if not one.known]
    articles = sum(one.articles for one in seen)
    click.echo(
        f"{len(seen):,} outlets, {articles:,} articles; {len(unknown_ones):,} outlets with {sum(o.articles for o in unknown_ones):,} "
        "articles are not in the register",
        err=True,
    )


@command.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
def forget(sources: tuple[str, ...]) -> None:
    """Forget sources as `status` names them: they leave its list, and are read from the start if they are followed again."""
    with _state() as state:
        known = {source for source in sources if state is not None and state.forget(source)}
    unknown = [source for source in sources if source not in known]
    if unknown:
        from schemas.errors import BosphorusError

        raise BosphorusError(f"not among the sources: {', '.join(unknown)}; `bosphorus sources status` names them")


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


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    said = f"{row['reason']}: {row['message']}" if row["failures"] else ""
    if row["state"] == "silent":
        said = "never gave anything" if row["quiet_s"] is None else f"no news for {row['quiet_s'] / 3600:.1f} h"
    return (
        row["source"],
        row["state"],
        f"{row['accepted']:,}",
        f"{row['rejected']:,}",
        _minute(row["published_at"]),
        said,
    )


def _outlet_cells(row: dict[str, Any]) -> tuple[str, ...]:
    linked = {True: "state-linked", False: "", None: "?"}[row["state_linked"]]
    said = (row[name] or "" for name in ("name", "country", "language", "owner"))
    return row["outlet"], f"{row['articles']:,}", _minute(row["first_at"]), _minute(row["last_at"]), *said, linked


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


@contextmanager
def _state() -> Iterator[SourceState | None]:
    """Open what is known of the sources; None if nothing is."""
    from bosphorus.ingesting import state_path
    from bosphorus.settings import load_settings
    from streams.sources.state import SourceState

    path = state_path(load_settings())
    if not path.is_file():
        yield None
        return
    with closing(SourceState(path)) as state:
        yield state


def _write(rows: list[dict[str, Any]]) -> None:
    from schemas.jsonl import to_json

    for row in rows:
        click.echo(to_json(row).decode())


def _show(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in head:
        # Never cut off: an address is there to be copied.
        table.add_column(name, overflow="fold")
    for cells in rows:
        # Text, not str: what a source said is shown, never read as markup.
        table.add_row(*(Text("".join(c if c.isprintable() else "\ufffd" for c in cell)) for cell in cells))
    Console().print(table)
