"""The enrich step in a worker: news.events -> news.enriched, and what the watches must see -> watch.events."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from agents.enrich.routing import Router
from agents.enrich.step import Enricher
from agents.settings import AgentsSettings
from agents.watches import Watches
from schemas.errors import BadRecordError
from schemas.ids import stable_id
from schemas.records import EnrichedEvent, NewsEvent, Status
from schemas.wire import Codec
from streams.metrics import Metrics
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.topics import catalogue

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = NewsEvent(
    event_id=stable_id("event", "first"),
    external_id=None,
    version=1,
    status=Status.USABLE,
    content_hash="0" * 16,
    url=None,
    title="Ankara accuses Moscow of interference",
    body="President Recep Tayyip Erdoğan spoke on Friday, Reuters reported. Moscow denied it.",
    byline=None,
    source="example.org",
    language="en",
    published_at=_EPOCH,
    received_at=_EPOCH,
    flags=(),
)

_TITLES = {
    "en": _FIRST.title,
    "tr": "Ankara, Moskova'yı müdahaleyle suçladı; Erdoğan cuma günü konuştu",
    "ru": "Анкара обвинила Москву во вмешательстве; выступил Эрдоган",
}
"""One headline for each language that has lexicons of its own."""

FAILED = "_failed"
"""End of the flag of a coder that failed; the other flags are normalise's."""


class EnrichStep:
    """Codes each event. An enriched event stays in the partition of its event: order is kept, and no key is hashed again."""

    name = "enrich"

    def __init__(
        self, streams: StreamsSettings, agents: AgentsSettings, codec: Codec, watches: Watches, metrics: Metrics
    ) -> None:
        topics = catalogue(streams)
        self.topic = topics.events.name
        self._enriched = topics.enriched.name
        self._watch_events = topics.watch_events.name
        self._enricher = Enricher(watches)
        self._watch_ids = tuple(watch.id for watch in watches)
        self._tick_s = agents.tick_s
        self._keep_bodies = agents.keep_bodies
        self._codec = codec
        self._lag = metrics.event_lag_seconds.labels(self.name)
        self._flags = metrics.flags
        self._routers: dict[int, Router] = {}
        self._ahead: dict[tuple[int, int], EnrichedEvent] = {}
        """By partition and offset: what is enriched, and asked for next."""
        # Registers and lexicons load with the first article of a language: now, not in the middle of a stream, where heartbeats would wait.
        for language, title in _TITLES.items():
            self._enricher(structs.replace(_FIRST, language=language, title=title))

    def prepare(self, records: Sequence[Any]) -> None:
        """Enrich the events of several records together, which is quicker; those that can't be read are left to the call with them."""
        self._ahead = {}
        events: dict[tuple[int, int], NewsEvent] = {}
        for record in records:
            with contextlib.suppress(BadRecordError):
                events[record.partition, record.offset] = self._codec.decode(record.value or b"", NewsEvent)
        self._ahead = dict(zip(events, self._enricher.many(list(events.values())), strict=True))

    def __call__(self, record: Any) -> Sequence[Output]:
        """One event to its enriched event and its watch events."""
        enriched = self._ahead.pop((record.partition, record.offset), None)
        if enriched is None:
            enriched = self._enricher(self._codec.decode(record.value or b"", NewsEvent))
        self._lag.observe(max(0.0, time.time() - enriched.published_at.timestamp()))
        for flag in enriched.flags:
            if flag.endswith(FAILED):
                self._flags.labels(self.name, flag).inc()
        router = self._routers.get(record.partition)
        if router is None:
            router = self._routers[record.partition] = Router(self._watch_ids, record.partition, self._tick_s)
        encode = self._codec.encode
        shown = enriched if self._keep_bodies else without_body(enriched)
        outputs = [Output(topic=self._enriched, key=record.key, value=encode(shown), partition=record.partition)]
        outputs.extend(
            Output(topic=self._watch_events, key=event.watch_id.encode(), value=encode(event))
            for event in router.route(enriched, record.offset)
        )
        return outputs

    def restart(self, partition: int) -> None:
        """Let the partition's router begin anew: it repeats a tick at worst."""
        self._routers.pop(partition, None)


def without_body(event: EnrichedEvent) -> EnrichedEvent:
    """The event without its text. Offsets still count in it, for whoever has the article; flagged, so that nobody takes it for empty."""
    return structs.replace(event, body="", flags=(*event.flags, "body_withheld")) if event.body else event
