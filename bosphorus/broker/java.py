"""Java and Maven: found, and new enough, or one line that says what to install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from schemas.errors import MissingPrerequisiteError

JAVA_AT_LEAST = 17
"""Kafka 4's brokers need it (https://kafka.apache.org/41/documentation/compatibility.html)."""

OR_POINT_ELSEWHERE = "or point BOSPHORUS_BROKER=host:port at an existing Kafka"


def find_java() -> Path:
    """The `java` of JAVA_HOME, else of PATH.

    Raises:
        MissingPrerequisiteError: there is none, it doesn't run, or it is too old.
    """
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if found is None:
        where = f"JAVA_HOME={home} has no bin/java" if home else "Java is not installed"
        raise MissingPrerequisiteError(f"{where}: install Java {JAVA_AT_LEAST} or newer, {OR_POINT_ELSEWHERE}")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    if said.returncode != 0 or version is None:
        raise MissingPrerequisiteError(
            f"{found} does not run: install Java {JAVA_AT_LEAST} or newer, {OR_POINT_ELSEWHERE}"
        )
    if int(version[1]) < JAVA_AT_LEAST:
        raise MissingPrerequisiteError(
            f"{found} is Java {version[1]}: install Java {JAVA_AT_LEAST} or newer (set JAVA_HOME), {OR_POINT_ELSEWHERE}"
        )
    return Path(found)


def find_maven() -> Path:
    """The `mvn` of PATH.

    Raises:
        MissingPrerequisiteError: there is none.
    """
    found = shutil.which("mvn")
    if found is None:
        raise MissingPrerequisiteError(
            f"Maven, which fetches Kafka's jars, is not installed: install Maven (mvn), {OR_POINT_ELSEWHERE}"
        )
    return Path(found)
