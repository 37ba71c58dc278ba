"""The registry's client against a real registry: Apicurio, from Maven Central, over its Confluent-compatible API."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from bosphorus.cli import cli
from schemas.avro_schema import avro_schema
from schemas.errors import RegistryError, UnknownSchemaError
from schemas.records import CONTRACTS, DeadLetter, NewsEvent
from schemas.wire import Codec
from streams.schema_registry import SchemaRegistry
from tests.unit.schemas.test_wire import EVENT

VERSION = "2.6.13.Final"  # the last line that runs on Java 17
ARTIFACT = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"


@pytest.fixture(scope="module")
def registry_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("needs Java 17 and Maven, to run a real schema registry")
    get = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
    subprocess.run(["mvn", "-q", "-B", get, f"-Dartifact={ARTIFACT}", "-Dtransitive=false"], check=True, timeout=300)
    folder = f"io/apicurio/apicurio-registry-app/{VERSION}/apicurio-registry-app-{VERSION}-all.tar.gz"
    home = tmp_path_factory.mktemp("registry")
    with tarfile.open(Path.home() / ".m2" / "repository" / folder) as archive:
        archive.extractall(home, filter="data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["java", "-Xmx256m", f"-Dquarkus.http.port={port}", "-Dquarkus.http.host=127.0.0.1"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([*command, "-jar", next(home.glob("*runner.jar"))], stdout=log, stderr=log, cwd=home)
    url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
    try:
        for _ in range(240):
            try:
                if httpx.get(f"{url}/subjects").is_success:
                    break
            except httpx.HTTPError:
                time.sleep(0.25)
        else:
            pytest.fail(f"the registry did not start: {(home / 'log').read_text()[-2000:]}")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def schemas(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["schemas", *arguments])


def test_a_record_is_read_by_a_client_that_shares_only_the_registry(registry_url: str) -> None:
    encoded = Codec(SchemaRegistry(registry_url)).encode(EVENT)
    assert encoded[0] == 0
    assert Codec(SchemaRegistry(registry_url)).decode(encoded, NewsEvent) == EVENT


def test_all_contracts_register_with_a_mode_and_an_incompatible_change_is_then_refused(registry_url: str) -> None:
    result = schemas("register", "--url", registry_url)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("FULL") == len(CONTRACTS)
    assert schemas("register", "--url", registry_url, "--dry-run").exit_code == 0

    changed = json.loads(json.dumps(avro_schema(NewsEvent)))
    changed["fields"].append({"name": "mood", "type": "string"})
    verdict = SchemaRegistry(registry_url).check("NewsEvent", changed)
    assert not verdict.compatible
    assert "mood" in verdict.reason or "/fields/" in verdict.reason
    with pytest.raises(RegistryError, match="not compatible with what is registered"):
        SchemaRegistry(registry_url).id_of("NewsEvent", changed)
    assert schemas("check", "--url", registry_url).exit_code == 0


def test_under_a_mode_that_does_not_hold_nothing_is_registered(registry_url: str) -> None:
    registry = SchemaRegistry(registry_url)
    older = json.loads(json.dumps(avro_schema(DeadLetter)))
    older["fields"] = [field for field in older["fields"] if field["name"] != "attempts"]
    older["namespace"], older["name"] = "org.bosphorus", "DeadLetter"
    httpx.delete(f"{registry_url}/subjects/org.bosphorus.DeadLetter")
    registry.set_compatibility("DeadLetter", "NONE")
    registry.id_of("DeadLetter", older)
    before = httpx.get(f"{registry_url}/subjects/org.bosphorus.DeadLetter/versions").json()

    refused = schemas("register", "--url", registry_url, "--mode", "BACKWARD")
    assert refused.exit_code == 1
    assert "NOT compatible" in refused.stderr
    assert "nothing was registered" in refused.stderr
    assert httpx.get(f"{registry_url}/subjects/org.bosphorus.DeadLetter/versions").json() == before
    assert registry.compatibility("DeadLetter") == "NONE"

    # Who wrote without the field can't be read by readers that want it; readers without it can read what is written now.
    assert schemas("register", "--url", registry_url, "--mode", "FORWARD").exit_code == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace("ccompat", "nowhere"), "is that its base address?"),
        (lambda _: "http://127.0.0.1:9/apis/ccompat/v7", "check BOSPHORUS_SCHEMA_REGISTRY_URL"),
    ],
    ids=["wrong path", "away"],
)
def test_an_address_that_leads_nowhere_is_one_line(registry_url: str, change: Callable[[str], str], said: str) -> None:
    for command in ("check", "register"):
        result = schemas(command, "--url", change(registry_url))
        assert isinstance(result.exception, RegistryError)
        assert said in str(result.exception)


def test_an_id_that_it_does_not_know_is_an_unknown_schema(registry_url: str) -> None:
    with pytest.raises(UnknownSchemaError):
        SchemaRegistry(registry_url).schema_of(999_999)
