"""`bosphorus bursts` by its public contract: lines of key, at, story in; episodes out."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from bosphorus.commands.bursts import command
from schemas.doors import Episode
from schemas.errors import BosphorusError
from schemas.generate import json_schema

START = datetime(2023, 4, 1, 9, tzinfo=UTC)
SHARED = Path(os.environ.get("BOSPHORUS_SHARED") or Path(__file__).resolve().parents[5] / "shared") / "data"


def line(at: datetime, story: str, **more: object) -> dict[str, Any]:
    return {"key": "RUS-TUR", "at": at.isoformat(), "story": story, **more}


QUIET = [line(START + timedelta(days=2 * d), f"q{d}") for d in range(20)]
BURST = [line(START + timedelta(days=40, minutes=5 * i), f"b{i}") for i in range(12)]


def bursts(lines: list[Any], *args: str) -> Result:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    return CliRunner().invoke(command, list(args), input=text, catch_exceptions=False)


def found(lines: list[Any], *args: str) -> list[dict[str, Any]]:
    result = bursts(lines, *args)
    assert result.exit_code == 0, result.stderr
    return [json.loads(one) for one in result.stdout.splitlines()]


def test_an_episode_has_exactly_the_promised_fields() -> None:
    (episode,) = found([*QUIET, *BURST, line(START + timedelta(days=50), "later")])
    assert list(episode) == ["key", "opened_at", "peak_at", "closed_at", "observed", "expected", "score"]
    jsonschema.validate(episode, json_schema(Episode))
    assert episode["opened_at"] == "2023-05-11T09:00:00Z"


def test_an_episode_that_is_still_open_has_no_end() -> None:
    (episode,) = found([*QUIET, *BURST], "--bucket", "1d")
    assert episode["closed_at"] is None


def test_a_malformed_line_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    result = bursts([*QUIET, "{broken", {"key": "x", "at": "soon", "story": "s"}, *BURST], "--rejects", str(rejects))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert "21" in result.stderr
    assert "22" in result.stderr
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 2


def test_strict_ends_with_an_error() -> None:
    with pytest.raises(BosphorusError, match="1 rejected"):
        bursts(["{broken"], "--strict")


def test_a_threshold_of_ones_own_is_obeyed() -> None:
    assert found([*QUIET, *BURST], "--threshold", "299") == []


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_an_absurd_time_is_a_bad_line_and_costs_nothing(at: str) -> None:
    result = bursts([*QUIET, {"key": "RUS-TUR", "at": at, "story": "x"}, *BURST])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert "21" in result.stderr


def test_nothing_in_is_nothing_out() -> None:
    assert found([]) == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "days", "since", "others"),
    [
        ("icews-2018", [("04-03", "04-04"), ("04-28",), ("09-07",), ("10-27",)], "2018-01-18", 3),
        ("claims-turkey", [("11-24", "11-25")], "2015-11-24", 2),
    ],
)
def test_days_that_history_knows_are_found(name: str, days: list[tuple[str, ...]], since: str, others: int) -> None:
    path = SHARED / f"bursts.{name}.ndjson.gz"
    if not path.is_file():
        pytest.skip(f"no scoring data at {path}: set BOSPHORUS_SHARED")
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    opened = [e["opened_at"][:10] for e in found(list(lines), "--bucket", "1d") if e["opened_at"][:10] >= since]
    year = since[:4]
    known = [day for day in opened if any(day == f"{year}-{one}" for some in days for one in some)]
    assert len(known) == len(days)
    assert len(opened) - len(known) <= others


def test_a_day_without_a_time_is_a_time() -> None:
    dated = [{**one, "at": one["at"][:10]} for one in (*QUIET, *BURST)]
    assert [episode["opened_at"] for episode in found(dated, "--bucket", "1d")] == ["2023-05-11T00:00:00Z"]
