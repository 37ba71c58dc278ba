"""A real Chromium, spoken to over its DevTools pipe (file descriptors 3 and 4, messages that end with NUL): no driver is needed."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find() -> str | None:
    """Path of an installed Chromium, or None."""
    return os.environ.get("BOSPHORUS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One headless browser with one page."""

    def __init__(self, program: str) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="chromium-")
        (commands, self._out), (self._in, answers) = os.pipe(), os.pipe()
        # Away from 3 and 4, which are to be theirs in the child.
        read_commands, write_answers = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, answers))
        # bash (sh may not know numbers above 9) puts the pipe where Chromium wants it: 3 to read from, 4 to write to.
        flags = (
            "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe --no-first-run"
        )
        self._process = subprocess.Popen(
            [
                "bash",
                "-c",
                f'exec "$0" {flags} --user-data-dir="$1" 3<&{read_commands} 4>&{write_answers}',
                program,
                self._home.name,
            ],
            pass_fds=(read_commands, write_answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (commands, answers, read_commands, write_answers):
            os.close(end)
        self._numbers = itertools.count(1)
        self._rest = b""
        self.problems: list[str] = []
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._out)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        self._home.cleanup()

    def open(self, page: Path, *, width: int, height: int, dark: bool) -> None:
        """Show a page on a screen of this size; whatever it complains of stands in `problems`."""
        phone = width < 600
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        self._call("Page.navigate", url=page.as_uri())
        self.run("new Promise(r => document.readyState === 'complete' ? r() : addEventListener('load', r))")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Write a PNG of the page."""
        data = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._in, 1 << 20)
            assert data, "Chromium has gone"
            self._rest += data
        line, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        given = message.get("params", {})
        match message.get("method"):
            case "Runtime.consoleAPICalled" if given["type"] in {"error", "warning", "assert"}:
                self.problems.append(f"console: {given['args']}")
            case "Runtime.exceptionThrown":
                self.problems.append(f"exception: {given['exceptionDetails'].get('text')}")
            case "Log.entryAdded" if given["entry"]["level"] in {"error", "warning"}:
                self.problems.append(f"log: {given['entry']['text']}")
            case "Network.requestWillBeSent" if not given["request"]["url"].startswith(("file:", "about:")):
                self.problems.append(f"request: {given['request']['url']}")
