#!/usr/bin/env python
"""Fetch the schemas of the custom resources that deploy/ uses, from the packages of those who define them, into tests/data/crds/.

Needs Go, Java and Maven, and the network; run by hand when a version below changes. All three projects are under Apache-2.0. KEDA and
the Prometheus operator carry their CRDs in their Go modules. Strimzi's come from its own generator over its own classes: its
artifacts in Maven Central hold no YAML.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

CRDS = Path(__file__).parents[1] / "tests" / "data" / "crds"
KEDA = "github.com/kedacore/keda/v2@v2.18.0"
OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
STRIMZI = "io.strimzi:api:0.51.0"
STRIMZI_GENERATOR = (
    "io.strimzi:crd-generator:0.45.0"  # the last that was published; it reads the annotations of the newer classes
)
GO_FILES = {
    KEDA: ("config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml"),
    OPERATOR: tuple(
        f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml"
        for kind in ("servicemonitors", "prometheusrules")
    ),
}
STRIMZI_CLASSES = ("topic.KafkaTopic", "user.KafkaUser")
VERSIONS = {"kafka.strimzi.io": "v1", "keda.sh": "v1alpha1", "monitoring.coreos.com": "v1"}
"""API group: the version that deploy/ speaks."""


def main() -> None:
    """Write one file a kind."""
    with tempfile.TemporaryDirectory() as folder:
        for module, names in GO_FILES.items():
            answer = run("go", "mod", "download", "-json", module, env={"GOFLAGS": "-mod=mod", "GO111MODULE": "on"})
            for name in names:
                write(Path(json.loads(answer)["Dir"], name).read_text(encoding="utf-8"), module)
        newer, generator = (jars(Path(folder), artifact) for artifact in (STRIMZI, STRIMZI_GENERATOR))
        own = ":".join(str(jar) for jar in generator.glob("crd-*.jar"))
        for kind in STRIMZI_CLASSES:
            made = Path(folder) / "crd.yaml"
            main_class = "io.strimzi.crdgenerator.CrdGenerator"
            run("java", "-cp", f"{own}:{newer}/*", main_class, "--yaml", f"io.strimzi.api.kafka.model.{kind}={made}")
            write(made.read_text(encoding="utf-8"), STRIMZI)


def write(crd: str, source: str) -> None:
    """Keep what checks a resource: the schema of one version, without the descriptions and the status."""
    found = yaml.safe_load(crd)["spec"]
    (version,) = [v for v in found["versions"] if v["name"] == VERSIONS[found["group"]]]
    schema = without_descriptions(version["schema"]["openAPIV3Schema"])
    schema["properties"].pop("status", None)
    kind = found["names"]["kind"]
    kept = {
        "$comment": f"{kind} of {source}, Apache-2.0; written by scripts/crd_schemas.py",
        "apiVersion": f"{found['group']}/{version['name']}",
        "kind": kind,
        "schema": schema,
    }
    CRDS.mkdir(exist_ok=True)
    (CRDS / f"{kind}.json").write_text(json.dumps(kept, sort_keys=True, indent=1) + "\n", encoding="utf-8")


def without_descriptions(part: Any) -> Any:
    """Leave out the prose; a property may be called `description` too, and stays."""
    if isinstance(part, list):
        return [without_descriptions(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: without_descriptions(value)
        for key, value in part.items()
        if not (key == "description" and isinstance(value, str))
    }


def jars(folder: Path, artifact: str) -> Path:
    """Fetch an artifact and what it needs, and return the folder they are in."""
    group, name, version = artifact.split(":")
    target = folder / name
    target.mkdir()
    pom = target / "pom.xml"
    dependency = f"<groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
    pom.write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>"
        f"<dependencies><dependency>{dependency}</dependency></dependencies></project>",
        encoding="utf-8",
    )
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
    run("mvn", "-q", "-B", "-f", str(pom), plugin, f"-DoutputDirectory={target}")
    return target


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it says."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | (env or {}))  # noqa: S603
    return done.stdout


if __name__ == "__main__":
    main()
