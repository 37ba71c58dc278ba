"""deploy/k8s as a cluster would get it: rendered by kustomize, which comes with kubectl too."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[3] / "deploy"
TARGETS = ("k8s/base", "k8s/overlays/dev", "k8s/overlays/prod", "kafka")

Resource = dict[str, Any]


@cache
def rendered(target: str) -> tuple[Resource, ...]:
    """Every resource of a folder, below deploy/ where it is relative."""
    if program := shutil.which("kustomize"):
        command = [program, "build"]
    elif program := shutil.which("kubectl"):
        command = [program, "kustomize"]
    else:
        pytest.skip("needs kustomize or kubectl")
    done = subprocess.run([*command, str(DEPLOY / target)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def the(target: str, kind: str, name: str = "") -> Resource:
    """The one resource of this kind whose name begins so."""
    found = [r for r in rendered(target) if r["kind"] == kind and r["metadata"]["name"].startswith(name)]
    assert len(found) == 1, f"{len(found)} resources are a {kind} {name} of {target}"
    return found[0]


def pod(target: str, deployment: str) -> Resource:
    """The pod of a Deployment."""
    return dict(the(target, "Deployment", deployment)["spec"]["template"]["spec"])


def container(target: str, deployment: str) -> Resource:
    """Its only container."""
    (found,) = pod(target, deployment)["containers"]
    return dict(found)
