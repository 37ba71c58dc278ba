"""JSON articles out of a stream: one a line (NDJSON), or one document that is an object or a list of them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec

from streams.sources.items import Item

MAX_LINE_BYTES = 32 * 1024 * 1024
"""The most of one line that is kept, and the most of a document that is not NDJSON. Articles have a lower limit of their own."""
DOCUMENT_STARTS = (b"{", b"[")
"""A first line that is only this is how a pretty-printed document starts, and never a line of NDJSON."""
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def read_ndjson(stream: io.BufferedReader) -> Iterator[Item]:
    """Yield the articles in order, as they stand in the input; blank lines are passed over, nothing else is looked at."""
    first = stream.readline(MAX_LINE_BYTES)
    if first.strip() not in DOCUMENT_STARTS and first.lstrip()[:1] != b"[":
        yield from _lines(stream, first, 0)
        return
    document = first + stream.read(MAX_LINE_BYTES - len(first) + 1)
    whole = _document(document) if len(document) <= MAX_LINE_BYTES else None
    if whole is not None:
        yield from whole
        return
    # It only looked like one: its lines speak for themselves.
    head = io.BytesIO(document)
    number = 0
    while line := head.readline():
        number += 1
        if not line.endswith(b"\n"):
            line += stream.readline(MAX_LINE_BYTES)
        if line.strip():
            yield Item(number, line.rstrip(b"\r\n"))
    yield from _lines(stream, stream.readline(MAX_LINE_BYTES), number)


def lines(stream: io.BufferedReader) -> Iterator[Item]:
    """Yield the lines that aren't blank, without their ends, numbered from 1; a longer one is cut to MAX_LINE_BYTES."""
    return _lines(stream, stream.readline(MAX_LINE_BYTES), 0)


def _lines(stream: io.BufferedReader, line: bytes, number: int) -> Iterator[Item]:
    while line:
        number += 1
        whole = line.endswith(b"\n") or len(line) < MAX_LINE_BYTES
        if line.strip():
            yield Item(number, line.rstrip(b"\r\n"))
        while not whole:
            rest = stream.readline(MAX_LINE_BYTES)
            whole = rest.endswith(b"\n") or len(rest) < MAX_LINE_BYTES
        line = stream.readline(MAX_LINE_BYTES)


def _document(data: bytes) -> list[Item] | None:
    """Return the articles of a document, or None if it isn't one."""
    try:
        if data.lstrip()[:1] == b"[":
            return [Item(i, bytes(raw)) for i, raw in enumerate(_RAWS.decode(data), 1)]
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return [Item(1, data.strip())]
