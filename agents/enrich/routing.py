"""From enriched events to what each watch must see. Pure: the live worker and the backtest use the same router."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from agents.event_time import moves_time
from schemas.records import EnrichedEvent, Status, WatchEvent, WatchEventKind

MAX_BODY: Final = 20_000
"""Code points of body that a watch is sent: more than folding looks at."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Router:
    """Routes the events of one source partition, in the partition's order.

    An event goes to each watch that wants it, a correction or withdrawal to every watch. Every watch gets a tick whenever the partition's largest event time crosses a
    boundary, ahead of the event that crosses it, so that a watch without news still moves, closes and cancels. A router that is
    made anew in the middle of a partition repeats a tick, which changes nothing.

    Args:
        watch_ids: every watch there is.
        partition: the source partition, of news.events.
        tick_s: seconds of event time between boundaries, counted from the Unix epoch.
    """

    def __init__(self, watch_ids: Iterable[str], partition: int, tick_s: float) -> None:
        self._watch_ids = tuple(watch_ids)
        self._partition = partition
        self._tick = timedelta(seconds=tick_s)
        self._boundary: datetime | None = None

    def route(self, event: EnrichedEvent, offset: int) -> list[WatchEvent]:
        """The watch events of the article at `offset` of the partition, in the order in which they must be sent."""
        events: list[WatchEvent] = []
        boundary = event.published_at - (event.published_at - EPOCH) % self._tick
        if moves_time(event.flags) and (self._boundary is None or boundary > self._boundary):
            self._boundary = boundary
            events.extend(
                self._watch_event(watch_id, WatchEventKind.TICK, event, offset, boundary, None)
                for watch_id in self._watch_ids
            )
        # A correction may no longer be what a watch wants, and yet take back what it has counted.
        corrects = event.version > 1 or event.status is not Status.USABLE
        watch_ids = self._watch_ids if corrects else event.watches
        if watch_ids:
            short = event if len(event.body) <= MAX_BODY else msgspec.structs.replace(event, body=event.body[:MAX_BODY])
            events.extend(
                self._watch_event(watch_id, WatchEventKind.EVENT, event, offset, event.published_at, short)
                for watch_id in watch_ids
            )
        return events

    def _watch_event(  # noqa: PLR0913, PLR0917 - the fields of the record
        self,
        watch_id: str,
        kind: WatchEventKind,
        cause: EnrichedEvent,
        offset: int,
        event_time: datetime,
        event: EnrichedEvent | None,
    ) -> WatchEvent:
        return WatchEvent(
            watch_id=watch_id,
            kind=kind,
            source_partition=self._partition,
            source_offset=offset,
            event_time=event_time,
            received_at=cause.received_at,
            event=event,
        )
