"""`bosphorus ingest`: articles from files to the raw topic."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bosphorus.finite import FiniteRange

MOMENTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


@click.command()
@click.argument("sources", metavar="[FILE|DIRECTORY|URL|-]...", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(
        ["auto", "ndjson", "rss", "jsonfeed", "ninjs", "newsml", "html", "gdelt-export", "gdelt-mentions", "gdelt-gkg"]
    ),
    default="auto",
    show_default=True,
    help="Format of the input; auto tells it by its content. rss reads Atom too.",
)
@click.option("--rate", type=FiniteRange(min=0, min_open=True), metavar="N", help="At most N articles a second.")
@click.option(
    "--speed",
    type=FiniteRange(min=0, min_open=True),
    metavar="X",
    help="Replay in event time, X times as fast: 3600 sends an hour of news in a second. The input should be in order.",
)
@click.option(
    "--feeds",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also read the feeds listed in FILE: `URL [tag ...]` a line, or OPML.",
)
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Of the list, only the feeds with this tag; may be repeated."
)
@click.option("--follow", is_flag=True, help="Keep asking feeds and looking into directories, until interrupted.")
@click.option(
    "--every",
    type=FiniteRange(min=1),
    default=900,
    show_default=True,
    metavar="S",
    help="Seconds between two requests for a feed that is well; failures stretch it, Retry-After is obeyed.",
)
@click.option(
    "--full-text",
    is_flag=True,
    help="Also fetch the page of each new entry of a feed, and take its text where that is longer. Polite, hence slow.",
)
@click.option(
    "--since",
    type=click.DateTime(MOMENTS),
    metavar="TIME",
    help="Of a long GDELT list (masterfilelist.txt), the files from this UTC time on; else those of its last day.",
)
@click.option("--until", type=click.DateTime(MOMENTS), metavar="TIME", help="... and before this one.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="While following, show how the sources are doing on http://127.0.0.1:PORT/metrics (host: BOSPHORUS_METRICS_HOST).",
)
@click.option("--allow-private", is_flag=True, help="Also fetch from addresses that are not on the public internet.")
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
    *,
    rate: float | None,
    speed: float | None,
    rejects: Path | None,
    feeds: Path | None,
    tags: tuple[str, ...],
    every: float,
    follow: bool,
    allow_private: bool,
    full_text: bool,
    since: datetime | None,
    until: datetime | None,
    metrics_port: int | None,
    dry_run: bool,
    strict: bool,
) -> None:
    """Send articles to the topic news.raw: NDJSON, RSS/Atom, JSON Feed, web pages, ninjs, NewsML-G2, GDELT 2; plain, .gz or .zip; `-` is standard input.

    Lines of NDJSON are sent as they are, malformed ones too: the worker says what is wrong with them and keeps them as dead letters. What
    can't be sent as an article (a GDELT row with missing columns, a feed that is none, a line larger than the topic takes) becomes a dead
    letter here, with its line and reason. The key is the article's identity, so that all versions of it share a partition. The command
    ends when Kafka has acknowledged everything.

    A URL is a feed (RSS, Atom, JSON Feed), a page, any other of these formats, or a GDELT list (lastupdate.txt, masterfilelist.txt). Of feeds and
    directories only what is new or changed is sent, across restarts too; a changed entry is the next version of its article. robots.txt is
    honoured, private networks are left alone. A source that fails is named and tried again later, and stops no other. `bosphorus sources
    status` says how each is doing, `bosphorus sources outlets` whose articles came.

    \b
    Examples:
      bosphorus ingest articles.ndjson.gz
      bosphorus ingest --speed 3600 may-2023.ndjson
      curl -s https://example.org/feed.xml | bosphorus ingest -
      bosphorus ingest --dry-run https://example.org/2023/05/12/story.html | bosphorus enrich
      bosphorus ingest --follow --feeds feeds.txt --tag turkey incoming/
      bosphorus ingest --follow http://data.gdeltproject.org/gdeltv2/lastupdate.txt
      bosphorus ingest --dry-run 20230512200000.export.CSV.zip | bosphorus enrich
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from bosphorus.ingesting import Options, ingest

    if tags and feeds is None:
        raise click.UsageError("--tag chooses from a list of feeds: name it with --feeds")
    if since and until and since >= until:
        raise click.UsageError(f"--since {since:%Y-%m-%dT%H:%M} is not before --until {until:%Y-%m-%dT%H:%M}")
    if metrics_port is not None and not follow:
        raise click.UsageError("--metrics-port shows how sources do while they are followed: add --follow")
    options = Options(
        format=format_,
        rate=rate,
        speed=speed,
        dry_run=dry_run,
        strict=strict,
        rejects=rejects,
        follow=follow,
        every_s=every,
        allow_private=allow_private,
        full_text=full_text,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        metrics_port=metrics_port,
    )
    listed: list[str] = []
    if feeds is not None:
        from streams.sources.feedlist import read_feedlist

        listed = [feed.url for feed in read_feedlist(feeds) if not tags or set(tags) & set(feed.tags)]
        if not listed:
            raise click.UsageError(f"no feed in {feeds}{' with the tag ' + ' or '.join(tags) if tags else ''}")
    ingest((*sources, *listed) or ("-",), options)
