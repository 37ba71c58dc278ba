"""A worker says what is wrong with its configuration before it looks for Kafka."""

from __future__ import annotations

from pathlib import Path

import pytest

from bosphorus.settings import load_settings
from bosphorus.worker import run
from schemas.errors import SettingsError, WatchConfigError


@pytest.mark.parametrize("agents", [["foo"], []])
def test_an_agent_that_is_none_is_named_with_those_there_are(agents: list[str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="use any of normalise, enrich, watch, publish"):
        run(load_settings(data_dir=tmp_path), agents)


def test_wrong_watches_are_named(tmp_path: Path) -> None:
    with pytest.raises(WatchConfigError, match="can't be read"):
        run(load_settings(data_dir=tmp_path, watches=tmp_path / "none.yaml"))
