"""What tests of following share: a clock that they move, and an outbox instead of Kafka."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from streams.sources.items import Item

START = datetime(2023, 5, 12, 21, tzinfo=UTC).timestamp()


class Clock:
    now = START

    def __call__(self) -> float:
        return self.now


class Outbox:
    """What was delivered, and what was rejected."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.places: list[tuple[str, str]] = []
        self.down = False

    async def __call__(self, source: str, place: str, items: Sequence[Item]) -> tuple[int, int]:
        if self.down:
            raise ConnectionError
        self.items.extend(items)
        self.places.append((source, place))
        rejected = sum(item.error is not None for item in items)
        return len(items) - rejected, rejected

    @property
    def articles(self) -> list[dict[str, Any]]:
        return [json.loads(item.data) for item in self.items if item.error is None]

    @property
    def titles(self) -> list[str]:
        return [article.get("title", "") for article in self.articles]

    @property
    def reasons(self) -> list[str]:
        return [item.error.reason for item in self.items if item.error is not None]
