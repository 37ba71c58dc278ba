"""One alert with its history, small and made up, for tests of the report."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from bosphorus.report.model import Copy, History, Point, Series, Story
from schemas.records import (
    Alert,
    Certainty,
    ClaimMove,
    ClaimThread,
    Evidence,
    MoveKind,
    Party,
    Severity,
    ThreadState,
)
from tests.unit.alerts import an_alert

NOON = datetime(2023, 5, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\"'><img src=x onerror=alert(2)>"


def an_id(n: int) -> uuid.UUID:
    return uuid.UUID(int=n)


def story(n: int, title: str = "A story", url: str | None = "https://one.example/a", copies: int = 0) -> Story:
    return Story(
        story_id=an_id(100 + n),
        event_id=an_id(200 + n),
        watch_id="a-watch",
        title=title,
        source="one.example",
        origin=f"origin-{n}",
        state_linked=n == 1,
        language="en",
        published_at=NOON + n * HOUR,
        url=url,
        themes=("deep_fake",),
        copies=tuple(
            Copy(an_id(300 + 10 * n + i), f"{title}, copied", "two.example", "tr", NOON + n * HOUR + i * HOUR / 60)
            for i in range(copies)
        ),
    )


def history(*stories: Story) -> History:
    points = tuple(Point(NOON + i * HOUR, float(i % 4), 0.2, float(i % 4) * 2, 3.0) for i in range(24))
    return History(
        started_at=NOON - 24 * HOUR,
        ended_at=NOON + 72 * HOUR,
        articles=1234,
        rejected=5,
        series=(Series("a-watch", "RUS", "TUR", "deep_fake", 3600.0, 3.87, points),),
        stories=stories,
    )


def alert(**changes: object) -> Alert:
    accuser, accused = Party("TUROPP", "Kemal Kılıçdaroğlu"), Party("RUS", "Russia")
    moves = (
        ClaimMove(MoveKind.ACCUSATION, NOON, accuser, an_id(200), "you are behind the montages"),
        ClaimMove(MoveKind.ACCUSATION, NOON + HOUR, accuser, an_id(201), "accused"),
        ClaimMove(MoveKind.DENIAL, NOON + 14 * HOUR, Party("RUSGOV", "Dmitry Peskov"), an_id(202), "rejects"),
    )
    thread = ClaimThread(
        an_id(7), accuser, accused, "deep_fake", ThreadState.DENIED, NOON, NOON + 14 * HOUR, 50400.0, moves
    )
    evidence = Evidence(
        an_id(100), an_id(200), "https://one.example/a", "A story", "one.example", "origin-0", False, "en", NOON, 3
    )
    of_this: dict[str, Any] = {
        "headline": "Russia is alleged to interfere in Türkiye",
        "explanation": "Whether the allegation is true is not judged here.",
        "severity": Severity.SEVERE,
        "certainty": Certainty.LIKELY,
        "opened_at": NOON + HOUR,
        "updated_at": NOON + 3 * HOUR,
        "peak_at": NOON + 2 * HOUR,
        "observed": 3,
        "score": 9.5,
        "threshold": 3.87,
        "rarity_days": 900.0,
        "stories": 3,
        "articles": 9,
        "origins": 2,
        "state_linked": 1,
        "languages": ("en", "tr"),
        "source_countries": ("TUR",),
        "evidence": (evidence,),
        "claims": (thread,),
    }
    return an_alert(NOON, **(of_this | changes))
