"""`bosphorus watches`: check, list and try watch definitions."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from bosphorus import offline

_FILE = click.argument(
    "path", required=False, metavar="[FILE]", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group()
def command() -> None:
    """Check, list and test watch definitions.

    A watch is an entry in a YAML file: pairs of states, themes, languages, thresholds, severity rules, routing. A new one needs no
    code. Without FILE: those of BOSPHORUS_WATCHES, or the shipped ones.

    \b
    Example:
      bosphorus watches check my-watches.yaml
    """  # noqa: D301 - click reads the \b


@command.command()
@_FILE
def check(path: Path | None) -> None:
    """Say whether the definitions are right; if not, each mistake with its line, key, value and remedy. Exit status 2 then."""
    from agents.watches import load_watches
    from bosphorus.settings import load_settings

    watches = load_watches(path or load_settings().watches)
    click.echo(
        f"{len(watches)} {'watch is' if len(watches) == 1 else 'watches are'} right (hash {watches.hash}): {', '.join(w.id for w in watches)}",
        err=True,
    )


@command.command("list")
@_FILE
def list_(path: Path | None) -> None:
    """Print the watches, one a line, every default spelt out (NDJSON)."""
    from agents.watches import load_watches
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json

    for watch in load_watches(path or load_settings().watches):
        sys.stdout.buffer.write(to_json(watch.model_dump(mode="json")) + b"\n")


@command.command()
@click.argument("source", metavar="[ARTICLES|-]", default="-")
@offline.watches_option
def test(source: str, watches: Path | None) -> None:
    """Try the watches on raw articles: one line for each article that a watch wants, counts on standard error.

    \b
    Example:
      bosphorus watches test may-2023.ndjson --watches my-watches.yaml | jq -c '[.watches, .title]'
    """  # noqa: D301 - click reads the \b
    from agents.enrich.step import Enricher
    from agents.watches import load_watches
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json

    settings = load_settings(watches=watches)
    configured = load_watches(settings.watches)
    enrich = Enricher(configured)
    wanted: Counter[str] = Counter()
    read = 0
    with offline.articles(source, settings) as events:
        for event in map(enrich, events):
            read += 1
            wanted.update(event.watches)
            if event.watches:
                line = {
                    "event_id": event.event_id,
                    "external_id": event.external_id,
                    "title": event.title,
                    "published_at": event.published_at,
                    "watches": event.watches,
                    "score": event.interference.score,
                    "counted": [
                        watch.id
                        for watch in configured
                        if watch.id in event.watches and event.interference.score >= watch.thresholds.interference
                    ],
                    "dyads": [f"{dyad.source}>{dyad.target}" for dyad in event.dyads],
                    "themes": event.interference.themes,
                }
                sys.stdout.buffer.write(to_json(line) + b"\n")
    for watch in configured:
        click.echo(f"{watch.id}: {wanted[watch.id]:,} of {read:,}", err=True)
