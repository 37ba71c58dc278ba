"""`bosphorus completion`: the script that makes your shell complete our commands and options."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.pass_context
def command(ctx: click.Context, shell: str | None) -> None:
    """Print the completion script of your shell (by default that of $SHELL).

    \b
    Example:
      source <(bosphorus completion bash)                                        # this session
      bosphorus completion fish > ~/.config/fish/completions/bosphorus.fish      # for good
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    name = shell or Path(os.environ.get("SHELL", "bash")).name
    script = get_completion_class(name)
    if script is None or name not in SHELLS:
        raise click.BadParameter(f"{name} is not one of {', '.join(SHELLS)}", ctx=ctx, param_hint="SHELL")
    click.echo(script(ctx.find_root().command, {}, "bosphorus", "_BOSPHORUS_COMPLETE").source())
