"""What the documentation tells people to type is typed here. Blocks marked `<!-- runs -->` need no Kafka."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/how-to/*.md")])
BLOCK = re.compile(r"<!-- runs -->\n```sh\n(.*?)```", re.DOTALL)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("jq") is None, reason="the examples pipe into jq, which is not installed")
@pytest.mark.parametrize("page", [page for page in PAGES if BLOCK.search(page.read_text())], ids=lambda page: page.name)
def test_the_examples_of_a_page_run_one_after_the_other(page: Path, tmp_path: Path) -> None:
    (tmp_path / "bosphorus").symlink_to(ROOT / "bosphorus")
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "bosphorus"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m bosphorus "$@"\n')
    command.chmod(0o755)
    for block in BLOCK.findall(page.read_text()):
        # A head that has read enough ends the pipe early, and that is no mistake.
        done = subprocess.run(
            ["bash", "-euc", block],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stdout.strip() or ">" in block or "watches check" in block, f"nothing came out of:\n{block}"
