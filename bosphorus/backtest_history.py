"""What a backtest remembers beside its alerts, for the report and for `bosphorus why`: it follows the watches and changes nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from agents.watch.buckets import HOUR
from agents.watch.detector import Detector, Look
from agents.watch.state import to_ms, to_time
from agents.watch.state_keys import parts_of
from agents.watches import Watch
from bosphorus.report.model import Copy, History, Point, Series, Story
from schemas.records import EnrichedEvent

BUCKET_MS = HOUR.seconds * 1000

MAX_THRESHOLD_COUNT = 200

NOTEWORTHY_SCORE = 0.1
"""Buckets below this score in which nothing was counted are left out."""


UNDATED = frozenset({"date_unknown", "date_missing", "date_absurd"})
"""Flags of articles whose event time is not their own: they don't say when the news begins or ends."""


class Decision(Struct, frozen=True):
    """A look at a key and what came of it."""

    watch_id: str
    key: str
    at: datetime
    observed: float
    expected: float
    score: float
    threshold: float
    verdict: str


class Fate(Struct, frozen=True):
    """What became of an article in a watch.

    Attributes:
        outcome: `story` (a story of its own), `copy` (folded into one), `late` (left out).
        story_id: its story; None if it is late.
        keys: what it was counted under.
        watermark: event time before which nothing was waited for any more, where it is late.
    """

    watch_id: str
    outcome: str
    story_id: str | None = None
    keys: tuple[str, ...] = ()
    watermark: datetime | None = None


class WatchHistory:
    """Follows one watch."""

    def __init__(self, watch: Watch, recorder: Recorder) -> None:
        self._watch = watch
        self._recorder = recorder
        self.threshold = watch.thresholds.score or HOUR.threshold
        self._points: dict[str, dict[int, Point]] = defaultdict(dict)
        self._peaks: dict[tuple[str, int], float] = defaultdict(float)
        self._latest: dict[str, tuple[int, float]] = {}
        self.members: dict[str, list[str]] = {}
        self.decisions: list[Decision] = []
        self.fates: dict[str, Fate] = {}

    def bucket(self, key: str, start_ms: int, count: int, detector: Detector) -> None:
        """A bucket of a key closes."""
        look = detector.look(count)
        if count or look.score >= NOTEWORTHY_SCORE:
            score = max(look.score, self._peaks.pop((key, start_ms), 0.0))
            self._points[key][start_ms] = Point(
                at=to_time(start_ms),
                observed=float(count),
                expected=round(detector.expected(), 5),
                score=round(score, 3),
                threshold_count=self._threshold_count(detector),
            )

    def _threshold_count(self, detector: Detector) -> float | None:
        """Stories at which this bucket would have reached the threshold; None if it takes more than anyone would draw."""
        counts = range(1, MAX_THRESHOLD_COUNT)
        return next((float(count) for count in counts if detector.look(count).score >= self.threshold), None)

    def counted(self, keys: list[str], event_id: str, story_id: str, *, new: bool) -> None:
        """An article has been counted."""
        members = self.members.setdefault(story_id, [])
        if event_id not in members:
            members.append(event_id)
        self.fates[event_id] = Fate(self._watch.id, "story" if new else "copy", story_id, tuple(keys))
        self._recorder.keep(event_id)

    def late(self, event_id: str, published_ms: int, watermark_ms: int) -> None:  # noqa: ARG002 - the article has it
        """An article came too late."""
        self.fates[event_id] = Fate(self._watch.id, "late", watermark=to_time(watermark_ms))
        self._recorder.keep(event_id)

    def decided(self, key: str, at_ms: int, look: Look, verdict: str) -> None:
        """A key has been looked at."""
        start_ms = (at_ms - 1) // BUCKET_MS * BUCKET_MS
        self._peaks[key, start_ms] = max(self._peaks[key, start_ms], look.score)
        self._latest[key] = start_ms, look.expected
        observed, expected, score = round(look.observed, 3), round(look.expected, 5), round(look.score, 3)
        self.decisions.append(
            Decision(self._watch.id, key, to_time(at_ms), observed, expected, score, self.threshold, verdict)
        )

    def series(self) -> list[Series]:
        """The counts of each key; the bucket that is still open at the end as it was last looked at."""
        points = {key: dict(closed) for key, closed in self._points.items()}
        for key, (start_ms, expected) in self._latest.items():
            if start_ms not in points.setdefault(key, {}):
                score = self._peaks.get((key, start_ms), 0.0)
                count = float(self._counted_in(key, start_ms))
                points[key][start_ms] = Point(to_time(start_ms), count, round(expected, 5), round(score, 3))
        return [
            Series(self._watch.id, *parts_of(key), HOUR.seconds, self.threshold, tuple(of[at] for at in sorted(of)))
            for key, of in sorted(points.items())
        ]

    def _counted_in(self, key: str, start_ms: int) -> int:
        firsts = [members[0] for members in self.members.values() if key in self.fates[members[0]].keys]
        times = [to_ms(self._recorder.articles[id_].published_at) for id_ in firsts if id_ in self._recorder.articles]
        return sum(start_ms <= at < start_ms + BUCKET_MS for at in times)

    def stories(self) -> list[Story]:
        """The stories that were counted, each with its copies."""
        return [
            self._story(story_id, [self._recorder.articles[id_] for id_ in members])
            for story_id, members in self.members.items()
        ]

    def _story(self, story_id: str, articles: list[EnrichedEvent]) -> Story:
        first, *copies = sorted(articles, key=lambda event: (event.published_at, event.event_id))
        origin = first.origins[0] if first.origins else None
        return Story(
            story_id=UUID(story_id),
            event_id=first.event_id,
            watch_id=self._watch.id,
            title=first.title,
            source=first.source,
            origin=origin.key if origin else first.source,
            state_linked=bool(origin and origin.state_linked),
            language=first.language,
            published_at=first.published_at,
            url=first.url,
            themes=first.interference.themes,
            copies=tuple(Copy(e.event_id, e.title, e.source, e.language, e.published_at, e.url) for e in copies),
        )


class Recorder:
    """Follows a backtest.

    Args:
        sought: event id or external id of articles to keep even if no watch wants them.

    Attributes:
        watches: what each watch did, by its id.
        articles: those that some watch counted or left out as late, without their bodies, by event id.
        found: every version of what was sought.
    """

    def __init__(self, sought: str = "") -> None:
        self._sought = sought
        self.found: list[EnrichedEvent] = []
        self.watches: dict[str, WatchHistory] = {}
        self.articles: dict[str, EnrichedEvent] = {}
        self._passing: dict[str, EnrichedEvent] = {}
        self._seen = 0
        self._span: tuple[datetime, datetime] | None = None

    def follow(self, watch: Watch) -> WatchHistory:
        """Follow one more watch."""
        self.watches[watch.id] = WatchHistory(watch, self)
        return self.watches[watch.id]

    def read(self, event: EnrichedEvent) -> None:
        """An article has been read."""
        self._seen += 1
        at = event.published_at
        if not UNDATED.intersection(event.flags):
            self._span = (min(self._span[0], at), max(self._span[1], at)) if self._span else (at, at)
        if self._sought and self._sought in {str(event.event_id), event.external_id}:
            self.found.append(event)
        if event.watches:
            self._passing.setdefault(str(event.event_id), event)

    def keep(self, event_id: str) -> None:
        """A watch has done something with an article."""
        if event_id in self._passing and event_id not in self.articles:
            self.articles[event_id] = self._passing[event_id]

    def history(self, rejected: int | None = None) -> History:
        """What the report draws; `rejected`: lines that could not be used."""
        stories = [story for followed in self.watches.values() for story in followed.stories()]
        fates = (fate for followed in self.watches.values() for fate in followed.fates.items())
        return History(
            started_at=self._span[0] if self._span else None,
            ended_at=self._span[1] if self._span else None,
            articles=self._seen,
            rejected=rejected,
            late=len({event_id for event_id, fate in fates if fate.outcome == "late"}),
            series=tuple(series for followed in self.watches.values() for series in followed.series()),
            stories=tuple(sorted(stories, key=lambda story: (story.published_at, story.story_id, story.watch_id))),
        )
