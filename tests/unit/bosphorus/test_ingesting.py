"""`bosphorus ingest --dry-run`: everything but Kafka."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bosphorus.commands.ingest import command
from schemas.errors import BosphorusError
from streams.sources import fetching
from tests.unit.streams.sources.server import Server, serving
from tests.unit.streams.sources.test_pages import jsonld, page

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
    result = CliRunner().invoke(command, ["--dry-run", server.url("/feed")])
    assert titles(result) == []
    assert "private_address" in result.stderr
    assert "127.0.0.1 is not on the public internet" in result.stderr
    assert "1 of 1 sources failed" in str(result.exception)
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


def test_a_redirect_into_a_private_network_is_not_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.say("/feed", status=302, Location="http://169.254.169.254/latest/meta-data/")
    monkeypatch.setattr(fetching, "_host_of", _only_the_servers_own(server, fetching._host_of))
    result = CliRunner().invoke(command, ["--dry-run", server.url("/feed")])
    assert "169.254.169.254 is not on the public internet" in result.stderr
    assert result.exit_code == 1


def _only_the_servers_own(server: Server, judge: Callable[..., str]) -> Callable[..., str]:
    return lambda url, allow_private: judge(url, allow_private=allow_private or url.startswith(server.address))


def test_one_source_that_fails_is_named_and_fails_only_the_strict(server: Server) -> None:
    server.say("/feed", FEED)
    both = ("--allow-private", server.url("/feed"), server.url("/missing"))
    result = dry_run(*both)
    assert titles(result) == ["One"]
    assert "1 article read" in result.stderr
    assert "1 of 2 sources failed" in result.stderr
    with pytest.raises(BosphorusError, match="1 of 2 sources failed"):
        dry_run("--strict", *both)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("missing.ndjson", r"can't read missing.ndjson: there is no such file or directory$"),
        ("example.org/feed", "if it is an address, write https://example.org/feed"),
        ("htp://example.org/", "addresses start with http:// or https://"),
        ("ftp://example.org/", "addresses start with http:// or https://"),
    ],
)
def test_what_is_no_source_is_said_before_anything_is_read(tmp_path: Path, source: str, said: str) -> None:
    good = tmp_path / "good.ndjson"
    good.write_text('{"title": "One"}\n', encoding="utf-8")
    result = CliRunner().invoke(command, ["--dry-run", str(good), source])
    assert re.search(said, str(result.exception))
    assert result.stdout == ""


def test_a_saved_page_is_read_as_an_article(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(), encoding="utf-8")
    assert titles(dry_run(str(tmp_path / "page.html"))) == ["Kremlin rejects accusation"]
    assert titles(dry_run(stdin=page())) == ["Kremlin rejects accusation"]


def test_a_page_by_address_is_read_if_it_says_that_it_is_an_article_or_the_format_does(server: Server) -> None:
    server.say("/page", page())
    server.say("/article", page(jsonld()))
    assert titles(dry_run("--allow-private", server.url("/article"))) == ["Kremlin rejects accusation"]
    assert titles(dry_run("--allow-private", "--format", "html", server.url("/page"))) == ["Kremlin rejects accusation"]
    result = CliRunner().invoke(command, ["--dry-run", "--allow-private", server.url("/page")])
    assert "--format html" in result.stderr
    assert result.exit_code == 1
