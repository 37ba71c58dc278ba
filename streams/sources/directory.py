"""A directory that others put files into: each file is read once it has come to rest, and again if it has changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import structlog

from schemas.errors import BosphorusError, BrokerError
from streams.sources.items import Item, Send
from streams.sources.state import Poll, SourceState
from streams.sources.validators import Validators

LOOK_EVERY_S = 2.0
SETTLE_S = 2.0
"""A file younger than this may still be being written. A writer that moves finished files in is never waited for longer."""
HIDDEN = (".", "~")
"""Starts of names that are not ready: hidden and temporary files."""
UNFINISHED = (".part", ".tmp", ".crdownload")
BATCH_ITEMS = 1_000


class DirectoryWatch:
    """Looks into a directory, not into those below it.

    Args:
        directory: where.
        state: remembers which files were read.
        send: delivers items of a source; returns how many were accepted and rejected.
        read: opens a file and yields its items.
        clock: Unix time.
    """

    def __init__(
        self,
        directory: Path,
        state: SourceState,
        send: Send,
        read: Callable[[str], Iterator[Item]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._directory, self._state, self._send, self._read, self._clock = directory, state, send, read, clock
        self._log = structlog.get_logger("sources")

    async def follow(self, *, again: bool) -> None:
        """Read what is there and, with `again`, what comes, for ever."""
        while True:
            await self.look(settled_only=again)
            if not again:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, *, settled_only: bool = True) -> int:
        """Read the files that are new or changed, in the order of their names, and return how many there were.

        A file that fails is logged and tried again when it has changed; it never stops another, and none that is read hides it.
        """
        read = 0
        failures: list[str] = []
        for path, entry, content in list(self._new(settled_only=settled_only)):
            source = str(path)
            try:
                counts = await self._send_file(source)
            except BrokerError:
                raise
            except BosphorusError as error:
                failures.append(str(error))
                self._log.warning("source_failed", source=source, message=str(error))
            else:
                now = self._clock()
                self._state.note_success(str(self._directory), Poll(now, now, Validators(), *counts))
                self._log.info("file_read", source=source, accepted=counts[0], rejected=counts[1])
            # Noted when all of it has arrived: after a crash in the middle the file is read again, with the same event ids.
            self._state.note_seen(str(self._directory), [(entry, content, 1)], self._clock())
            read += 1
        for message in failures:
            self._state.note_failure(str(self._directory), "unreadable", message, self._clock())
        return read

    async def _send_file(self, source: str) -> tuple[int, int]:
        accepted = rejected = 0
        batch: list[Item] = []
        items = self._read(source)
        while True:
            batch = await asyncio.to_thread(_some, items)
            if not batch:
                return accepted, rejected
            counts = await self._send(str(self._directory), source, batch)
            accepted, rejected = accepted + counts[0], rejected + counts[1]

    def _new(self, *, settled_only: bool) -> Iterator[tuple[Path, bytes, bytes]]:
        try:
            paths = sorted(self._directory.iterdir())
        except OSError as error:
            message = f"can't look into {self._directory}: {(error.strerror or str(error)).lower()}"
            self._state.note_failure(str(self._directory), "unreadable", message, self._clock())
            self._log.warning("source_failed", source=str(self._directory), message=message)
            return
        for path in paths:
            if path.name.startswith(HIDDEN) or path.name.endswith(UNFINISHED):
                continue
            try:
                found = path.stat()
            except OSError:  # gone between the look and the question
                continue
            if not path.is_file() or (settled_only and self._clock() - found.st_mtime < SETTLE_S):
                continue
            entry = blake2b(path.name.encode("utf-8", "surrogateescape"), digest_size=16).digest()
            content = blake2b(f"{found.st_size} {found.st_mtime_ns}".encode(), digest_size=16).digest()
            if self._state.version_of(str(self._directory), entry, content) is not None:
                yield path, entry, content


def _some(items: Iterator[Item]) -> list[Item]:
    return [item for _, item in zip(range(BATCH_ITEMS), items, strict=False)]
