"""The normalise step in a worker: news.raw -> news.events."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agents.normalise.step import normalise, prepare
from agents.settings import AgentsSettings
from schemas.wire import Codec
from streams.metrics import Metrics
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.topics import catalogue


class NormaliseStep:
    """Reads raw articles, sends NewsEvents keyed by their identity, so that all versions of an article keep their order."""

    name = "normalise"

    def __init__(self, streams: StreamsSettings, agents: AgentsSettings, codec: Codec, metrics: Metrics) -> None:
        topics = catalogue(streams)
        self.topic = topics.raw.name
        self._out = topics.events.name
        self._max_bytes = streams.max_article_bytes
        self._settings = agents
        self._codec = codec
        self._lag = metrics.event_lag_seconds.labels(self.name)
        self._flags = metrics.flags
        prepare()

    def __call__(self, record: Any) -> Sequence[Output]:
        """One raw article to one event."""
        event = normalise(
            record.value or b"",
            received_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
            settings=self._settings,
            max_bytes=self._max_bytes,
        )
        self._lag.observe(max(0.0, time.time() - event.published_at.timestamp()))
        for flag in event.flags:
            self._flags.labels(self.name, flag).inc()
        return (Output(topic=self._out, key=str(event.event_id).encode(), value=self._codec.encode(event)),)

    def restart(self, partition: int) -> None:
        """Nothing is kept."""
