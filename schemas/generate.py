"""Write schemas/avro/*.avsc and schemas/json/*.schema.json from the records: `python -m schemas.generate [--check]`.

With --check nothing is written, and the exit status is 1 if a file differs from what would be written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from schemas.avro_schema import avro_schema, snake_case
from schemas.doors import Episode, RawArticle, StoryLine, TimedKey
from schemas.generated import write_or_check
from schemas.records import CONTRACTS, Alert, EnrichedEvent

HERE = Path(__file__).parent
DOORS: tuple[type[msgspec.Struct], ...] = (RawArticle, EnrichedEvent, Alert, StoryLine, TimedKey, Episode)
"""The lines that the command line reads and writes as NDJSON."""


def json_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a line."""
    schema = msgspec.json.schema(kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.__name__, **schema}


def files() -> dict[Path, str]:
    """Return what each generated file must hold."""
    found = {HERE / "avro" / f"{snake_case(k.__name__)}.avsc": avro_schema(k) for k in CONTRACTS}
    found |= {HERE / "json" / f"{snake_case(k.__name__)}.schema.json": json_schema(k) for k in DOORS}
    return {path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for path, schema in found.items()}


def main() -> int:
    """Write the files, or only check them."""
    return write_or_check(files(), "schemas.generate")


if __name__ == "__main__":
    sys.exit(main())
