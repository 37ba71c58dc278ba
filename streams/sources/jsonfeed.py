"""JSON Feed documents, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), as raw articles."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.errors import MalformedError, TooLargeError
from streams.sources.addresses import joined, outlet_of
from streams.sources.items import MAX_DOCUMENT_BYTES, Item, raw_article

MARK = b"jsonfeed.org/version/"


def read_jsonfeed(stream: io.BufferedIOBase, *, address: str = "") -> Iterator[Item]:
    """Yield the items of a feed, in its order. Relative links are resolved against `address`.

    Raises:
        TooLargeError: `too_large`.
        MalformedError: `not_a_feed`.
    """
    data = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise TooLargeError("too_large", f"the feed has more than {MAX_DOCUMENT_BYTES:,} bytes")
    try:
        feed = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("not_a_feed", f"no JSON Feed: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise MalformedError("not_a_feed", "no JSON Feed: it has no list of items")
    home = _text(feed, "home_page_url") or address
    source = outlet_of(home)
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield Item(number, _article(item, feed, source, address))
        else:
            yield Item(number, msgspec.json.encode(item), MalformedError("not_an_object", "an item is no JSON object"))


def _article(item: dict[str, Any], feed: dict[str, Any], source: str, address: str) -> bytes:
    authors = item.get("authors") or feed.get("authors") or [item.get("author") or feed.get("author")]
    names = [a["name"] for a in authors if isinstance(a, dict) and isinstance(a.get("name"), str)]
    url = _text(item, "url") or _text(item, "external_url")
    return raw_article(
        id=str(item["id"]) if item.get("id") is not None else url,
        url=joined(address, url) if url else None,
        title=_text(item, "title"),
        body=_text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
        published_at=_text(item, "date_published") or _text(item, "date_modified"),
        source=source,
        language=_text(item, "language") or _text(feed, "language"),
        byline=", ".join(names),
    )


def _text(mapping: dict[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""
