"""The coder compiled ahead of time, where `build_ext` asks for it (`make compile`). Everything else stands in pyproject.toml.

Why, and what it gives: docs/decisions/0140-the-coder-compiled.md.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

CODER = Path("agents/enrich")
PLAIN = {
    CODER / "agent.py",  # Faust's
    CODER / "step.py",  # the rim
    CODER / "compiled.py",  # decides about the others
    CODER / "actors" / "codes.py",  # inherits from str, which can't be compiled
}


def extensions() -> list[Extension]:
    """None, unless asked for: reading the types for it takes ten seconds."""
    if "build_ext" not in sys.argv and "BOSPHORUS_COMPILE" not in os.environ:
        return []
    from mypyc.build import mypycify

    modules = [path for path in sorted(CODER.rglob("*.py")) if path.name != "__init__.py" and path not in PLAIN]
    # -O1: -O3 takes three times as long and makes the coder some 6 % faster.
    level = os.environ.get("BOSPHORUS_COMPILE_LEVEL", "1")
    return list(mypycify([str(path) for path in modules], opt_level=level, group_name="agents.enrich.coder"))


setup(ext_modules=extensions())
