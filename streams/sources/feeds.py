"""RSS 0.9 to 2.0 and Atom documents (feedparser) as raw articles."""

from __future__ import annotations

import calendar
import io
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from schemas.errors import MalformedError, TooLargeError
from streams.sources.addresses import outlet_of
from streams.sources.charsets import text_of
from streams.sources.items import MAX_DOCUMENT_BYTES, Item, raw_article

MOST_UNENDED, SLACK = 2, 1000
"""A document in which more than so many times as many tags begin as end is no feed, however freely it is written."""
CAPTION = "media_caption"
"""Where the description of a picture or a film is found; the text of an entry that has no other."""


def read_feed(stream: io.BufferedIOBase, *, address: str = "", content_type: str = "") -> Iterator[Item]:
    """Yield the entries of a feed, in its order.

    A feed that isn't well-formed XML is read as far as it can be. Relative links are resolved against `address`;
    `content_type` is the header it came with, for its character set.

    Raises:
        TooLargeError: `too_large`.
        MalformedError: `not_a_feed`.
    """
    import feedparser

    data = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise TooLargeError("too_large", f"the feed has more than {MAX_DOCUMENT_BYTES:,} bytes")
    # The character set is found here: feedparser believes what is declared.
    decoded = text_of(data, content_type)
    begun, ended = decoded.count("<"), decoded.count(">")
    if begun > MOST_UNENDED * ended + SLACK:  # feedparser takes half a second for 100 kB of them
        raise MalformedError("not_a_feed", f"neither RSS nor Atom: {begun:,} tags begin in it and {ended:,} end")
    text = _with_captions(decoded).encode("utf-8", "replace")
    headers = {"content-location": address, "content-type": "application/xml; charset=utf-8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Stripping of markup is normalisation's work: here the words are kept as they came.
        try:
            feed = feedparser.parse(io.BytesIO(text), response_headers=headers, sanitize_html=False)
        except Exception as error:  # its own mistakes on hostile input must not end the run
            raise MalformedError("not_a_feed", f"the feed can't be read: {type(error).__name__}: {error}") from error
    if not feed.entries and (feed.bozo or not feed.get("version")):
        problem = str(feed.get("bozo_exception") or "no RSS or Atom element in it")[:200]
        raise MalformedError("not_a_feed", f"neither RSS nor Atom: {problem}")
    source = outlet_of(feed.feed.get("link", "")) or outlet_of(address)
    for number, entry in enumerate(feed.entries, 1):
        yield Item(number, _article(entry, feed.feed, source))


def _with_captions(text: str) -> str:
    """Give the descriptions of pictures and films (Media RSS) a name of their own: feedparser takes them for the entry's text."""
    return text.replace("<media:description", "<media:caption").replace("</media:description", "</media:caption")


def _article(entry: Any, feed: Any, source: str) -> bytes:
    content = max((c.get("value") or "" for c in entry.get("content", ())), key=len, default="")
    summary = entry.get("summary") or ""
    origin = entry.get("source") or {}
    body = content if len(content) >= len(summary) else summary
    return raw_article(
        id=entry.get("id") or entry.get("link"),
        url=entry.get("link"),
        title=entry.get("title"),
        body=body or entry.get(CAPTION),
        published_at=_date(entry, "published") or _date(entry, "updated"),
        source=outlet_of(origin.get("href", "") or origin.get("link", "")) or source,
        language=entry.get("language") or feed.get("language"),
        byline=entry.get("author"),
    )


def _date(entry: Any, name: str) -> str | None:
    """Return the date as feedparser read it, in UTC; else as it was written, for normalisation to judge."""
    parsed: time.struct_time | None = entry.get(f"{name}_parsed") if f"{name}_parsed" in entry else None
    if parsed is not None:
        try:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError, OSError):
            pass
    written = entry[name] if name in entry else None  # noqa: SIM401 - its get answers for other fields too
    return str(written) if written else None
