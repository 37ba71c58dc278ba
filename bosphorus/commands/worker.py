"""`bosphorus worker`: run the agents."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--agents",
    default="normalise,enrich,watch,publish",
    show_default=True,
    metavar="LIST",
    help="Which agents to run, separated by commas.",
)
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), help="Port of /metrics, /healthz and /readyz; 0: any free one."
)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="What to log.")
@click.option(
    "--instance-id",
    default="",
    metavar="NAME",
    help="Name of this worker that survives its restart (the pod's, say): a quick restart then moves no partitions.",
)
def command(agents: str, metrics_port: int | None, log_level: str | None, instance_id: str) -> None:
    """Run the agents: normalise, enrich, watch, publish.

    Reads news.raw, codes each article, watches for bursts and writes alerts. Any number of workers share the partitions. SIGTERM
    (or Ctrl-C) finishes what is in flight; nothing is lost if it is killed instead. The topics must exist.

    \b
    Example:
      bosphorus broker start && bosphorus topics create && bosphorus worker
      bosphorus worker --agents normalise,enrich --metrics-port 0
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from bosphorus.settings import load_settings
    from bosphorus.worker import run

    names = [name.strip() for name in agents.split(",") if name.strip()]
    run(load_settings(metrics_port=metrics_port, log_level=log_level), names, instance_id)
