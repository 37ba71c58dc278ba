"""`bosphorus bench`: what is measured. Each bench is a module in bosphorus.benches with a `command`."""

from __future__ import annotations

import importlib
import importlib.util
import json
import signal
import subprocess
import sys
import time

import click

from schemas.errors import BosphorusError

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

TERMINATED = 143
"""Exit status after SIGTERM, as shells have it."""


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
@click.option("--json", "as_json", is_flag=True, help="One JSON object a bench, each a line, instead of the tables.")
@click.option("--skip", multiple=True, type=click.Choice(list(BENCHES)), help="Leave this one out; may be repeated.")
@click.pass_context
def _all(ctx: click.Context, skip: tuple[str, ...], *, as_json: bool) -> None:
    """Run each bench in turn, with the sizes that are its defaults.

    Each has a process of its own, so that none warms or burdens the next. One that can't run (no Java for Kafka, say) is named on
    standard error and the others go on; the exit status is then 1.

    \b
    Examples:
      bosphorus bench all --skip coding --skip state
      bosphorus bench all --json > benches.ndjson
    """  # noqa: D301 - click reads the \b
    assert ctx.parent is not None
    benches = ctx.parent.command
    assert isinstance(benches, BenchTable)
    failed: list[str] = []
    for name in benches.list_commands(ctx):
        if name in skip:
            continue
        started = time.monotonic()
        click.echo(f"\n{name}: {BENCHES[name]}", err=as_json)
        status, said = _apart(name, as_json=as_json)
        if status:
            failed.append(name)
        elif as_json:
            found = [json.loads(line) for line in said.splitlines()]  # some say an object a line
            click.echo(json.dumps({"bench": name, "result": found if len(found) != 1 else found[0]}))
        click.echo(f"{name}: {time.monotonic() - started:.0f} s", err=True)
    if failed:
        raise BosphorusError(f"not measured: {', '.join(failed)}; the lines above say why")


def _apart(name: str, *, as_json: bool) -> tuple[int, str]:
    """Run one bench as a process of its own: its exit status, and with `as_json` what it printed."""
    with subprocess.Popen(  # noqa: S603 - our own command
        _arguments(name, as_json=as_json), stdout=subprocess.PIPE if as_json else None, text=True
    ) as child:
        try:
            said, _ = child.communicate()
        except SystemExit:  # we are told to end
            child.terminate()
            raise
    return child.returncode, said or ""


def _arguments(name: str, *, as_json: bool) -> list[str]:
    return [sys.executable, "-m", "bosphorus", "bench", name, *(["--json"] if as_json else [])]


@click.group(cls=BenchTable, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Measure speed, coding quality and burst detection; each bench prints a table.

    \b
    Examples:
      bosphorus bench coding
      bosphorus bench coding --json | jq .interference
    """  # noqa: D301 - click reads the \b
    # A bench that is told to end takes down the Kafka and the workers that it started, as on Ctrl-C.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    ctx.call_on_close(lambda: signal.signal(signal.SIGTERM, before))
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
