"""`bosphorus bench`: what is measured. Each bench is a module in bosphorus.benches with a `command`."""

from __future__ import annotations

import importlib
import importlib.util

import click

BENCHES = {
    "coding": "Countries, actors, interactions and interference against gold sets.",
    "bursts": "Burst detection on simulated and real counts.",
    "folding": "Near-duplicates: edited copies folded into stories, and how fast.",
    "state": "What a watch remembers over a year of news, month by month.",
    "speed": "Articles a second of each step, and where the time goes.",
    "delivery": "Records a second through the worker's loop on a real Kafka, beside Quix Streams, confluent-kafka and plain Faust.",
    "latency": "From a producer's send to the enriched event, and from the tipping article to the alert.",
    "workers": "CPU an article with one and with two workers, and memory a worker.",
}
"""Module in bosphorus.benches: one line of help."""


class BenchTable(click.Group):
    """A group whose benches are imported when they are called; one that isn't installed is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the table."""
        return [name for name in BENCHES if importlib.util.find_spec(f"bosphorus.benches.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one bench."""
        if cmd_name == "all":
            return _all
        if cmd_name not in self.list_commands(ctx):
            return None
        bench: click.Command = importlib.import_module(f"bosphorus.benches.{cmd_name}").command
        return bench

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the benches without importing any."""
        with formatter.section("Benches"):
            formatter.write_dl(
                [("all", "Each of these."), *((name, BENCHES[name]) for name in self.list_commands(ctx))]
            )


@click.command("all")
@click.pass_context
def _all(ctx: click.Context) -> None:
    """Run each bench in turn."""
    assert ctx.parent is not None
    benches = ctx.parent.command
    assert isinstance(benches, BenchTable)
    for name in benches.list_commands(ctx):
        click.echo(f"\n{name}: {BENCHES[name]}")
        bench = benches.get_command(ctx, name)
        assert bench is not None
        bench.main(args=[], prog_name=f"bosphorus bench {name}", standalone_mode=False)


@click.group(cls=BenchTable, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Measure speed, coding quality and burst detection; each bench prints a table.

    \b
    Examples:
      bosphorus bench coding
      bosphorus bench coding --json | jq .interference
    """  # noqa: D301 - click reads the \b
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
