"""What a release wrote must stay readable, and a release must read what is written now."""

from __future__ import annotations

import json

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
