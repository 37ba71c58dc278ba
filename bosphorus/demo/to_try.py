"""What to try after the demo: commands that work in the shell the demo was called from."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def to_try(alerts: Path, *, kept: bool) -> list[tuple[str, str]]:
    """Commands, each with what it does.

    Args:
        alerts: the file of alert messages.
        kept: Kafka and the worker are left running.
    """
    bosphorus = _program()
    found = []
    if shutil.which("jq"):
        found.append((f"jq -c '[.msg_type, .updated_at, .stories, .origins]' {alerts}", "the life of the alert"))
    if kept:
        return [
            *found,
            (f"{bosphorus} tail alerts --from-start", "read the alert topic"),
            (f"{bosphorus} tail dead-letters --from-start --until-idle 2", "what could not be used, and why"),
            (f"{bosphorus} demo", "run it afresh; it takes the kept one down first"),
        ]
    return [
        *found,
        (f"{bosphorus} demo --keep", "the same, left running, with the addresses"),
        (f"{bosphorus} watches list", "what is watched"),
        (f"{bosphorus} enrich your-articles.ndjson", "your own articles, coded"),
    ]


def _program() -> str:
    """This program as the user can call it: by name where the shell finds it, by path where `make` called it."""
    called = Path(sys.argv[0])
    on_path = shutil.which("bosphorus")
    if not called.exists() or called.name != "bosphorus" or (on_path and Path(on_path).samefile(called)):
        return "bosphorus"
    return os.path.relpath(called)
