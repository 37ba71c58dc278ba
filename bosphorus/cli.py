"""The `bosphorus` command: a table of commands that are imported when they are called."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from difflib import get_close_matches

import click

from bosphorus import __version__, heap
from schemas.errors import BosphorusError, WatchConfigError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "From nothing to an alert: a real Kafka, the whole pipeline, the bundled sample."),
    "worker": ("worker", "Run the agents: normalise, enrich, watch, publish."),
    "ingest": ("ingest", "Send articles to the raw topic: NDJSON, RSS/Atom, GDELT."),
    "sources": ("sources", "How the followed sources are doing, and lists of feeds."),
    "tail": ("tail", "Follow alerts, enriched events or dead letters."),
    "enrich": ("enrich", "Raw articles in, enriched events out, without Kafka."),
    "backtest": ("backtest", "Raw articles in, alerts out, in event time, without Kafka."),
    "stories": ("stories", "Raw articles in, the story of each out."),
    "bursts": ("bursts", "Timed keys in, burst episodes out."),
    "explain": ("explain", "Show an article with its findings marked, each with its rule."),
    "why": ("why", "Say why an alert fired, or why it did not."),
    "watches": ("watches", "Check, list and test watch definitions."),
    "topics": ("topics", "Create the topics, or name every difference from the catalogue."),
    "broker": ("broker", "Start and stop a local Apache Kafka."),
    "dead-letters": ("dead_letters", "List what could not be used, and send it again."),
    "erase": ("erase", "Take an article out: empty its last version, withdraw it from the alerts."),
    "schemas": ("schemas", "Show the contracts and check their compatibility."),
    "bench": ("bench", "Measure speed, coding and burst detection."),
    "completion": ("completion", "Print the completion script of your shell."),
}
"""Command name: (module in bosphorus.commands with a `command`, one line of help)."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What writing fails with where the disk takes no more."""
REFUSED = frozenset(
    {errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EPERM, errno.EROFS}
)
"""What the system answers where a path is wrong, or not ours to use."""


class CommandTable(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"bosphorus.commands.{COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is answered with the one that was probably meant."""
        close = [] if args[0] in COMMANDS else get_close_matches(args[0], COMMANDS, 1)
        if close:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader (head, jq) that has what it wanted ends it well."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _point_stdout_away()
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="bosphorus")
def cli() -> None:
    """Watch the world's news for one state interfering in another, with the evidence.

    Start with `bosphorus demo`. Data goes to standard output as NDJSON (it pipes into jq), everything else to standard error.
    Every setting is an environment variable BOSPHORUS_*; `-` stands for standard input.
    """


def main() -> None:
    """Run the command line: a user's mistake is one line on standard error and an exit status, never a stack trace."""
    heap.patient()
    # No step multiplies dense matrices: a thread for every core would only be started.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.stdout is None:
        sys.exit("bosphorus: standard output is closed; send what you don't need to /dev/null")
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BosphorusError as error:
        from bosphorus.visible import visible

        # The message may quote what others wrote. Only a file of watches has several problems, a line each, with values written out.
        problems = str(error).split("\n") if isinstance(error, WatchConfigError) else [str(error)]
        for problem in problems:
            click.echo(f"bosphorus: {visible(problem)}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _point_stdout_away()
        sys.exit(0)
    except OSError as error:
        said = _of_the_system(error)
        if said is None:
            raise
        _point_stdout_away()
        sys.exit(f"bosphorus: {said}")
    sys.exit(status if isinstance(status, int) else 0)


def _of_the_system(error: OSError) -> str | None:
    """What a user can mend of a failure of the system: a full disk, a path; None: it is ours, and wants its trace."""
    why = os.strerror(error.errno or 0).lower()
    where = f" {error.filename}" if error.filename else ""
    if error.errno in FULL:
        return f"can't write{where}: {why}; what was written so far is not whole"
    if error.errno in REFUSED and error.filename:
        return f"can't use{where}: {why}; name another path, or make this one ours to use"
    return None


def _point_stdout_away() -> None:
    """So that the flush at exit doesn't fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
