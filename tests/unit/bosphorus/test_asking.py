"""Before something is gone for good, somebody says yes."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from bosphorus.asking import confirm


@click.command()
def ask() -> None:
    confirm("Erase 1 article for good?", "nothing was erased")
    click.echo("erased")


def test_yes_goes_on() -> None:
    assert "erased" in CliRunner().invoke(ask, input="y\n").stdout


@pytest.mark.parametrize(
    ("answer", "said"),
    [("n\n", "nothing was erased"), ("", "nobody answers here, nothing was erased; --yes goes on without asking")],
)
def test_no_and_no_answer_are_told_in_one_line(answer: str, said: str) -> None:
    result = CliRunner().invoke(ask, input=answer)
    assert "erased" not in result.stdout
    assert str(result.exception) == said
