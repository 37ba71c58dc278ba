from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from agents.enrich import compiled

ROOT = Path(__file__).parents[4]
SAMPLE = ROOT / "bosphorus" / "demo" / "may-2023.ndjson"
ITEMS = ROOT / "tests" / "data" / "interference"
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
def test_compiled_or_not_it_finds_the_same_and_no_coder_fails(tmp_path: Path) -> None:
    if run(WHICH).strip().endswith(".py"):
        pytest.skip("the coder is not compiled here, or has changed since: `make compile`")
    sample = tmp_path / "sample.ndjson"
    sample.write_text(SAMPLE.read_text(encoding="utf-8") + "".join(headlines()), encoding="utf-8")
    code = "from bosphorus.cli import main; main()"
    found = run(code, "enrich", str(sample))
    assert found
    assert '_failed"' not in found
    assert found == run(code, "enrich", str(sample), BOSPHORUS_PURE="1")


def headlines() -> Iterator[str]:
    """The headlines of the interference set as raw articles."""
    for path in sorted(ITEMS.glob("*.tsv")):
        for number, row in enumerate(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t")):
            article = {"id": f"{path.stem}/{number}", "title": row["title"], "published_at": "2024-05-01T00:00:00Z"}
            yield json.dumps(article) + "\n"


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
