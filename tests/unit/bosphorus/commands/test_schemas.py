"""The contracts as people and programs list them."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bosphorus.commands.schemas import command


def test_on_a_pipe_the_list_is_one_object_a_line_and_each_can_be_shown() -> None:
    listed = [json.loads(line) for line in CliRunner().invoke(command, ["list"]).stdout.splitlines()]
    assert {"alert", "news_event", "raw_article"} <= {one["name"] for one in listed}
    for one in listed:
        assert json.loads(CliRunner().invoke(command, ["show", one["name"]]).stdout)
