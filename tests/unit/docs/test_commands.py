"""What the documentation and the help texts tell people to type exists, with these options and arguments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bosphorus.cli import COMMANDS, cli

ROOT = Path(__file__).parents[3]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]*\bbosphorus [^`\n]*)`")
CALL = re.compile(r"(?:^|[|(&;{]|\bdo\b|[A-Z]=\S*|-I\{\})\s*bosphorus((?: [^|>&;#<)\n]*)?)", re.MULTILINE)
EXAMPLE = re.compile(r"\$\(bosphorus [^)]*\)")


def calls(text: str) -> Iterator[list[str]]:
    """The arguments of each call of `bosphorus` in lines of shell."""
    joined = text.replace("\\\n", " ")
    for part in (*EXAMPLE.findall(joined), EXAMPLE.sub("x", joined)):
        for found in CALL.findall(re.sub(r"'[^']*'", "x", part)):
            yield shlex.split(found)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command, with its name."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", found) for sub, found in command.commands.items())


def check(args: list[str], *, arguments: bool) -> None:
    """Parse as the command line would, up to calling the command; `arguments`: none that it needs may be missing."""
    context = click.Context(cli, info_name="bosphorus")
    group: click.Command = cli
    while args and isinstance(group, click.Group):
        if args[0] in {"--help", "-h", "--version"}:
            return
        command = group.get_command(context, args[0])
        assert command is not None, f"no command {args[0]} in {group.name or 'bosphorus'}"
        context, group, args = click.Context(command, context, info_name=args[0]), command, args[1:]
    if isinstance(group, click.Group):
        return
    values, _, _ = group.make_parser(context).parse_args(list(args))
    if arguments and "help" not in values:
        needed = [
            p.name for p in group.params if p.required and not isinstance(values.get(p.name or ""), str | list | tuple)
        ]
        assert not needed, f"{group.name} needs {needed}"


def lines_of(page: Path) -> Iterator[tuple[str, list[str], bool]]:
    """Each call on a page: as it stands, its arguments, and whether it is a whole line to type."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        yield from ((block, args, True) for args in calls(block))
    for inline in INLINE.findall(BLOCK.sub("", text)):
        # A bare name is a mention; with a variable before it, it is meant to be typed.
        yield from ((inline, args, "=" in inline.split(" bosphorus")[0]) for args in calls(inline))


@pytest.mark.parametrize(
    "page", [p for p in PAGES if "bosphorus " in p.read_text(encoding="utf-8")], ids=lambda p: p.name
)
def test_a_page_names_only_commands_and_options_that_exist(page: Path) -> None:
    for line, args, whole in lines_of(page):
        try:
            check([arg for arg in args if arg != "..."], arguments=whole)
        except (click.UsageError, AssertionError) as error:
            pytest.fail(f"{line!r}: {error}")


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_examples_of_a_help_text_can_be_typed(name: str, command: click.Command) -> None:
    text = command.help or ""
    if "Example" not in text:
        return
    assert re.search(r"\x08\n *Examples?:\n", text), f"the example of {name} would be wrapped, and can't be copied"
    found = list(calls(text.partition("Example")[2]))
    assert found, f"no example found in the help of {name}"
    for args in found:
        check(args, arguments=True)


def test_a_wrong_line_would_be_found() -> None:
    with pytest.raises(click.NoSuchOption):
        check(["enrich", "--wacthes", "x"], arguments=True)
    with pytest.raises(AssertionError, match="no command"):
        check(["watches", "lint"], arguments=True)
    with pytest.raises(AssertionError, match="tail needs"):
        check(["tail"], arguments=True)
    assert list(calls("echo x | bosphorus enrich - | jq .\nid=$(bosphorus backtest f | head -1)")) == [
        ["backtest", "f"],
        ["enrich", "-"],
    ]
