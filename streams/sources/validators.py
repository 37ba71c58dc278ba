"""What a server gave to ask whether something has changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """See RFC 9110, section 8.8."""

    etag: str | None = None
    last_modified: str | None = None
