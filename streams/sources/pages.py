"""Pages of the web (HTML) as raw articles: trafilatura finds the text, the page's own marks give the rest.

Pages are the most hostile input there is, and libraries that read them have inputs that take them minutes. So a page is read in a process of
its own (`confined`) and given up when it takes too much.
"""

from __future__ import annotations

import codecs
import functools
import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from schemas.errors import BadRecordError, RejectedArticleError, TooLargeError
from streams.sources.confined import Confined, OutOfBoundsError
from streams.sources.items import Item, raw_article

MAX_PAGE_BYTES = 8 * 1024 * 1024
SECONDS = 10.0
MEMORY_BYTES = 1024 * 1024 * 1024
MIN_BODY = 100
"""Code points. With less text under its headline, a page is a picture, a video or an error."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_MARKED = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""Labels that browsers read as the larger Windows set (https://encoding.spec.whatwg.org/#names-and-labels)."""


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
        outcome = _confined()(decoded(page, content_type), address, only_articles=only_articles)
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
        source=(urlsplit(url).hostname or "").removeprefix("www.") if url else (found.sitename if found else None),
        language=marks.language,
        byline=", ".join(marks.credits) or (found.author if found else None),
    )


def decoded(page: bytes, content_type: str = "") -> str:
    """Return the text of a page: by its byte order mark, as UTF-8 if it is that, by its header, by its own word, else by its looks.

    UTF-8 comes before what is declared: hardly anything else is valid UTF-8 by chance, and declarations are often wrong.
    """
    for mark, encoding in _MARKED.items():
        if page.startswith(mark):
            return page.decode(encoding, "replace")
    declared = [m[1] for m in [_HEADER_CHARSET.search(content_type)] if m]
    declared += [m[1].decode() for m in [_CHARSET.search(page[:4096])] if m]
    for label in ("utf-8", *declared):
        try:
            name = codecs.lookup(label).name
            return page.decode(_AS_BROWSERS_DO.get(name, name))
        except (LookupError, UnicodeDecodeError):
            continue
    from charset_normalizer import from_bytes

    text = re.sub(rb"<[^>]*>", b" ", page)[:20_000]
    best = from_bytes(text).best()
    return page.decode(best.encoding if best else "utf-8", "replace")


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
