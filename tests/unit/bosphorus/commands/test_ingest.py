"""Options that would change nothing, or can't hold together, are refused and not passed over."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bosphorus.commands.ingest import command


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tag", "turkey"], "name it with --feeds"),
        (["--metrics-port", "0"], "add --follow"),
        (
            ["--since", "2023-05-12", "--until", "2023-05-11"],
            "--since 2023-05-12T00:00 is not before --until 2023-05-11T00:00",
        ),
    ],
)
def test_options_that_go_with_others_say_with_which(options: list[str], said: str) -> None:
    result = CliRunner().invoke(command, ["--dry-run", *options, "-"], input="")
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
