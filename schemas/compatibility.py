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


def releases() -> list[str]:
    """Return the releases whose schemas are kept, oldest first."""
    root = resources.files("schemas") / "released"
    return sorted((d.name for d in root.iterdir() if d.is_dir()), key=Version) if root.is_dir() else []


def released(release: str | None = None) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return (release, record name in snake_case -> schema) of a release, the last one by default; ("", {}) if there is none."""
    names = releases()
    if not names:
        return "", {}
    name = release or names[-1]
    found = {
        f.name[:-5]: json.loads(f.read_text(encoding="utf-8"))
        for f in (resources.files("schemas") / "released" / name).iterdir()
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


def problems(mode: str = "FULL") -> list[str]:
    """Hold today's schemas against the last release (TRANSITIVE: against every release), and return every problem as a line.

    Args:
        mode: as a schema registry knows it. BACKWARD: today's schema reads what was written; FORWARD: what was released reads what is
            written today; FULL: both; NONE: neither.
    """
    way, _, transitive = mode.partition("_")
    names = releases() if transitive else releases()[-1:]
    today = {snake_case(k.__name__): avro_schema(k) for k in CONTRACTS}
    found = []
    for release in names if way != "NONE" else ():
        for name, old in released(release)[1].items():
            if name not in today:
                found.append(f"{name}: was released in {release}, and is gone")
                continue
            if way in {"BACKWARD", "FULL"}:
                found += [f"{name}: can't read what {release} wrote: {why}" for why in reads(today[name], old)]
            if way in {"FORWARD", "FULL"}:
                found += [f"{name}: {release} can't read what is written now: {why}" for why in reads(old, today[name])]
    return found
