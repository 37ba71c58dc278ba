from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streams.sources.fetching import Fetcher
from streams.sources.following import Follower
from streams.sources.items import Item
from streams.sources.state import SourceState
from streams.sources.validators import Validators
from tests.unit.streams.sources.server import Server, drip, serving

START = datetime(2023, 5, 12, 21, tzinfo=UTC).timestamp()
EVERY_S = 900.0


class Clock:
    now = START

    def __call__(self) -> float:
        return self.now


class Outbox:
    """What was delivered, and what was rejected."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.down = False

    async def __call__(self, _source: str, _place: str, items: Sequence[Item]) -> tuple[int, int]:
        if self.down:
            raise ConnectionError
        self.items.extend(items)
        rejected = sum(item.error is not None for item in items)
        return len(items) - rejected, rejected

    @property
    def articles(self) -> list[dict[str, Any]]:
        return [json.loads(item.data) for item in self.items if item.error is None]

    @property
    def titles(self) -> list[str]:
        return [article.get("title", "") for article in self.articles]


def rss(*titles: str, date: str = "Fri, 12 May 2023 20:00:05 GMT") -> str:
    entries = "".join(
        f"<item><guid>{t.split('!')[0]}</guid><title>{t}</title><link>/{t}</link><pubDate>{date}</pubDate></item>"
        for t in titles
    )
    return f'<rss version="2.0"><channel><link>https://daily.example/</link>{entries}</channel></rss>'


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as found:
        yield found


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(allow_private=True, gap_s=0.0, total_s=0.5) as found:
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


@pytest.fixture
def follower(fetcher: Fetcher, state: SourceState, outbox: Outbox, clock: Clock) -> Follower:
    return Follower(fetcher, state, outbox, every_s=EVERY_S, clock=clock)


async def test_each_entry_is_handed_on_once(server: Server, follower: Follower, outbox: Outbox) -> None:
    server.say("/feed", rss("one", "two"))
    assert await follower.poll(server.url("/feed")) == 2
    server.say("/feed", rss("three", "one", "two"))
    assert await follower.poll(server.url("/feed")) == 1
    assert outbox.titles == ["one", "two", "three"]


async def test_duplicate_entries_in_one_feed_are_one(server: Server, follower: Follower, outbox: Outbox) -> None:
    server.say("/feed", rss("one", "one"))
    assert await follower.poll(server.url("/feed")) == 1


async def test_a_changed_entry_is_its_next_version(server: Server, follower: Follower, outbox: Outbox) -> None:
    for titles in (["one"], ["one!"], ["one!!", "one!!!"]):
        server.say("/feed", rss(*titles))
        await follower.poll(server.url("/feed"))
    assert [(a["title"], a.get("version")) for a in outbox.articles] == [
        ("one", None),
        ("one!", 2),
        ("one!!", 3),
        ("one!!!", 4),
    ]


async def test_a_feed_that_goes_back_in_time_repeats_nothing(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    for titles in (["one"], ["two!", "one"], ["one"], ["two!", "one"]):
        server.say("/feed", rss(*titles))
        await follower.poll(server.url("/feed"))
    assert outbox.titles == ["one", "two!"]


async def test_nothing_new_by_the_servers_word_is_no_failure(
    server: Server, follower: Follower, state: SourceState
) -> None:
    server.say("/feed", rss("one"), ETag='"1"')
    await follower.poll(server.url("/feed"))
    server.say("/feed", status=304)
    assert await follower.poll(server.url("/feed")) == 0
    assert server.asked[-1].headers["If-None-Match"] == '"1"'
    (status,) = state.statuses()
    assert (status.failures, status.accepted) == (0, 1)


async def test_state_survives_a_restart(
    server: Server, fetcher: Fetcher, outbox: Outbox, clock: Clock, tmp_path: Path
) -> None:
    server.say("/feed", rss("one"), ETag='"1"')
    for titles in (["one"], ["two", "one"]):
        server.say("/feed", rss(*titles), ETag='"1"')
        state = SourceState(tmp_path / "again.sqlite")
        await Follower(fetcher, state, outbox, clock=clock).poll(server.url("/feed"))
        assert state.validators(server.url("/feed")) == Validators('"1"', None)
        state.close()
    assert outbox.titles == ["one", "two"]


async def test_what_could_not_be_delivered_is_handed_on_again(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    server.say("/feed", rss("one"))
    outbox.down = True
    with pytest.raises(ConnectionError):
        await follower.poll(server.url("/feed"))
    outbox.down = False
    assert await follower.poll(server.url("/feed")) == 1


async def test_entries_without_dates_and_in_another_encoding_are_read(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    text = rss("Кремль", date="").replace("<pubDate></pubDate>", "")
    server.say("/feed", text.encode("cp1251"), Content_Type="text/xml; charset=windows-1251")
    await follower.poll(server.url("/feed"))
    (article,) = outbox.articles
    assert article["title"] == "Кремль"
    assert "published_at" not in article


async def test_what_is_no_feed_is_kept_once_and_counts_as_a_failure(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    server.say("/feed", "<html><body>We are down</body></html>", ETag='"1"')
    for _ in range(3):
        assert await follower.poll(server.url("/feed")) == 0
    (item,) = outbox.items
    assert item.error is not None
    assert item.data == b"<html><body>We are down</body></html>"
    (status,) = state.statuses()
    assert (status.failures, status.reason) == (3, "not_an_article")
    server.say("/feed", rss("one"))
    assert await follower.poll(server.url("/feed")) == 1
    assert next(state.statuses()).failures == 0


async def test_broken_xml_gives_the_entries_before_the_break(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    server.say("/feed", rss("one", "two").replace("</channel></rss>", "<item><title>& cut"))
    await follower.poll(server.url("/feed"))
    assert outbox.titles[:2] == ["one", "two"]


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [(500, {}, 2 * EVERY_S), (429, {"Retry-After": "7200"}, 7200.0), (503, {"Retry-After": "1"}, 2 * EVERY_S)],
)
async def test_after_a_failure_it_waits_longer_and_as_long_as_it_is_asked_to(  # noqa: PLR0917
    server: Server, follower: Follower, state: SourceState, status: int, headers: dict[str, str], wait: float
) -> None:
    server.say("/feed", status=status, **{k.replace("-", "_"): v for k, v in headers.items()})
    await follower.poll(server.url("/feed"))
    waited = state.next_at(server.url("/feed")) - START
    assert wait <= waited <= wait * 1.1


async def test_failures_in_a_row_stretch_the_wait_to_a_limit(
    server: Server, follower: Follower, state: SourceState
) -> None:
    waits = []
    for _ in range(8):
        await follower.poll(server.url("/nothing"))
        waits.append(state.next_at(server.url("/nothing")) - START)
    assert waits[0] < waits[1] < waits[2]
    assert max(waits) <= 6 * 3600 * 1.1


async def test_a_source_that_hangs_or_fails_never_stops_the_others(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    server.answers["/slow"] = drip
    server.say("/good", rss("one"))
    urls = [server.url("/slow"), server.url("/missing"), "http://127.0.0.1:1/feed", "nonsense", server.url("/good")]
    await follower.follow(urls, again=False)
    assert outbox.titles == ["one"]


async def test_following_asks_again_when_it_is_time(
    server: Server, fetcher: Fetcher, state: SourceState, outbox: Outbox
) -> None:
    server.say("/feed", rss("one"))
    follower = Follower(fetcher, state, outbox, every_s=0.05)
    task = asyncio.create_task(follower.follow([server.url("/feed")], again=True))
    await _until(lambda: server.paths().count("/feed") >= 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert outbox.titles == ["one"]


async def test_the_status_says_how_a_source_is_doing(server: Server, follower: Follower, state: SourceState) -> None:
    server.say("/feed", rss("one", "two"))
    await follower.poll(server.url("/feed"))
    (status,) = state.statuses()
    assert (status.source, status.accepted, status.rejected) == (server.url("/feed"), 2, 0)
    assert status.succeeded_at == status.new_at == datetime.fromtimestamp(START, UTC)
    assert status.published_at == datetime(2023, 5, 12, 20, 0, 5, tzinfo=UTC)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - whatever the test waits for
            await asyncio.sleep(0.01)


def gdelt_file(*titles: str) -> bytes:
    rows = ["\t".join(["1"] * 59 + ["20230512200000", f"https://a.example/{title}"]) for title in titles]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("20230512200000.export.CSV", "\n".join([*rows, "cut\trow"]) + "\n")
    return out.getvalue()


async def test_the_files_of_an_update_list_are_read_once_and_held_to_their_checksums(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    data = gdelt_file("kremlin-denies-all", "ankara-waits-and-sees")
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    server.say("/lastupdate.txt", f"{len(data)} {md5} {server.url('/20230512200000.export.CSV.zip')}\n")
    server.say("/20230512200000.export.CSV.zip", data[:-1])
    assert await follower.poll(server.url("/lastupdate.txt")) == 0
    assert next(state.statuses()).reason == "checksum"
    server.say("/20230512200000.export.CSV.zip", data)
    assert await follower.poll(server.url("/lastupdate.txt")) == 2
    assert await follower.poll(server.url("/lastupdate.txt")) == 0
    assert outbox.titles == ["kremlin denies all", "ankara waits and sees"]
    (status,) = state.statuses()
    assert (status.failures, status.accepted, status.rejected) == (0, 2, 1)
