from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bosphorus.ingesting import read_source
from schemas.errors import BosphorusError, BrokerError
from streams.sources.directory import DirectoryWatch
from streams.sources.items import Item
from streams.sources.state import SourceState

NOW = 1_683_921_605.0


class Outbox:
    def __init__(self) -> None:
        self.titles: list[str] = []
        self.down = False

    async def __call__(self, _source: str, _place: str, items: Sequence[Item]) -> tuple[int, int]:
        if self.down:
            raise BrokerError("no Kafka")
        self.titles.extend(json.loads(item.data)["title"] for item in items if item.error is None)
        return sum(item.error is None for item in items), sum(item.error is not None for item in items)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SourceState]:
    found = SourceState(tmp_path / "state" / "sources.sqlite")
    yield found
    found.close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "incoming").mkdir()
    return tmp_path / "incoming"


def put(directory: Path, name: str, *titles: str, age_s: float = 60.0) -> None:
    path = directory / name
    path.write_text("".join(json.dumps({"title": t}) + "\n" for t in titles), encoding="utf-8")
    os.utime(path, (NOW - age_s, NOW - age_s))


def watching(directory: Path, state: SourceState, outbox: Outbox) -> DirectoryWatch:
    return DirectoryWatch(directory, state, outbox, lambda path: read_source(path, "auto"), lambda: NOW)


async def test_each_file_is_read_once_in_the_order_of_names(
    directory: Path, state: SourceState, outbox: Outbox
) -> None:
    watch = watching(directory, state, outbox)
    put(directory, "b.ndjson", "two")
    put(directory, "a.ndjson", "one")
    assert await watch.look() == 2
    put(directory, "c.ndjson", "three")
    assert await watch.look() == 1
    assert await watching(directory, state, outbox).look() == 0
    assert outbox.titles == ["one", "two", "three"]


async def test_a_file_that_changed_is_read_again(directory: Path, state: SourceState, outbox: Outbox) -> None:
    watch = watching(directory, state, outbox)
    put(directory, "a.ndjson", "one")
    await watch.look()
    put(directory, "a.ndjson", "one", "two", age_s=30)
    await watch.look()
    assert outbox.titles == ["one", "one", "two"]


async def test_files_that_are_still_being_written_wait(directory: Path, state: SourceState, outbox: Outbox) -> None:
    put(directory, "a.ndjson", "one", age_s=0.5)
    put(directory, "b.ndjson.part", "two")
    put(directory, ".c.ndjson", "three")
    (directory / "below").mkdir()
    watch = watching(directory, state, outbox)
    assert await watch.look() == 0
    assert await watch.look(settled_only=False) == 1
    assert outbox.titles == ["one"]


async def test_a_file_that_cannot_be_read_stops_no_other(directory: Path, state: SourceState, outbox: Outbox) -> None:
    (directory / "a.png").write_bytes(b"\x89PNG\r\n")
    os.utime(directory / "a.png", (NOW - 60, NOW - 60))
    put(directory, "b.ndjson", "two")
    await watching(directory, state, outbox).look()
    assert outbox.titles == ["two"]
    (status,) = state.statuses()
    assert (status.source, status.accepted) == (str(directory), 1)
    assert status.message is not None
    assert "--format" in status.message


async def test_a_file_that_cannot_be_read_is_not_hidden_by_the_next_one(
    directory: Path, state: SourceState, outbox: Outbox
) -> None:
    put(directory, "c.ndjson", "one")
    (directory / "b.dat").write_bytes(b"\x00\x01")
    await watching(directory, state, outbox).look(settled_only=False)
    [status] = state.statuses()
    assert (status.failures, status.accepted) == (1, 1)
    assert "can't tell what" in (status.message or "")


async def test_what_was_not_delivered_is_read_again(directory: Path, state: SourceState, outbox: Outbox) -> None:
    put(directory, "a.ndjson", "one")
    outbox.down = True
    with pytest.raises(BrokerError):
        await watching(directory, state, outbox).look()
    outbox.down = False
    assert await watching(directory, state, outbox).look() == 1


async def test_a_directory_that_went_away_is_noted(tmp_path: Path, state: SourceState, outbox: Outbox) -> None:
    assert await watching(tmp_path / "gone", state, outbox).look() == 0
    assert "can't look into" in str(next(state.statuses()).message)


def test_state_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "sources.sqlite"
    SourceState(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(BosphorusError, match="newer version"):
        SourceState(path)
