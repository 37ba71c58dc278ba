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

DIRECT = ["-fno-semantic-interposition", "-fno-plt"] if sys.platform == "linux" else []
"""Functions of the coder call one another, and Python's, without a detour through a table."""


def extensions() -> list[Extension]:
    """None, unless asked for: reading the types for it takes ten seconds."""
    if "build_ext" not in sys.argv and "BOSPHORUS_COMPILE" not in os.environ:
        return []
    from mypyc.build import mypycify

    modules = [path for path in sorted(CODER.rglob("*.py")) if path.name != "__init__.py" and path not in PLAIN]
    # -O3 takes longer, and makes nothing faster.
    level = os.environ.get("BOSPHORUS_COMPILE_LEVEL", "2")
    found = mypycify([str(path) for path in modules], opt_level=level, group_name="agents.enrich.coder")
    for extension in found:
        extension.extra_compile_args += DIRECT
    return list(found)


setup(ext_modules=extensions())
