"""The counts of each key (dyad and theme) over its detector: lazily caught up, and corrected when an article is withdrawn.

A key that nothing happens to costs nothing: its buckets are closed when it is next looked at. The detector's state as it was
72 hours ago is kept beside the counts since, so that a withdrawal can be worked out again exactly.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from hashlib import blake2b
from typing import Protocol

from msgspec import structs

from agents.watch.buckets import BucketLength
from agents.watch.detector import Detector, DetectorState, Look, Scale
from agents.watch.state import CORRECTION_MS, DAY_MS, MAX_OF_ORIGIN, MAX_RECENT, Window
from agents.watch.store import Shelf

WARM_UP_BUCKETS = 28 * 24
"""Silent buckets that a key has behind it at most when it is first counted: as long as the watch has run, or this."""
FORGOTTEN_BUCKETS = 200 * 24
"""After so many silent buckets a key is as good as new."""
_TRIMMED_AT_ONCE = 500
"""Stories by which a window may outgrow MAX_RECENT, so that it isn't trimmed with each one."""
_SHORT = 32
"""Bytes of an origin's name in a window."""
ALL_THEMES = "*"
"""Theme of the parent key of a dyad."""


class Counting(Protocol):
    """Who counts what the watch counts. Never changes anything."""

    def counted(self, keys: list[str], event_id: str, story_id: str, *, new: bool) -> None:
        """An article has been counted; `new`: its story is, too."""


class Watching(Counting, Protocol):
    """Who follows all that the watch does: a backtest's history. It costs: each look is explained. Never changes anything."""

    def bucket(self, key: str, start_ms: int, count: int, detector: Detector) -> None:
        """A bucket of a key closes with this count; the detector has not learned it yet, and is only to be asked."""

    def late(self, event_id: str, published_ms: int, watermark_ms: int) -> None:
        """An article came too late to be counted."""

    def decided(self, key: str, at_ms: int, look: Look, verdict: str) -> None:
        """A key has been looked at; the verdict says why an alert was or wasn't opened."""


def key_of(source: str, target: str, theme: str) -> str:
    """The key of a dyad and theme."""
    return f"{source}>{target}:{theme}"


def parts_of(key: str) -> tuple[str, str, str]:
    """Source, target and theme of a key."""
    dyad, theme = key.split(":", 1)
    source, target = dyad.split(">", 1)
    return source, target, theme


class Keys:
    """Detectors and windows of a watch's keys."""

    def __init__(self, shelf: Shelf, length: BucketLength, watching: Watching | None) -> None:
        self._shelf = shelf
        self._length = length
        self._ms = length.seconds * 1000
        self._watching = watching

    def bucket(self, at_ms: int) -> int:
        """Number of the bucket that holds a time."""
        return at_ms // self._ms

    def window(self, key: str) -> Window | None:
        """The window of a key; None if it was never counted."""
        return self._shelf.load("bucket", key, Window)

    def add(self, key: str, story: str, origin: str, at_ms: int, *, started_ms: int, silence_ms: int) -> bool:  # noqa: PLR0913
        """Count a story at its first time. False: not counted, as its origin has been often enough that day."""
        window = self.window(key)
        bucket, began = self.bucket(at_ms), self.bucket(started_ms)
        if window is None:
            state = Detector.fresh(self._length, max(began, bucket - WARM_UP_BUCKETS)).state
            window = Window(base=_copy(state), known_from=began)
            self._shelf.put("detector", key, state)
        quiet_since = window.last_ms if window.last_ms >= 0 else started_ms
        if at_ms - quiet_since >= silence_ms:
            window.novel_ms = at_ms
        window.last_ms = max(window.last_ms, at_ms)
        told = window.by_origin.setdefault(_short(origin), [])
        if sum(abs(at_ms - other) < DAY_MS for other in told) >= MAX_OF_ORIGIN:
            self._shelf.put("bucket", key, window)
            return False
        insort(told, at_ms)
        if bucket - began < self._length.flow:
            window.early += 1
            window.known_from = self._length.known_from(began, window.early)
        window.counts[bucket] = window.counts.get(bucket, 0) + 1
        insort(window.recent, (at_ms, story))
        if at_ms - window.recent[0][0] > CORRECTION_MS + DAY_MS or len(window.recent) > MAX_RECENT + _TRIMMED_AT_ONCE:
            window.recent = [one for one in window.recent if one[0] >= at_ms - CORRECTION_MS][-MAX_RECENT:]
            horizon = window.recent[0][0]
            lately = ((name, [at for at in times if at >= horizon]) for name, times in window.by_origin.items())
            window.by_origin = {name: times for name, times in lately if times}
        self._shelf.put("bucket", key, window)
        if bucket < self._detector(key).state.bucket:
            self._work_out_again(key, window)
        return True

    def remove(self, key: str, story: str, origin: str) -> None:
        """Take a story out again, where it is still within reach."""
        window = self.window(key)
        found = [one for one in window.recent if one[1] == story] if window else []
        if window is None or not found:
            return
        bucket = self.bucket(found[0][0])
        window.recent.remove(found[0])
        told = window.by_origin.get(_short(origin), [])
        if found[0][0] in told:
            told.remove(found[0][0])
        window.counts[bucket] = max(window.counts.get(bucket, 0) - 1, 0)
        self._shelf.put("bucket", key, window)
        if bucket < self._detector(key).state.bucket:
            self._work_out_again(key, window)

    def recent(self, key: str, now_ms: int, within_ms: int = DAY_MS) -> list[str]:
        """Stories counted within the last day, in order."""
        window = self.window(key)
        if window is None:
            return []
        start = bisect_left(window.recent, (now_ms - within_ms, ""))
        return [story for _, story in window.recent[start : bisect_left(window.recent, (now_ms, ""))]]

    def usual(self, key: str) -> float:
        """Stories a bucket that the baseline expects, the season apart."""
        state = self._detector(key).state
        return state.a / state.b

    def known_from_ms(self, key: str) -> int:
        """When it is known what is usual for a key that was in full flow when the watch began."""
        window = self.window(key)
        return window.known_from * self._ms if window else 0

    def look(self, key: str, now_ms: int) -> Look:
        """Score the bucket that ends at, or holds, this time; 0 while it isn't known what is usual."""
        bucket = (now_ms - 1) // self._ms
        self._catch_up(key, bucket)
        window = self.window(key)
        detector = self._detector(key)
        if window is None:
            return detector.look(0)
        start_ms = bucket * self._ms
        before = counted(window, now_ms - self._ms, start_ms)
        look = detector.look(window.counts.get(bucket, 0), (now_ms - start_ms) / self._ms, before)
        return look if bucket >= window.known_from else structs.replace(look, score=0.0)

    def peak_since(self, key: str, bucket: int, first_look_ms: int) -> float:
        """The highest score since a bucket, from the counts as they are now: its first look, then each closed bucket."""
        window = self.window(key)
        if window is None:
            return 0.0
        detector = Detector(self._length, _copy(window.base))
        last = self._detector(key).state.bucket
        best = 0.0
        while detector.state.bucket <= last:
            at = detector.state.bucket
            if at == bucket and first_look_ms:
                start_ms = at * self._ms
                seen = counted(window, start_ms, first_look_ms)
                before = counted(window, first_look_ms - self._ms, start_ms)
                best = max(best, detector.look(seen, (first_look_ms - start_ms) / self._ms, before).score)
            if at >= bucket:
                best = max(best, detector.look(window.counts.get(at, 0)).score)
            close(detector, window)
        return best

    def _detector(self, key: str) -> Detector:
        state = self._shelf.load("detector", key, DetectorState)
        if state is None:  # an older version: begin again from the window
            window = self.window(key)
            state = _copy(window.base) if window else Detector.fresh(self._length, 0).state
        return Detector(self._length, state)

    def _catch_up(self, key: str, bucket: int) -> None:
        """Close the buckets before this one, and let what is out of reach of corrections go."""
        detector, window = self._detector(key), self.window(key)
        if window is None or detector.state.bucket >= bucket:
            return
        if bucket - max(detector.state.bucket, max(window.counts, default=0)) > FORGOTTEN_BUCKETS:
            detector = Detector.fresh(self._length, bucket - WARM_UP_BUCKETS)
            window.base, window.counts = _copy(detector.state), {}
        while detector.state.bucket < bucket:
            at = detector.state.bucket
            count = window.counts.get(at, 0)
            if self._watching is not None:
                self._watching.bucket(key, at * self._ms, count, detector)
            close(detector, window)
        keep = bucket - CORRECTION_MS // self._ms
        base = Detector(self._length, window.base)
        while base.state.bucket < keep:
            close(base, window)
            window.counts.pop(base.state.bucket - 1, None)
        self._shelf.put("detector", key, detector.state)
        self._shelf.put("bucket", key, window)

    def _work_out_again(self, key: str, window: Window) -> None:
        upto = self._detector(key).state.bucket
        detector = Detector(self._length, _copy(window.base))
        while detector.state.bucket < upto:
            close(detector, window)
        self._shelf.put("detector", key, detector.state)


def _short(origin: str) -> str:
    """An origin's name, or its digest where that is shorter: a window keeps thousands, and whoever sends an article names them."""
    name = origin.encode()
    return origin if len(name) <= _SHORT else blake2b(name, digest_size=_SHORT // 2).hexdigest()


def close(detector: Detector, window: Window) -> None:
    """Let a detector learn its open bucket from the counts of its key."""
    bucket = detector.state.bucket
    detector.close(window.counts.get(bucket, 0), known=bucket >= window.known_from)


def counted(window: Window, start_ms: int, end_ms: int) -> int:
    """Stories of a key from one time until before another, within the last 72 hours."""
    recent = window.recent
    return bisect_left(recent, (end_ms, "")) - bisect_left(recent, (start_ms, ""))


def _copy(state: DetectorState) -> DetectorState:
    return structs.replace(
        state,
        season_seen=list(state.season_seen),
        season_expected=list(state.season_expected),
        scales=[Scale(*structs.astuple(scale)) for scale in state.scales],
    )
