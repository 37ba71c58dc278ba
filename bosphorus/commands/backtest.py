"""`bosphorus backtest`: raw articles in, alerts out, in event time, without Kafka."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from bosphorus import offline

AT_ONCE = 32
"""Articles of a file that are coded together: the coder's tables then stay in the processor's cache."""


@click.command()
@offline.watches_option
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write one self-contained HTML file that shows what happened, and why.",
)
@offline.options
def command(source: str, watches: Path | None, report: Path | None, rejects: Path | None, *, strict: bool) -> None:
    """Run past news through every step that the worker runs, and write the alerts, one message a line.

    Only event time counts: the same input gives the same bytes, on every machine and at every speed. The input is NDJSON, plain,
    .gz or .zip.

    \b
    Examples:
      bosphorus backtest may-2023.ndjson.gz | jq -c '[.msg_type, .opened_at, .headline]'
      bosphorus backtest may-2023.ndjson.gz --report report.html > alerts.ndjson
    """  # noqa: D301 - click reads the \b
    from agents.watches import load_watches
    from bosphorus.backtest import Backtest
    from bosphorus.backtest_history import Recorder
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json

    settings = load_settings(watches=watches)
    recorder = Recorder() if report else None
    # A pipe may be somebody's live stream, whose alerts are awaited; a file is read to its end.
    at_once = 1 if source == "-" else AT_ONCE
    backtest = Backtest(load_watches(settings.watches), settings, settings.partitions, recorder, at_once)
    out = sys.stdout.buffer
    alerts = []
    left_out: Counter[str] = Counter()
    with offline.articles(source, settings, strict=strict, rejects=rejects, left_out=left_out) as events:
        dated = offline.ordered(offline.dated(events, left_out), settings.allowed_lateness_s)
        for alert in backtest.run(dated):
            out.write(to_json(alert) + b"\n")
            out.flush()
            if report:
                alerts.append(alert)
    for watch_id, count in backtest.late.items():
        click.echo(f"{watch_id}: {count:,} late, left out of the counts", err=True)
    if report and recorder:
        from bosphorus.report import write_report

        write_report(report, alerts, recorder.history(left_out.total()))
        click.echo(f"report: {report}", err=True)
