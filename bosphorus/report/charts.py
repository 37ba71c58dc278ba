"""Where the marks of a timeline stand: percent of the width, pixels of the height, so that text keeps its size on any screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from bosphorus.report.model import History, Point, Series
from schemas.records import Alert

COUNTS_TOP, COUNTS_HEIGHT = 18, 170
SCORE_TOP, SCORE_HEIGHT = 226, 64
HEIGHT = 318
"""Pixels from the top of the drawing: a panel of counts, a panel of scores below it, and the axis of time."""
BEFORE, AFTER = timedelta(hours=36), timedelta(hours=12)
"""What a close-up shows around an alert."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MAX_STEP_LABELS = 9


class Bar(Struct, frozen=True):
    """One bucket with something in it."""

    x: float
    width: float
    top: float
    height: float
    label: str
    hot: bool


class Tick(Struct, frozen=True):
    """One mark on an axis; `minor` ones lose their label on a narrow screen."""

    at: float
    label: str
    minor: bool = False


class Band(Struct, frozen=True):
    """The life of one alert."""

    x: float
    width: float
    label: str


class Timeline(Struct, frozen=True):
    """One drawing. `paths` are in a box 1000 wide that is stretched to the width; everything else as the module says."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    days: tuple[Tick, ...]
    counts: tuple[Tick, ...]
    expected: str
    limit: str
    score: str
    score_limit: float
    score_label: str
    points: tuple[Point, ...]


def close_up(series: Series, alert: Alert, history: History) -> Timeline:
    """The timeline around one alert, within what was read."""
    end = (alert.closed_at or alert.updated_at) + AFTER
    start = alert.opened_at - BEFORE
    if history.started_at and history.ended_at:
        start = max(start, min(history.started_at, alert.bucket_at))
        end = min(end, max(history.ended_at, alert.updated_at) + timedelta(seconds=series.bucket_s))
    return _timeline(series, (alert,), start, max(end, start + timedelta(hours=6)))


def overview(series: Series, alerts: Sequence[Alert], start: datetime, end: datetime) -> Timeline:
    """The timeline of the whole period; `alerts` are last messages, one an alert."""
    return _timeline(series, alerts, start, max(end, start + timedelta(hours=6)))


def _timeline(series: Series, alerts: Sequence[Alert], start: datetime, end: datetime) -> Timeline:
    bucket = timedelta(seconds=series.bucket_s)
    span = end - start
    points = tuple(point for point in series.points if start - bucket < point.at < end)
    limits = [point.threshold_count for point in points if point.threshold_count is not None]
    highest = max([2.0, *(point.observed for point in points), *(min(limit, 12.0) for limit in limits)])
    highest_score = max([series.threshold * 1.25, *(point.score for point in points)])

    def x(at: datetime) -> float:
        return round(min(max((at - start) / span, 0.0), 1.0) * 100, 3)

    def y(count: float) -> float:
        return round(COUNTS_TOP + COUNTS_HEIGHT * (1 - min(count / highest, 1.0)), 1)

    def y_score(score: float) -> float:
        return round(SCORE_TOP + SCORE_HEIGHT * (1 - min(score / highest_score, 1.0)), 1)

    bars = tuple(
        Bar(
            x=x(point.at),
            # A bar of one hour in a month would be too thin to see.
            width=max(round(bucket / span * 100 * 0.86, 3), 0.22),
            top=y(point.observed),
            height=round(COUNTS_TOP + COUNTS_HEIGHT - y(point.observed), 1),
            label=f"{point.at:%d %b %H:%M}: {point.observed:g} observed, {point.expected:.2g} expected, score {point.score:.1f}",
            hot=point.score >= series.threshold,
        )
        for point in points
        if point.observed > 0
    )
    bands = tuple(
        Band(
            x=x(alert.opened_at),
            width=max(round(x(alert.closed_at or alert.updated_at) - x(alert.opened_at), 3), 0.4),
            label=f"{alert.opened_at:%d %b %H:%M}",
        )
        for alert in alerts
        if alert.opened_at < end and (alert.closed_at or alert.updated_at) > start
    )
    return Timeline(
        title=f"Stories in each {_length(bucket)}, {start:%d %B %Y %H:%M} to {end:%d %B %Y %H:%M} UTC",
        description=_described(points, series),
        bars=bars,
        bands=bands,
        days=_days(start, end, x),
        counts=_counts(highest, y),
        expected=_steps([(x(p.at), x(p.at + bucket), y(p.expected)) for p in points]),
        limit=_steps(
            [(x(p.at), x(p.at + bucket), y(p.threshold_count)) for p in points if p.threshold_count is not None]
        ),
        score=_area([(x(p.at), x(p.at + bucket), y_score(p.score)) for p in points], SCORE_TOP + SCORE_HEIGHT),
        score_limit=y_score(series.threshold),
        score_label=f"{series.threshold:.2f}",
        points=tuple(point for point in points if point.observed > 0),
    )


def _described(points: Sequence[Point], series: Series) -> str:
    if not points:
        return "Nothing was counted in this time."
    peak = max(points, key=lambda point: point.score)
    stories = "story" if peak.observed == 1 else "stories"
    return (
        f"The highest score is {peak.score:.1f} at {peak.at:%d %B %H:%M} UTC, with {peak.observed:g} {stories} observed where "
        f"{peak.expected:.2g} were expected; an alert opens at {series.threshold:.2f}."
    )


def _length(bucket: timedelta) -> str:
    hours = bucket / timedelta(hours=1)
    return "hour" if hours == 1 else "day" if hours == 24 else f"{hours:g} hours"  # noqa: PLR2004


def _days(start: datetime, end: datetime, x: object) -> tuple[Tick, ...]:
    span = end - start
    hours = next(
        step for step in (3, 6, 12, 24, 48, 168, 336, 720, 1e9) if span / timedelta(hours=step) <= MAX_STEP_LABELS
    )
    step = timedelta(hours=min(hours, 8760))
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    ticks: list[Tick] = []
    while at <= end:
        if at >= start:
            place = x(at)  # type: ignore[operator]
            label = f"{at:%H:%M}" if step < DAY and at.hour else f"{at.day} {at:%b}"
            if 1 < place < 97:  # noqa: PLR2004 - a label at the very edge would be cut
                minor = at.hour != 0 if step < DAY else bool(len(ticks) % 2)
                ticks.append(Tick(at=place, label=label, minor=minor))
        at += step
    return tuple(ticks)


def _counts(highest: float, y: object) -> tuple[Tick, ...]:
    step = max(1, math.ceil(highest / 4))
    return tuple(Tick(at=y(n), label=str(n)) for n in range(0, int(highest) + 1, step))  # type: ignore[operator]


def _steps(runs: Sequence[tuple[float, float, float]]) -> str:
    """An SVG path of steps, in a box 1000 wide; a gap in time breaks it."""
    path, last = "", -1.0
    for left, right, top in runs:
        path += f"{'L' if abs(left - last) < 0.01 and path else 'M'}{left * 10:.1f} {top}H{right * 10:.1f}"  # noqa: PLR2004
        last = right
    return path


def _area(runs: Sequence[tuple[float, float, float]], floor: float) -> str:
    """Boxes down to the floor, as one SVG path in a box 1000 wide."""
    return "".join(
        f"M{left * 10:.1f} {floor}V{top}H{max(right * 10, left * 10 + 2):.1f}V{floor}Z"
        for left, right, top in runs
        if top < floor
    )
