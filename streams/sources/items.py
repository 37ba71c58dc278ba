"""What every source hands out: one article at a time, or one that couldn't be read, with its place."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.errors import BadRecordError

MAX_DOCUMENT_BYTES = 32 * 1024 * 1024
"""The largest feed or document that is read into memory as a whole."""


@dataclass(frozen=True, slots=True)
class Item:
    """One article of an input.

    With an error, `data` is what was read and can't be used, as it was; without, the raw article (JSON) for news.raw.
    """

    number: int
    """Counted from 1: the line, or the position in a document."""
    data: bytes
    error: BadRecordError | None = None


Send = Callable[[str, str, Sequence[Item]], Awaitable[tuple[int, int]]]
"""Delivers items: of which source, from what place there (an address, a file), which ones. Returns how many were accepted and rejected, once
all of it is acknowledged."""


def kept_whole(read: Callable[[io.BufferedIOBase], Iterator[Item]]) -> Callable[[io.BufferedIOBase], Iterator[Item]]:
    """Make a reader of one document yield what it can't read, as it was, with the error, where it would raise BadRecordError."""

    def items(stream: io.BufferedIOBase) -> Iterator[Item]:
        document = stream.read(MAX_DOCUMENT_BYTES + 1)
        number = 0
        try:
            for item in read(io.BytesIO(document)):
                number = item.number
                yield item
        except BadRecordError as error:
            yield Item(number + 1, document, error)

    return items


def raw_article(**fields: Any) -> bytes:
    """Return a raw article (schemas/json/raw_article.schema.json); fields that say nothing are left out."""
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )
