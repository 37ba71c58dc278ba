"""`bosphorus stories`: raw articles in, the story of each out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bosphorus.offline import options


@click.command()
@options
def command(source: str, rejects: Path | None, *, strict: bool) -> None:
    """Say which story each raw article belongs to: one line an article, in the order of the input.

    Copies, rewordings and translations of one report share a story_id, which is the same on every run.

    \b
    Example:
      bosphorus stories articles.ndjson | jq -r .story_id | sort | uniq -c | sort -rn | head
    """  # noqa: D301 - click reads the \b
    from bosphorus.offline import articles
    from bosphorus.settings import load_settings
    from bosphorus.story_lines import story_lines
    from schemas.jsonl import to_json

    with articles(source, load_settings(), strict=strict, rejects=rejects) as events:
        for line in story_lines(events):
            sys.stdout.buffer.write(to_json(line) + b"\n")
