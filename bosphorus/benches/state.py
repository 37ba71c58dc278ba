"""`bosphorus bench state`: a year of news through one watch; how much the watch remembers, month by month.

A stream of 300,000 articles a day is thinned to what a busy watch sees of it: one article in a thousand is about the pair, by default. Each
story comes with 0 to 9 edited copies; every 20 days a burst of ten times as many for half a day opens an alert, and denials answer it.
Every tick of event time is there, as it is in a worker.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click
from msgspec import Struct, to_builtins

if TYPE_CHECKING:
    from schemas.records import Alert, EnrichedEvent, WatchEvent

A_DAY = 300_000
"""Articles a day of the whole stream."""
SEEN_OF = 1_000
BURST_EVERY_DAYS, BURST_HOURS, BURST_FACTOR = 20, 12, 10
MONTH_DAYS = 30
MIB = 1024 * 1024
_START = datetime(2023, 1, 1, tzinfo=UTC)
_COPIES = (0, 0, 1, 2, 3, 9)
_MAX_DUE = 100
"""Copies that are still to come: old news isn't copied."""
_OUTLETS = 400
_THEMES = ("deep_fake", "election_interference", "cyber", "disinformation", "espionage")


class Month(Struct, frozen=True):
    """How it stands after so many days: articles so far, alerts opened, values and bytes of state, the largest value, the whole process."""

    day: int
    articles: int
    alerts: int
    values: int
    state_mib: float
    largest_kib: float
    process_mib: float


@click.command()
@click.option("--days", type=click.IntRange(1), default=365, show_default=True, help="Days of event time.")
@click.option(
    "--seen",
    type=click.IntRange(1),
    default=A_DAY // SEEN_OF,
    show_default=True,
    help=f"Articles a day about the pair, thinned from {A_DAY:,} a day.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a month instead of a table.")
def command(days: int, seen: int, seed: int, *, as_json: bool) -> None:
    """Run a year of made-up news through a watch; print what it remembers after each month.

    Example: bosphorus bench state --days 90 --seen 1000
    """
    started = time.perf_counter()
    months = []
    for month in run(days, seen, seed):
        months.append(month)
        if as_json:
            click.echo(json.dumps(to_builtins(month)))
    if as_json:
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("day", "articles", "alerts", "values", "state, MiB", "largest value, KiB", "process, MiB", box=None)
    for it in months:
        figures = (f"{it.state_mib:.1f}", f"{it.largest_kib:.0f}", f"{it.process_mib:.0f}")
        table.add_row(str(it.day), f"{it.articles:,}", f"{it.alerts:,}", f"{it.values:,}", *figures)
    Console(highlight=False, width=None if sys.stdout.isatty() else 120).print(table)
    click.echo(
        f"\n{seen:,} articles a day of {A_DAY:,} are about the pair; {time.perf_counter() - started:,.0f} s", err=True
    )


def run(days: int, seen: int, seed: int) -> Iterator[Month]:
    """Yield how the watch stands at the end of each month, and at the end."""
    from agents.settings import AgentsSettings
    from agents.watch.step import Watcher
    from agents.watch.store import MemoryStore
    from agents.watches import Watch, WatchedDyad
    from schemas.records import MsgType

    store = MemoryStore()
    watch = Watch(id="bench", dyads=(WatchedDyad(source="RUS", target="TUR"),))
    watcher = Watcher(watch, "", AgentsSettings(), store, complete=True)
    rng = random.Random(seed)  # noqa: S311 - a simulation
    stories = _Stories(rng)
    articles = opened = 0

    def see(item: WatchEvent) -> int:
        said: list[Alert] = watcher.see(item)
        watcher.confirm(said)
        return sum(alert.msg_type is MsgType.ALERT for alert in said)

    for day in range(days):
        start = _START + timedelta(days=day)
        for item in _day(start, day, seen, rng, stories):
            articles += item.event is not None
            opened += see(item)
        if (day + 1) % MONTH_DAYS == 0 or day + 1 == days:
            sizes = [len(key) + len(value) for key, value in store.values.items()]
            yield Month(
                day + 1, articles, opened, len(sizes), sum(sizes) / MIB, max(sizes) / 1024, _resident_bytes() / MIB
            )


def _day(start: datetime, day: int, seen: int, rng: random.Random, stories: _Stories) -> list[WatchEvent]:
    """The articles and ticks of a day, in the order of event time."""
    from schemas.records import WatchEvent, WatchEventKind

    seconds = [rng.uniform(0, 86_400) for _ in range(seen)]
    if day % BURST_EVERY_DAYS == BURST_EVERY_DAYS - 1:
        seconds += [rng.uniform(0, BURST_HOURS * 3600) for _ in range((BURST_FACTOR - 1) * seen * BURST_HOURS // 24)]
    events = [stories.article(start + timedelta(seconds=round(at))) for at in sorted(seconds)]
    items = [WatchEvent("bench", WatchEventKind.EVENT, 0, 0, e.published_at, e.received_at, e) for e in events]
    for minute in range(0, 24 * 60, 10):
        at = start + timedelta(minutes=minute)
        items.append(WatchEvent("bench", WatchEventKind.TICK, 0, 0, at, at, None))
    return sorted(items, key=lambda item: (item.event_time, item.event is not None))


class _Stories:
    """Made-up articles: new stories, and copies of those of the last hours, each with a line of its own."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        letters = "abcdefghijklmnoprstuvyz"
        self._words = ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(20_000)]
        self._due: list[str] = []
        self._number = 0

    def article(self, at: datetime) -> EnrichedEvent:
        """The next article: a copy that is due, or a new story."""
        rng = self._rng
        if self._due and rng.random() < 0.7:  # noqa: PLR2004 - copies follow within a few articles
            body = f"{self._due.pop(rng.randrange(len(self._due)))} {' '.join(rng.choices(self._words, k=5))}"
        else:
            body = " ".join(rng.choices(self._words, k=rng.randint(80, 400)))
            self._due = [*self._due, *[body] * rng.choice(_COPIES)][-_MAX_DUE:]
        self._number += 1
        return _event(self._number, body, at, rng)


def _event(number: int, body: str, at: datetime, rng: random.Random) -> EnrichedEvent:
    from schemas.ids import stable_id
    from schemas.records import (
        ClaimStatus,
        Dyad,
        EnrichedEvent,
        Field,
        Interaction,
        Interference,
        Origin,
        Party,
        Span,
        Status,
    )

    outlet = f"outlet{rng.randrange(_OUTLETS)}.example"
    span = Span(Field.BODY, 0, 4, body[:4], "bench")
    accuser, accused = Party("TUROPP", f"Speaker {rng.randrange(30)}", "he"), Party("RUS", "Russia", "Russia")
    denies = rng.random() < 0.3  # noqa: PLR2004
    acts = (accused, accuser, "016", "DENY") if denies else (accuser, accused, "112", "ACCUSE")
    return EnrichedEvent(
        event_id=stable_id("event", str(number)),
        external_id=str(number),
        version=1,
        status=Status.USABLE,
        content_hash=str(number),
        url=f"https://{outlet}/{number}",
        title=body[:60],
        body=body,
        byline=None,
        source=outlet,
        language=rng.choice(("en", "tr", "ru")),
        published_at=at,
        received_at=at,
        flags=(),
        origins=(Origin(outlet, outlet, "outlet", "GBR", False, "bench"),),
        countries=(),
        actors=(),
        interactions=(Interaction(*acts, ClaimStatus.ALLEGED, Party(), span, 0.9),),
        themes=(),
        dyads=(Dyad("RUS", "TUR", ClaimStatus.ALLEGED),),
        interference=Interference(
            0.8, ("RUS",), ("TUR",), tuple(rng.sample(_THEMES, 2)), ClaimStatus.ALLEGED, (accuser,), ()
        ),
        watches=("bench",),
    )


def _resident_bytes() -> int:
    """Memory that the process holds now, from the kernel's own count."""
    import resource
    from pathlib import Path

    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
