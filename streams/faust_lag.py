"""How far behind a Faust agent is, by partition: what Kafka has announced against what Faust has committed.

Faust's own sensors know it, too, at a price for every message; here it is looked up when somebody asks.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any

import faust
from faust.types import TP
from msgspec import Struct

from streams.metrics import Metrics


class Standing(Struct, frozen=True):
    """Where a partition stands.

    Args:
        committed: next offset to read, once restarted.
        lag: records in it that are not committed yet, as the last fetch had it.
    """

    committed: int
    lag: int


class FaustLag:
    """Shows where an agent stands, when the metrics are asked for.

    Args:
        app: whose agent it is.
        topic: what the agent reads.
        step: the agent's name in the metrics.
        metrics: where it is shown.
    """

    def __init__(self, app: faust.App, topic: str, step: str, metrics: Metrics) -> None:
        self._app, self._topic, self._step, self._metrics = app, topic, step, metrics
        self._shown: dict[int, Standing] = {}
        self._moved_at = time.time()

    def show(self) -> None:
        """Set lag, committed offsets and the time of the last commit; what has gone to another worker is shown no more."""
        before, self._shown = self._shown, standings(self._app, self._topic)
        for partition in before.keys() - self._shown.keys():
            self._metrics.lag.remove(self._step, str(partition))
            self._metrics.committed.remove(self._step, str(partition))
        for partition, its in self._shown.items():
            self._metrics.lag.labels(self._step, partition).set(its.lag)
            self._metrics.committed.labels(self._step, partition).set(its.committed)
        moved = {p: s.committed for p, s in self._shown.items()} != {p: s.committed for p, s in before.items()}
        if moved or not any(its.lag for its in self._shown.values()):
            self._moved_at = time.time()
        self._metrics.commit_time.labels(self._step).set(self._moved_at)


def standings(app: faust.App, topic: str) -> dict[int, Standing]:
    """Return where each partition of a topic stands that this worker has; empty while it is joining its group."""
    found: dict[int, Standing] = {}
    # The consumer lives in a thread of its own: a partition may go, or the consumer itself, between two looks.
    with contextlib.suppress(Exception):
        consumer: Any = app.consumer
        for place in sorted(consumer.assignment()):
            if place.topic != topic:
                continue
            committed = consumer._committed_offset[TP(*place)] or 0  # noqa: SLF001 - there is no public way to ask
            end = consumer.highwater(place)
            if end is not None:
                found[place.partition] = Standing(committed, max(end - committed, 0))
    return found
