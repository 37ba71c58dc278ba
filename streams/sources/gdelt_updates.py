"""GDELT's list of updates: every 15 minutes three lines, each with the size, the MD5 and the address of a new file."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from schemas.errors import MalformedError

_LINE = re.compile(rb"(\d{1,12}) ([0-9a-f]{32}) (https?://\S+\.zip)", re.IGNORECASE)
MAX_LINES = 16
"""lastupdate.txt has three lines. masterfilelist.txt has a million: that one isn't followed."""


class Update(Struct, frozen=True):
    """One file of the list."""

    size: int
    md5: str
    url: str


def updates_in(body: bytes) -> list[Update] | None:
    """Return the files of a list; None if the bytes are no such list."""
    lines = body.split(b"\n", MAX_LINES + 1)
    said = [line.strip() for line in lines if line.strip()]
    if not said or len(said) > MAX_LINES:
        return None
    matches = [_LINE.fullmatch(line) for line in said]
    if None in matches:
        return None
    return [Update(int(m[1]), m[2].decode().lower(), m[3].decode("ascii", "replace")) for m in matches if m]


def check(update: Update, body: bytes) -> None:
    """Hold a file to its line in the list.

    Raises:
        MalformedError: `checksum`.
    """
    found = hashlib.md5(body, usedforsecurity=False).hexdigest()
    if len(body) != update.size or found != update.md5:
        raise MalformedError(
            "checksum",
            f"{update.url} has {len(body):,} bytes with MD5 {found}, the list says {update.size:,} with {update.md5}; it is fetched again",
        )
