"""Feeds by URL: asked in turn and again, each new or changed entry handed on once."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
import structlog

from schemas.errors import BosphorusError
from streams.sources.answers import read_answer
from streams.sources.fetching import Fetcher, FetchError
from streams.sources.formats import AUTO
from streams.sources.full_text import FullTexts
from streams.sources.gdelt_following import GdeltLists
from streams.sources.gdelt_updates import is_update_list
from streams.sources.items import Item, Send
from streams.sources.state import Poll, SourceState
from streams.sources.validators import Validators

EVERY_S = 900.0
"""How often a feed is asked: GDELT's own rhythm, and a polite one for a newspaper."""
LONGEST_WAIT_S = 6 * 3600.0
"""The most that failures in a row may stretch it to."""
JITTER = 0.1
"""Share of the interval by which polls are spread, so that many feeds don't ask in step."""

LONG_LIST = "masterfilelist"
"""In the name of a list of all files of an archive."""
FILLED_AT_ONCE = 10
"""Entries whose pages are fetched before they are sent: a crash in between asks again for no more than these."""


class Follower:
    """Asks feeds and hands on what is new.

    Args:
        fetcher: fetches.
        state: remembers.
        send: delivers.
        every_s: seconds between two polls of a feed that is well.
        format_: of what the addresses give; AUTO tells it by its content.
        full_text: fetch the pages of the entries, too.
        history: from and to when the files of a long GDELT list are wanted; see `GdeltLists`.
        clock: Unix time.
    """

    def __init__(  # noqa: PLR0913
        self,
        fetcher: Fetcher,
        state: SourceState,
        send: Send,
        *,
        every_s: float = EVERY_S,
        format_: str = AUTO,
        full_text: bool = False,
        history: tuple[datetime | None, datetime | None] = (None, None),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetcher, self._state, self._send = fetcher, state, send
        self._every_s, self._format, self._clock = every_s, format_, clock
        self._full_texts = FullTexts(fetcher) if full_text else None
        self._lists = GdeltLists(fetcher, state, send, clock, *history)
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
            try:
                await self.poll(url)
            except (BosphorusError, sqlite3.Error):  # Kafka, or the disk: not the source's fault
                raise
            except Exception as error:  # noqa: BLE001 - see below
                # A mistake of ours on what one source sent must not stop the others; nothing of it was noted, so that it comes again.
                self._log.error("source_broke_us", source=url, where=traceback.format_exc(limit=-3))
                self._failed(url, "unreadable", f"{type(error).__name__}: {error}", None)
            if not again:
                return

    async def poll(self, url: str) -> int:
        """Ask one feed now, and return how many entries were new; a failure is noted, logged and 0."""
        try:
            answer = await self._fetcher.fetch(url, self._state.validators(url), is_long_list=LONG_LIST in url)
        except FetchError as error:
            self._failed(url, error.reason, str(error), error.retry_after_s)
            return 0
        if answer.moved_to is not None:
            self._log.warning("source_moved", source=url, to=answer.moved_to)
        if answer.body is not None and is_update_list(answer.body):
            return await self._poll_list(url, answer.body)
        # In a thread: a large feed or a slow page must not keep the others waiting.
        items = [] if answer.body is None else await asyncio.to_thread(lambda: list(read_answer(answer, self._format)))
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

    async def _poll_list(self, url: str, body: bytes) -> int:
        accepted, failure = await self._lists.take(url, body)
        if failure is not None:
            reason = getattr(failure, "reason", "unreadable")
            self._failed(url, reason, str(failure), getattr(failure, "retry_after_s", None))
            return accepted
        now = self._clock()
        # No validators: what is owed is asked for again even where the list hasn't changed.
        self._state.note_success(url, Poll(now, now + self._interval(0), Validators()))
        self._log.info("source_polled", source=url, new=accepted)
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
        accepted = rejected = 0
        step = FILLED_AT_ONCE if self._full_texts else len(fresh) or 1
        for start in range(0, len(fresh), step):
            part = fresh[start : start + step]
            counts = await self._send(url, url, await self._full_texts.fill(part) if self._full_texts else part)
            accepted, rejected = accepted + counts[0], rejected + counts[1]
            self._state.note_seen(url, noted[start : start + step], self._clock())
        self._state.note_shown(url, known, self._clock())
        return accepted, rejected

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
