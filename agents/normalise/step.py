"""Raw bytes to one canonical NewsEvent, or an error that says why not. Pure: the same bytes give the same event, everywhere.

Rules, in the order of the fields:
- url: canonical http(s) address (`urls`), else null and flagged.
- title, body: plain text (`text`); body is the first of body, text and summary that says something. Both empty is an error, unless
  the version is withheld or canceled: a withdrawal needs no text.
- published_at: the first of published_at, published and date that is given (`dates`). Missing, unreadable or absurd: received_at, and
  the flag says so; without that either, the epoch, flagged `date_unknown`. More than `max_future_s` after received_at: clamped to it.
- identity: the canonical address; else source and the sender's id; else the text. Every version of an article has the same event_id.
"""

from __future__ import annotations

import functools
import uuid
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from agents.normalise.dates import UnreadableDateError, read_date
from agents.normalise.languages import UNKNOWN, detect_language, given_language
from agents.normalise.parsing import parse
from agents.normalise.text import clean_line, clean_text
from agents.normalise.urls import canonical_url, domain_of, identity_of
from agents.settings import AgentsSettings
from schemas.doors import RawArticle
from schemas.errors import RejectedArticleError, TooLargeError
from schemas.ids import stable_id
from schemas.records import NewsEvent, Status

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_TITLE = 1_000
MAX_LABEL = 300
"""Code points kept of a title, and of a source or byline; longer ones are cut and flagged."""
UNKNOWN_SOURCE = "unknown"
MAX_VERSION = 2**31 - 1
STATUS_WORDS = {
    "usable": Status.USABLE,
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "withdrawn": Status.CANCELED,
    "retracted": Status.CANCELED,
}
"""The values of IPTC's pubstatus, and what else people write for `canceled`."""


def normalise(raw: bytes, *, received_at: datetime | None, settings: AgentsSettings, max_bytes: int) -> NewsEvent:
    """Return the event in the bytes of one raw article (JSON, schemas/json/raw_article.schema.json).

    Args:
        raw: one JSON object in UTF-8.
        received_at: time of the Kafka record; None offline, where the article's own field counts.
        settings: max_future_s is read.
        max_bytes: the largest raw article.

    Raises:
        TooLargeError: `too_large`.
        MalformedError: `empty`, `not_utf8`, `truncated_json`, `not_json`, `not_an_object` or `wrong_type`.
        RejectedArticleError: `no_text`.
    """
    if len(raw) > max_bytes:
        raise TooLargeError(
            "too_large", f"the article has {len(raw):,} bytes, more than {max_bytes:,} (BOSPHORUS_MAX_ARTICLE_BYTES)"
        )
    return _event(parse(raw), received_at, settings)


def prepare() -> None:
    """Load what the first article without a language would load: before a stream, not in the middle of it."""
    detect_language("Ankara accuses Moscow of interference", "")
    given_language("en")


def event_id_of(article: RawArticle) -> uuid.UUID:
    """Return the event_id that the article's event will have."""
    ignored: set[str] = set()
    url = canonical_url(article.url, ignored) if article.url else None
    address = identity_of(url) if url else None
    if address:
        return stable_id("event", "url", address)
    title, body = _title(article, ignored), _body(article, ignored)
    return _event_id(url, _source(article.source, url, ignored), _external_id(article.id), _content_hash(title, body))


def outlet_of(article: RawArticle) -> str | None:
    """Return the outlet that the article's event will have as its source; None if it will be unknown."""
    ignored: set[str] = set()
    found = _source(article.source, canonical_url(article.url, ignored) if article.url else None, ignored)
    return None if found == UNKNOWN_SOURCE else found


def given_date(article: RawArticle, flags: set[str]) -> datetime | None:
    """Return the date that the article gives itself; None, and a flag, where it gives none that can be used."""
    given = next((v for v in (article.published_at, article.published, article.date) if v not in {None, ""}), None)
    if given is None:
        flags.add("date_missing")
        return None
    try:
        return read_date(given, flags)
    except UnreadableDateError as error:
        flags.add(error.reason)
        return None


def _event(article: RawArticle, received_at: datetime | None, settings: AgentsSettings) -> NewsEvent:
    flags: set[str] = set()
    url = canonical_url(article.url, flags) if article.url else None
    title = _title(article, flags)
    body = _body(article, flags)
    version, status = _version(article.version, flags), _status(article.status, flags)
    if not title and not body and status is Status.USABLE:
        raise RejectedArticleError("no_text", "title and body are both empty; one of them must say something")
    external_id = _external_id(article.id)
    source = _source(article.source, url, flags)
    content_hash = _content_hash(title, body)
    published, received = _dates(article, received_at, settings, flags)
    return NewsEvent(
        event_id=_event_id(url, source, external_id, content_hash),
        external_id=external_id,
        version=version,
        status=status,
        content_hash=content_hash,
        url=url,
        title=title,
        body=body,
        byline=(_cut(clean_line(article.byline, flags), MAX_LABEL, "byline_cut", flags) or None)
        if article.byline
        else None,
        source=source,
        language=_language(article.language, title, body, flags),
        published_at=published,
        received_at=received,
        flags=tuple(sorted(flags)),
    )


def _title(article: RawArticle, flags: set[str]) -> str:
    return _cut(clean_line(article.title, flags), MAX_TITLE, "title_cut", flags) if article.title else ""


def _body(article: RawArticle, flags: set[str]) -> str:
    for candidate in (article.body, article.text, article.summary):
        if candidate and (text := clean_text(candidate, flags)):
            return text
    return ""


def _cut(text: str, limit: int, flag: str, flags: set[str]) -> str:
    if len(text) <= limit:
        return text
    flags.add(flag)
    return text[:limit].rstrip()


def _external_id(value: str | int | None) -> str | None:
    if value is None:
        return None
    text = str(value)
    return (text if text.isprintable() else clean_line(text, set())) or None


def _source(value: str | None, url: str | None, flags: set[str]) -> str:
    if value and (name := _cut(clean_line(value, flags), MAX_LABEL, "source_cut", flags)):
        return _outlet(name)
    return domain_of(url) if url else UNKNOWN_SOURCE


@functools.lru_cache(maxsize=4096)
def _outlet(name: str) -> str:
    """Return the domain, where the name is one or an address; else the name."""
    if "." not in name or " " in name:
        return name
    address = canonical_url(name if "//" in name else f"https://{name}/", set())
    return domain_of(address) if address else name


def _content_hash(title: str, body: str) -> str:
    return blake2b(f"{title}\x1f{body}".encode(), digest_size=8).hexdigest()


def _event_id(url: str | None, source: str, external_id: str | None, content_hash: str) -> uuid.UUID:
    address = identity_of(url) if url else None
    if address:
        return stable_id("event", "url", address)
    if external_id:
        return stable_id("event", "id", source, external_id)
    return stable_id("event", "text", source, content_hash)


def _version(value: Any, flags: set[str]) -> int:
    if value is None:
        return 1
    if isinstance(value, str):
        digits = value.strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_VERSION)) else 0
    if isinstance(value, float):
        value = int(value) if value.is_integer() else 0
    if not 1 <= value <= MAX_VERSION:
        flags.add("version_unreadable")
        return 1
    return int(value)


def _status(value: str | None, flags: set[str]) -> Status:
    if value is None:
        return Status.USABLE
    status = STATUS_WORDS.get(value.strip().lower())
    if status is None:
        flags.add("status_unknown")
        return Status.USABLE
    return status


def _language(value: str | None, title: str, body: str, flags: set[str]) -> str:
    if value:
        given = given_language(value)
        if given:
            return given
        flags.add("language_unreadable")
    flags.add("language_detected")
    found = detect_language(title, body)
    if found == UNKNOWN:
        flags.add("language_unknown")
    return found


def _dates(
    article: RawArticle, received_at: datetime | None, settings: AgentsSettings, flags: set[str]
) -> tuple[datetime, datetime]:
    """Return (published_at, received_at)."""
    if received_at is None and article.received_at not in {None, ""}:
        try:
            received_at = read_date(article.received_at, set())
        except UnreadableDateError:
            flags.add("received_at_unreadable")
    published = given_date(article, flags)
    if published is None:
        if received_at is None:
            flags.add("date_unknown")
            return EPOCH, EPOCH
        return received_at, received_at
    if received_at is not None and (published - received_at).total_seconds() > settings.max_future_s:
        flags.add("date_in_future")
        return received_at, received_at
    return published, received_at or published
