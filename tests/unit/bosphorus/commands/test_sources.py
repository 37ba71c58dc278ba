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


def test_check_ends_with_1_while_a_source_is_unwell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_DATA_DIR", str(tmp_path))
    state = SourceState(tmp_path / "sources.sqlite")
    now = time.time()
    state.note_success("https://a.example/", Poll(now, now, Validators(), accepted=3))
    assert run("status", "--check")[1] == ""
    state.note_failure("https://c.example/", "http_500", "it answers 500", now)
    result = CliRunner().invoke(command, ["status", "--check"])
    assert (result.exit_code, result.stderr) == (1, "1 failing, of 2 sources\n")
    run("forget", "https://c.example/")
    assert run("status", "--check")[1] == ""
    assert "not among the sources" in str(CliRunner().invoke(command, ["forget", "https://c.example/"]).exception)
    state.close()


def test_outlets_are_listed_with_what_the_register_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_DATA_DIR", str(tmp_path))
    assert "no article has been sent" in run("outlets")[1]
    state = SourceState(tmp_path / "sources.sqlite")
    state.note_outlets({"tass.com": 2, "nobody.example": 5, "reuters.com": 1}, 1.0)
    state.note_outlets({"tass.com": 2}, 9.0)
    state.close()
    out, err = run("outlets")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["outlet"], row["articles"], row["known"], row["state_linked"]) for row in rows] == [
        ("nobody.example", 5, False, None),
        ("tass.com", 4, True, True),
        ("reuters.com", 1, True, False),
    ]
    assert (rows[1]["first_at"], rows[1]["last_at"]) == ("1970-01-01T00:00:01Z", "1970-01-01T00:00:09Z")
    assert "3 outlets, 10 articles; 1 outlets with 5 articles are not in the register" in err
    assert [json.loads(line)["outlet"] for line in run("outlets", "--unknown")[0].splitlines()] == ["nobody.example"]
    assert [json.loads(line)["outlet"] for line in run("outlets", "--state-linked")[0].splitlines()] == ["tass.com"]
    assert len(run("outlets", "--least", "4")[0].splitlines()) == 2
