"""The watch: events of one watch in, messages of its alerts out. Pure: event time only, all state through the store.

Contract for the caller (a worker, a backtest, a test):

- `Watcher(watch, watches_hash, settings, store)` takes up whatever the store holds. Make a new one when the store is handed over.
- `see(item)` returns every message that has not been confirmed yet, in order: the ones that this item brought about, after
  any that were said earlier. It has written all state when it returns. An item that was seen before changes nothing, so after
  a crash the items come again, and with them the unconfirmed messages, with the same id and sequence.
- `confirm(alerts)` after they have been delivered; until then they come back. It writes state, too.
- `unconfirmed()` gives them without an item, e.g. after a restart.
- Order for the worker: `see` -> state durable -> messages delivered -> `confirm` -> offset. A crash anywhere repeats at most
  messages, never numbers: ids and sequences come from the state, and what one `see` writes counts whole or not at all.
- `finish()` applies what still waits, as if time had moved on past it; only where the input ends (offline).

Events wait until the watermark has passed them and are applied in the order (published_at, event_id, version), so what comes out
does not depend on how partitions interleave, while their disorder stays below the allowed lateness. A correction or withdrawal of an
article that was applied long ago is applied at its partition's present. The open bucket is looked at every `tick_s` of event
time; boundaries at which nothing can happen are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from agents.event_time import moves_time
from agents.settings import AgentsSettings
from agents.watch.alerts_life import Alerts
from agents.watch.buckets import HOUR
from agents.watch.ordering import Waiting
from agents.watch.situation import Situation, situation
from agents.watch.state import HOUR_MS, Progress, to_ms
from agents.watch.state_articles import Articles
from agents.watch.state_keys import Counting, Keys, Watching
from agents.watch.store import Shelf, Store
from agents.watch.watermarks import prove_idle, speak, watermark
from agents.watches import Watch
from schemas.records import Alert, EnrichedEvent, WatchEvent, WatchEventKind


class Watcher:
    """One watch over its events.

    Args:
        watch: what to look for, and when to speak.
        watches_hash: digest of the configuration; stands in alerts.
        settings: allowed lateness and the time between looks.
        store: the state of this watch.
        complete: every item proves all other partitions idle (offline, where the input has one order).
        partitions: source partitions there are; 0: those that have been heard of.
        durable: write state with every item; False: only now and then (a backtest, whose state nobody takes up).
        watching: follows what happens, for a report; never changes it.
        counting: only counts what is counted, for a worker's metrics; `watching` counts, too.
    """

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        watch: Watch,
        watches_hash: str,
        settings: AgentsSettings,
        store: Store,
        *,
        complete: bool = False,
        partitions: int = 0,
        durable: bool = True,
        watching: Watching | None = None,
        counting: Counting | None = None,
    ) -> None:
        self.watch = watch
        self._lateness_ms = round(settings.allowed_lateness_s * 1000)
        self._tick_ms = round(settings.tick_s * 1000)
        self._complete = complete
        self._durable = durable
        self._partitions = partitions
        self._watching = watching
        self._shelf = Shelf(store)
        self._progress = self._shelf.load("progress", "0", Progress) or Progress()
        self._progress.watches_hash = watches_hash
        self._waiting = Waiting(self._shelf, self._progress, self._tick_ms)
        keys = Keys(self._shelf, HOUR, watching)
        self._alerts = Alerts(
            watch, watches_hash, shelf=self._shelf, progress=self._progress, keys=keys, length=HOUR, watching=watching
        )
        self._articles = Articles(watch, self._shelf, self._progress, keys, self._alerts, watching or counting)

    @property
    def late(self) -> int:
        """Events left out because they came too late."""
        return self._progress.late

    @property
    def applied_s(self) -> float:
        """Event time up to which events have been applied, as a Unix time in seconds; 0 before the first."""
        return max(self._progress.applied_ms, 0) / 1000

    @property
    def repeats(self) -> int:
        """Events that had been seen before."""
        return self._progress.repeats

    def situation(self) -> Situation:
        """How the watch stands now. Only reads."""
        return situation(self.watch, self._shelf, self._progress)

    def see(self, item: WatchEvent) -> list[Alert]:
        """Take one item; return the messages that have not been confirmed, in order."""
        clocks = self._progress.clocks
        received_ms = to_ms(item.received_at)
        if item.kind is WatchEventKind.IDLE:
            prove_idle(clocks, item.source_partition, received_ms)
        else:
            at_ms = to_ms(item.event_time)
            self._began(at_ms)
            if item.event is not None:
                self._admit(item.event, item.source_partition, at_ms)
            if item.event is None or moves_time(item.event.flags):
                speak(clocks, item.source_partition, at_ms, received_ms)
        mark = watermark(clocks, self._lateness_ms, complete=self._complete, partitions=self._partitions)
        if mark is not None and mark > self._progress.applied_ms:
            self._advance(mark)
        return self._written()

    def finish(self) -> list[Alert]:
        """Apply what still waits and look once more; for the end of offline input."""
        heard = [its.max_ms for its in self._progress.clocks.values() if its.max_ms is not None]
        if heard:
            end = max(*heard, self._progress.applied_ms)
            self._advance(end - end % self._tick_ms + self._tick_ms)
        return self._written()

    def confirm(self, alerts: Iterable[Alert]) -> None:
        """These messages have been delivered."""
        for alert in alerts:
            id_ = f"{alert.alert_id}/{alert.sequence:06d}"
            if id_ in self._progress.outbox:
                self._progress.outbox.remove(id_)
                self._shelf.drop("outbox", id_)
        self._write()

    def unconfirmed(self) -> list[Alert]:
        """Messages that have been said and not confirmed, in order."""
        return self._alerts.unconfirmed()

    def _written(self) -> list[Alert]:
        self._write()
        return self._alerts.unconfirmed()

    def _write(self) -> None:
        self._shelf.put("progress", "0", self._progress)
        if self._durable or self._shelf.is_full:
            self._shelf.flush()

    def _admit(self, event: EnrichedEvent, partition: int, at_ms: int) -> None:
        """Let an event wait for its turn, or say why not: seen before, or too late."""
        its = self._progress.clocks.get(partition)
        present = its.max_ms if its is not None and its.max_ms is not None else at_ms
        cutoff = max(present - self._lateness_ms, self._progress.applied_ms)
        late = at_ms < cutoff
        if self._articles.is_repeat(event, present):
            self._progress.repeats += 1
            return
        if late and not self._articles.knows(event, present):
            self._late(event, at_ms, cutoff)
            return
        turn_ms = max(present, self._progress.applied_ms) if late else at_ms
        if not self._waiting.add(turn_ms, event):
            self._late(event, at_ms, cutoff)
            return
        self._articles.remember(event, present, turn_ms)

    def _began(self, at_ms: int) -> None:
        """The watch began with the earliest thing that wasn't late, whatever came first."""
        progress = self._progress
        if progress.started_ms < 0 or progress.applied_ms <= at_ms < progress.started_ms:
            progress.started_ms = at_ms

    def _late(self, event: EnrichedEvent, at_ms: int, cutoff: int) -> None:
        self._progress.late += 1
        if self._watching is not None:
            self._watching.late(str(event.event_id), at_ms, cutoff)

    def _advance(self, mark: int) -> None:
        """Apply the events before the watermark, and look at each boundary up to it at which something can have changed."""
        progress = self._progress
        while True:
            event_ms = self._waiting.first()
            if event_ms is not None and event_ms >= mark:
                event_ms = None
            boundary = self._next_look()
            if boundary is not None and boundary <= mark and (event_ms is None or boundary <= event_ms):
                self._alerts.look(boundary)
                progress.applied_ms = max(progress.applied_ms, boundary)
            elif event_ms is not None:
                progress.applied_ms = max(progress.applied_ms, event_ms)
                event = self._waiting.take()
                if event is not None:
                    self._articles.apply(event, progress.applied_ms)
            else:
                break
        progress.applied_ms = max(progress.applied_ms, mark)
        self._articles.forget(progress.applied_ms)

    def _next_look(self) -> int | None:
        """The next boundary at which a look can say something: the next tick if a key has changed, a bucket's end if an alert is open."""
        progress = self._progress
        step = self._tick_ms if progress.hot else HOUR_MS if progress.open else None
        return None if step is None else progress.applied_ms - progress.applied_ms % step + step
