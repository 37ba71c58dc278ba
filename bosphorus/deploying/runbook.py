"""The runbook as a dashboard, so that a panel's link to it works wherever the dashboards do."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from grafana_foundation_sdk.builders import dashboard, text
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.text import TextMode

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
UID = "bosphorus-runbook"
WIDTH, HEIGHT = 12, 9


@cache
def entries() -> dict[str, str]:
    """Return each entry of docs/runbook.md by its alert, in order: Markdown."""
    _, *parts = re.split(r"^## (\w+)\n", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def link_to(alert: str) -> dashboard.DashboardLink:
    """Return a panel's link to the entry of an alert.

    Raises:
        KeyError: the runbook has no such entry.
    """
    panel = list(entries()).index(alert) + 1 if alert in entries() else None
    if panel is None:
        raise KeyError(f"{RUNBOOK} has no entry for {alert}")
    link = dashboard.DashboardLink(f"Runbook: {alert}").type(model.DashboardLinkType.LINK)
    return link.url(f"/d/{UID}?viewPanel={panel}").target_blank(True)


def runbook() -> dashboard.Dashboard:
    """Return the dashboard: an entry a panel."""
    board = (
        dashboard.Dashboard("Bosphorus: runbook")
        .uid(UID)
        .description("What each alert means, what to look at, what to do. The same as docs/runbook.md.")
        .tags(["bosphorus"])
        .readonly()
    )
    for number, (alert, body) in enumerate(entries().items(), start=1):
        entry = text.Panel().title(alert).mode(TextMode.MARKDOWN).content(body)
        board = board.with_panel(entry.id(number).span(WIDTH).height(HEIGHT))
    return board
