"""`bosphorus demo`: from nothing to an alert."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--keep", is_flag=True, help="Leave Kafka and the worker running, and print their addresses.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Where the alerts, the report and the worker's log go.",
)
def command(directory: Path, *, keep: bool) -> None:
    """Show everything on the bundled sample: a real Kafka, the topics, a worker, and the alert it raises.

    The sample is 300 lines written for this project about the weeks around 14 May 2023, in English, Turkish and Russian. The
    demo has a Kafka of its own, on a free port, and leaves nothing running. Without Java it says so, and takes librdkafka's mock
    cluster in its place, which is no Kafka to keep; without that too, it shows the sample through `bosphorus backtest`. With BOSPHORUS_BROKER set it uses that Kafka, under topic names of its own.

    \b
    Examples:
      bosphorus demo
      bosphorus demo --keep && BOSPHORUS_DATA_DIR=build/demo/data bosphorus tail alerts --from-start
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from rich.console import Console

    from bosphorus.demo.run import Demo
    from bosphorus.settings import load_settings

    Demo(directory, load_settings(), Console(highlight=False), keep=keep).run()
