"""GDELT's lists of files: a line for each, with size, MD5 and address.

`lastupdate.txt` names the three files of the last 15 minutes, `masterfilelist.txt` every file since February 2015; both exist for translated news too
(http://data.gdeltproject.org/gdeltv2/). A file's name starts with the end of its 15 minutes, in UTC.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from schemas.errors import MalformedError

EVERY = timedelta(minutes=15)
LONGEST_GAP = timedelta(days=7)
"""The most that is made up for when nobody listened; a longer gap is for the whole list."""
SHORT_LIST = 16
"""A list of more lines is a history, of which only the last day is read unless more is asked for."""
DEFAULT_HISTORY = timedelta(days=1)
_LINES = re.compile(
    rb"^[ \t]*(\d{1,12}) ([0-9a-fA-F]{32}) (https?://\S+/(\d{14})\.[^/\s]*\.zip)[ \t\r]*$", re.MULTILINE
)
_STAMP = re.compile(r"(?:^|/)(\d{14})(?:\.[^/]*)?$")


class Update(Struct, frozen=True):
    """One file of a list. Size (bytes) and MD5 (hexadecimal) are None where the file was not in the list that we saw."""

    url: str
    size: int | None = None
    md5: str | None = None

    @property
    def stamp(self) -> datetime | None:
        """The end of the 15 minutes that it is of; None if its name doesn't say."""
        found = _STAMP.search(self.url)
        try:
            return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.size, self.md5, self.url) if part is not None)


def is_update_list(body: bytes) -> bool:
    """Say whether the bytes are such a list: at least the first line is one of its lines."""
    return _LINES.match(body[:4096].lstrip().partition(b"\n")[0]) is not None


def updates_in(body: bytes, since: datetime | None = None, until: datetime | None = None) -> list[Update]:
    """Return the files of a list, in its order; a line that is broken, as some of the real ones are, is passed over.

    Of a long list only those from `since` on, before `until`; without either, those of its last day.
    """
    first, end = (f"{t:%Y%m%d%H%M%S}".encode() if t else None for t in (since, until))
    if first is end is None and body.count(b"\n") > SHORT_LIST:
        newest = Update(max((m[4] for m in _LINES.finditer(body)), default=b"").decode()).stamp
        first = f"{newest - DEFAULT_HISTORY:%Y%m%d%H%M%S}".encode() if newest else None
    # Digits are compared as they stand: the real list has a million lines.
    return [
        Update(m[3].decode("ascii", "replace"), int(m[1]), m[2].decode().lower())
        for m in _LINES.finditer(body)
        if (first is None or m[4] >= first) and (end is None or m[4] < end)
    ]


def missed(updates: Sequence[Update], last: datetime) -> list[Update]:
    """Return the files between the last one that was read and those of a short list, by the names that they must have.

    The list of the last 15 minutes forgets; whoever was away for an hour would miss three times three files.
    """
    stamps = [u.stamp for u in updates if u.stamp]
    if not stamps or len(updates) > SHORT_LIST:
        return []
    first, newest = min(stamps), max(stamps)
    gap = itertools.takewhile(lambda t: t < first, (last + EVERY * n for n in itertools.count(1)))
    names = [u.url for u in updates if u.stamp == newest]
    start = first - LONGEST_GAP
    return [
        Update(_STAMP.sub(lambda m, t=t: m[0].replace(m[1], f"{t:%Y%m%d%H%M%S}"), name))  # type: ignore[misc]
        for t in gap
        if t >= start
        for name in names
    ]


def check(update: Update, body: bytes) -> None:
    """Hold a file to its line in the list.

    Raises:
        MalformedError: `checksum`.
    """
    found = hashlib.md5(body, usedforsecurity=False).hexdigest()
    if (update.size is not None and len(body) != update.size) or (update.md5 is not None and found != update.md5):
        raise MalformedError(
            "checksum",
            f"{update.url} has {len(body):,} bytes with MD5 {found}, the list says {update.size:,} with {update.md5}; it is fetched again",
        )
