"""Pages of the web (HTML) as raw articles: trafilatura finds the text, the page's own marks give the rest.

Pages are the most hostile input there is, and libraries that read them have inputs that take them minutes. So a page is read in a process of
its own (`confined`) and given up when it takes too much.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator

from schemas.errors import BadRecordError, RejectedArticleError, TooLargeError
from streams.sources.addresses import outlet_of
from streams.sources.charsets import text_of
from streams.sources.confined import Confined, OutOfBoundsError
from streams.sources.items import Item, raw_article

MAX_PAGE_BYTES = 8 * 1024 * 1024
SECONDS = 10.0
MEMORY_BYTES = 1024 * 1024 * 1024
MIN_BODY = 100
"""Code points. With less text under its headline, a page is a picture, a video or an error."""


def read_page(
    stream: io.BufferedIOBase, *, address: str = "", content_type: str = "", only_articles: bool = False
) -> Iterator[Item]:
    """Yield the article of a page; or the page, with the error: `not_an_article`, or TooLargeError `too_large`, `page_too_complex`.

    Args:
        stream: the page, and nothing else.
        address: where it was fetched from.
        content_type: the header it came with, for its character set.
        only_articles: refuse a page that doesn't say that it is an article.
    """
    page = stream.read(MAX_PAGE_BYTES + 1)
    try:
        yield Item(1, _article_in(page, address, content_type, only_articles=only_articles))
    except BadRecordError as error:
        yield Item(1, page, error)


def _article_in(page: bytes, address: str, content_type: str, *, only_articles: bool) -> bytes:
    if len(page) > MAX_PAGE_BYTES:
        raise TooLargeError("too_large", f"the page has more than {MAX_PAGE_BYTES:,} bytes")
    try:
        outcome = _confined()(text_of(page, content_type), address, only_articles=only_articles)
    except OutOfBoundsError as error:
        raise TooLargeError("page_too_complex", f"the page was given up: reading it {error}") from error
    except Exception as error:  # a parser's own mistake on this page must not end the run
        raise RejectedArticleError(
            "not_an_article", f"the page can't be read: {type(error).__name__}: {error}"
        ) from error
    if isinstance(outcome, str):
        raise RejectedArticleError("not_an_article", outcome)
    return outcome


def article_of(page: str, address: str = "", *, only_articles: bool = False) -> bytes | str:
    """Return the raw article of a page, or why it has none. Slow on hostile ones: `read_page` bounds it."""
    import trafilatura

    from streams.sources.page_marks import Marks

    tree = trafilatura.load_html(page)
    if tree is None:
        return "there is no HTML in it"
    marks = Marks(tree, address)
    if only_articles and not marks.is_article:
        return _with_feeds(
            "the page doesn't say that it is an article (--format html reads it all the same)", marks.feeds
        )
    url = marks.url
    found = trafilatura.bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, include_tables=False,
        date_extraction_params={"original_date": True, "extensive_search": not marks.published_at},
    )  # fmt: skip
    assert not isinstance(found, dict)
    title = marks.title or (found.title if found else None) or ""
    body = _without_head(found.text or "", {" ".join(title.split()), *marks.credits, ""}) if found else ""
    if len(body) < MIN_BODY:
        return _with_feeds(f"there are only {len(body)} letters of text in the page", marks.feeds)
    return raw_article(
        url=url,
        title=title,
        body=body,
        published_at=marks.published_at or (found.date if found else None),
        source=outlet_of(url) if url else (found.sitename if found else None),
        language=marks.language,
        byline=", ".join(marks.credits) or (found.author if found else None),
    )


def _without_head(text: str, head: set[str]) -> str:
    """Take off the first lines that are the headline or a credit: a dateline is looked for at the start."""
    lines = text.strip().split("\n")
    while lines and " ".join(lines[0].split()) in head:
        lines.pop(0)
    return "\n".join(lines).strip()


def _with_feeds(why: str, feeds: tuple[str, ...]) -> str:
    return why + (f"; feeds that it names: {', '.join(feeds[:3])}" if feeds else "")


@functools.cache
def _confined() -> Confined[..., bytes | str]:
    return Confined(article_of, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
