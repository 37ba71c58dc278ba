"""Files that are generated, checked in, and held to their sources: written by `python -m MODULE`, compared by `--check`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def stale(files: Mapping[Path, str]) -> list[Path]:
    """Return the files that don't hold what they must."""
    return [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def write_or_check(files: Mapping[Path, str], module: str) -> int:
    """Write what is stale; with --check among the arguments only name it. Return the exit status.

    Args:
        files: what each generated file must hold.
        module: what writes them, for the message.
    """
    check = "--check" in sys.argv[1:]
    differing = stale(files)
    for path in differing:
        if check:
            sys.stderr.write(f"{path} is stale; run: python -m {module}\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
    return 1 if differing and check else 0
