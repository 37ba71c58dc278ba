"""Metrics whose label values stay few: what comes from outside (a source, an actor's code) can't make more series than its bound.

A Prometheus keeps every series it has seen in memory, so that one label with endless values takes it down
(https://prometheus.io/docs/practices/naming/#labels). The first values of a label get series of their own, all further ones share one.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

import prometheus_client
from prometheus_client.metrics import MetricWrapperBase

OTHER = "other"
"""The value that all values past the bound share."""
MOST = {"actor": 200, "flag": 100, "kind": 50, "reason": 100, "source": 500, "theme": 100}
"""Distinct values that a metric takes of a label that others fill. All other labels have few values by themselves."""
MOST_SERIES = 5_000
"""Series of one metric from which on every such label takes OTHER: many watches with many actors each are many series, too."""


class _Bounded(MetricWrapperBase):
    def labels(self, *values: object, **named: object) -> Self:
        """The series of these label values; values past a label's bound become OTHER."""
        wanted = tuple(str(named[name]) for name in self._labelnames) if named else tuple(map(str, values))
        return super().labels(*(wanted if wanted in self._metrics else self._fit(wanted)))

    def _fit(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        fitting = list(wanted)
        for place, name in enumerate(self._labelnames[: len(wanted)]):
            if name in MOST:
                known = {values[place] for values in self._metrics}
                is_full = len(self._metrics) >= MOST_SERIES
                if is_full or (wanted[place] not in known and len(known - {OTHER}) >= MOST[name]):
                    fitting[place] = OTHER
        return tuple(fitting)


class Counter(_Bounded, prometheus_client.Counter):
    """A count that only grows."""


class Gauge(_Bounded, prometheus_client.Gauge):
    """A value that goes up and down. Under OTHER stands the last one that was set."""


class Histogram(_Bounded, prometheus_client.Histogram):
    """Observations by size."""


def source_label(address: str) -> str:
    """Name a source in a label: without user, password, query and fragment, which may hold secrets or never repeat; at most 200 characters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "unreadable"
    if not parts.scheme or not parts.netloc:
        return address[:200]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]
