from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bosphorus.commands.sources import command
from streams.sources.state import Poll, SourceState
from streams.sources.validators import Validators


def run(*args: str) -> tuple[str, str]:
    result = CliRunner().invoke(command, list(args), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout, result.stderr


def test_status_says_what_is_well_silent_or_failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_DATA_DIR", str(tmp_path))
    state = SourceState(tmp_path / "sources.sqlite")
    now = time.time()
    none = Validators()
    state.note_success("https://a.example/", Poll(now, now, none, accepted=3, rejected=1, published_at=now - 60))
    state.note_success("https://b.example/", Poll(now - 3 * 3600, now, none, accepted=1))
    state.note_failure("https://c.example/", "http_500", "it answers 500", now)
    state.close()
    rows = [json.loads(line) for line in run("status")[0].splitlines()]
    assert [(row["source"], row["state"]) for row in rows] == [
        ("https://a.example/", "well"),
        ("https://b.example/", "silent"),
        ("https://c.example/", "failing"),
    ]
    assert (rows[0]["accepted"], rows[0]["rejected"]) == (3, 1)
    assert 60 <= rows[0]["lag_s"] < 120
    assert rows[2]["message"] == "it answers 500"


def test_without_any_source_it_says_how_to_follow_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_DATA_DIR", str(tmp_path))
    out, err = run("status")
    assert not out
    assert "ingest --follow" in err


def test_opml_becomes_a_list_of_feeds(tmp_path: Path) -> None:
    file = tmp_path / "a.opml"
    file.write_text(
        '<opml><body><outline text="North East"><outline xmlUrl="https://a.example/f"/></outline></body></opml>',
        encoding="utf-8",
    )
    assert run("import", str(file))[0] == "https://a.example/f North-East\n"


def test_an_ingester_that_asks_nobody_any_more_is_told_by_the_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOSPHORUS_DATA_DIR", str(tmp_path))
    state = SourceState(tmp_path / "sources.sqlite")
    hour_ago = time.time() - 3600
    state.note_success("https://left-out.example/", Poll(hour_ago - 9e6, hour_ago - 9e6, Validators()))
    state.note_failure("https://down.example/", "http_500", "it answers 500", hour_ago)
    asked = ["status", "--stuck-after", "30"]
    result = CliRunner().invoke(command, asked)
    assert (result.exit_code, "no source has been asked" in result.stderr) == (1, True)
    state.note_failure("https://down.example/", "http_500", "it answers 500", hour_ago + 7200)
    state.close()
    assert CliRunner().invoke(command, asked).exit_code == 0
