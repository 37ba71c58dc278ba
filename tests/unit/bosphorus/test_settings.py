"""What is said of a setting that is wrong, and of one that would be passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bosphorus.settings import load_settings
from schemas.errors import SettingsError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PARTITIONS", "x", "BOSPHORUS_PARTITIONS='x': input should be a valid integer"),
        ("KAFKA_SASL", "plain", "input should be '', 'PLAIN', 'SCRAM-SHA-256'"),
        ("TICK_S", "inf", "should be a finite number"),
        ("TICK_S", "0.0001", "greater than or equal to 1"),
        ("TICK_S", "1e9", "less than or equal to 3600"),
        ("ALLOWED_LATENESS_S", "1e300", "less than or equal to"),
        ("MAX_FUTURE_S", "nan", "greater than or equal to 0|should be a finite number"),
        ("TOPIC_RETENTION_DAYS", "x", "'x': 'x' should be TOPIC=DAYS"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable_and_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"BOSPHORUS_{name}", value)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_WATCHES", "")
    monkeypatch.setenv("BOSPHORUS_PARTITIONS", "")
    settings = load_settings()
    assert (settings.watches, settings.partitions) == (None, 4)


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOSPHORUS_PARTITION", "8")
    load_settings()
    assert capsys.readouterr().err == (
        "bosphorus: BOSPHORUS_PARTITION is no setting and changes nothing; did you mean BOSPHORUS_PARTITIONS?\n"
    )


@pytest.mark.parametrize("name", ["PURE", "SHARED", "CHROMIUM", "FUZZ", "FAULTS", "SEED", "COMPILE", "WORKER_PORT"])
def test_a_variable_that_is_like_no_setting_is_none_of_our_business(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv(f"BOSPHORUS_{name}", "1")
    load_settings()
    assert capsys.readouterr().err == ""


def test_a_file_of_settings_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env: can't be read"):
        load_settings()
