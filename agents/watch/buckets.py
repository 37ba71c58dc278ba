"""Lengths of event-time buckets, each with its seasonal shape, its scales and its calibrated threshold."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import cache

from msgspec import Struct

_DAY_S = 86_400
_HOUR_S = 3_600
_SATURDAY = 5
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday

_HOURS = tuple(
    percent / 100
    for percent in (
        *(62, 55, 52, 55, 66, 84, 104, 122, 136, 144, 146, 144),
        *(142, 140, 138, 134, 127, 116, 103, 92, 84, 78, 72, 66),
    )
)
"""How news is spread over the hours of a day in UTC: a broad hump over the European working day, as wire services print."""
_WEEKEND = 0.62
"""How much news a Saturday or Sunday has, against a working day."""


def _hourly_shape() -> tuple[float, ...]:
    """48 bins: the hours of a working day, then of a weekend; mean 1 over a week."""
    mean_hour = sum(_HOURS) / 24
    mean_day = (5 + 2 * _WEEKEND) / 7
    work = [h / mean_hour / mean_day for h in _HOURS]
    return (*work, *(h * _WEEKEND for h in work))


def _daily_shape() -> tuple[float, ...]:
    """7 bins, Monday first; mean 1."""
    mean_day = (5 + 2 * _WEEKEND) / 7
    return (*[1 / mean_day] * 5, *[_WEEKEND / mean_day] * 2)


IN_FLOW = 3


@cache
def _decay(scales: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(math.exp(-1 / tau) if tau else 0.0 for tau in scales)


class BucketLength(Struct, frozen=True):
    """A length of bucket.

    Args:
        name: as it is given on the command line.
        seconds: length.
        shape: seasonal shape, one factor a bin, mean 1 over a week.
        threshold: score (-log10 p) from which a key bursts; calibrated by simulation, see docs/decisions.
        false_alarm_days: days between two false alarms of one key that the threshold was calibrated to.
        half_life_days: in which a key's level is half forgotten.
        looks: how often the open bucket is scored before it closes and when it does; days are often given without a time of day.
        prior_mean: stories a bucket that a key is expected to have before anything is known of it.
        scales: memory of each scale, in buckets; 0: the single bucket.
        spread_factor: clipping hides part of the spread; this much larger it is taken to be when a scale is scored.
        warm_up: buckets from the beginning in which the level of a key in full flow is learned, and nothing opens.
        agreement: share of the mean over all scales in the score, beside their largest.
        flow: a key that has IN_FLOW stories within so many buckets of the beginning was in full flow, and its level isn't known.
    """

    name: str
    seconds: int
    shape: tuple[float, ...]
    threshold: float
    false_alarm_days: float
    prior_mean: float
    half_life_days: float
    looks: int
    scales: tuple[float, ...]
    spread_factor: float
    warm_up: int
    agreement: float = 0.4
    flow: int = 3

    @property
    def decay(self) -> tuple[float, ...]:
        """What is left of each scale's memory after a bucket."""
        return _decay(self.scales)

    @property
    def keep(self) -> float:
        """What is left of what a key's level and spread rest on, after a bucket."""
        return 2 ** (-self.seconds / _DAY_S / self.half_life_days)

    def known_from(self, began: int, early: int) -> int:
        """Bucket from which a key's level is known, by the bucket in which all began and its stories in the `flow` buckets from there."""
        return began + self.warm_up if early >= IN_FLOW else began

    def index(self, at: datetime) -> int:
        """Number of the bucket that holds this time; bucket 0 starts at the epoch."""
        return int(at.timestamp() // self.seconds)

    def start(self, index: int) -> datetime:
        """Return when a bucket starts."""
        return datetime.fromtimestamp(index * self.seconds, UTC)

    def season(self, index: int) -> int:
        """Seasonal bin of a bucket: hour of day x weekend, or the weekday."""
        day = (index * self.seconds // _DAY_S + _EPOCH_WEEKDAY) % 7
        if self.seconds >= _DAY_S:
            return day
        hour = index * self.seconds % _DAY_S // _HOUR_S
        return hour + 24 * (day >= _SATURDAY)


HOUR = BucketLength(
    "1h",
    _HOUR_S,
    _hourly_shape(),
    threshold=3.05,
    false_alarm_days=30,
    prior_mean=0.05,
    half_life_days=14,
    looks=6,
    scales=(0.0, 1.0, 2.0),
    spread_factor=1.2,
    warm_up=24,
)
DAY = BucketLength(
    "1d",
    _DAY_S,
    _daily_shape(),
    threshold=2.46,
    false_alarm_days=180,
    prior_mean=0.5,
    half_life_days=28,
    looks=1,
    scales=(0.0, 1.0, 4.0),
    spread_factor=1.3,
    warm_up=7,
)
LENGTHS = {length.name: length for length in (HOUR, DAY)}
