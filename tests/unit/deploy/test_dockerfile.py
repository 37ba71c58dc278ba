"""The Dockerfile agrees with the code and with what deploy/k8s expects of the image; `make image` builds and runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bosphorus import __version__
from bosphorus.settings import Settings
from tests.unit.deploy.rendered import pod

ROOT = Path(__file__).parents[3]
LINES = re.sub(r"\\\n\s*(#.*\n\s*)*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()


def said(instruction: str) -> list[str]:
    return [line.removeprefix(instruction).strip() for line in LINES if line.startswith(f"{instruction} ")]


def environment() -> dict[str, str]:
    return dict(re.findall(r"(BOSPHORUS_\w+)=(\S+)", said("ENV")[0]))


def test_it_has_this_version() -> None:
    assert f"VERSION={__version__}" in said("ARG")


def test_there_is_one_base_and_it_is_pinned_to_more_than_latest() -> None:
    first, *others = said("FROM")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+(@sha256:[0-9a-f]{64})? AS python", first)
    assert {other.split()[0] for other in others} == {"python"}


def test_it_runs_as_the_user_that_the_pods_run_as() -> None:
    (user,) = said("USER")
    assert int(user) == pod("k8s/base", "worker")["securityContext"]["runAsUser"] != 0


def test_every_variable_is_a_setting() -> None:
    assert {name.removeprefix("BOSPHORUS_").lower() for name in environment()} <= set(Settings.model_fields)


def test_its_health_is_asked_where_it_listens_whatever_the_port() -> None:
    (check,) = said("HEALTHCHECK")
    (command,) = re.findall(r"CMD (\[.*\])", check)
    program = json.loads(command)[-1]
    assert "os.environ['BOSPHORUS_METRICS_PORT'] + '/healthz'" in program
    compile(program, "the health check", "exec")
    assert environment()["BOSPHORUS_METRICS_PORT"] == said("EXPOSE")[0]


def test_packages_are_installed_by_hash_and_nothing_else_is_copied_than_is_needed() -> None:
    assert any("--require-hashes -r requirements.txt" in line for line in said("RUN"))
    copied = {name for line in said("COPY") if "--from" not in line for name in line.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}


def test_the_coder_is_compiled_in_a_stage_whose_compiler_stays_behind() -> None:
    assert any("BOSPHORUS_COMPILE=1" in line and "wheel" in line for line in said("RUN"))
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert "gcc" not in last
    assert "/opt/build" not in last
