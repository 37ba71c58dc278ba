from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.sources import answers, fetching
from streams.sources.confined import Confined
from streams.sources.fetching import Fetcher
from streams.sources.following import Follower
from streams.sources.state import SourceState
from streams.sources.validators import Validators
from tests.unit.streams.sources.followed import START, Clock, Outbox
from tests.unit.streams.sources.server import Server, drip, endless

EVERY_S = 900.0


def rss(*titles: str, date: str = "Fri, 12 May 2023 20:00:05 GMT") -> str:
    entries = "".join(
        f"<item><guid>{t.split('!')[0]}</guid><title>{t}</title><link>/{t}</link><pubDate>{date}</pubDate></item>"
        for t in titles
    )
    return f'<rss version="2.0"><channel><link>https://daily.example/</link>{entries}</channel></rss>'


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
    server: Server, state: SourceState, outbox: Outbox, clock: Clock
) -> None:
    server.answers["/slow"] = drip
    server.say("/good", rss("one"))
    urls = [server.url("/slow"), server.url("/missing"), "http://127.0.0.1:1/feed", "nonsense", server.url("/good")]
    async with Fetcher(allow_private=True, gap_s=0.0, total_s=1.5) as impatient:
        await Follower(impatient, state, outbox, clock=clock).follow(urls, again=False)
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


async def test_a_parser_that_breaks_stops_no_other_source(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(answers, "read_jsonfeed", broken)
    server.say("/broken", '{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    server.say("/good", rss("one"))
    await follower.follow([server.url("/broken"), server.url("/good")], again=False)
    assert outbox.titles == ["one"]
    assert outbox.reasons == ["unreadable"]
    assert {s.source: s.reason for s in state.statuses()}[server.url("/broken")] == "unreadable"


async def test_an_endless_feed_is_given_up(
    server: Server, follower: Follower, state: SourceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BODY_BYTES", 1_000_000)
    server.answers["/feed"] = endless
    assert await follower.poll(server.url("/feed")) == 0
    assert next(state.statuses()).reason == "too_large"


@pytest.mark.parametrize(
    ("encoding", "said", "declared"),
    [
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "us-ascii", "windows-1251"),
        ("cp1251", "utf-8", ""),
        ("cp1251", "utf-8", "utf-8"),
        ("cp1251", "utf-8", "windows-1251"),
        ("koi8-r", "koi8-r", ""),
        ("utf-16", "", "utf-16"),
        ("utf-8", "nonsense", "also-nonsense"),
    ],
)
async def test_a_feed_is_read_whatever_character_set_is_said(  # noqa: PLR0917
    server: Server, follower: Follower, outbox: Outbox, encoding: str, said: str, declared: str
) -> None:
    titles = [
        "Кремль отверг обвинения",
        "В Анкаре ждут второго тура выборов",
        "Что сказал кандидат накануне голосования",
    ]
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    server.say("/feed", (declaration + rss(*titles)).encode(encoding), Content_Type=f"text/xml; charset={said}")
    await follower.poll(server.url("/feed"))
    assert outbox.titles == titles


async def test_a_damaged_letter_does_not_spoil_the_others(server: Server, follower: Follower, outbox: Outbox) -> None:
    titles = [f"Кремль отверг обвинения {n}" for n in range(20)]
    server.say("/feed", rss(*titles).encode().replace("Кремль отверг обвинения 7".encode(), b"\xd0 7"))
    await follower.poll(server.url("/feed"))
    assert outbox.titles[:7] == titles[:7]
    assert outbox.titles[8:] == titles[8:]


async def test_a_feed_that_moved_for_good_is_read_and_reported(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    server.say("/old", status=308, Location="/new")
    server.say("/new", rss("one"))
    assert await follower.poll(server.url("/old")) == 1
    assert outbox.places == [(server.url("/old"), server.url("/old"))]


async def test_dates_that_cannot_be_are_left_out_of_the_newest(
    server: Server, follower: Follower, state: SourceState, outbox: Outbox
) -> None:
    server.say("/feed", rss("one", date="Fri, 12 May 2099 20:00:05 GMT"))
    await follower.poll(server.url("/feed"))
    assert next(state.statuses()).published_at is None
    assert outbox.titles == ["one"]


async def test_an_entry_without_id_and_address_is_known_by_its_words(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    feed = '<rss version="2.0"><channel><item><title>one</title></item><item><title>two</title></item></channel></rss>'
    server.say("/feed", feed)
    assert await follower.poll(server.url("/feed")) == 2
    assert await follower.poll(server.url("/feed")) == 0


async def test_a_forgotten_source_is_read_from_the_start(
    server: Server, follower: Follower, state: SourceState
) -> None:
    server.say("/feed", rss("one"))
    await follower.poll(server.url("/feed"))
    assert state.forget(server.url("/feed"))
    assert not state.forget(server.url("/feed"))
    assert await follower.poll(server.url("/feed")) == 1


async def test_a_large_feed_is_read_in_a_process_that_can_be_given_up(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    padding = f"<!--{'x' * answers.SMALL_BYTES}-->"
    server.say("/large", rss("one", "two") + padding)
    assert await follower.poll(server.url("/large")) == 2
    assert outbox.titles == ["one", "two"]
    server.say("/broken", "<rss>" + padding)
    await follower.poll(server.url("/broken"))
    assert outbox.reasons == ["not_a_feed"]
    impatient = Confined(answers.entries_of, seconds=0.0, memory_bytes=answers.FEED_MEMORY_BYTES)
    monkeypatch.setattr(answers, "_confined", lambda: impatient)
    server.say("/slow", rss("three") + padding)
    await follower.poll(server.url("/slow"))
    assert outbox.reasons == ["not_a_feed", "feed_too_complex"]
    impatient.close()


async def test_a_redirect_or_a_link_to_nowhere_stops_no_other_source(
    server: Server, fetcher: Fetcher, state: SourceState, outbox: Outbox, clock: Clock
) -> None:
    server.say("/astray", status=302, Location="http://[")
    server.say("/feed", rss("one").replace("<link>/one", "<link>http://["))
    follower = Follower(fetcher, state, outbox, clock=clock, full_text=True)
    await follower.follow([server.url("/astray"), server.url("/feed")], again=False)
    assert outbox.titles == ["one"]
    assert {s.source: s.reason for s in state.statuses()}[server.url("/astray")] == "bad_address"


async def test_a_mistake_of_ours_on_one_source_stops_no_other(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    # An address that the pattern of a list lets through and that no parser of addresses takes.
    server.say("/list", f"1 {'0' * 32} http://[/20230512200000.export.CSV.zip\n")
    server.say("/good", rss("one"))
    await follower.follow([server.url("/list"), server.url("/good")], again=False)
    assert outbox.titles == ["one"]
    assert {s.source: s.failures for s in state.statuses()} == {server.url("/list"): 1, server.url("/good"): 0}
