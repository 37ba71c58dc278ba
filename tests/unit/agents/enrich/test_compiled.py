from __future__ import annotations

import os
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from agents.enrich import compiled

ROOT = Path(__file__).parents[4]
SAMPLE = ROOT / "bosphorus" / "demo" / "may-2023.ndjson"
WHICH = "import agents.enrich.reading.text as module; print(module.__file__)"


def run(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_sources_can_be_asked_for() -> None:
    assert run(WHICH, BOSPHORUS_PURE="1").strip().endswith("text.py")


@pytest.mark.slow
def test_compiled_or_not_it_finds_the_same() -> None:
    if run(WHICH).strip().endswith(".py"):
        pytest.skip("the coder is not compiled here, or has changed since: `make compile`")
    code = "from bosphorus.cli import main; main()"
    found = run(code, "enrich", str(SAMPLE))
    assert found
    assert found == run(code, "enrich", str(SAMPLE), BOSPHORUS_PURE="1")


def test_one_changed_source_takes_all_back_to_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    coder = tmp_path / "agents" / "enrich"
    coder.mkdir(parents=True)
    (tmp_path / "setup.py").touch()
    source, other = coder / "text.py", coder / "tokens.py"
    for one in (source, other):
        one.touch()
        one.with_suffix(EXTENSION_SUFFIXES[0]).touch()
    monkeypatch.delenv("BOSPHORUS_PURE", raising=False)
    monkeypatch.setattr(compiled, "CODER", coder)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = len(sys.meta_path)

    compiled.choose()
    assert len(sys.meta_path) == before

    os.utime(source, (source.stat().st_mtime + 10,) * 2)
    compiled.choose()
    assert len(sys.meta_path) == before + 1
    assert "agents/enrich/text.py has changed since it was compiled" in capsys.readouterr().err


def test_what_is_installed_is_not_asked_for_its_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coder = tmp_path / "agents" / "enrich"
    coder.mkdir(parents=True)
    source = coder / "text.py"
    source.touch()
    source.with_suffix(EXTENSION_SUFFIXES[0]).touch()
    os.utime(source, (source.stat().st_mtime + 10,) * 2)
    monkeypatch.delenv("BOSPHORUS_PURE", raising=False)
    monkeypatch.setattr(compiled, "CODER", coder)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = len(sys.meta_path)
    compiled.choose()
    assert len(sys.meta_path) == before
