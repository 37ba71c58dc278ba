#!/usr/bin/env python
"""Build the image and run it, with no daemon and no registry: `make image`. Needs root, and Debian's buildah, runc and mmdebstrap.

The base is a minimal Debian with its Python, made here, in place of the one that the Dockerfile names. The container gets what
deploy/k8s gives it: a read-only root, no capabilities, no new privileges, user 10001. A worker in it takes the bundled news
from an ingester in another one to alerts, on a Kafka beside them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "build" / "image"
BASE, IMAGE = "localhost/bosphorus-base", "localhost/bosphorus:check"
PACKAGES = "python3,python3-venv,python-is-python3,libpython3.11-dev,ca-certificates"
USER = 10001
PORT = 16066
SAMPLE = ROOT / "bosphorus" / "demo" / "may-2023.ndjson"
WITHIN_S = 180.0
BOSPHORUS = str(Path(sys.executable).with_name("bosphorus"))


def main() -> int:
    """Say what was checked; the exit status is 1 if something is not as it should be."""
    missing = [name for name in ("buildah", "runc", "mmdebstrap") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        print(f"needs root and {', '.join(missing) or 'nothing else'}: apt-get install buildah runc mmdebstrap")
        return 3
    BUILT.mkdir(parents=True, exist_ok=True)
    storage = BUILT / "storage.conf"
    storage.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{BUILT}/root"\nrunroot = "{BUILT}/run"\n')
    os.environ["CONTAINERS_STORAGE_CONF"] = str(storage)
    make_base()
    started = time.monotonic()
    # Docker's format, for OCI's knows no health check; the host's CAs, for builds behind a proxy; chroot: runc runs it below.
    say("buildah", "build", "--format", "docker", "--layers", "--isolation", "chroot", "--network", "host", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro",
          "--from", BASE, "--tag", IMAGE, str(ROOT))  # fmt: skip
    size = json.loads(say("buildah", "images", "--json", IMAGE))[0]["size"]
    print(f"built in {time.monotonic() - started:.0f} s: {size} (with a whole Debian as its base)")
    with tempfile.TemporaryDirectory() as folder:
        container = say("buildah", "from", IMAGE)
        try:
            return check(Path(folder), Path(say("buildah", "mount", container)))
        finally:
            say("buildah", "umount", container)
            say("buildah", "rm", container)


def make_base() -> None:
    """Make the base once."""
    if BASE in say("buildah", "images", "--format", "{{.Name}}"):
        return
    archive = BUILT / "base.tar"
    say("mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(archive))
    container = say("buildah", "from", "scratch")
    say("buildah", "add", container, str(archive), "/")
    say("buildah", "commit", "--rm", container, BASE)
    archive.unlink()


def check(folder: Path, root: Path) -> int:
    """Run the image; print a line a claim."""
    failed = 0

    def claim(text: str, *, holds: bool) -> None:
        nonlocal failed
        failed += not holds
        print(f"  {'ok    ' if holds else 'FAILED'} {text}")

    look = "id -u; touch /x 2>&1; command -v cc gcc make pip; sed -n 's/CapEff:.//p' /proc/self/status; bosphorus --version"
    seen = Container(folder, root, "look", ["sh", "-c", look]).finish().splitlines()
    claim("runs as a user without rights", holds=seen[0] == str(USER))
    claim("can't write to its root", holds="Read-only" in seen[1])
    claim("holds no compiler and no pip", holds=not any(re.search("/(cc|gcc|make|pip)$", line) for line in seen))
    claim("has no capability", holds="0000000000000000" in seen)
    claim("starts", holds="bosphorus, version" in seen[-1])
    coder = "import bosphorus.cli; import agents.enrich.acts.clauses as module; print(module.__file__)"
    where = Container(folder, root, "coder", ["python", "-c", coder]).finish()
    claim("has the coder compiled", holds=where.strip().endswith(".so"))

    kafka = {"BOSPHORUS_DATA_DIR": str(folder / "kafka"), "BOSPHORUS_PARTITIONS": "2"}
    started = say(BOSPHORUS, "broker", "start", env=kafka)
    try:
        settings = {
            "BOSPHORUS_BROKER": json.loads(started.splitlines()[-1])["broker"],
            "BOSPHORUS_PARTITIONS": "2",
            "BOSPHORUS_METRICS_PORT": str(PORT),
        }
        say(BOSPHORUS, "topics", "create", env=settings)
        worker = Container(folder, root, "worker", ["bosphorus", "worker"], settings)
        try:
            claim("a worker in it becomes ready", holds=soon(lambda: page("readyz") != ""))
            inspected = json.loads(say("buildah", "inspect", "--type", "image", IMAGE))
            health = inspected["Docker"]["config"]["Healthcheck"]["Test"][1:]
            claim("its own health check agrees", holds=worker.runs(health))
            sent = Container(folder, root, "ingest", ["bosphorus", "ingest", "/mnt/may-2023.ndjson"], settings)
            said = sent.finish().splitlines()
            claim(f"an ingester in it ends well: {said[-1] if said else ''}", holds=sent.process.returncode == 0)
            claim("the worker raises alerts", holds=soon(lambda: published() > 0))
        finally:
            claim("it ends well on SIGTERM", holds=worker.stop() == 0)
    finally:
        say(BOSPHORUS, "broker", "wipe", "--yes", env=kafka)
    return 1 if failed else 0


class Container:
    """A container of the image that runs one command; what it says goes to a log."""

    def __init__(
        self, folder: Path, root: Path, name: str, command: list[str], settings: dict[str, str] | None = None
    ) -> None:
        self.name = f"bosphorus-check-{os.getpid()}-{name}"
        self.state = folder / "runc"
        self.log = folder / f"{name}.log"
        bundle, home = folder / name, folder / f"{name}.home"
        bundle.mkdir()
        home.mkdir()
        os.chown(home, USER, USER)
        say("runc", "spec", "--bundle", str(bundle))
        config = json.loads((bundle / "config.json").read_text())
        (bundle / "config.json").write_text(json.dumps(confined(config, root, home, command, settings or {})))
        with self.log.open("wb") as log:
            run = ["runc", "--root", str(self.state), "run", "--bundle", str(bundle), self.name]
            self.process = subprocess.Popen(run, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603

    def finish(self) -> str:
        """Wait for its end; what it said."""
        self.process.wait(WITHIN_S)
        return self.log.read_text(errors="replace")

    def runs(self, command: list[str]) -> bool:
        """Whether a command ends well inside."""
        exec_ = ["runc", "--root", str(self.state), "exec", self.name, *command]
        return subprocess.run(exec_, check=False, timeout=30).returncode == 0  # noqa: S603

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        subprocess.run(["runc", "--root", str(self.state), "kill", self.name, "TERM"], check=False)  # noqa: S603, S607
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            subprocess.run(["runc", "--root", str(self.state), "kill", self.name, "KILL"], check=False)  # noqa: S603, S607
            return self.process.wait(30)


def confined(
    config: dict[str, Any], root: Path, home: Path, command: list[str], settings: dict[str, str]
) -> dict[str, Any]:
    """The configuration of runc, with what a pod of deploy/k8s may do: nothing but to write to its own volume and /tmp."""
    image = json.loads(say("buildah", "inspect", "--type", "image", IMAGE))["OCIv1"]["config"]
    process = config["process"] | {
        "terminal": False,
        "user": {"uid": USER, "gid": USER},
        "args": command,
        "cwd": image["WorkingDir"],
        "env": [*image["Env"], *(f"{name}={value}" for name, value in settings.items())],
        "capabilities": {kind: [] for kind in config["process"]["capabilities"]},
        "noNewPrivileges": True,
    }
    mounts = [mount for mount in config["mounts"] if mount["type"] != "cgroup"]
    mounts += [
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"]},  # noqa: S108 - in the container
        {"destination": "/var/lib/bosphorus", "type": "bind", "source": str(home), "options": ["bind", "rw"]},
        {"destination": "/mnt", "type": "bind", "source": str(SAMPLE.parent), "options": ["bind", "ro"]},
    ]
    namespaces = [space for space in config["linux"]["namespaces"] if space["type"] not in {"network", "cgroup"}]
    linux = config["linux"] | {"namespaces": namespaces, "resources": {}}
    return config | {
        "process": process,
        "mounts": mounts,
        "linux": linux,
        "root": {"path": str(root), "readonly": True},
    }


def page(name: str) -> str:
    """A page of the worker; empty where it doesn't answer well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/{name}", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def published() -> float:
    """How many records the last step has let through."""
    lines = (line for line in page("metrics").splitlines() if line.startswith("bosphorus_records_total"))
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if 'step="publish"' in line)


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within WITHIN_S."""
    until = time.monotonic() + WITHIN_S
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.5)
    return held


def say(*command: str, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it says on standard output."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | (env or {}))  # noqa: S603
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        done.check_returncode()
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
