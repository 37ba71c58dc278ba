"""The lines that `bosphorus bursts` reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import msgspec

from schemas.doors import TimedKey
from schemas.errors import MalformedError

FIRST_YEAR, LAST_YEAR = 1900, 2999
_DECODER = msgspec.json.Decoder(TimedKey)


class _Dated(msgspec.Struct):
    """A line whose time is a day."""

    key: str
    at: date
    story: str
    origin: str | None = None


_DATED = msgspec.json.Decoder(_Dated)


def parse(line: bytes) -> TimedKey:
    """Read one line; a time without a zone is UTC, a day is its first moment.

    Raises:
        MalformedError: names the field and what it should be.
    """
    try:
        found = _decoded(line)
    except msgspec.ValidationError as error:
        raise MalformedError("wrong_type", f"{error}; a line needs key, at (RFC 3339, or a day) and story") from error
    except msgspec.DecodeError as error:
        raise MalformedError("not_json", f"not JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise MalformedError("not_text", f"not UTF-8 at byte {error.start}") from error
    if not FIRST_YEAR <= found.at.year <= LAST_YEAR:
        raise MalformedError(
            "date_absurd", f"at: {found.at.isoformat()} is no time of news; years {FIRST_YEAR} to {LAST_YEAR} are"
        )
    at = found.at if found.at.tzinfo else found.at.replace(tzinfo=UTC)
    return msgspec.structs.replace(found, at=at.astimezone(UTC))


def _decoded(line: bytes) -> TimedKey:
    try:
        return _DECODER.decode(line)
    except msgspec.ValidationError as error:
        try:
            dated = _DATED.decode(line)
        except msgspec.ValidationError:
            raise error from None
        return TimedKey(dated.key, datetime.combine(dated.at, time(), UTC), dated.story, dated.origin)
