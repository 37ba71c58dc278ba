"""`bosphorus explain`: an article with its findings marked in the text, each with rule and confidence."""

from __future__ import annotations

from pathlib import Path

import click

from bosphorus import offline


@click.command()
@offline.watches_option
@click.option("--html", is_flag=True, help="Write one self-contained page instead of text.")
@offline.options
def command(source: str, watches: Path | None, rejects: Path | None, *, html: bool, strict: bool) -> None:
    """Show articles with their findings marked in the text, and below it each finding with its rule and confidence.

    The input is what `bosphorus enrich` takes. On a terminal findings are coloured, in a pipe (or with NO_COLOR) they stand in brackets.
    Control characters in an article are shown, never obeyed.

    \b
    Examples:
      bosphorus explain article.json
      bosphorus explain --html articles.ndjson > explained.html
      echo '{"title": "Kremlin denies meddling in Turkey'"'"'s vote"}' | bosphorus explain -
    """  # noqa: D301 - click reads the \b
    from agents.enrich.step import Enricher
    from agents.watches import load_watches
    from bosphorus.marking_html import page
    from bosphorus.marking_terminal import show
    from bosphorus.settings import load_settings

    settings = load_settings(watches=watches)
    enrich = Enricher(load_watches(settings.watches))
    with offline.articles(source, settings, strict=strict, rejects=rejects) as events:
        if html:
            for chunk in page(enrich(event) for event in events):
                click.echo(chunk, nl=False)
            return
        for event in events:
            show(enrich(event))
