"""`bosphorus bursts`: timed keys in, burst episodes out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bosphorus.finite import FiniteRange


@click.command()
@click.option(
    "--bucket", type=click.Choice(["1h", "1d"]), default="1h", show_default=True, help="Length of a bucket, in UTC."
)
@click.option(
    "--threshold",
    type=FiniteRange(min=0, min_open=True),
    help="Score (-log10 p) that opens; default: calibrated for the bucket.",
)
@click.option("--strict", is_flag=True, help="End with exit status 1 if any line could not be used.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the lines that could not be used to FILE.",
)
@click.argument("source", metavar="[FILE|-]", default="-")
def command(source: str, bucket: str, threshold: float | None, rejects: Path | None, *, strict: bool) -> None:
    """Find bursts in lines of key, at, story (and origin, if known).

    A (key, story) counts once, at its first time; the order of the lines doesn't matter. An episode needs 3 stories, and 2 origins where
    origins are given.

    \b
    Example:
      echo '{"key":"RUS-TUR","at":"2023-05-12T09:00:00Z","story":"s1"}' | bosphorus bursts --bucket 1d
    """  # noqa: D301 - click reads the \b
    from agents.watch.buckets import LENGTHS
    from agents.watch.episodes import Sighting, episodes
    from bosphorus.offline import records
    from bosphorus.timed_keys import parse
    from schemas.jsonl import to_json

    with records(source, parse, strict=strict, rejects=rejects) as lines:
        sightings = [(line.key, Sighting(line.at, line.story, line.origin)) for line in lines]
    for episode in episodes(sightings, LENGTHS[bucket], threshold):
        sys.stdout.buffer.write(to_json(episode) + b"\n")
