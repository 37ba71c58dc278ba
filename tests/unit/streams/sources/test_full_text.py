from __future__ import annotations

from typing import Any

import pytest

from streams.sources.fetching import Fetcher
from streams.sources.following import Follower
from streams.sources.full_text import MAX_REFUSED
from streams.sources.state import SourceState
from tests.unit.streams.sources.followed import Clock, Outbox
from tests.unit.streams.sources.server import Server
from tests.unit.streams.sources.test_pages import TEXT, page


@pytest.fixture
def follower(fetcher: Fetcher, state: SourceState, outbox: Outbox, clock: Clock) -> Follower:
    return Follower(fetcher, state, outbox, clock=clock, full_text=True)


def feed(server: Server, *paths: str, **fields: str) -> None:
    more = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    items = "".join(
        f"<item><title>Entry {p}</title><link>{server.url(p)}</link><description>Short.</description>{more}</item>" for p in paths
    )  # fmt: skip
    server.say("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>')


async def poll(server: Server, follower: Follower, outbox: Outbox) -> list[dict[str, Any]]:
    await follower.poll(server.url("/feed"))
    return outbox.articles


async def test_an_entry_gets_the_text_of_its_page_and_what_the_feed_left_out(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    feed(server, "/1", author="A. B.")
    head = '<meta property="article:published_time" content="2023-05-12T20:00:05Z">'
    server.say("/1", page(head, body='<span class="source">Reuters</span>'))
    (article,) = await poll(server, follower, outbox)
    assert article["body"].startswith("MOSCOW, May 12 (Reuters)")
    assert article["body"].endswith(TEXT[-1])
    assert article["title"] == "Entry /1"
    assert article["published_at"] == "2023-05-12T20:00:05Z"
    assert article["byline"] == "A. B., Reuters"


async def test_an_entry_whose_page_cannot_be_had_is_sent_as_it_is(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    feed(server, "/gone", "/empty", "/1")
    server.say("/empty", "<html><body>Please log in</body></html>")
    server.say("/1", page())
    found = await poll(server, follower, outbox)
    assert [len(article["body"]) > 100 for article in found] == [False, False, True]


async def test_robots_txt_counts_for_pages_too(server: Server, follower: Follower, outbox: Outbox) -> None:
    server.say("/robots.txt", "User-agent: *\nDisallow: /1\n")
    feed(server, "/1")
    server.say("/1", page())
    (article,) = await poll(server, follower, outbox)
    assert article["body"] == "Short."
    assert "/1" not in server.paths()


@pytest.mark.parametrize(("status", "asked"), [(429, 1), (503, 1), (403, MAX_REFUSED)])
async def test_a_host_that_refuses_is_left_alone(
    server: Server, follower: Follower, outbox: Outbox, status: int, asked: int
) -> None:
    paths = [f"/{n}" for n in range(9)]
    feed(server, *paths)
    for path in paths:
        server.say(path, status=status)
    assert len(await poll(server, follower, outbox)) == 9
    assert len([path for path in server.paths() if path in paths]) == asked


async def test_a_page_is_asked_for_once(server: Server, follower: Follower, outbox: Outbox) -> None:
    feed(server, "/1")
    server.say("/1", page())
    await poll(server, follower, outbox)
    await poll(server, follower, outbox)
    assert server.paths().count("/1") == 1
