"""An alert for tests: every field filled, none of it special."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from msgspec import structs

from schemas.records import Alert, BurstKind, Certainty, MsgType, Severity, Urgency


def an_alert(at: datetime, **changes: Any) -> Alert:
    """An alert opened at a time, with these fields set."""
    made = Alert(
        alert_id=uuid.UUID(int=1),
        sequence=1,
        msg_type=MsgType.ALERT,
        references=(),
        watch_id="a-watch",
        watches_hash="0123456789abcdef",
        source="RUS",
        target="TUR",
        theme="deep_fake",
        headline="",
        explanation="",
        severity=Severity.MINOR,
        urgency=Urgency.IMMEDIATE,
        certainty=Certainty.POSSIBLE,
        kind=BurstKind.NEW_CLAIM,
        trigger="burst",
        bucket_at=at,
        opened_at=at,
        updated_at=at,
        peak_at=at,
        closed_at=None,
        first_seen_at=at,
        observed=5.9,
        expected=0.02,
        score=4.2,
        threshold=3.0,
        rarity_days=475.3,
        stories=14,
        articles=40,
        origins=5,
        state_linked=2,
        languages=("en", "tr", "ru"),
        source_countries=("GBR",),
        evidence=(),
        claims=(),
    )
    return structs.replace(made, **changes)
