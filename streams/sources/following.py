"""Feeds by URL: asked in turn and again, each new or changed entry handed on once."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
import structlog

from schemas.errors import BadRecordError, BosphorusError, MalformedError
from streams.sources.feeds import read_feed
from streams.sources.fetching import Fetched, Fetcher, FetchError, Validators
from streams.sources.files import inflate
from streams.sources.formats import FORMATS, format_of
from streams.sources.gdelt_updates import Update, check, updates_in
from streams.sources.items import Item
from streams.sources.jsonfeed import read_jsonfeed
from streams.sources.state import Poll, SourceState

EVERY_S = 900.0
"""How often a feed is asked: GDELT's own rhythm, and a polite one for a newspaper."""
LONGEST_WAIT_S = 6 * 3600.0
"""The most that failures in a row may stretch it to."""
JITTER = 0.1
"""Share of the interval by which polls are spread, so that many feeds don't ask in step."""

Send = Callable[[str, Sequence[Item]], Awaitable[tuple[int, int]]]
"""Delivers items of a source and returns how many were accepted and rejected, once all of it is acknowledged."""


class Follower:
    """Asks feeds and hands on what is new.

    Args:
        fetcher: fetches.
        state: remembers.
        send: delivers.
        every_s: seconds between two polls of a feed that is well.
        clock: Unix time.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        state: SourceState,
        send: Send,
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetcher, self._state, self._send = fetcher, state, send
        self._every_s, self._clock = every_s, clock
        self._log = structlog.get_logger("sources")

    async def follow(self, urls: Sequence[str], *, again: bool) -> None:
        """Poll every feed once, and with `again` for ever. A feed that fails never stops another.

        Raises:
            BrokerError: what is new can't be delivered.
        """
        async with asyncio.TaskGroup() as group:
            for url in dict.fromkeys(urls):
                group.create_task(self._follow(url, again=again))

    async def _follow(self, url: str, *, again: bool) -> None:
        while True:
            if again:
                await asyncio.sleep(max(0.0, self._state.next_at(url) - self._clock()))
            await self.poll(url)
            if not again:
                return

    async def poll(self, url: str) -> int:
        """Ask one feed now, and return how many entries were new; a failure is noted, logged and 0."""
        try:
            answer = await self._fetcher.fetch(url, self._state.validators(url))
        except FetchError as error:
            self._failed(url, error.reason, str(error), error.retry_after_s)
            return 0
        if answer.moved_to is not None:
            self._log.warning("source_moved", source=url, to=answer.moved_to)
        updates = None if answer.body is None else updates_in(answer.body)
        if updates is not None:
            return await self._poll_updates(url, updates)
        items = [] if answer.body is None else list(_read(answer))
        accepted, rejected = await self._hand_on(url, items)
        broken = next((item.error for item in items if item.error is not None), None)
        if broken is not None and not accepted and len(items) == 1:
            # Nothing but damage. The validators are not kept: the same answer must not pass as "nothing new".
            self._failed(url, broken.reason, str(broken), None)
            return 0
        newest = max((t for item in items if (t := _published(item)) is not None and t <= self._clock()), default=None)
        now = self._clock()
        self._state.note_success(url, Poll(now, now + self._interval(0), answer.validators, accepted, rejected, newest))
        self._log.info("source_polled", source=url, entries=len(items), new=accepted, rejected=rejected)
        return accepted

    async def _poll_updates(self, url: str, updates: Sequence[Update]) -> int:
        """Fetch the files of a list that have not been read, hold them to their checksums, and hand on what they hold."""
        accepted = rejected = 0
        for update in updates:
            entry = blake2b(update.url.encode(), digest_size=16).digest()
            content = bytes.fromhex(update.md5)
            if self._state.version_of(url, entry, content) is None:
                continue
            try:
                answer = await self._fetcher.fetch(update.url)
                check(update, answer.body or b"")
            except (FetchError, MalformedError) as error:
                self._failed(url, error.reason, str(error), getattr(error, "retry_after_s", None))
                return accepted
            counts = await self._send(update.url, list(_read(answer)))
            accepted, rejected = accepted + counts[0], rejected + counts[1]
            self._state.note_seen(url, [(entry, content, 1)], self._clock())
        now = self._clock()
        # No validators: a list that was read in part must be read again, and it is three lines.
        self._state.note_success(url, Poll(now, now + self._interval(0), Validators(), accepted, rejected))
        self._log.info("source_polled", source=url, files=len(updates), new=accepted, rejected=rejected)
        return accepted

    async def _hand_on(self, url: str, items: Sequence[Item]) -> tuple[int, int]:
        """Send what has not been seen, and note it when it has arrived."""
        fresh: list[Item] = []
        noted: list[tuple[bytes, bytes, int]] = []
        known: list[tuple[bytes, bytes]] = []
        here: set[tuple[bytes, bytes]] = set()
        latest: dict[bytes, int] = {}
        for item in items:
            entry, content = _keys(item)
            version = self._state.version_of(url, entry, content)
            if version is None or (entry, content) in here:
                known.append((entry, content))
                continue
            here.add((entry, content))
            version = latest[entry] = max(version, latest.get(entry, 0) + 1)
            fresh.append(_numbered(item, version))
            noted.append((entry, content, version))
        counts = await self._send(url, fresh) if fresh else (0, 0)
        now = self._clock()
        self._state.note_seen(url, noted, now)
        self._state.note_shown(url, known, now)
        return counts

    def _failed(self, url: str, reason: str, message: str, retry_after_s: float | None) -> None:
        failures = self._state.failures(url) + 1
        wait_s = max(self._interval(failures), retry_after_s or 0.0)
        self._state.note_failure(url, reason, message, self._clock() + wait_s)
        self._log.warning(
            "source_failed", source=url, reason=reason, message=message, failures=failures, again_in_s=round(wait_s)
        )

    def _interval(self, failures: int) -> float:
        """Seconds to the next poll: doubled with every failure in a row, and a little spread."""
        stretched = self._every_s * 2 ** min(failures, 16)
        spread = 1 + JITTER * random.random()  # noqa: S311 - spreads polls, guards nothing
        return float(min(stretched, max(LONGEST_WAIT_S, self._every_s)) * spread)


def _read(answer: Fetched) -> Iterator[Item]:
    """Yield what stands in an answer; what can't be read is its last item, with the error."""
    body = answer.body or b""
    number = 0
    try:
        stream = inflate(io.BytesIO(body))
        kind = format_of(stream, answer.url) if body.strip() else "empty"
        if kind == "rss":
            items = read_feed(stream, address=answer.url, content_type=answer.content_type)
        elif kind == "jsonfeed":
            items = read_jsonfeed(stream, address=answer.url)
        elif kind in FORMATS:
            items = FORMATS[kind](stream)
        else:
            raise MalformedError("not_a_feed", "the answer is empty")
        for item in items:
            number = item.number
            yield item
    except BadRecordError as error:
        yield Item(number + 1, body, error)
    except BosphorusError as error:
        yield Item(number + 1, body, MalformedError("not_a_feed", str(error)))


def _keys(item: Item) -> tuple[bytes, bytes]:
    """Return what an entry is known by, and a digest of all it says."""
    content = blake2b(item.data, digest_size=16).digest()
    if item.error is not None:
        return b"unreadable", content
    try:
        article = msgspec.json.decode(item.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return content, content
    name = (article.get("id") or article.get("url")) if isinstance(article, dict) else None
    return (blake2b(str(name).encode(), digest_size=16).digest() if name else content), content


def _numbered(item: Item, version: int) -> Item:
    """Return the entry with its version, where it is a correction of one that was sent and doesn't say so itself."""
    if version == 1 or item.error is not None:
        return item
    article = msgspec.json.decode(item.data)
    if not isinstance(article, dict) or "version" in article:
        return item
    return Item(item.number, msgspec.json.encode(article | {"version": version}))


def _published(item: Item) -> float | None:
    if item.error is not None:
        return None
    try:
        article = msgspec.json.decode(item.data)
        moment = datetime.fromisoformat(article["published_at"])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
