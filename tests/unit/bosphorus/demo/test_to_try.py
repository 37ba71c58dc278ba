from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bosphorus.demo.to_try import to_try


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / ".venv" / "bin" / "bosphorus"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.chdir(tmp_path)
    return program


def test_what_make_called_is_named_by_its_path(called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(called.parents[2]))
    assert (".venv/bin/bosphorus watches list", "what is watched") in to_try(Path("alerts.ndjson"), kept=False)


def test_what_the_shell_finds_is_named_by_its_name(called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(called.parent))
    assert ("bosphorus tail alerts --from-start", "read the alert topic") in to_try(Path("alerts.ndjson"), kept=True)


def test_a_program_that_is_not_there_is_not_proposed(called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(called.parent))
    assert not any(command.startswith("jq") for command, _ in to_try(Path("alerts.ndjson"), kept=False))
