"""`bosphorus erase`: take an article out."""

from __future__ import annotations

import sys

import click


@click.command("erase")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def command(articles: tuple[str, ...], *, dry_run: bool, yes: bool) -> None:
    """Take articles out: name each by its address, its event_id, or its sender's id.

    Each gets a last version that is withdrawn and empty. The watches take it out of their stories and open alerts, whoever reads
    news.enriched sees it end, and no later version of it counts again. Kafka changes nothing that it holds: earlier versions go
    when the topics' retention is over, at the time that is printed (`gone_by`); docs/how-to/keep-and-erase.md says what stays
    where, and how to be quicker. Each article is printed as one JSON object. Exit status 1 if none was found.

    \b
    Example:
      bosphorus erase --dry-run https://example.org/2023/05/story
      bosphorus erase --yes 6f1c0c1e-58a1-5b0e-9a34-2f6f0c6a7b11
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    import asyncio

    from bosphorus.asking import confirm
    from bosphorus.broker.address import resolve_broker
    from bosphorus.erasing import erase, wanted
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json
    from schemas.wire import Codec
    from streams.schema_registry import registry_of

    what = wanted(articles)
    if not (dry_run or yes):
        confirm(f"Erase {len(articles)} article{'s' * (len(articles) > 1)} for good?", "nothing was erased")
    settings = load_settings()
    settings = settings.model_copy(update={"broker": resolve_broker(settings)})
    codec = Codec(registry_of(settings))
    found = asyncio.run(erase(settings, codec, what, dry_run=dry_run))
    for one in found:
        click.echo(to_json(one).decode())
    done = sum(one.erased for one in found)
    said = "would be erased" if dry_run else "erased"
    count = sum(one.versions > 0 for one in found) if dry_run else done
    click.echo(f"{count} {said}, {len(found) - count} had been before", err=True)
    if not found:
        click.echo("news.events holds no such article: not one that came, or gone already", err=True)
        sys.exit(1)
