"""Streams of watch events for tests: short to write, and everything that a story needs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from agents.settings import AgentsSettings
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from agents.watches import Watch, WatchedDyad
from schemas.ids import stable_id
from schemas.records import (
    Alert,
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
    WatchEvent,
    WatchEventKind,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2023, 4, 20, tzinfo=UTC)
MAY_11 = datetime(2023, 5, 11, 18, tzinfo=UTC)
WATCH = Watch(id="rt", dyads=(WatchedDyad(source="RUS", target="TUR"),))
SETTINGS = AgentsSettings()
ACCUSER = Party("TUROPP", "Kemal Kılıçdaroğlu", "Kılıçdaroğlu")
ACCUSED = Party("RUS", "Russia", "Russia")
KREMLIN = Party("RUSGOV", "Dmitry Peskov", "Peskov")
NOBODY = Party()


def act(source: Party, target: Party, cameo: str, plover: str) -> Interaction:
    span = Span(Field.BODY, 0, 4, "said", "verbs.test")
    return Interaction(source, target, cameo, plover, ClaimStatus.ALLEGED, NOBODY, span, 0.9)


ACCUSES = act(ACCUSER, ACCUSED, "112", "ACCUSE")
DENIES = act(KREMLIN, ACCUSER, "016", "DENY")


def article(
    name: str,
    at: datetime,
    *,
    origin: str | None = None,
    text: str | None = None,
    language: str = "en",
    acts: tuple[Interaction, ...] = (ACCUSES,),
    themes: tuple[str, ...] = ("deep_fake",),
    version: int = 1,
    status: Status = Status.USABLE,
    state_linked: bool = False,
    kind: str = "outlet",
    denied: bool = False,
    flags: tuple[str, ...] = (),
) -> EnrichedEvent:
    """An article of its own words (unless `text` is given) about interference by RUS in TUR."""
    words = random.Random(name)
    body = text or " ".join("".join(words.choices("abcdefghiklmnoprstu", k=6)) for _ in range(60))
    origin = origin or f"{name}.example"
    said = ClaimStatus.DENIED if denied else ClaimStatus.ALLEGED
    return EnrichedEvent(
        event_id=stable_id("event", name),
        external_id=name,
        version=version,
        status=status,
        content_hash=f"{stable_id('event', body, str(version))}"[:16],
        url=f"https://{name}.example/a",
        title=f"Title of {name}" if text is None else "Title",
        body=body,
        byline=None,
        source=f"{name}.example",
        language=language,
        published_at=at,
        received_at=at,
        flags=flags,
        origins=(Origin(origin, origin.title(), kind, "GBR", state_linked, "test"),),
        countries=(),
        actors=(),
        interactions=acts,
        themes=(),
        dyads=(Dyad("RUS", "TUR", said),),
        interference=Interference(0.8, ("RUS",), ("TUR",), themes, said, (ACCUSER,), ()),
        watches=("rt",),
    )


def item(event: EnrichedEvent, offset: int = 0, partition: int = 0, received_at: datetime | None = None) -> WatchEvent:
    return WatchEvent(
        "rt", WatchEventKind.EVENT, partition, offset, event.published_at, received_at or event.received_at, event
    )


def tick(at: datetime, partition: int = 0) -> WatchEvent:
    return WatchEvent("rt", WatchEventKind.TICK, partition, 0, at, at, None)


def ticks(
    start: datetime, end: datetime, step: timedelta = timedelta(minutes=10), partition: int = 0
) -> list[WatchEvent]:
    return [tick(start + i * step, partition) for i in range(int((end - start) / step) + 1)]


def make(store: MemoryStore | None = None, watch: Watch = WATCH, *, complete: bool = True) -> Watcher:
    return Watcher(watch, "hash", SETTINGS, store if store is not None else MemoryStore(), complete=complete)


def run(items: Iterable[WatchEvent], watcher: Watcher | None = None, *, finish: bool = True) -> list[Alert]:
    """Every message, confirmed as it comes."""
    watcher = watcher or make()
    alerts: list[Alert] = []
    for one in items:
        said = watcher.see(one)
        watcher.confirm(said)
        alerts += said
    if finish:
        said = watcher.finish()
        watcher.confirm(said)
        alerts += said
    return alerts


def may_2023() -> list[EnrichedEvent]:
    """Three silent weeks, then a claim, its copies, its denial, and silence again."""
    hours = timedelta(hours=1)
    told = " ".join(f"wire{i}" for i in range(80))
    stories = [
        article("first", MAY_11 + 0.2 * hours),
        article("wire", MAY_11 + 0.5 * hours, origin="reuters", kind="wire", text=told),
        *(
            article(f"copy{i}", MAY_11 + (0.6 + i / 20) * hours, origin="reuters", kind="wire", text=told)
            for i in range(6)
        ),
        article("third", MAY_11 + 1.1 * hours, language="tr"),
        article("fourth", MAY_11 + 1.4 * hours, language="ru", origin="tass", state_linked=True),
        article("denial", MAY_11 + 14 * hours, acts=(ACCUSES, DENIES), denied=True, language="ru"),
        article("late", MAY_11 + 15 * hours),
    ]
    return sorted(stories, key=lambda e: (e.published_at, e.event_id))


def as_items(events: Iterable[EnrichedEvent], end: datetime, *, partitions: int = 1) -> list[WatchEvent]:
    """The events with ticks of every partition between them, in event time."""
    items = [item(event, 0, event.event_id.int % partitions) for event in events]
    for partition in range(partitions):
        items += ticks(START, end, timedelta(hours=1), partition)
    return sorted(items, key=lambda i: (i.event_time, i.kind is WatchEventKind.EVENT))
