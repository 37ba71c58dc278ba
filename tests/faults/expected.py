"""What an undisturbed run comes to, worked out without Kafka: by the steps themselves, as the backtest runs them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from agents.enrich.routing import Router
from agents.enrich.step import Enricher
from agents.normalise.step import normalise
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from agents.watches import load_watches
from bosphorus.backtest import Backtest
from bosphorus.settings import Settings
from schemas.errors import BadRecordError
from schemas.jsonl import to_json
from schemas.records import EnrichedEvent, NewsEvent
from streams.partitioning import partition_of


@dataclass
class Expected:
    """The outcome.

    Attributes:
        events: id of each article that can be used -> what its versions are enriched to, as `contents_of` has it.
        poison: the bytes of those that can't.
        alerts: the messages of all alerts, in order, as JSON.
        stories: `watch/story id` of each story that there ever was.
    """

    events: dict[str, set[bytes]] = field(default_factory=dict)
    poison: set[bytes] = field(default_factory=set)
    alerts: list[bytes] = field(default_factory=list)
    stories: set[str] = field(default_factory=set)


class NotingStore(MemoryStore):
    """Remembers which stories there were."""

    def __init__(self, watch_id: str, stories: set[str]) -> None:
        super().__init__()
        self._watch_id, self._stories = watch_id, stories

    def set(self, key: str, value: bytes) -> None:
        """Write a value whole."""
        if key.startswith("story/"):
            self._stories.add(f"{self._watch_id}/{key.removeprefix('story/')}")
        super().set(key, value)


def expect(settings: Settings, raw: Iterable[bytes]) -> Expected:
    """Run the steps over raw articles."""
    outcome = Expected()
    watches = load_watches(settings.watches)
    ids = [watch.id for watch in watches]
    enrich = Enricher(watches)
    routers = [Router(ids, partition, settings.tick_s) for partition in range(settings.partitions)]
    watchers = {
        watch.id: Watcher(watch, watches.hash, settings, NotingStore(watch.id, outcome.stories), complete=True)
        for watch in watches
    }
    for offset, event in enumerate(_normalised(settings, raw, outcome)):
        enriched = enrich(event)
        outcome.events.setdefault(str(event.event_id), set()).add(contents_of(enriched))
        partition = partition_of(str(event.event_id).encode(), settings.partitions)
        for item in routers[partition].route(enriched, offset):
            watcher = watchers[item.watch_id]
            said = watcher.see(item)
            watcher.confirm(said)
            outcome.alerts.extend(to_json(alert) for alert in said)
    return outcome


def backtested(settings: Settings, raw: Iterable[bytes]) -> list[bytes]:
    """What `bosphorus backtest` says of the same articles."""
    events = _normalised(settings, raw, Expected())
    return [to_json(a) for a in Backtest(load_watches(settings.watches), settings, settings.partitions).run(events)]


def contents_of(event: EnrichedEvent) -> bytes:
    """Digest of an enriched event, without what only a run knows."""
    plain = json.loads(to_json(event))
    del plain["received_at"]
    return sha256(json.dumps(plain, sort_keys=True).encode()).digest()


def _normalised(settings: Settings, raw: Iterable[bytes], outcome: Expected) -> Iterable[NewsEvent]:
    for line in raw:
        try:
            yield normalise(line, received_at=None, settings=settings, max_bytes=settings.max_article_bytes)
        except BadRecordError:
            outcome.poison.add(line)
