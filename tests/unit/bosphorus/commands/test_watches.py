"""`bosphorus watches check` finds what would make a watch silent for good."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bosphorus.commands.watches import command
from schemas.errors import WatchConfigError

WATCH = "watches: [{id: one, dyads: [{source: RUS, target: TUR}], themes: [deep_fake]}]"


def check(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, ["check", str(path)])
    if result.exception is not None:
        raise result.exception
    return result.stderr


def test_right_watches_are_named_with_the_hash_that_alerts_will_carry(tmp_path: Path) -> None:
    assert "1 watch is right (hash" in check(tmp_path / "w.yaml", WATCH)


def test_a_theme_that_no_article_is_given_is_a_mistake_and_the_themes_are_named(tmp_path: Path) -> None:
    with pytest.raises(WatchConfigError, match=r"w.yaml, line 1: watches.0.themes.0 .* did you mean deep_fake\?"):
        check(tmp_path / "w.yaml", WATCH.replace("deep_fake", "deepfake"))
