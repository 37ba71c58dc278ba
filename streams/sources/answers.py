"""What a server answered, as raw articles: the format is told by the content, unless it was said."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator

from schemas.errors import BadRecordError, BosphorusError, MalformedError, TooLargeError
from streams.sources.confined import Confined, OutOfBoundsError
from streams.sources.feeds import read_feed
from streams.sources.fetching import Fetched
from streams.sources.files import inflate
from streams.sources.formats import AUTO, FORMATS, format_of
from streams.sources.items import MAX_DOCUMENT_BYTES, Item
from streams.sources.jsonfeed import read_jsonfeed
from streams.sources.pages import read_page

SMALL_BYTES = 64 * 1024
"""Of a feed that is read here: at its worst it takes a second. Larger ones are read in a process that can be given up."""
FEED_S = 60.0
FEED_MEMORY_BYTES = 1024 * 1024 * 1024


def read_answer(answer: Fetched, format_: str = AUTO) -> Iterator[Item]:
    """Yield what stands in an answer; what can't be read is its last item, with the error.

    A page is read as an article if it says that it is one, or if `format_` does: a server in trouble answers with pages, too.
    """
    body = answer.body or b""
    number = 0
    try:
        for item in _items(answer, format_):
            number = item.number
            yield item
    except BadRecordError as error:
        yield Item(number + 1, body, error)
    except BosphorusError as error:
        yield Item(number + 1, body, MalformedError("not_a_feed", str(error)))
    except Exception as error:  # noqa: BLE001 - a parser's own mistake on what a stranger sent must not stop the other sources
        yield Item(number + 1, body, MalformedError("unreadable", f"{type(error).__name__} while reading it: {error}"))


def _items(answer: Fetched, format_: str) -> Iterator[Item]:
    body = answer.body or b""
    if not body.strip():
        raise MalformedError("not_a_feed", "the answer is empty")
    stream = inflate(io.BytesIO(body))
    kind = format_of(stream, answer.url) if format_ == AUTO else format_
    if kind == "rss":
        return _feed(stream, answer.url, answer.content_type)
    if kind == "jsonfeed":
        return read_jsonfeed(stream, address=answer.url)
    if kind == "html":
        return read_page(stream, address=answer.url, content_type=answer.content_type, only_articles=format_ == AUTO)
    return FORMATS[kind](stream)


def _feed(stream: io.BufferedIOBase, address: str, content_type: str) -> Iterator[Item]:
    feed = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(feed) <= SMALL_BYTES:
        return read_feed(io.BytesIO(feed), address=address, content_type=content_type)
    try:
        entries, error = _confined()(feed, address, content_type)
    except OutOfBoundsError as cause:
        raise TooLargeError("feed_too_complex", f"the feed was given up: reading it {cause}") from cause
    if error is not None:
        raise MalformedError(*error)
    return (Item(number, entry) for number, entry in enumerate(entries, 1))


def entries_of(feed: bytes, address: str, content_type: str) -> tuple[list[bytes], tuple[str, str] | None]:
    """Return the entries of a feed; or reason and message of why there are none."""
    try:
        return [item.data for item in read_feed(io.BytesIO(feed), address=address, content_type=content_type)], None
    except BadRecordError as error:
        return [], (error.reason, str(error))


@functools.cache
def _confined() -> Confined[[bytes, str, str], tuple[list[bytes], tuple[str, str] | None]]:
    return Confined(entries_of, seconds=FEED_S, memory_bytes=FEED_MEMORY_BYTES)
