"""The state bench: months in order, state that is counted and stays bounded."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bosphorus.benches.state import command, run


def test_each_month_says_how_much_is_remembered() -> None:
    (month,) = run(2, 40, seed=1)
    assert (month.day, month.articles) == (2, 80)
    assert month.values > 80
    assert 0 < month.state_mib < 1
    assert month.largest_kib < 512
    assert month.process_mib > 1


def test_the_same_seed_makes_the_same_state() -> None:
    def figures(seed: int) -> tuple[int, float]:
        (month,) = run(1, 30, seed)
        return month.values, month.state_mib

    assert figures(3) == figures(3) != figures(4)


def test_it_prints_json_on_request() -> None:
    result = CliRunner().invoke(command, ["--days", "1", "--seen", "10", "--json"])
    assert json.loads(result.stdout)["articles"] == 10
