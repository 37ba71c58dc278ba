"""The folding bench: BCubed as defined, made-up copies, figures in bounds."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bosphorus.benches.folding import articles, bcubed, command


def test_bcubed_of_a_right_clustering_is_one() -> None:
    assert bcubed([1, 1, 2], ["a", "a", "b"]) == (1, 1, 1)


def test_bcubed_punishes_merging_in_precision_and_splitting_in_recall() -> None:
    assert bcubed([1, 1, 2, 2], ["a"] * 4)[:2] == pytest.approx((0.5, 1))
    assert bcubed([1, 1, 2, 2], list("abcd"))[:2] == pytest.approx((1, 0.5))


def test_the_same_seed_makes_the_same_articles() -> None:
    assert articles(5, 3) == articles(5, 3)
    assert articles(5, 3) != articles(5, 4)


def test_edited_copies_are_folded() -> None:
    result = CliRunner().invoke(command, ["--stories", "150", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["bcubed_f1"] >= 0.985
