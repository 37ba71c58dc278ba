"""Kafka's jars: resolved once by Maven from a pinned pom, checked against checksums of our own, remembered as a class path."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from bosphorus.broker.java import OR_POINT_ELSEWHERE, find_maven
from schemas.errors import MissingPrerequisiteError

Report = Callable[[str], None]
"""Takes one line of progress for people."""

_HERE = files(__package__)


def kafka_version() -> str:
    """The release that pom.xml names, e.g. 4.4.0."""
    version = re.search(r"<kafka.version>(.+?)</kafka.version>", _HERE.joinpath("pom.xml").read_text())
    assert version is not None
    return version[1]


def checksums() -> dict[str, str]:
    """File name of each jar and its SHA-256, in hexadecimal digits."""
    rows = _HERE.joinpath("jars.txt").read_text().splitlines()
    return {name: digest for digest, name in (row.split() for row in rows)}


def class_path(directory: Path, report: Report) -> str:
    """The class path of the local Kafka; `directory` remembers it, so that Maven is only asked once.

    Raises:
        MissingPrerequisiteError: Maven is missing, or it could not get the jars.
    """
    digest = hashlib.sha256(_HERE.joinpath("pom.xml").read_bytes()).hexdigest()[:12]
    remembered = directory / f"class-path-{digest}.txt"
    if remembered.exists() and all(Path(jar).exists() for jar in remembered.read_text().split(":")):
        return remembered.read_text()
    directory.mkdir(parents=True, exist_ok=True)
    unchecked = remembered.with_suffix(".unchecked")
    _ask_maven(unchecked, report)
    path = unchecked.read_text().strip()
    _check(path)
    unchecked.write_text(path)
    unchecked.replace(remembered)
    return path


def _ask_maven(output: Path, report: Report) -> None:
    """Have Maven write the class path into `output`, downloading what its local repository lacks."""
    wanted, got = len(checksums()), 0
    with as_file(_HERE.joinpath("pom.xml")) as pom:
        command = [
            str(find_maven()),
            "--batch-mode",
            "--strict-checksums",
            f"--file={pom}",
            "dependency:build-classpath",
            "-Dmdep.includeScope=runtime",
            f"-Dmdep.outputFile={output.resolve()}",
            "-Dmdep.pathSeparator=:",
        ]
        report(f"asking Maven for the jars of Kafka {kafka_version()} (downloaded once, 45 MB)")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as maven:  # noqa: S603
            assert maven.stdout is not None
            complaints: list[str] = []
            for line in maven.stdout:
                plain = re.sub(r"\x1b\[[0-9;]*m", "", line).strip()
                if plain.startswith("[ERROR]"):
                    complaints.append(plain.removeprefix("[ERROR]").strip())
                name = re.match(r"(?:\[INFO\] )?Downloaded from .*/([^/ ]+\.jar) ", plain)
                if name and name[1] in checksums():
                    got += 1
                    report(f"downloaded {got} of {wanted} jars: {name[1]}")
    if maven.returncode != 0:
        why = complaints[0] if complaints else f"it ended with status {maven.returncode}"
        raise MissingPrerequisiteError(
            f"Maven could not get the jars of Kafka {kafka_version()}: {why[:300]}; check the network and "
            f"~/.m2/settings.xml, {OR_POINT_ELSEWHERE}"
        )


def _check(path: str) -> None:
    """Hold the resolved jars against jars.txt: the same names, the same bytes."""
    found = {Path(jar).name: hashlib.sha256(Path(jar).read_bytes()).hexdigest() for jar in path.split(":")}
    expected = checksums()
    wrong = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if wrong:
        raise MissingPrerequisiteError(
            f"the jars that Maven got differ from the expected ones: {', '.join(wrong)}; remove them from "
            f"~/.m2/repository and try again, {OR_POINT_ELSEWHERE}"
        )
