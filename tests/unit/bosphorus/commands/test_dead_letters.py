"""What would choose no letter at all is refused before Kafka is asked."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bosphorus.commands.dead_letters import command


@pytest.mark.parametrize("sub", ["list", "retry"])
@pytest.mark.parametrize(
    ("options", "said"),
    [(["--stage", "normalize"], "'ingest', 'normalise'"), (["--at", "17"], "write PARTITION:OFFSET, e.g. 0:17")],
)
def test_a_step_and_a_place_that_cannot_be_are_named(sub: str, options: list[str], said: str) -> None:
    result = CliRunner().invoke(command, [sub, *options])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
