"""Episodes of one key: from the bucket that crosses the threshold to three quiet buckets in a row.

A high score alone opens nothing: floors on distinct stories and on independent origins stand beside it, counted within five buckets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from agents.watch.buckets import BucketLength
from agents.watch.detector import Detector, Look
from schemas.doors import Episode

CLOSE_SCORE = 1.5
QUIET_BUCKETS = 3
MIN_STORIES = 3
MIN_ORIGINS = 2
FLOOR_BUCKETS = 5
"""Buckets within which the floors are counted, the open one included."""
FORGOTTEN_DAYS = 200
"""After so many days of silence a key begins again, with a baseline of WARM_UP_DAYS of silence: what it knew has faded to less."""
WARM_UP_DAYS = 28
_DAY_S = 86_400


class Sighting(msgspec.Struct, frozen=True):
    """One story seen under a key: its event time, its id, and its origin where it is known."""

    at: datetime
    story: str
    origin: str | None = None


class KeyEpisodes:
    """Feeds one key's sightings, in order of time, to its detector, and tells episodes from its scores.

    Args:
        key: its name.
        length: of a bucket.
        threshold: score from which an episode opens.
        began: when the news of all keys begin: a key that is met later was silent until then.
    """

    def __init__(self, key: str, length: BucketLength, threshold: float, began: datetime) -> None:
        self.key = key
        self._began = length.index(began)
        self._known_from = self._began
        self._early = 0
        self.length = length
        self.threshold = threshold
        self._detector: Detector | None = None
        self._seen: set[str] = set()
        self._recent: list[tuple[int, Sighting]] = []
        self._episode: Episode | None = None
        self._quiet = 0
        self._due = 0.0
        """Share of the open bucket at the tick that follows its last story; 0: that tick has been looked at."""

    def see(self, sighting: Sighting) -> Iterator[Episode]:
        """Take one sighting; yield the episode that has closed before it, if any. A story counts once, at its first time."""
        if sighting.story in self._seen:
            return
        self._seen.add(sighting.story)
        bucket = self.length.index(sighting.at)
        if self._detector is None:
            warm_up = round(WARM_UP_DAYS * _DAY_S / self.length.seconds)
            self._detector = Detector.fresh(self.length, max(self._began, bucket - warm_up))
        yield from self._advance(bucket)
        share = self._elapsed(sighting.at)
        if share != self._due:
            self._look()
            self._due = share
        self._recent.append((bucket, sighting))
        if bucket - self._began < self.length.flow:
            self._early += 1
            self._known_from = self.length.known_from(self._began, self._early)

    def finish_at(self, at: datetime) -> Iterator[Episode]:
        """End at a time: score the bucket that holds it as it stands, and yield the episode that is still open, if any."""
        if self._detector is None:
            return
        yield from self._advance(self.length.index(at))
        self._look()
        self._judge(self._detector.look(self._count()))
        if self._episode is not None:
            yield self._episode

    def _elapsed(self, at: datetime) -> float:
        """Share of the open bucket at the next look after a time."""
        share = at.timestamp() / self.length.seconds % 1
        return math.floor(share * self.length.looks + 1) / self.length.looks

    def _advance(self, bucket: int) -> Iterator[Episode]:
        """Close the buckets before this one."""
        detector = self._detector
        assert detector is not None
        if detector.state.bucket < bucket:
            self._look()
        days = self.length.seconds / _DAY_S
        while detector.state.bucket < bucket:
            count = self._count()
            if not count and self._episode is None and (bucket - detector.state.bucket) * days > FORGOTTEN_DAYS:
                detector = self._detector = Detector.fresh(self.length, bucket - round(WARM_UP_DAYS / days))
                self._recent = []
            # Scoring is the dear part; a silent bucket of a key without an episode can't open one.
            if count or self._episode is not None:
                look = detector.look(count)
                self._judge(look)
                self._quiet = self._quiet + 1 if look.score < CLOSE_SCORE else 0
            detector.close(count, known=detector.state.bucket >= self._known_from)
            if self._episode is not None and self._quiet >= QUIET_BUCKETS:
                yield msgspec.structs.replace(self._episode, closed_at=self.length.start(detector.state.bucket))
                self._episode = None
            self._recent = [(b, s) for b, s in self._recent if b > detector.state.bucket - FLOOR_BUCKETS]

    def _look(self) -> None:
        """Look at the open bucket at the tick that follows its last story; the look at its end is that of its closing."""
        assert self._detector is not None
        if 0 < self._due < 1:
            before = self._before(self._detector.state.bucket, self._due)
            self._judge(self._detector.look(self._count(), self._due, before))
        self._due = 0.0

    def _judge(self, look: Look) -> None:
        """Open an episode or raise its peak."""
        assert self._detector is not None
        start = self.length.start(self._detector.state.bucket)
        if self._episode is None:
            known = self._detector.state.bucket >= self._known_from
            if known and look.score >= self.threshold and self._has_floor():
                self._quiet = 0
                self._episode = Episode(self.key, start, start, None, look.observed, look.expected, look.score)
        elif look.score > self._episode.score:
            self._episode = msgspec.structs.replace(
                self._episode, peak_at=start, observed=look.observed, expected=look.expected, score=look.score
            )

    def _has_floor(self) -> bool:
        origins = {sighting.origin for _, sighting in self._recent if sighting.origin is not None}
        return len(self._recent) >= MIN_STORIES and (not origins or len(origins) >= MIN_ORIGINS)

    def _before(self, bucket: int, share: float) -> int:
        """Stories that a window of the length of a bucket, ending at this share of the open one, has in the one before."""
        start = (bucket - 1 + share) * self.length.seconds
        return sum(b == bucket - 1 and s.at.timestamp() >= start for b, s in self._recent)

    def _count(self) -> int:
        assert self._detector is not None
        return sum(b == self._detector.state.bucket for b, _ in self._recent)


def episodes(
    sightings: Iterable[tuple[str, Sighting]], length: BucketLength, threshold: float | None = None
) -> list[Episode]:
    """Return the episodes in (key, sighting) pairs of any order, by opening time and key. The end of input scores the last bucket."""
    keys: dict[str, KeyEpisodes] = {}
    found: list[Episode] = []
    ordered = sorted(sightings, key=lambda pair: (pair[1].at, pair[0], pair[1].story))
    for key, sighting in ordered:
        if key not in keys:
            began = ordered[0][1].at
            keys[key] = KeyEpisodes(key, length, length.threshold if threshold is None else threshold, began)
        found += keys[key].see(sighting)
    if ordered:
        for state in keys.values():
            found += state.finish_at(ordered[-1][1].at)
    return sorted(found, key=lambda e: (e.opened_at, e.key))
