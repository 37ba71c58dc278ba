"""Write the reference pages that are generated: `python -m bosphorus.reference [--check]`.

With --check nothing is written, and the exit status is 1 if a page differs from what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from agents.settings import AgentsSettings
from bosphorus.settings import Settings
from streams.settings import StreamsSettings

ROOT = Path(__file__).parent.parent


def settings_page() -> str:
    """Return docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, or a line in a file `.env` in the working directory. Options of a command win over both.",
        "This page is generated from the code: `python -m bosphorus.reference`.",
    ]
    for title, group in (("How events move", StreamsSettings), ("What happens to an event", AgentsSettings)):
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        for name, field in group.model_fields.items():
            default = "" if field.default in (None, "", PydanticUndefined) else f"`{field.default}`"
            lines.append(f"| `BOSPHORUS_{name.upper()}` | {default} | {field.description} |")
    own = set(Settings.model_fields) - set(StreamsSettings.model_fields) - set(AgentsSettings.model_fields)
    if own:
        raise AssertionError(f"settings without a group: {sorted(own)}")
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Return what each generated page must hold."""
    return {ROOT / "docs" / "reference" / "settings.md": settings_page()}


def main() -> int:
    """Write the pages, or only check them."""
    differing = {p: text for p, text in pages().items() if not p.is_file() or p.read_text(encoding="utf-8") != text}
    for path, text in differing.items():
        if "--check" in sys.argv[1:]:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale; run: python -m bosphorus.reference\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if differing and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
