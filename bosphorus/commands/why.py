"""`bosphorus why`: why an alert fired, or why it did not."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from bosphorus import offline


@click.command()
@click.argument("target", metavar="ALERT_ID|EVENT_ID|WATCH")
@click.argument("source", metavar="[FILE|-]", default="-")
@click.option(
    "--at",
    metavar="TIME",
    help="For a watch: the event time asked about (ISO 8601, UTC unless it says otherwise); a day alone is its end. Default: the end of the input.",
)
@offline.watches_option
def command(target: str, source: str, at: str | None, watches: Path | None) -> None:
    """Say why an alert fired, or why it did not, over the articles of FILE.

    Runs the articles as `bosphorus backtest` does, and answers from what happened: baseline, observed, threshold, what was folded, what
    was late. An article is asked for by its event id or its own id. On a terminal the answer is plain sentences, on a pipe
    NDJSON.

    \b
    Examples:
      bosphorus why russia-turkey-interference may-2023.ndjson --at 2023-05-11T19:00Z
      bosphorus backtest may-2023.ndjson | jq -r .alert_id | head -1 | xargs -I{} bosphorus why {} may-2023.ndjson
    """  # noqa: D301 - click reads the \b
    from agents.watches import load_watches
    from bosphorus.backtest import Backtest
    from bosphorus.backtest_history import Recorder
    from bosphorus.reasons import why
    from bosphorus.settings import load_settings
    from bosphorus.visible import visible
    from schemas.jsonl import to_json

    time = _time(at)
    settings = load_settings(watches=watches)
    configured = load_watches(settings.watches)
    recorder = Recorder(sought=target)
    backtest = Backtest(configured, settings, settings.partitions, recorder)
    with offline.articles(source, settings) as events:
        alerts = list(backtest.run(offline.ordered(offline.dated(events), settings.allowed_lateness_s)))
    for line in why(target, time, watches=configured, recorder=recorder, alerts=alerts):
        if sys.stdout.isatty():
            click.echo(visible(line))
        else:
            sys.stdout.buffer.write(to_json({"target": target, "says": line}) + b"\n")


def _time(text: str | None) -> datetime | None:
    """Event time as articles may write it; a day stands for its end: what is told of is the day before it."""
    from agents.normalise.dates import UnreadableDateError, read_date

    if text is None:
        return None
    flags: set[str] = set()
    try:
        moment = read_date(text, flags)
    except UnreadableDateError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error
    return moment + timedelta(days=1) if "date_only" in flags else moment
