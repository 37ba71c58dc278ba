"""Following a list of GDELT's files: each file is read once, held to its checksum, and owed until it has been.

What a list named is remembered, because a short list forgets it within 15 minutes: a file that the mirror doesn't have yet, or that came
broken, is asked for again at the next polls, and given up after six hours with a dead letter in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urljoin, urlsplit

import structlog

from schemas.errors import BadRecordError, MalformedError
from streams.sources.answers import read_answer
from streams.sources.fetching import Fetched, Fetcher, FetchError
from streams.sources.gdelt_updates import Update, check, missed, updates_in
from streams.sources.items import Item, Send
from streams.sources.state import Poll, SourceState
from streams.sources.validators import Validators

GIVE_UP_S = 6 * 3600.0
NOT_THERE = frozenset({"http_404", "http_410"})


class GdeltLists:
    """Reads the files of lists.

    Args:
        fetcher: fetches.
        state: remembers what was read and what is owed.
        send: delivers.
        clock: Unix time.
        since: the first moment whose files are wanted of a long list; None: a day before its newest.
        until: the moment from which on they aren't; None: to the end.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        fetcher: Fetcher,
        state: SourceState,
        send: Send,
        clock: Callable[[], float],
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        self._fetcher, self._state, self._send, self._clock = fetcher, state, send, clock
        self._since, self._until = since, until
        self._log = structlog.get_logger("sources")

    async def take(self, source: str, body: bytes) -> tuple[int, Exception | None]:
        """Read the files of a list that have not been read; return how many articles that gave, and the last failure."""
        now = self._clock()
        updates = await asyncio.to_thread(updates_in, body, self._since, self._until)
        last = self._state.published_at(source)
        gap = missed(updates, last) if last is not None else []
        self._state.owe(source, (u for u in (*gap, *updates) if not self._is_read(source, u)), now)
        accepted, failure = 0, None
        owed = sorted(self._state.owed(source), key=lambda o: (str(o[0].stamp), o[0].url))
        for update, since in owed:
            try:
                accepted += await self._read(source, update)
            except (FetchError, MalformedError) as error:
                failure = error
                self._log.warning(
                    "file_failed", source=source, file=update.url, reason=error.reason, message=str(error)
                )
                if isinstance(error, FetchError) and error.reason not in NOT_THERE:
                    break  # a server in trouble is not asked for the rest
                if now - since > GIVE_UP_S:
                    await self._give_up(source, update, error)
        return accepted, failure

    async def _read(self, source: str, update: Update) -> int:
        answer = await self._fetch(source, update)
        check(update, answer.body or b"")
        items = await asyncio.to_thread(lambda: list(read_answer(answer)))
        counts = await self._send(source, update.url, items)
        now = self._clock()
        content = bytes.fromhex(update.md5) if update.md5 else blake2b(answer.body or b"", digest_size=16).digest()
        self._state.note_seen(source, [(_entry(update), content, 1)], now)
        self._state.settle(source, update)
        stamp = update.stamp.timestamp() if update.stamp else None
        self._state.note_success(source, Poll(now, now, Validators(), *counts, stamp))
        self._log.info(
            "file_read", source=source, file=update.url, md5=update.md5, accepted=counts[0], rejected=counts[1]
        )
        return counts[0]

    async def _fetch(self, source: str, update: Update) -> Fetched:
        """Fetch a file: on a mirror, whose copy of the list names the origin's addresses, from beside the list."""
        beside = urljoin(source, urlsplit(update.url).path.rpartition("/")[2])
        if urlsplit(beside).netloc != urlsplit(update.url).netloc:
            try:
                return await self._fetcher.fetch(beside)
            except FetchError as error:
                if error.reason not in NOT_THERE:
                    raise
        return await self._fetcher.fetch(update.url)

    async def _give_up(self, source: str, update: Update, error: BadRecordError | FetchError) -> None:
        lost = MalformedError("file_missing", f"given up after {GIVE_UP_S / 3600:.0f} h: {error}")
        await self._send(source, update.url, [Item(1, str(update).encode(), lost)])
        self._state.note_seen(source, [(_entry(update), bytes(16), 1)], self._clock())
        self._state.settle(source, update)

    def _is_read(self, source: str, update: Update) -> bool:
        # Whatever its content was: a name of GDELT's stands for one file.
        return self._state.version_of(source, _entry(update), b"") != 1


def _entry(update: Update) -> bytes:
    return blake2b(update.url.encode(), digest_size=16).digest()
