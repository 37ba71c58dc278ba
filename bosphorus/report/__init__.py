"""The report: one self-contained HTML file that shows what a run over past news would have alerted on, and why."""

from __future__ import annotations

from bosphorus.report.model import Copy, History, Point, Series, Story
from bosphorus.report.render import write_report

__all__ = ["Copy", "History", "Point", "Series", "Story", "write_report"]
