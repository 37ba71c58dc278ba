import hashlib
from pathlib import Path

import pytest

from bosphorus.broker import jars
from schemas.errors import MissingPrerequisiteError

MAVEN = """#!/bin/sh
echo run >> "{log}"
for word in "$@"; do case "$word" in -Dmdep.outputFile=*) out="${{word#*=}}";; esac; done
echo "[INFO] Downloaded from central: https://repo.example/kafka/a.jar (1 kB at 1 kB/s)"
printf '%s' "{path}" > "$out"
exit {status}
"""


@pytest.fixture
def jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One jar in place of the 45, which the checksums know."""
    file = tmp_path / "a.jar"
    file.write_bytes(b"classes")
    monkeypatch.setattr(jars, "checksums", lambda: {"a.jar": hashlib.sha256(b"classes").hexdigest()})
    return file


def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, status: int = 0) -> Path:
    log, program = tmp_path / "runs", tmp_path / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text(MAVEN.format(log=log, path=path, status=status))
    program.chmod(0o755)
    monkeypatch.setattr(jars, "find_maven", lambda: program)
    return log


def test_every_jar_has_a_checksum_and_kafka_is_among_them() -> None:
    assert f"kafka_2.13-{jars.kafka_version()}.jar" in jars.checksums()
    assert {len(digest) for digest in jars.checksums().values()} == {64}


def test_maven_is_asked_once_and_progress_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jar: Path
) -> None:
    log = maven(tmp_path, monkeypatch, str(jar))
    said: list[str] = []
    for _ in range(2):
        assert jars.class_path(tmp_path / "cache", said.append) == str(jar)
    assert log.read_text() == "run\n"
    assert said[-1] == "downloaded 1 of 1 jars: a.jar"


def test_a_jar_that_has_gone_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jar: Path) -> None:
    log = maven(tmp_path, monkeypatch, str(jar))
    jars.class_path(tmp_path / "cache", print)
    jar.unlink()
    with pytest.raises(FileNotFoundError):
        jars.class_path(tmp_path / "cache", print)
    assert log.read_text() == "run\nrun\n"


def test_a_jar_with_other_bytes_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jar: Path) -> None:
    maven(tmp_path, monkeypatch, str(jar))
    jar.write_bytes(b"other classes")
    for _ in range(2):  # and it is not remembered as good
        with pytest.raises(MissingPrerequisiteError, match=r"differ from the expected ones: a\.jar"):
            jars.class_path(tmp_path / "cache", print)


def test_a_failing_maven_is_one_line_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jar: Path) -> None:
    maven(tmp_path, monkeypatch, str(jar), status=1)
    with pytest.raises(MissingPrerequisiteError, match=r"could not get the jars.*status 1.*BOSPHORUS_BROKER"):
        jars.class_path(tmp_path / "cache", print)
