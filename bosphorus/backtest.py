"""The backtest: the worker's steps over past news, without Kafka, in event time only. The same input gives the same bytes.

Articles are put on the partition that Kafka would put them on (murmur2 of the event id), each partition has its own router, and
each watch its own state, as in the worker. The input has one order, so every article proves that no other partition holds
anything older that is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from agents.enrich.routing import Router
from agents.enrich.step import Enricher
from agents.settings import AgentsSettings
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from agents.watches import Watches
from bosphorus.backtest_history import Recorder
from schemas.records import Alert, EnrichedEvent, NewsEvent
from streams.partitioning import partition_of


class Backtest:
    """One run over past news.

    Args:
        watches: which watches.
        settings: of the steps.
        partitions: of news.events; decides nothing while disorder stays below the allowed lateness.
        recorder: follows the run, for a report.
        at_once: articles that are enriched together, before the first of them is seen; changes nothing but the speed.
    """

    def __init__(
        self,
        watches: Watches,
        settings: AgentsSettings,
        partitions: int,
        recorder: Recorder | None = None,
        at_once: int = 1,
    ) -> None:
        self._partitions = partitions
        self._at_once = at_once
        self._recorder = recorder
        self._enrich = Enricher(watches)
        ids = [watch.id for watch in watches]
        self._routers = [Router(ids, partition, settings.tick_s) for partition in range(partitions)]
        self._offsets = [0] * partitions
        self.watchers = {
            watch.id: Watcher(
                watch,
                watches.hash,
                settings,
                MemoryStore(),
                complete=True,
                durable=False,
                watching=recorder.follow(watch) if recorder else None,
            )
            for watch in watches
        }

    def run(self, events: Iterable[NewsEvent]) -> Iterator[Alert]:
        """The messages of all watches, as they are said; the rest when the input ends."""
        events = iter(events)
        while several := list(islice(events, self._at_once)):
            for event in self._enrich.many(several):
                yield from self.see(event)
        for watcher in self.watchers.values():
            yield from self._confirmed(watcher, watcher.finish())

    def see(self, event: EnrichedEvent) -> Iterator[Alert]:
        """What one enriched article brings about."""
        if self._recorder is not None:
            self._recorder.read(event if len(event.body) == 0 else msgspec.structs.replace(event, body=""))
        partition = partition_of(str(event.event_id).encode(), self._partitions)
        offset = self._offsets[partition]
        self._offsets[partition] += 1
        for item in self._routers[partition].route(event, offset):
            watcher = self.watchers[item.watch_id]
            yield from self._confirmed(watcher, watcher.see(item))

    @property
    def late(self) -> dict[str, int]:
        """Articles that came too late, by watch."""
        return {id_: watcher.late for id_, watcher in self.watchers.items() if watcher.late}

    @staticmethod
    def _confirmed(watcher: Watcher, said: list[Alert]) -> Iterator[Alert]:
        if said:
            yield from said
            watcher.confirm(said)
