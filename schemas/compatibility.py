"""Whether today's schemas still read what was written before, and the other way round. The Apache avro library judges."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import avro.compatibility
import avro.schema
from packaging.version import Version

from schemas.avro_schema import avro_schema, snake_case
from schemas.records import CONTRACTS


def released(release: str | None = None) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return (release, record name in snake_case -> schema) of a release, the last one by default; ("", {}) if there is none."""
    root = resources.files("schemas") / "released"
    if not root.is_dir():
        return "", {}
    releases = sorted((d.name for d in root.iterdir() if d.is_dir()), key=Version)
    if not releases:
        return "", {}
    name = release or releases[-1]
    found = {
        f.name[:-5]: json.loads(f.read_text(encoding="utf-8"))
        for f in (root / name).iterdir()
        if f.name.endswith(".avsc")
    }
    return name, found


def reads(reader: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    """Return why `reader` can't read what `writer` wrote; empty if it can."""
    checker = avro.compatibility.ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer)))
    if result.compatibility is avro.compatibility.SchemaCompatibilityType.compatible:
        return []
    return sorted(
        f"{place}: {message}" for place, message in zip(sorted(result.locations), sorted(result.messages), strict=False)
    )


def problems() -> list[str]:
    """Hold today's schemas against the last release, both ways, and return every problem as a line."""
    release, schemas = released()
    today = {snake_case(k.__name__): avro_schema(k) for k in CONTRACTS}
    found = []
    for name, old in schemas.items():
        if name not in today:
            found.append(f"{name}: was released in {release}, and is gone")
            continue
        found += [f"{name}: can't read what {release} wrote: {why}" for why in reads(today[name], old)]
        found += [f"{name}: {release} can't read what is written now: {why}" for why in reads(old, today[name])]
    return found
