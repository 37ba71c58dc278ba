"""`bosphorus ingest`: articles from files to the raw topic."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("sources", metavar="[FILE|-]...", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(
        ["auto", "ndjson", "rss", "jsonfeed", "ninjs", "newsml", "gdelt-export", "gdelt-mentions", "gdelt-gkg"]
    ),
    default="auto",
    show_default=True,
    help="Format of the input; auto tells it by its content. rss reads Atom too.",
)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N articles a second.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="X",
    help="Replay in event time, X times as fast: 3600 sends an hour of news in a second. The input should be in order.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing; write the raw articles to standard output instead.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write what could not be sent to FILE, as it was.",
)
@click.option("--strict", is_flag=True, help="End with exit status 1 if anything was rejected.")
def command(
    sources: tuple[str, ...],
    format_: str,
    rate: float | None,
    speed: float | None,
    rejects: Path | None,
    *,
    dry_run: bool,
    strict: bool,
) -> None:
    """Send articles to the topic news.raw: NDJSON, RSS/Atom, JSON Feed, ninjs, NewsML-G2, GDELT 2; plain, .gz or .zip; `-` is standard input.

    Lines of NDJSON are sent as they are, malformed ones too: the worker says what is wrong with them and keeps them as dead letters. What
    can't be sent as an article (a GDELT row with missing columns, a feed that is none, a line larger than the topic takes) becomes a dead
    letter here, with its line and reason. The key is the article's identity, so that all versions of it share a partition. The command
    ends when Kafka has acknowledged everything.

    \b
    Examples:
      bosphorus ingest articles.ndjson.gz
      bosphorus ingest --speed 3600 may-2023.ndjson
      curl -s https://example.org/feed.xml | bosphorus ingest -
      bosphorus ingest --dry-run 20230512200000.export.CSV.zip | bosphorus enrich
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from bosphorus.ingesting import Options, ingest

    ingest(sources or ("-",), Options(format_, rate, speed, dry_run=dry_run, strict=strict, rejects=rejects))
