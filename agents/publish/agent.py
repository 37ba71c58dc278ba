"""The publish step in a worker: alerts.interference -> what is open now, and the forms other readers take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from agents.publish.step import publications
from schemas.records import Alert
from schemas.wire import Codec
from streams.metrics import Metrics
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.topics import catalogue


class PublishStep:
    """Sends each message of an alert on, in the forms and to the topics that `publications` names."""

    name = "publish"

    def __init__(self, streams: StreamsSettings, codec: Codec, metrics: Metrics) -> None:
        self._topics = catalogue(streams)
        self.topic = self._topics.alerts.name
        self._codec = codec
        self._lag = metrics.event_lag_seconds.labels(self.name)

    def __call__(self, record: Any) -> Sequence[Output]:
        """One message of an alert to its publications."""
        alert = self._codec.decode(record.value or b"", Alert)
        self._lag.observe(max(0.0, time.time() - alert.updated_at.timestamp()))
        return [
            Output(topic=getattr(self._topics, topic).name, key=key, value=value, headers=list(headers))
            for topic, key, value, headers in publications(alert, self._codec.encode)
        ]

    def restart(self, partition: int) -> None:
        """Nothing is kept."""
