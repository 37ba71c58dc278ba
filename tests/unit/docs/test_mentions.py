"""Targets of make, modules, scripts and files that the pages name are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted(ROOT.glob("docs/**/*.md"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
MAKE = re.compile(r"(?:`|^ *)make ([a-z-]+)", re.MULTILINE)
MODULE = re.compile(r"python -m ((?:bosphorus|agents|streams|schemas)[\w.]*)")
PATH = re.compile(r"`((?:agents|bosphorus|deploy|docs|schemas|scripts|streams|tests)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(MAKE.findall(text)) <= TARGETS
    assert [name for name in MODULE.findall(text) if importlib.util.find_spec(name) is None] == []
    if page.parent.name != "decisions":  # those say how it was
        assert [name for name in PATH.findall(text) if not (ROOT / name).exists()] == []
