"""Every resource is one that Kubernetes, or the operator that it is for, would take: no field is unknown, none is missing."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from tests.unit.deploy.rendered import TARGETS, Resource, rendered

CRDS = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "data" / "crds").glob("*.json"))
]
OLDEST, NEWEST = "1.30", "1.37"


def closed(schema: Any) -> Any:
    """The schema, with unknown fields refused, where a cluster would drop them without a word."""
    if not isinstance(schema, dict):
        return schema
    tight = dict(schema)
    if "properties" in tight:
        tight["properties"] = {name: closed(part) for name, part in tight["properties"].items()}
        if not tight.get("x-kubernetes-preserve-unknown-fields"):
            tight.setdefault("additionalProperties", False)
    if "pattern" in tight:  # Go sets a flag where it likes, Python at the front
        tight["pattern"] = tight["pattern"].replace("^(?i)", "(?i)^")
    for key in ("items", "additionalProperties"):
        if key in tight:
            tight[key] = closed(tight[key])
    return tight


SCHEMAS = {(crd["apiVersion"], crd["kind"]): closed(crd["schema"]) for crd in CRDS}


def check(resource: Resource, version: str) -> None:
    schema = SCHEMAS.get((resource["apiVersion"], resource["kind"]))
    if schema is not None:
        jsonschema.validate(resource, schema)
    else:
        kubernetes_validate.validate(resource, version, strict=True)


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("target", TARGETS)
def test_every_resource_fits_its_schema(target: str, version: str) -> None:
    for resource in rendered(target):
        try:
            check(resource, version)
        except jsonschema.ValidationError as error:
            pytest.fail(f"{target}: {resource['kind']} {resource['metadata']['name']}: {error.message}")


def test_every_schema_that_is_kept_checks_something() -> None:
    found = {(r["apiVersion"], r["kind"]) for target in TARGETS for r in rendered(target)}
    assert set(SCHEMAS) <= found


@pytest.mark.parametrize("target", ["k8s/overlays/prod", "kafka"])
def test_a_misspelt_field_would_be_found(target: str) -> None:
    for resource in rendered(target):
        if "spec" not in resource:
            continue
        broken = copy.deepcopy(resource)
        broken["spec"]["replica"] = 1
        with pytest.raises(jsonschema.ValidationError, match="replica"):
            check(broken, NEWEST)


def test_a_right_that_kafka_does_not_know_would_be_found() -> None:
    user = copy.deepcopy(next(r for r in rendered("kafka") if r["kind"] == "KafkaUser"))
    user["spec"]["authorization"]["acls"][0]["operations"] = ["Reed"]
    with pytest.raises(jsonschema.ValidationError, match="Reed"):
        check(user, NEWEST)


@pytest.mark.parametrize("target", TARGETS)
def test_no_resource_is_named_twice(target: str) -> None:
    names = [(r["kind"], r["metadata"]["name"]) for r in rendered(target)]
    assert len(names) == len(set(names))
