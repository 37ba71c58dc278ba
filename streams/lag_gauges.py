"""How far a step is behind, by partition, and since when it has stood still: shown when the metrics are asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from streams.metrics import Metrics


class Standing(Protocol):
    """What is known of a step's consumer group."""

    @property
    def by_partition(self) -> Mapping[int, tuple[int, int]]:
        """Committed offset and end of each partition that is ours."""
        ...

    @property
    def progress_at(self) -> float:
        """When committed offsets last moved, or nothing waited; monotonic seconds."""
        ...


class LagGauges:
    """Shows where a step stands.

    Args:
        step: its name in the metrics.
        standing: where it stands.
        metrics: where it is shown.
    """

    def __init__(self, step: str, standing: Standing, metrics: Metrics) -> None:
        self._step, self._standing, self._metrics = step, standing, metrics
        self._shown: set[int] = set()
        metrics.before_scrape.append(self.show)

    def show(self) -> None:
        """Set lag, committed offsets and the time of the last commit; what has gone to another worker is shown no more."""
        places = dict(self._standing.by_partition)
        for partition in self._shown - places.keys():
            self._metrics.lag.remove(self._step, str(partition))
            self._metrics.committed.remove(self._step, str(partition))
        for partition, (committed, end) in places.items():
            self._metrics.lag.labels(self._step, partition).set(max(end - committed, 0))
            self._metrics.committed.labels(self._step, partition).set(committed)
        self._shown = set(places)
        stood_still_s = time.monotonic() - self._standing.progress_at
        self._metrics.commit_time.labels(self._step).set(time.time() - stood_still_s)
