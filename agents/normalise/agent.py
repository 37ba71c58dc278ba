"""The normalise step in a worker: news.raw -> news.events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agents.normalise.step import normalise, prepare
from agents.settings import AgentsSettings
from schemas.wire import Codec
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.topics import catalogue


class NormaliseStep:
    """Reads raw articles, sends NewsEvents keyed by their identity, so that all versions of an article keep their order."""

    name = "normalise"

    def __init__(self, streams: StreamsSettings, agents: AgentsSettings, codec: Codec) -> None:
        topics = catalogue(streams)
        self.topic = topics.raw.name
        self._out = topics.events.name
        self._max_bytes = streams.max_article_bytes
        self._settings = agents
        self._codec = codec
        prepare()

    def __call__(self, record: Any) -> Sequence[Output]:
        """One raw article to one event."""
        event = normalise(
            record.value or b"",
            received_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
            settings=self._settings,
            max_bytes=self._max_bytes,
        )
        return (Output(topic=self._out, key=str(event.event_id).encode(), value=self._codec.encode(event)),)

    def restart(self, partition: int) -> None:
        """Nothing is kept."""
