"""What the watches of a worker tell Prometheus: counts as things happen, and how each watch stands when it is asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Protocol

from agents.watch.situation import Situation
from agents.watch.state_keys import ALL_THEMES, parts_of
from schemas.records import Alert, MsgType, Severity, WatchEvent
from streams.metrics import Metrics


class Metered(Protocol):
    """What is asked of a watcher."""

    @property
    def late(self) -> int:
        """Events left out because they came too late."""
        ...

    @property
    def repeats(self) -> int:
        """Events that had been seen before."""
        ...

    @property
    def applied_s(self) -> float:
        """Event time up to which events have been applied, as a Unix time in seconds."""
        ...

    def situation(self) -> Situation:
        """How the watch stands."""
        ...


class Meter:
    """The metrics of one watch. Follows what the watch does (it is a `Counting`); never changes anything.

    Args:
        watch_id: the watch.
        metrics: counts.
    """

    def __init__(self, watch_id: str, metrics: Metrics) -> None:
        self._id = watch_id
        self._metrics = metrics
        self._late = self._repeats = 0
        # From the first moment, so that the first of a kind is an increase, and not the beginning of a series.
        for kind in MsgType:
            metrics.alerts.labels(watch_id, kind)
        for counter in (metrics.articles, metrics.stories, metrics.copies, metrics.duplicates, metrics.late):
            counter.labels(watch_id)
        metrics.alert_delay_seconds.labels(watch_id)

    def begin(self, watcher: Metered) -> None:
        """A watcher takes up its state: what that has counted before was counted before."""
        self._late, self._repeats = watcher.late, watcher.repeats

    def counted(self, keys: list[str], event_id: str, story_id: str, *, new: bool) -> None:  # noqa: ARG002 - as Counting has it
        """An article has been counted; `new`: its story is, too."""
        self._metrics.articles.labels(self._id).inc()
        if not new:
            self._metrics.copies.labels(self._id).inc()
            return
        self._metrics.stories.labels(self._id).inc()
        for theme in sorted({parts_of(key)[2] for key in keys} - {ALL_THEMES}):
            self._metrics.themes.labels(self._id, theme).inc()

    def saw(self, item: WatchEvent, watcher: Metered) -> None:
        """The watch has taken an item."""
        late, repeats = watcher.late - self._late, watcher.repeats - self._repeats
        self.begin(watcher)
        self._metrics.late.labels(self._id).inc(late)
        self._metrics.duplicates.labels(self._id).inc(repeats)
        if item.event is not None:
            lag_s = time.time() - item.event.published_at.timestamp()
            self._metrics.event_lag_seconds.labels("watch").observe(max(0.0, lag_s))
        if item.event is not None and not late and not repeats:
            for code in {actor.code for actor in item.event.actors}:
                self._metrics.actors.labels(self._id, code).inc()
        self._metrics.watermark.labels(self._id).set(watcher.applied_s)

    def said(self, alert: Alert) -> None:
        """A message of an alert is on its way."""
        self._metrics.alerts.labels(self._id, alert.msg_type).inc()

    def delivered(self, alert: Alert) -> None:
        """A message of an alert has been acknowledged."""
        self._metrics.alert_delay_seconds.labels(self._id).observe(max(0.0, time.time() - alert.updated_at.timestamp()))

    def show(self, watcher: Metered, state: tuple[int, int]) -> None:
        """How the watch stands now; `state`: keys and bytes of its state."""
        metrics, its = self._metrics, watcher.situation()
        metrics.watch_stories.labels(self._id).set(its.stories)
        metrics.watch_expected.labels(self._id).set(its.expected)
        metrics.watch_origins.labels(self._id).set(its.origins)
        metrics.watch_score.labels(self._id).set(its.score)
        metrics.watch_threshold.labels(self._id).set(its.threshold)
        for severity in Severity:
            metrics.open_alerts.labels(self._id, severity).set(its.open_alerts.get(severity, 0))
        metrics.state_keys.labels(self._id).set(state[0])
        metrics.state_bytes.labels(self._id).set(state[1])

    def gone(self) -> None:
        """Another worker has the watch now: what it is like there is not ours to say."""
        metrics = self._metrics
        for gauge in (
            metrics.watermark,
            metrics.watch_stories,
            metrics.watch_expected,
            metrics.watch_origins,
            metrics.watch_score,
            metrics.watch_threshold,
            metrics.state_keys,
            metrics.state_bytes,
        ):
            gauge.remove(self._id)
        for severity in Severity:
            metrics.open_alerts.remove(self._id, severity)


def sizes(table: Mapping[bytes, bytes], watch_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Keys, and bytes of keys and values, that a table holds of each watch; its keys begin with the id of the watch and a slash."""
    found = {watch_id.encode(): [0, 0] for watch_id in watch_ids}
    for key, value in table.items():
        its = found.get(key.partition(b"/")[0])
        if its is not None:
            its[0] += 1
            its[1] += len(key) + len(value)
    return {watch_id.decode(): (keys, size) for watch_id, (keys, size) in found.items()}
