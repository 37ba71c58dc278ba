"""The whole text of what a feed only summarises: the page behind each entry, asked for politely, and done without where it can't be had."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog

from streams.sources.addresses import host_of
from streams.sources.answers import read_answer
from streams.sources.fetching import Fetcher, FetchError
from streams.sources.items import Item

REST_S = 900.0
"""How long a host that refused or failed is left alone, unless it says how long."""
REFUSALS = frozenset({"http_401", "http_403", "http_404", "http_410", "not_an_article", "robots"})
"""Of one page; they say nothing about the next one. All others are trouble of the host."""
MAX_REFUSED = 3
"""Pages in a row that a host may refuse before it is left alone: a paywall, or a house that wants no machines."""


class FullTexts:
    """Fills in entries from their pages.

    Args:
        fetcher: fetches, one request at a time and a second between two to a host; obeys robots.txt.
        clock: seconds, monotonic.
    """

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher, self._clock = fetcher, clock
        self._rests_until: dict[str, float] = {}
        self._refused: dict[str, int] = {}
        self._log = structlog.get_logger("sources")

    async def fill(self, items: Sequence[Item]) -> list[Item]:
        """Return the entries, each with the text of its page where that is longer than its own."""
        return [await self._filled(item) for item in items]

    async def _filled(self, item: Item) -> Item:
        entry = _decoded(item)
        url = entry.get("url")
        if not isinstance(url, str):
            return item
        host = host_of(url)
        if self._rests_until.get(host, 0.0) > self._clock():
            return item
        try:
            answer = await self._fetcher.fetch(url)
        except FetchError as error:
            self._failed(host, url, error.reason, str(error), error.retry_after_s)
            return item
        pages = await asyncio.to_thread(lambda: list(read_answer(answer, "html")))
        (page,) = pages
        if page.error is not None:
            self._failed(host, url, page.error.reason, str(page.error), None)
            return item
        self._refused.pop(host, None)
        return Item(item.number, msgspec.json.encode(_joined(entry, _decoded(page))))

    def _failed(self, host: str, url: str, reason: str, message: str, retry_after_s: float | None) -> None:
        refused = self._refused[host] = self._refused.get(host, 0) + 1
        if reason not in REFUSALS or refused >= MAX_REFUSED:
            self._rests_until[host] = self._clock() + (retry_after_s or REST_S)
            self._refused.pop(host)
        self._log.warning("no_full_text", url=url, reason=reason, message=message)


def _decoded(item: Item) -> dict[str, Any]:
    if item.error is not None:
        return {}
    try:
        found = msgspec.json.decode(item.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _joined(entry: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    """Return the entry with the page's text; what else the page says is taken where the entry says nothing.

    The page's credits are added to the entry's: there stands the agency that a feed leaves out.
    """
    body = max(entry.get("body") or "", page.get("body") or "", key=len)
    bylines = [entry.get("byline"), page.get("byline")]
    byline = ", ".join(dict.fromkeys(b for b in bylines if isinstance(b, str) and b))
    kept = {
        name: page[name] for name in ("title", "published_at", "language") if page.get(name) and not entry.get(name)
    }
    return entry | kept | {"body": body} | ({"byline": byline} if byline else {})
