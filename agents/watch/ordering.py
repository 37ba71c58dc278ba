"""Event-time order: events wait until the watermark has passed them, and come out by (time, event id, version).

They wait in slots of one tick; the index of a slot is one value and each event another, so that no value grows large.
"""

from __future__ import annotations

from bisect import insort

from agents.watch.state import Progress
from agents.watch.store import Shelf
from schemas.records import EnrichedEvent

Place = tuple[int, str, int, str]
"""(time in ms, event id, version, content hash): the order in which events are applied."""

MAX_SLOT = 5_000
"""Events that wait in one slot; a watch with more in ten minutes is too wide, and the rest are counted as late."""


class Waiting:
    """The events that wait, over the shelf."""

    def __init__(self, shelf: Shelf, progress: Progress, slot_ms: int) -> None:
        self._shelf = shelf
        self._progress = progress
        self._slot_ms = slot_ms

    def add(self, at_ms: int, event: EnrichedEvent) -> bool:
        """Let an event wait for its time. False: its slot is full."""
        slot = at_ms // self._slot_ms
        places = self._slot(slot)
        if len(places) >= MAX_SLOT:
            return False
        place: Place = (at_ms, str(event.event_id), event.version, event.content_hash)
        if place not in places:
            insort(places, place)
        self._shelf.put("pending", f"slot/{slot}", places)
        self._shelf.put("pending", self._name(place), event)
        if slot not in self._progress.slots:
            insort(self._progress.slots, slot)
        return True

    def first(self) -> int | None:
        """Time of the next event, ms."""
        return self._slot(self._progress.slots[0])[0][0] if self._progress.slots else None

    def take(self) -> EnrichedEvent | None:
        """The next event, which no longer waits. None: it was lost with an older version of the state."""
        slot = self._progress.slots[0]
        places = self._slot(slot)
        place = places.pop(0)
        event = self._shelf.load("pending", self._name(place), EnrichedEvent)
        self._shelf.drop("pending", self._name(place))
        if places:
            self._shelf.put("pending", f"slot/{slot}", places)
        else:
            self._shelf.drop("pending", f"slot/{slot}")
            self._progress.slots.pop(0)
        return event

    def _slot(self, slot: int) -> list[Place]:
        return self._shelf.load("pending", f"slot/{slot}", list[Place]) or []

    @staticmethod
    def _name(place: Place) -> str:
        return f"event/{place[1]}/{place[2]}/{place[3]}"
