"""Which form of the coder runs: compiled where it has been compiled, its sources where they have changed since.

Compiled modules know one another's layout, so that one changed source takes all of them back to the sources.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

PACKAGE = "agents.enrich."
CODER = Path(__file__).parent


class _Sources(MetaPathFinder):
    """Finds the coder's modules as sources alone."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(PACKAGE):
            return None
        found = (FileFinder(one, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(fullname, target) for one in path or ())
        return next((spec for spec in found if spec is not None), None)


def choose() -> None:
    """Settle it, before any module of the coder is imported. BOSPHORUS_PURE=1 takes the sources in any case."""
    if os.environ.get("BOSPHORUS_PURE"):
        sys.meta_path.insert(0, _Sources())
    elif changed := _changed():
        sys.stderr.write(
            f"{changed} has changed since it was compiled; the coder runs uncompiled until `make compile`\n"
        )
        sys.meta_path.insert(0, _Sources())


def _changed() -> Path | None:
    """A source that is newer than its compiled form. Only a checkout is asked: what is installed does not change."""
    if not (CODER.parents[1] / "setup.py").exists():
        return None
    for source in sorted(CODER.rglob("*.py")):
        compiled = source.with_suffix(EXTENSION_SUFFIXES[0])
        if compiled.exists() and compiled.stat().st_mtime < source.stat().st_mtime:
            return source.relative_to(CODER.parents[1])
    return None
