"""What a report draws, beside the alerts: counts over time, and the stories that were counted.

Times are timezone-aware UTC. Countries are ISO 3166 alpha-3, languages ISO 639-1. Everything is as the watch saw it in
event time; nothing here is read from a clock.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from msgspec import Struct


class Point(Struct, frozen=True):
    """One bucket of one series, as the detector had it when the bucket closed.

    Args:
        at: start of the bucket.
        observed: distinct stories counted in it.
        expected: stories that the baseline expected in it.
        score: -log10 of the tail probability, the highest that was seen in this bucket; 0 where nothing was seen.
        threshold_count: stories at which the score would have reached the threshold; None if it wasn't worked out.
    """

    at: datetime
    observed: float
    expected: float
    score: float = 0.0
    threshold_count: float | None = None


class Series(Struct, frozen=True):
    """The counts of one key (watch, dyad, theme), in time order. Buckets in which nothing was seen may be left out."""

    watch_id: str
    source: str
    target: str
    theme: str
    bucket_s: float
    threshold: float
    points: tuple[Point, ...]


class Copy(Struct, frozen=True):
    """One more article that carries a story: it adds to its reach, not to its corroboration."""

    event_id: uuid.UUID
    title: str
    source: str
    language: str
    published_at: datetime
    url: str | None = None


class Story(Struct, frozen=True):
    """One distinct story, shown by its earliest article, with the copies that were folded into it."""

    story_id: uuid.UUID
    event_id: uuid.UUID
    watch_id: str
    title: str
    source: str
    origin: str
    state_linked: bool
    language: str
    published_at: datetime
    url: str | None = None
    themes: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()


class History(Struct, frozen=True):
    """All that a report needs beside the alerts.

    Args:
        started_at: event time of the first article; None if there was none.
        ended_at: event time of the last article.
        articles: articles read, copies included.
        rejected: lines that could not be used; None if nobody counted them.
        late: articles that a watch wanted and that came too late to be counted.
        series: one a key that was ever counted.
        stories: every story that a watch counted, in time order.
    """

    started_at: datetime | None = None
    ended_at: datetime | None = None
    articles: int = 0
    rejected: int | None = None
    late: int = 0
    series: tuple[Series, ...] = ()
    stories: tuple[Story, ...] = ()
