"""Generated files are written where they differ, and only named where they are checked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from schemas.generated import write_or_check


def test_a_check_names_what_is_stale_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])
    path = tmp_path / "page.md"
    assert write_or_check({path: "new"}, "some.module") == 1
    assert "page.md is stale; run: python -m some.module" in capsys.readouterr().err
    assert not path.exists()


def test_what_is_written_is_no_longer_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "page.md"
    monkeypatch.setattr(sys, "argv", ["generate"])
    assert write_or_check({path: "new"}, "some.module") == 0
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])
    assert write_or_check({path: "new"}, "some.module") == 0
    assert path.read_text(encoding="utf-8") == "new"
