"""`bosphorus ingest --dry-run`: everything but Kafka."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bosphorus.commands.ingest import command
from schemas.errors import BosphorusError
from tests.unit.streams.sources.server import Server, serving

FEED = '<rss version="2.0"><channel><item><title>One</title><link>https://a.example/1</link></item></channel></rss>'


def dry_run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, ["--dry-run", *args], input=stdin, catch_exceptions=False)


def titles(result: Result) -> list[str]:
    return [json.loads(line)["title"] for line in result.stdout.splitlines()]


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """The command sends the logs to its own standard error, which is gone afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve from a thread of its own: the command runs a loop of its own."""
    found: list[Server] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def run() -> None:
        async with serving() as server:
            found.append(server)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait(5)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(5)
    loop.close()


def test_files_feeds_and_directories_come_in_one_go(server: Server, tmp_path: Path) -> None:
    server.say("/feed", FEED)
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "a.ndjson").write_text('{"title": "Two"}\n', encoding="utf-8")
    file = tmp_path / "b.json"
    file.write_text('{\n  "title": "Three"\n}', encoding="utf-8")
    feeds = tmp_path / "feeds"
    feeds.write_text(f"{server.url('/feed')} good\n{server.url('/other')} bad\n", encoding="utf-8")
    result = dry_run("--allow-private", "--feeds", str(feeds), "--tag", "good", str(file), str(tmp_path / "incoming"))
    assert sorted(titles(result)) == ["One", "Three", "Two"]
    assert titles(result)[0] == "Three"
    assert "3 articles read" in result.stderr
    assert "/other" not in server.paths()


def test_private_addresses_are_left_alone_without_being_asked(server: Server) -> None:
    server.say("/feed", FEED)
    result = dry_run(server.url("/feed"))
    assert titles(result) == []
    assert "private_address" in result.stderr
    assert "127.0.0.1 is 127.0.0.1, which is not on the public internet" in result.stderr
    assert not server.asked


def test_a_tag_that_no_feed_has_is_a_usage_error(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.write_text("https://a.example/feed x\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["--feeds", str(feeds), "--tag", "y"])
    assert result.exit_code == 2
    assert "with the tag y" in result.stderr


def test_strict_fails_after_everything_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.export.CSV"
    file.write_text("cut\trow\n", encoding="utf-8")
    with pytest.raises(BosphorusError, match="1 rejected"):
        dry_run("--strict", str(file))


def test_a_format_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(BosphorusError, match="--format"):
        dry_run(str(tmp_path / "a.png"))


def test_standard_input_is_the_default() -> None:
    assert titles(dry_run(stdin='{"title": "One"}\n')) == ["One"]
