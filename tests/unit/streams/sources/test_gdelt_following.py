from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from streams.sources.fetching import Fetcher
from streams.sources.following import Follower
from streams.sources.gdelt_following import GIVE_UP_S
from streams.sources.gdelt_updates import LONGEST_GAP, is_update_list, missed, updates_in
from streams.sources.state import SourceState
from tests.unit.streams.sources.followed import Clock, Outbox
from tests.unit.streams.sources.server import Server

NIGHT = datetime(2023, 5, 12, 20, tzinfo=UTC)
ORIGIN = "http://data.origin.example/gdeltv2"


@pytest.fixture
def follower(fetcher: Fetcher, state: SourceState, outbox: Outbox, clock: Clock) -> Follower:
    return Follower(fetcher, state, outbox, clock=clock)


def gdelt_file(*titles: str) -> bytes:
    rows = ["\t".join(["1"] * 59 + ["20230512200000", f"https://a.example/{title}"]) for title in titles]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("20230512200000.export.CSV", "\n".join([*rows, "cut\trow"]) + "\n")
    return out.getvalue()


def path(moment: datetime, kind: str = "export.CSV") -> str:
    return f"/{moment:%Y%m%d%H%M%S}.{kind}.zip"


def line(data: bytes, url: str) -> str:
    return f"{len(data)} {hashlib.md5(data, usedforsecurity=False).hexdigest()} {url}\n"


def offer(server: Server, moment: datetime, title: str, base: str = "") -> str:
    """Put a file on the server and return its line."""
    data = gdelt_file(title)
    server.say(path(moment), data)
    return line(data, (base or server.address) + path(moment))


async def test_the_files_of_a_list_are_read_once_and_held_to_their_checksums(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    data = gdelt_file("kremlin-denies-all", "ankara-waits-and-sees")
    server.say("/lastupdate.txt", line(data, server.url(path(NIGHT))))
    server.say(path(NIGHT), data[:-1])
    assert await follower.poll(server.url("/lastupdate.txt")) == 0
    assert next(state.statuses()).reason == "checksum"
    server.say(path(NIGHT), data)
    assert await follower.poll(server.url("/lastupdate.txt")) == 2
    assert await follower.poll(server.url("/lastupdate.txt")) == 0
    assert outbox.titles == ["kremlin denies all", "ankara waits and sees"]
    assert outbox.places == [(server.url("/lastupdate.txt"), server.url(path(NIGHT)))]
    (status,) = state.statuses()
    assert (status.failures, status.accepted, status.rejected, status.published_at) == (0, 2, 1, NIGHT)


async def test_a_file_that_the_mirror_does_not_have_yet_holds_up_no_other_and_comes_later(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    late, good = NIGHT, NIGHT + timedelta(minutes=15)
    missing = offer(server, late, "this-one-comes-late")
    answer = server.answers.pop(path(late))
    server.say("/lastupdate.txt", missing + offer(server, good, "this-one-is-there"))
    assert await follower.poll(server.url("/lastupdate.txt")) == 1
    assert next(state.statuses()).reason == "http_404"
    # By now the list names other files; the missing one is owed all the same.
    server.say("/lastupdate.txt", offer(server, good, "this-one-is-there"))
    server.answers[path(late)] = answer
    assert await follower.poll(server.url("/lastupdate.txt")) == 1
    assert outbox.titles == ["this one is there", "this one comes late"]


async def test_a_file_that_never_comes_is_given_up_with_a_dead_letter(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState, clock: Clock
) -> None:
    missing = offer(server, NIGHT, "never-to-be-seen-again")
    del server.answers[path(NIGHT)]
    server.say("/lastupdate.txt", missing)
    await follower.poll(server.url("/lastupdate.txt"))
    assert outbox.items == []
    clock.now += GIVE_UP_S + 1
    await follower.poll(server.url("/lastupdate.txt"))
    assert outbox.reasons == ["file_missing"]
    assert outbox.items[0].data == missing.strip().encode()
    assert state.owed(server.url("/lastupdate.txt")) == []
    assert await follower.poll(server.url("/lastupdate.txt")) == 0
    assert next(state.statuses()).failures == 0


async def test_a_server_in_trouble_is_not_asked_for_the_rest(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    lines = [
        offer(server, NIGHT + timedelta(minutes=15 * n), f"number-{word}-of-three") for n, word in enumerate("abc")
    ]
    server.say(path(NIGHT), status=503)
    server.say("/lastupdate.txt", "".join(lines))
    await follower.poll(server.url("/lastupdate.txt"))
    assert server.paths() == ["/robots.txt", "/lastupdate.txt", path(NIGHT)]


async def test_what_was_missed_while_nobody_listened_is_made_up_for(
    server: Server, follower: Follower, outbox: Outbox, state: SourceState
) -> None:
    server.say("/lastupdate.txt", offer(server, NIGHT, "before-the-long-break"))
    await follower.poll(server.url("/lastupdate.txt"))
    for n, title in enumerate(["in-the-break-one", "in-the-break-two"], 1):
        offer(server, NIGHT + timedelta(minutes=15 * n), title)
    server.say("/lastupdate.txt", offer(server, NIGHT + timedelta(minutes=45), "after-the-long-break"))
    assert await follower.poll(server.url("/lastupdate.txt")) == 3
    assert outbox.titles[1:] == ["in the break one", "in the break two", "after the long break"]


async def test_a_mirror_is_asked_for_the_files_beside_its_copy_of_the_list(
    server: Server, follower: Follower, outbox: Outbox
) -> None:
    server.say("/lastupdate.txt", offer(server, NIGHT, "from-the-mirror-itself", base=ORIGIN))
    assert await follower.poll(server.url("/lastupdate.txt")) == 1


async def test_a_crash_between_files_neither_skips_nor_repeats(
    server: Server, fetcher: Fetcher, state: SourceState, outbox: Outbox, clock: Clock
) -> None:
    lines = [
        offer(server, NIGHT + timedelta(minutes=15 * n), f"number-{word}-of-three") for n, word in enumerate("abc")
    ]
    server.say("/lastupdate.txt", "".join(lines))

    async def send(*args: object) -> tuple[int, int]:
        if len(outbox.titles) == 1:
            raise asyncio.CancelledError
        return await outbox(*args)  # type: ignore[arg-type] # handed through

    with pytest.raises(asyncio.CancelledError):
        await Follower(fetcher, state, send, clock=clock).poll(server.url("/lastupdate.txt"))
    await Follower(fetcher, state, outbox, clock=clock).poll(server.url("/lastupdate.txt"))
    assert outbox.titles == ["number a of three", "number b of three", "number c of three"]


def history(days: int) -> bytes:
    moments = (NIGHT - timedelta(minutes=15 * n) for n in reversed(range(96 * days)))
    return b"".join(
        f"1 {'0' * 32} {ORIGIN}{path(moment, kind)}\n".encode()
        for moment in moments
        for kind in ("export.CSV", "mentions.CSV", "gkg.csv")
    )


def test_of_a_long_list_the_last_day_is_read_or_what_is_asked_for() -> None:
    body = history(30)
    assert len(updates_in(body)) == 3 * 97
    since, until = datetime(2023, 5, 1, tzinfo=UTC), datetime(2023, 5, 2, tzinfo=UTC)
    found = updates_in(body, since, until)
    assert len(found) == 3 * 96
    assert (found[0].stamp, found[-1].stamp) == (since, until - timedelta(minutes=15))
    assert updates_in(body, until=datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_broken_lines_of_a_list_are_passed_over() -> None:
    body = history(1).replace(b"1 " + b"0" * 32, b"-", 2)
    assert len(updates_in(body, since=datetime(2000, 1, 1, tzinfo=UTC))) == 3 * 96 - 2


@pytest.mark.parametrize(
    ("body", "is_list"),
    [
        (history(1), True),
        (b"\n" + history(1), True),
        (history(1).replace(b".export", b".translation.export"), True),
        (b"", False),
        (b"1 2 3", False),
        (b"<rss/>", False),
        (b"1 " + b"0" * 32 + b" ftp://x.example/a.zip", False),
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_first_line(body: bytes, is_list: bool) -> None:
    assert is_update_list(body) == is_list


def test_the_names_of_a_gap_follow_from_those_around_it() -> None:
    body = f"1 {'0' * 32} {ORIGIN}{path(NIGHT, 'translation.gkg.csv')}\n".encode()
    (gap,) = missed(updates_in(body), NIGHT - timedelta(minutes=30))
    assert gap.url == f"{ORIGIN}/20230512194500.translation.gkg.csv.zip"
    assert missed(updates_in(body), NIGHT) == []
    assert missed(updates_in(body), NIGHT - timedelta(minutes=15)) == []
    assert len(missed(updates_in(body), NIGHT - timedelta(days=400))) == LONGEST_GAP / timedelta(minutes=15)
    assert missed([], NIGHT) == []
