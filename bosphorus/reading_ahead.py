"""Reading in a thread, ahead of whoever sends."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from streams.sources.items import Item

BATCH_RECORDS = 1_000
BATCH_BYTES = 4 * 1024 * 1024
WAITING_ITEMS = 2_000
"""How far reading may run ahead of sending."""


class Batches:
    """Items read ahead by a thread, handed out in batches of whatever is there: a live pipe isn't kept waiting for a full one."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._queue: queue.Queue[Item | BaseException | None] = queue.Queue(WAITING_ITEMS)
        self._ended = False
        threading.Thread(target=self._read, args=(items,), name="ingest-read", daemon=True).start()

    def _read(self, items: Iterator[Item]) -> None:
        try:
            for item in items:
                self._queue.put(item)
        except BaseException as error:  # noqa: BLE001 - raised again where the batch is asked for
            self._queue.put(error)
        else:
            self._queue.put(None)

    def next(self) -> list[Item]:
        """Return the next items, at least one; none at the end."""
        batch: list[Item] = []
        size = 0
        while not self._ended and len(batch) < BATCH_RECORDS and size < BATCH_BYTES:
            try:
                got = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if isinstance(got, BaseException):
                self._ended = True
                raise got
            if got is None:
                self._ended = True
            else:
                batch.append(got)
                size += len(got.data)
        return batch
