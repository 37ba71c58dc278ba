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


def stale() -> list[Path]:
    """Return the generated files that differ from the records."""
    return [p for p, text in files().items() if not p.is_file() or p.read_text(encoding="utf-8") != text]


def main() -> int:
    """Write the files, or only check them."""
    differing = stale()
    if "--check" in sys.argv[1:]:
        for path in differing:
            sys.stderr.write(
                f"{path.relative_to(HERE.parent)} is not what the records say; run: python -m schemas.generate\n"
            )
        return 1 if differing else 0
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[path], encoding="utf-8")
    sys.stderr.write(f"{len(differing)} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
