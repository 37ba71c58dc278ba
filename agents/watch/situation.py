"""How a watch stands right now, in a few numbers, for people to look at. Only reads: asking changes nothing of what it will say."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

from msgspec import Struct

from agents.watch.alerts import severity
from agents.watch.buckets import HOUR
from agents.watch.detector import PRIOR_A, Detector, DetectorState, Look
from agents.watch.state import DAY_MS, Episode, Progress, Story, Window
from agents.watch.state_keys import ALL_THEMES, WARM_UP_BUCKETS, Keys, close, counted, key_of
from agents.watch.store import Shelf
from agents.watches import Watch

BUCKET_MS = HOUR.seconds * 1000
DAY_BUCKETS = DAY_MS // BUCKET_MS


class Situation(Struct, frozen=True):
    """A watch as it stands at the event time up to which it has applied its events.

    Args:
        stories: counted in the last 24 h of event time, each once a watched pair of states.
        expected: stories that the baselines of the watched pairs expect in these 24 h.
        origins: independent origins of these stories.
        score: -log10 p, the highest of the pairs and themes that had stories in these 24 h; 0 where none had.
        threshold: score at which an alert opens, if the floors are met.
        open_alerts: by severity.
    """

    stories: int
    expected: float
    origins: int
    score: float
    threshold: float
    open_alerts: dict[str, int]


def situation(watch: Watch, shelf: Shelf, progress: Progress) -> Situation:
    """Return how a watch stands.

    Args:
        watch: the watch.
        shelf: its state.
        progress: how far it has come.
    """
    now_ms = max(progress.applied_ms, 0)
    keys = Keys(shelf, HOUR, None)
    stories: list[Story] = []
    expected = 0.0
    for source, target in sorted(watch.pairs):
        parent = key_of(source, target, ALL_THEMES)
        expected += _expected_in_a_day(shelf, parent, progress, now_ms)
        found = (shelf.load("story", id_, Story) for id_ in keys.recent(parent, now_ms))
        stories += [story for story in found if story is not None and story.members]
    active = {key for story in stories for key in story.keys}
    episodes = (shelf.load("alert", key, Episode) for key in progress.open)
    grades = Counter(
        severity(watch.severity, list(episode.stories.values())) for episode in episodes if episode is not None
    )
    return Situation(
        stories=len(stories),
        expected=expected,
        origins=len({story.facts.origin for story in stories}),
        score=max((look.score for key in sorted(active) if (look := _look(shelf, key, now_ms))), default=0.0),
        threshold=watch.thresholds.score or HOUR.threshold,
        open_alerts={str(grade): count for grade, count in grades.items()},
    )


def _look(shelf: Shelf, key: str, now_ms: int) -> Look | None:
    """What a look at this key would see, had it come now."""
    state, window = shelf.load("detector", key, DetectorState), shelf.load("bucket", key, Window)
    if state is None or window is None:
        return None
    detector = Detector(HOUR, deepcopy(state))
    bucket = (now_ms - 1) // BUCKET_MS
    while detector.state.bucket < bucket:
        close(detector, window)
    start_ms = bucket * BUCKET_MS
    before = counted(window, now_ms - BUCKET_MS, start_ms)
    return detector.look(window.counts.get(bucket, 0), (now_ms - start_ms) / BUCKET_MS, before)


def _expected_in_a_day(shelf: Shelf, key: str, progress: Progress, now_ms: int) -> float:
    """The level of a key, with the silence since it was last looked at, over the seasons of the last 24 buckets."""
    bucket = now_ms // BUCKET_MS
    state = shelf.load("detector", key, DetectorState)
    if state is None:
        begun = max(progress.started_ms // BUCKET_MS, bucket - WARM_UP_BUCKETS)
        state = Detector.fresh(HOUR, begun).state
    season = sum(HOUR.shape[HOUR.season(at)] for at in range(bucket - DAY_BUCKETS, bucket))
    return _level(state, bucket - state.bucket) * season


def _level(state: DetectorState, silent: int) -> float:
    """Stories a bucket, the season apart, after so many more silent buckets: what closing each of them comes to, seasons being 1 on average."""
    forget = HOUR.keep
    kept = forget ** max(silent, 0)
    prior_b = PRIOR_A / HOUR.prior_mean
    a = PRIOR_A + (state.a - PRIOR_A) * kept
    b = prior_b + (state.b - prior_b) * kept + (1 - kept) / (1 - forget)
    return a / b
