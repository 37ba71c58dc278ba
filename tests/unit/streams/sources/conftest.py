from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from streams.sources.fetching import Fetcher
from streams.sources.state import SourceState
from tests.unit.streams.sources.followed import Clock, Outbox
from tests.unit.streams.sources.server import Server, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as found:
        yield found


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(allow_private=True, gap_s=0.0, total_s=5.0) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SourceState]:
    found = SourceState(tmp_path / "sources.sqlite")
    yield found
    found.close()
