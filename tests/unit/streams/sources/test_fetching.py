from __future__ import annotations

import gzip
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from streams.sources import fetching
from streams.sources.fetching import Fetcher, FetchError, retry_after_s
from streams.sources.validators import Validators
from tests.unit.streams.sources.server import Server, drip, endless, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as found:
        yield found


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(allow_private=True, gap_s=0.0, total_s=1.0) as found:
        yield found


async def reason_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    assert str(caught.value)
    return caught.value.reason


async def test_it_says_who_it_is_and_reads_what_it_gets(server: Server, fetcher: Fetcher) -> None:
    server.say("/feed", "text", ETag='"1"', Last_Modified="Fri, 12 May 2023 20:00:05 GMT", Content_Type="text/xml")
    found = await fetcher.fetch(server.url("/feed"))
    assert (found.body, found.content_type) == (b"text", "text/xml")
    assert found.validators == Validators('"1"', "Fri, 12 May 2023 20:00:05 GMT")
    assert "bosphorus" in server.asked[-1].headers["User-Agent"]


async def test_it_asks_only_for_what_is_new(server: Server, fetcher: Fetcher) -> None:
    server.say("/feed", status=304)
    known = Validators('"1"', "Fri, 12 May 2023 20:00:05 GMT")
    found = await fetcher.fetch(server.url("/feed"), known)
    assert found.body is None
    assert found.validators == known
    assert server.asked[-1].headers["If-None-Match"] == '"1"'
    assert server.asked[-1].headers["If-Modified-Since"] == known.last_modified


async def test_gzip_is_unpacked(server: Server, fetcher: Fetcher) -> None:
    server.say("/feed", gzip.compress(b"text"), Content_Encoding="gzip")
    assert (await fetcher.fetch(server.url("/feed"))).body == b"text"


async def test_redirects_are_followed_and_lasting_ones_reported(server: Server, fetcher: Fetcher) -> None:
    server.say("/old", status=301, Location="/new")
    server.say("/away", status=302, Location="/new")
    server.say("/new", "text")
    assert (await fetcher.fetch(server.url("/old"))).moved_to == server.url("/new")
    found = await fetcher.fetch(server.url("/away"))
    assert (found.body, found.moved_to, found.url) == (b"text", None, server.url("/new"))


async def test_redirects_in_a_circle_end(server: Server, fetcher: Fetcher) -> None:
    server.say("/a", status=302, Location="/a")
    assert await reason_of(fetcher, server.url("/a")) == "too_many_redirects"


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
async def test_an_error_of_the_server_is_named(server: Server, fetcher: Fetcher, status: int) -> None:
    server.say("/feed", status=status, Retry_After="120")
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(server.url("/feed"))
    assert caught.value.reason == f"http_{status}"
    assert caught.value.retry_after_s == 120


async def test_a_slow_drip_ends_at_the_time_limit(server: Server, fetcher: Fetcher) -> None:
    server.answers["/feed"] = drip
    start = time.monotonic()
    assert await reason_of(fetcher, server.url("/feed")) == "timeout"
    assert time.monotonic() - start < 3


async def test_an_endless_body_ends_at_the_size_limit(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BODY_BYTES", 1_000_000)
    server.answers["/feed"] = endless
    assert await reason_of(fetcher, server.url("/feed")) == "too_large"


async def test_a_compressed_bomb_ends_at_the_size_limit(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BODY_BYTES", 1_000_000)
    server.say("/feed", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    assert await reason_of(fetcher, server.url("/feed")) in {"too_large", "unreachable"}


async def test_a_connection_that_breaks_is_named(server: Server, fetcher: Fetcher) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.answers["/feed"] = broken
    assert await reason_of(fetcher, server.url("/feed")) == "unreachable"
    assert await reason_of(fetcher, "http://127.0.0.1:1/") == "unreachable"


async def test_robots_txt_is_obeyed_and_asked_once(server: Server, fetcher: Fetcher) -> None:
    server.say("/robots.txt", "User-agent: bosphorus\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n")
    server.say("/open", "text")
    assert (await fetcher.fetch(server.url("/open"))).body == b"text"
    assert await reason_of(fetcher, server.url("/private/feed")) == "robots"
    assert server.paths() == ["/robots.txt", "/open"]


async def test_robots_txt_in_trouble_forbids_for_now(server: Server, fetcher: Fetcher) -> None:
    server.say("/feed", "text")
    server.say("/robots.txt", status=503)
    assert await reason_of(fetcher, server.url("/feed")) == "http_503"
    server.say("/robots.txt", status=404)
    assert (await fetcher.fetch(server.url("/feed"))).body == b"text"


async def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(server: Server, fetcher: Fetcher) -> None:
    server.say("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    server.say("/feed", status=302, Location="/private/feed")
    assert await reason_of(fetcher, server.url("/feed")) == "robots"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://localhost:1/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
     "http://0.0.0.0/", "http://192.168.1.1/", "http://224.0.0.1/"],
)  # fmt: skip
async def test_private_networks_are_out_of_bounds(url: str) -> None:
    async with Fetcher(gap_s=0.0) as careful:
        assert await reason_of(careful, url) == "private_address"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "example", "http://", "http://exa mple:99999/"]
)
async def test_only_web_addresses_are_fetched(fetcher: Fetcher, url: str) -> None:
    assert await reason_of(fetcher, url) == "bad_address"


async def test_requests_to_one_host_keep_their_distance(server: Server) -> None:
    server.say("/feed", "text")
    async with Fetcher(allow_private=True, gap_s=0.2) as polite:
        start = time.monotonic()
        await polite.fetch(server.url("/feed"))
        await polite.fetch(server.url("/feed"))
        assert time.monotonic() - start >= 0.4


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Fri, 12 May 2023 20:02:00 GMT", 120.0), ("Fri, 12 May 2023 19:00:00 GMT", 0.0), ("9999999", 86_400.0), ("soon", None), ("", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, lambda: datetime(2023, 5, 12, 20, tzinfo=UTC)) == seconds
