"""What a release wrote must stay readable, and a release must read what is written now."""

from __future__ import annotations

import json

import pytest

from schemas import compatibility
from schemas.avro_schema import avro_schema
from schemas.compatibility import problems, reads
from schemas.records import NewsEvent


def test_every_schema_is_compatible_with_its_last_release_both_ways() -> None:
    assert problems() == []


def test_a_new_field_without_a_default_is_named_as_a_problem() -> None:
    newer = json.loads(json.dumps(avro_schema(NewsEvent)))
    newer["fields"].append({"name": "mood", "type": "string"})
    assert any("mood" in line for line in reads(newer, avro_schema(NewsEvent)))
    newer["fields"][-1]["default"] = ""
    assert reads(newer, avro_schema(NewsEvent)) == []


@pytest.mark.parametrize(
    ("mode", "ways"),
    [
        ("NONE", set()),
        ("BACKWARD", {"can't read what 0.0.1 wrote"}),
        ("FORWARD", {"0.0.1 can't read what is written now"}),
        ("FULL_TRANSITIVE", {"can't read what 0.0.1 wrote", "0.0.1 can't read what is written now"}),
    ],
)
def test_a_mode_says_which_way_is_looked(mode: str, ways: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    other = avro_schema(NewsEvent) | {"fields": [{"name": "mood", "type": "string"}]}
    monkeypatch.setattr(compatibility, "releases", lambda: ["0.0.1"])
    monkeypatch.setattr(compatibility, "released", lambda _: ("0.0.1", {"news_event": other}))
    assert {line.split(": ")[1] for line in problems(mode)} == ways
