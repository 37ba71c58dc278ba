"""The demo, step by step; each says what it does. Everything it writes is under one directory."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from importlib.resources import as_file, files
from pathlib import Path

import msgspec
from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agents.watches import load_watches
from bosphorus import offline
from bosphorus.backtest import Backtest
from bosphorus.backtest_history import Recorder
from bosphorus.demo.compose import SAMPLE
from bosphorus.demo.flow import Flow, read_alerts, watch_flow
from bosphorus.demo.stand import Stand
from bosphorus.demo.to_try import to_try
from bosphorus.report import History, write_report
from bosphorus.settings import Settings
from bosphorus.views import alert_view
from schemas.errors import BosphorusError, BrokerError, MissingPrerequisiteError
from schemas.jsonl import to_json
from schemas.records import Alert, MsgType

LIMITS = (
    "So librdkafka's mock cluster stands in for it, in this process: Kafka's protocol, but in memory, 5 MB a partition, nothing compacted. "
    "For this look it does; anything else wants a real Kafka."
)
FLOW_LIMIT_S = 120.0
STEPS = 6
STAGES = (
    ("raw", "news.raw", "articles as they came"),
    ("events", "news.events", "normalised"),
    ("enriched", "news.enriched", "coded: who is said to do what to whom"),
    ("dead_letters", "news.dead-letters", "broken lines, kept with the reason"),
    ("watched", "watch.events", "what the watches must see, with ticks of event time"),
    ("alerts", "alerts.interference", "alert messages"),
    ("cloudevents", "alerts.interference.cloudevents", "the same for any reader"),
)


class Demo:
    """One run.

    Args:
        directory: where alerts.ndjson, report.html and the worker's log go.
        settings: the user's.
        console: where to speak.
        keep: leave Kafka and the worker running.
    """

    def __init__(self, directory: Path, settings: Settings, console: Console, *, keep: bool) -> None:
        self._directory = directory
        self._settings = settings
        self._console = console
        self._keep = keep
        self._step = 0
        self.alerts_file = directory / "alerts.ndjson"
        self.report_file = directory / "report.html"

    def run(self) -> None:
        """Run it, on a real Kafka if that can be had, else through the offline door.

        Raises:
            BosphorusError: something broke, or the worker's alerts differ from the backtest's.
        """
        started = time.monotonic()
        self._directory.mkdir(parents=True, exist_ok=True)
        stand = Stand(self._directory, self._settings)
        kept = False
        with as_file(files("bosphorus.demo") / SAMPLE) as sample:
            try:
                stand.clear()
                self._say("Starting a Kafka of the demo's own")
                try:
                    with self._console.status("looking for Kafka") as status:
                        self._note(stand.start_kafka(status.update))
                except MissingPrerequisiteError as error:
                    self._note(f"{error}", "yellow")
                    if not self._embedded(stand, sample):
                        self._offline(sample)
                        return
                except BrokerError as error:
                    self._note(f"{error}", "yellow")
                    self._offline(sample)
                    return
                else:
                    self._live(stand, sample)
                if self._keep:
                    stand.leave()
                    kept = True
            finally:
                if not kept:
                    with self._console.status("taking everything down"):
                        stand.stop()
        self._console.print()
        self._note(
            f"Done in {time.monotonic() - started:.0f} s." + ("" if kept else " Nothing is left running."), "bold"
        )
        self._next(stand if kept else None)

    def _embedded(self, stand: Stand, sample: Path) -> bool:
        """Try it on the stand-in for Kafka; says whether that carried it."""
        try:
            stand.start_embedded()
            self._note(LIMITS)
            if self._keep:
                self._note("It ends with this command: nothing is kept.", "yellow")
                self._keep = False
            self._live(stand, sample)
        except BosphorusError as error:
            self._note(f"{error}", "yellow")
            return False
        return True

    def _live(self, stand: Stand, sample: Path) -> None:
        self._say("Creating the topics")
        self._note(", ".join(stand.create_topics()))
        self._say("Starting a worker: normalise → enrich → watch → publish")
        stand.start_worker()
        # While it starts: the same sample without Kafka, to know what the worker must say.
        expected, history = self._backtest(sample)
        pid = stand.wait_for_worker()
        self._note(f"the worker takes records (pid {pid}, log {stand.worker_log})")
        self._note(f"the backtest of the same sample, meanwhile: {len(expected)} alert messages")
        self._say("Sending the sample of May 2023 to news.raw: 300 lines, some of them broken")
        sending = subprocess.run(  # noqa: S603 - our own command
            stand.command("ingest", str(sample)),
            env=os.environ | stand.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if sending.returncode:
            raise BosphorusError(f"the sample could not be sent: {sending.stderr.strip()}")
        self._note(sending.stderr.strip().splitlines()[-1])
        self._flow(stand, len(expected))
        self._say("Reading the alerts back from alerts.interference")
        alerts = asyncio.run(read_alerts(stand.settings))
        self._show(alerts, history)
        self._compare(alerts, expected)

    def _flow(self, stand: Stand, alerts: int) -> None:
        self._say("What flows, stage by stage")
        with self._table() as show:
            flow = asyncio.run(watch_flow(stand.settings, show, stand.is_idle, limit_s=FLOW_LIMIT_S, alerts=alerts))
        if not flow.through:
            raise BosphorusError(f"not everything came through within {FLOW_LIMIT_S:g} s; see {stand.worker_log}")
        self._note(f"{flow.raw} in = {flow.enriched} enriched + {flow.dead_letters} dead letters: nothing is lost")

    def _offline(self, sample: Path) -> None:
        """The same sample without Kafka."""
        self._say("So here is the same sample through the offline door, `bosphorus backtest`", steps=3)
        alerts, history = self._backtest(sample)
        self._note(f"{history.articles} articles read, {history.rejected} lines left out, {len(alerts)} alert messages")
        self._say("The alerts", steps=3)
        self._show(alerts, history)
        self._next(None)

    def _backtest(self, sample: Path) -> tuple[list[Alert], History]:
        recorder = Recorder()
        backtest = Backtest(load_watches(self._settings.watches), self._settings, self._settings.partitions, recorder)
        lines = sum(1 for _ in sample.open("rb"))
        # The rejected lines are the dead letters of the live run; they are shown there.
        with (
            self._console.status("coding the articles"),
            redirect_stderr(io.StringIO()),
            offline.articles(str(sample), self._settings) as events,
        ):
            alerts = list(backtest.run(offline.dated(events)))
        history = recorder.history()
        return alerts, msgspec.structs.replace(history, rejected=lines - history.articles)

    def _show(self, alerts: list[Alert], history: History) -> None:
        self.alerts_file.write_bytes(b"".join(to_json(alert) + b"\n" for alert in alerts))
        write_report(self.report_file, alerts, history)
        if not alerts:
            raise BosphorusError("no alert came out of the sample; that is a fault of this installation")
        last = {alert.alert_id: alert for alert in alerts}
        for alert in last.values():
            life = [other for other in alerts if other.alert_id == alert.alert_id]
            updates = sum(other.msg_type is MsgType.UPDATE for other in life)
            opened = f"Opened {life[0].opened_at:%d %B %Y %H:%M} UTC with {life[0].stories} stories, {updates} updates"
            ended = f"closed {alert.closed_at:%d %B %H:%M}" if alert.closed_at else "still open"
            self._console.print(Padding(Text(f"{opened}, {ended}.", "red"), (0, 0, 1, 4)))
            self._console.print(Padding(alert_view(alert), (0, 0, 0, 4)))

    def _compare(self, alerts: list[Alert], expected: list[Alert]) -> None:
        mine = {(alert.alert_id, alert.sequence): to_json(alert) for alert in alerts}
        theirs = {(alert.alert_id, alert.sequence): to_json(alert) for alert in expected}
        if mine == theirs:
            self._note(f"the worker's {len(mine)} messages equal the backtest's, byte for byte", "green")
            return
        different = sum(mine.get(key) != theirs.get(key) for key in mine.keys() | theirs.keys())
        raise BosphorusError(
            f"{different} of {len(theirs)} messages differ between the worker and the backtest; "
            f"compare {self.alerts_file} with `bosphorus backtest` on the sample"
        )

    def _say(self, text: str, *, steps: int = STEPS) -> None:
        self._step += 1
        if steps != STEPS:
            steps = max(steps, self._step)
        self._console.print(Text.assemble("\n", (f"{self._step}/{steps} ", "bold cyan"), (text, "bold")))

    def _note(self, text: str, style: str = "dim") -> None:
        self._console.print(Padding(Text(text, style), (0, 0, 0, 4)))

    @contextmanager
    def _table(self) -> Iterator[Callable[[Flow], None]]:
        if self._console.is_terminal:
            with Live(console=self._console, refresh_per_second=8) as live:
                yield lambda flow: live.update(_drawn(flow))
            return
        last: list[Flow] = []
        yield last.append
        for flow in last[-1:]:
            self._console.print(_drawn(flow))

    def _next(self, stand: Stand | None) -> None:
        note = self._console.print
        note(Text.assemble("\n", ("The report    ", "bold"), f"{self.report_file}  (open it in a browser)"))
        note(Text.assemble(("The alerts    ", "bold"), f"{self.alerts_file}"))
        if stand is not None:
            note(Text.assemble(("Kafka         ", "bold"), stand.settings.broker))
            metrics = f"http://{stand.settings.metrics_host}:{stand.settings.metrics_port}/metrics"
            note(Text.assemble(("Metrics       ", "bold"), metrics))
            note(Text("\nIn this shell, the other commands find it after:", "bold"))
            for name, value in stand.environment.items():
                note(Text(f"  export {name}={value}"))
        note(Text("\nTo try next:", "bold"))
        for command, what in to_try(self.alerts_file, kept=stand is not None):
            note(Text.assemble((f"  # {what}\n", "dim"), (f"  {command}", "cyan")), soft_wrap=True)


def _drawn(flow: Flow) -> Table:
    table = Table(box=None, padding=(0, 2), show_header=False)
    table.add_column(justify="right", style="bold")
    table.add_column(style="cyan")
    table.add_column(style="dim")
    for stage, topic, what in STAGES:
        table.add_row(f"{getattr(flow, stage):,}", topic, what)
    return table
