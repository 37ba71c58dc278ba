"""What a server answered, as raw articles: the format is told by the content, unless it was said."""

from __future__ import annotations

import io
from collections.abc import Iterator

from schemas.errors import BadRecordError, BosphorusError, MalformedError
from streams.sources.feeds import read_feed
from streams.sources.fetching import Fetched
from streams.sources.files import inflate
from streams.sources.formats import AUTO, FORMATS, format_of
from streams.sources.items import Item
from streams.sources.jsonfeed import read_jsonfeed
from streams.sources.pages import read_page


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
        return read_feed(stream, address=answer.url, content_type=answer.content_type)
    if kind == "jsonfeed":
        return read_jsonfeed(stream, address=answer.url)
    if kind == "html":
        return read_page(stream, address=answer.url, content_type=answer.content_type, only_articles=format_ == AUTO)
    return FORMATS[kind](stream)
