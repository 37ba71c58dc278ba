from pathlib import Path

import pytest

from bosphorus.broker.java import find_java, find_maven
from schemas.errors import MissingPrerequisiteError


def fake_java(directory: Path, first_line: str, status: int = 0) -> None:
    java = directory / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{first_line}' >&2\nexit {status}\n")
    java.chmod(0o755)


def test_a_new_enough_java_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_java(tmp_path, 'openjdk version "21.0.3" 2024-04-16')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java() == tmp_path / "bin" / "java"


@pytest.mark.parametrize(
    ("first_line", "status", "said"),
    [
        ('openjdk version "11.0.2" 2019-01-15', 0, "is Java 11"),
        ('java version "1.8.0_202"', 0, "is Java 8"),
        ("The operation couldn’t be completed. Unable to locate a Java Runtime.", 1, "does not run"),
    ],
)
def test_an_old_or_broken_java_is_one_line_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_line: str, status: int, said: str
) -> None:
    fake_java(tmp_path, first_line.replace("’", ""), status)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingPrerequisiteError) as error:
        find_java()
    assert said in str(error.value)
    assert "install Java 17 or newer" in str(error.value)
    assert "BOSPHORUS_BROKER" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_java_home_without_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingPrerequisiteError, match=f"JAVA_HOME={tmp_path} has no bin/java"):
        find_java()


def test_no_java_and_no_maven_are_each_one_line_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPrerequisiteError, match=r"Java is not installed.*BOSPHORUS_BROKER"):
        find_java()
    with pytest.raises(MissingPrerequisiteError, match=r"Maven.*is not installed.*BOSPHORUS_BROKER"):
        find_maven()
