from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
from click.testing import CliRunner, Result

from bosphorus.commands.enrich import command
from schemas.generate import json_schema
from schemas.records import EnrichedEvent

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "a",
        "url": "https://daily.example/1",
        "title": "Kremlin denies meddling in Turkey’s vote",
        "body": "Kremlin spokesman Dmitry Peskov rejected the accusation of Kemal Kilicdaroglu on Friday.",
        "published_at": "2023-05-12T20:00:05.250+03:00",
        "language": "en",
    },
    {"id": "b", "title": "Кремль отверг обвинения", "published_at": 1683921605123},
    {"id": "a", "title": "Kremlin denies meddling in Turkey’s vote", "language": "en"},
    {"id": 7, "title": "", "body": "Seçim pazar günü yapılacak.", "status": "withheld", "version": 2},
]


def enrich(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, list(args), input=stdin, catch_exceptions=False)


def lines_of(articles: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(a, ensure_ascii=False) for a in articles)


def test_every_article_comes_out_in_order_duplicates_too() -> None:
    result = enrich("-", stdin=lines_of(ARTICLES))
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["external_id"] for event in events] == ["a", "b", "a", "7"]
    assert [event["language"] for event in events] == ["en", "ru", "en", "tr"]
    assert datetime.fromisoformat(events[1]["published_at"]) == datetime(2023, 5, 12, 20, 0, 5, 123_000, UTC)
    assert (events[3]["status"], events[3]["version"]) == ("withheld", 2)


def test_every_line_is_what_the_schema_says() -> None:
    schema = json_schema(EnrichedEvent)
    for line in enrich("-", stdin=lines_of(ARTICLES)).stdout.splitlines():
        jsonschema.validate(json.loads(line), schema)
        msgspec.json.decode(line, type=EnrichedEvent)


def test_offsets_count_code_points_of_the_field_that_the_event_carries() -> None:
    found = 0
    for line in enrich("-", stdin=lines_of(ARTICLES)).stdout.splitlines():
        event = json.loads(line)
        for actor in event["actors"]:
            for m in actor["mentions"]:
                assert event[m["field"]][m["start"] : m["end"]] == m["text"]
                found += 1
    assert found


def test_a_malformed_line_is_named_and_kept_and_the_exit_status_is_0(tmp_path: Path) -> None:
    good = json.dumps(ARTICLES[0])
    rejects = tmp_path / "rejects"
    result = enrich("--rejects", str(rejects), stdin=f"{good}\nbroken\n{good}\n")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert "<stdin>:2: not_json: " in result.stderr
    assert rejects.read_text(encoding="utf-8") == "broken\n"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert enrich("-", stdin=lines_of(ARTICLES)).stdout == enrich("-", stdin=lines_of(ARTICLES)).stdout
