"""The command line as a whole: what it says of a name that is none, and where its output ends early."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner

from bosphorus import cli as module
from bosphorus.cli import cli, main


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make the command `completion` raise what is given."""

    def fail_with(error: BaseException) -> None:
        @click.command()
        def command() -> None:
            raise error

        monkeypatch.setattr(module.CommandTable, "get_command", lambda *_: command)
        monkeypatch.setattr(module, "_point_stdout_away", lambda: None)
        monkeypatch.setattr(sys, "argv", ["bosphorus", "completion"])

    return fail_with


def test_a_misspelt_command_is_answered_with_the_one_that_was_meant() -> None:
    result = CliRunner().invoke(cli, ["enrch"])
    assert result.exit_code == 2
    assert "No such command 'enrch'. Did you mean 'enrich'?" in result.output


def test_a_name_like_no_command_is_only_said_to_be_none() -> None:
    result = CliRunner().invoke(cli, ["zzz"])
    assert result.exit_code == 2
    assert "mean" not in result.output


def test_a_full_disk_is_one_line(failing: Callable[[BaseException], None]) -> None:
    failing(OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(SystemExit, match=r"^bosphorus: can't write: no space left on device"):
        main()


def test_a_path_that_is_refused_is_one_line(failing: Callable[[BaseException], None]) -> None:
    failing(PermissionError(errno.EACCES, "Permission denied", "/var/x"))
    with pytest.raises(SystemExit, match=r"^bosphorus: can't use /var/x: permission denied"):
        main()


def test_another_failure_of_the_system_keeps_its_trace(failing: Callable[[BaseException], None]) -> None:
    failing(OSError(errno.EBADF, "Bad file descriptor"))
    with pytest.raises(OSError, match="Bad file descriptor"):
        main()


def test_a_reader_that_has_seen_enough_is_no_failure(failing: Callable[[BaseException], None]) -> None:
    failing(BrokenPipeError())
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0


def test_a_closed_standard_output_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit, match="standard output is closed"):
        main()
