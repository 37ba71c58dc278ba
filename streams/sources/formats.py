"""Which format an input is in, and its reader."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Callable, Iterator

from schemas.errors import BosphorusError
from streams.sources.feeds import read_feed
from streams.sources.gdelt import COLUMNS, read_gdelt
from streams.sources.items import Item, kept_whole
from streams.sources.jsonfeed import MARK, read_jsonfeed
from streams.sources.ndjson import read_ndjson
from streams.sources.newsml import MARKS as NEWSML_MARKS
from streams.sources.newsml import read_newsml
from streams.sources.ninjs import MARKS as NINJS_MARKS
from streams.sources.ninjs import read_ninjs
from streams.sources.pages import read_page

AUTO = "auto"
"""Not a format: to be told by the content."""
PEEK_BYTES = 64 * 1024
FORMATS: dict[str, Callable[[io.BufferedReader], Iterator[Item]]] = {
    "ndjson": read_ndjson,
    "rss": kept_whole(read_feed),
    "jsonfeed": kept_whole(read_jsonfeed),
    "ninjs": read_ninjs,
    "newsml": kept_whole(read_newsml),
    "html": read_page,
    "gdelt-export": lambda stream: read_gdelt(stream, "gdelt-export"),
    "gdelt-mentions": lambda stream: read_gdelt(stream, "gdelt-mentions"),
    "gdelt-gkg": lambda stream: read_gdelt(stream, "gdelt-gkg"),
}
"""Format: its reader. `rss` reads Atom too."""
_NAME_HINTS = {".export.": "gdelt-export", ".mentions.": "gdelt-mentions", ".gkg.": "gdelt-gkg"}
_FEED_MARKS = (b"<rss", b"<feed", b"<rdf:rdf", b"<channel")
_PAGE_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


def format_of(stream: io.BufferedReader, name: str) -> str:
    """Return the format, told by the first bytes; by the name where they leave it open.

    Raises:
        BosphorusError: it can't be told.
    """
    start = stream.peek(PEEK_BYTES)[:PEEK_BYTES].removeprefix(b"\xef\xbb\xbf")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode()
    if start.lstrip()[:1] in {b"", b"{", b"["} and b"\t" not in start.partition(b"\n")[0]:
        return _json_format(start)
    markup = _markup_format(start[:4096].lstrip().lower())
    if markup is not None:
        return markup
    by_columns = {columns: kind for kind, columns in COLUMNS.items()}
    counts = Counter(line.count(b"\t") + 1 for line in start.split(b"\n") if line)
    for columns, _ in counts.most_common():
        if columns in by_columns:
            return by_columns[columns]
    for hint, kind in _NAME_HINTS.items():
        if hint in name.lower():
            return kind
    if b"\n{" in start:
        return "ndjson"
    raise BosphorusError(f"can't tell what {name} is in; say it with --format {'|'.join(FORMATS)}")


def _markup_format(start: bytes) -> str | None:
    if not start.startswith(b"<"):
        return None
    if any(mark in start for mark in NEWSML_MARKS):
        return "newsml"
    feed, page = _first(start, _FEED_MARKS), _first(start, _PAGE_MARKS)
    if feed != page:
        return "html" if page < feed else "rss"
    return "rss" if start.startswith(b"<?xml") else None


def _first(text: bytes, marks: tuple[bytes, ...]) -> int:
    """Return where the first of the marks stands; past the end if none does. The first one is the document's, what follows its contents."""
    return min((place for mark in marks if (place := text.find(mark)) >= 0), default=len(text))


def _json_format(start: bytes) -> str:
    if MARK in start[:4096]:
        return "jsonfeed"
    # Our own articles never need these names; a ninjs document always has one of them.
    if b'"uri"' in start and any(mark in start for mark in NINJS_MARKS):
        return "ninjs"
    return "ndjson"
