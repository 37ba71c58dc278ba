"""What is known of each source, across restarts: what it has given already, when to ask again, how it has been.

An SQLite file. An entry is noted as seen after its delivery was acknowledged: a crash in between sends it again, with the same event_id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from schemas.errors import BosphorusError
from streams.sources.gdelt_updates import Update
from streams.sources.validators import Validators

VERSION = 1
FORGET_AFTER = timedelta(days=90)
"""An entry that its source has not shown for so long is forgotten."""
_TABLES = """
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, next_at REAL NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    reason TEXT, message TEXT, succeeded_at REAL, new_at REAL, published_at REAL, accepted INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS seen (
    source TEXT NOT NULL, entry BLOB NOT NULL, content BLOB NOT NULL, version INTEGER NOT NULL, shown_at REAL NOT NULL,
    PRIMARY KEY (source, entry, content)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (
    source TEXT NOT NULL, url TEXT NOT NULL, size INTEGER, md5 TEXT, since REAL NOT NULL, PRIMARY KEY (source, url)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outlets (
    outlet TEXT PRIMARY KEY, articles INTEGER NOT NULL, first_at REAL NOT NULL, last_at REAL NOT NULL) WITHOUT ROWID;
"""


class SourceStatus(Struct, frozen=True):
    """How a source is doing: one line of `bosphorus sources status`. Times are UTC; null: never."""

    source: str
    accepted: int
    rejected: int
    failures: int
    """In a row; 0 while all is well."""
    reason: str | None
    """Of the last failure."""
    message: str | None
    succeeded_at: datetime | None
    new_at: datetime | None
    """When it last gave something new."""
    published_at: datetime | None
    """Newest date in what it gave."""
    next_at: datetime | None
    """When it is asked again."""


class OutletCount(Struct, frozen=True):
    """An outlet, how many articles of it were sent, and when the first and the last one came (UTC)."""

    outlet: str
    articles: int
    first_at: datetime
    last_at: datetime


class Poll(Struct, frozen=True):
    """What one successful poll of a source gave. Times are Unix times."""

    at: float
    next_at: float
    validators: Validators
    accepted: int = 0
    rejected: int = 0
    published_at: float | None = None
    """Newest date in what was shown."""


class SourceState:
    """The state of all sources. Use from one thread.

    Args:
        path: the file; its directory is made.

    Raises:
        BosphorusError: it can't be opened, or a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            found = self._db.execute("PRAGMA user_version").fetchone()[0]
            if found > VERSION:
                raise BosphorusError(f"{path} was written by a newer version; use that, or move the file away")
            self._db.executescript(_TABLES)
            self._db.execute(f"PRAGMA user_version={VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise BosphorusError(f"can't use {path} for the state of the sources: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def validators(self, source: str) -> Validators:
        """Return what to ask the source's server with."""
        row = self._db.execute("SELECT etag, last_modified FROM sources WHERE source = ?", (source,)).fetchone()
        return Validators(*row) if row else Validators()

    def next_at(self, source: str) -> float:
        """Return when the source may be asked again, as a Unix time; 0 if it never was."""
        row = self._db.execute("SELECT next_at FROM sources WHERE source = ?", (source,)).fetchone()
        return float(row[0]) if row else 0.0

    def failures(self, source: str) -> int:
        """Return how often it has failed in a row."""
        row = self._db.execute("SELECT failures FROM sources WHERE source = ?", (source,)).fetchone()
        return int(row[0]) if row else 0

    def version_of(self, source: str, entry: bytes, content: bytes) -> int | None:
        """Return the version that this content of an entry would be; None if it has been seen."""
        rows = self._db.execute(
            "SELECT content, version FROM seen WHERE source = ? AND entry = ?", (source, entry)
        ).fetchall()
        if any(known == content for known, _ in rows):
            return None
        return 1 + max((version for _, version in rows), default=0)

    def note_seen(self, source: str, entries: Iterable[tuple[bytes, bytes, int]], now: float) -> None:
        """Note entries (entry, content, version) that were delivered."""
        self._many(
            "INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET shown_at = excluded.shown_at",
            ((source, entry, content, version, now) for entry, content, version in entries),
        )

    def note_shown(self, source: str, entries: Iterable[tuple[bytes, bytes]], now: float) -> None:
        """Note that known entries (entry, content) are still shown, and forget what has long not been."""
        self._many(
            "UPDATE seen SET shown_at = ? WHERE source = ? AND entry = ? AND content = ?",
            ((now, source, entry, content) for entry, content in entries),
        )
        self._db.execute(
            "DELETE FROM seen WHERE source = ? AND shown_at < ?", (source, now - FORGET_AFTER.total_seconds())
        )

    def published_at(self, source: str) -> datetime | None:
        """Return the newest date in what the source gave."""
        row = self._db.execute("SELECT published_at FROM sources WHERE source = ?", (source,)).fetchone()
        return _time(row[0]) if row else None

    def owe(self, source: str, updates: Iterable[Update], now: float) -> None:
        """Note files that a list named and that are still to be read."""
        self._many(
            "INSERT INTO owed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            ((source, update.url, update.size, update.md5, now) for update in updates),
        )

    def owed(self, source: str) -> list[tuple[Update, float]]:
        """Return the files that are still to be read, each with the Unix time since when."""
        rows = self._db.execute("SELECT url, size, md5, since FROM owed WHERE source = ?", (source,))
        return [(Update(url, size, md5), since) for url, size, md5, since in rows]

    def settle(self, source: str, update: Update) -> None:
        """Note that a file has been read, or given up."""
        self._db.execute("DELETE FROM owed WHERE source = ? AND url = ?", (source, update.url))

    def note_success(self, source: str, poll: Poll) -> None:
        """Note that a source answered."""
        self._db.execute(
            """INSERT INTO sources (source, etag, last_modified, next_at, succeeded_at, new_at, published_at, accepted, rejected)
            VALUES (:source, :etag, :modified, :next, :now, :new, :published, :accepted, :rejected)
            ON CONFLICT DO UPDATE SET etag = :etag, last_modified = :modified, next_at = :next, failures = 0, succeeded_at = :now,
            new_at = coalesce(:new, new_at), published_at = max(coalesce(:published, published_at), coalesce(published_at, :published)),
            accepted = accepted + :accepted, rejected = rejected + :rejected""",
            {
                "source": source, "etag": poll.validators.etag, "modified": poll.validators.last_modified, "next": poll.next_at,
                "now": poll.at, "new": poll.at if poll.accepted else None, "published": poll.published_at,
                "accepted": poll.accepted, "rejected": poll.rejected,
            },
        )  # fmt: skip

    def note_failure(self, source: str, reason: str, message: str, next_at: float) -> None:
        """Note that a source failed; it isn't asked before `next_at`."""
        self._db.execute(
            """INSERT INTO sources (source, next_at, failures, reason, message) VALUES (?, ?, 1, ?, ?)
            ON CONFLICT DO UPDATE SET next_at = excluded.next_at, failures = failures + 1, reason = excluded.reason,
            message = excluded.message""",
            (source, next_at, reason, message),
        )

    def forget(self, source: str) -> bool:
        """Forget a source and all that it has given; says whether it was known."""
        known = self._db.execute("DELETE FROM sources WHERE source = ?", (source,)).rowcount > 0
        for table in ("seen", "owed"):
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))  # noqa: S608 - names of our own
        return known

    def note_outlets(self, articles: Mapping[str, int], now: float) -> None:
        """Add to the number of articles of each outlet."""
        self._many(
            """INSERT INTO outlets VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET articles = articles + excluded.articles,
            last_at = excluded.last_at""",
            ((outlet, number, now, now) for outlet, number in articles.items()),
        )

    def outlets(self) -> Iterator[OutletCount]:
        """Yield the outlets, those with the most articles first."""
        rows = self._db.execute(
            "SELECT outlet, articles, first_at, last_at FROM outlets ORDER BY articles DESC, outlet"
        )
        for outlet, articles, first, last in rows:
            yield OutletCount(outlet, articles, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))

    def statuses(self) -> Iterator[SourceStatus]:
        """Yield how each source is doing, by name."""
        rows = self._db.execute(
            """SELECT source, accepted, rejected, failures, reason, message, succeeded_at, new_at, published_at, next_at FROM sources
            ORDER BY source"""
        )
        for *said, succeeded, new, published, next_at in rows:
            yield SourceStatus(*said, *(_time(t) for t in (succeeded, new, published, next_at)))

    def _many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        with closing(self._db.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(statement, rows)
            cursor.execute("COMMIT")


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
