from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bosphorus.benches.coding import MEASURES, Row, command, markdown, shared_folder


def test_without_the_scoring_data_it_says_so_and_scores_its_own_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOSPHORUS_SHARED", str(tmp_path))

    result = CliRunner().invoke(command, ["--json"])

    assert result.exit_code == 0
    assert "BOSPHORUS_SHARED" in result.stderr
    table = json.loads(result.stdout)
    assert table["interactions"]["accuracy of the root"]["ours"] is None
    assert any(name.startswith("interference (scored") for name in table)


def test_the_page_has_a_line_a_figure() -> None:
    text = markdown([Row("a set", "precision", 0.9, "somebody .5", None)])

    assert "| a set | precision | .900 | somebody .5 | – |" in text


def test_the_shared_folder_is_only_one_that_holds_the_scoring_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOSPHORUS_SHARED", str(tmp_path))

    assert shared_folder() is None


def test_every_measure_names_its_gold_file() -> None:
    assert all(measure.gold and measure.key for measure in MEASURES)
