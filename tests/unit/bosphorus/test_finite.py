"""Numbers that can't be reckoned with are refused where they are given."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bosphorus.cli import cli


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "NaN", "1e999"])
@pytest.mark.parametrize(
    "command", [["bursts", "--threshold"], ["ingest", "--dry-run", "--speed"], ["sources", "status", "--silent-after"]]
)
def test_no_number_is_an_error_of_the_command_line(command: list[str], number: str) -> None:
    result = CliRunner().invoke(cli, [*command, number], input="")
    assert result.exit_code == 2
    assert "is not a finite number" in result.output or "is not in the range" in result.output
