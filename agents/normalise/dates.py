"""Dates as people write them, to UTC of millisecond precision.

Read are ISO 8601 (RFC 3339 and the looser habits around it), RFC 2822 and the HTTP dates, and the epoch in seconds, milliseconds or
microseconds, as a number or as digits. A date without a zone is UTC and is flagged. Nothing is guessed: 05/12/2023 is nobody's
standard and isn't read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from schemas.errors import RejectedArticleError

EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""A date outside these is a mistake of the sender's (year 1, year 9999), and so is the first day of the epoch: a clock that was never set."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = timedelta(days=1)
MILLISECONDS_FROM = 1e11
"""Numbers from here on are milliseconds: as seconds they would be the year 5138, as milliseconds they are 1973."""
MICROSECONDS_FROM = 1e14
MAX_LENGTH = 64

_DIGITS = re.compile(r"[+-]?\d+(?:\.\d*)?")
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6})?")
_ISO_START = re.compile(r"\d{4}[-/W]?")
_SPACED_ZONE = re.compile(r"\s+(?:(?=[+-]\d)|(?:UTC|GMT|Z)$)", re.IGNORECASE)
_DATE_ONLY = re.compile(r"\d{4}-?(?:\d{2}-?\d{2}|W\d{2}-?\d)")


class UnreadableDateError(RejectedArticleError):
    """A date that can't be read, or that can't be true; callers turn it into a flag."""


def read_date(value: str | float, flags: set[str]) -> datetime:
    """Return the moment in UTC, cut to the millisecond; add `date_zone_assumed` or `date_only` to `flags` where it applies.

    Raises:
        UnreadableDateError: reason `date_unreadable` or `date_absurd`.
    """
    try:
        moment = _from_number(value) if isinstance(value, (int, float)) else _from_text(value.strip(), flags)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
            if "date_only" not in flags:
                flags.add("date_zone_assumed")
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise UnreadableDateError("date_absurd", f"{str(value)[:MAX_LENGTH]!r} is beyond every calendar") from error
    except (ValueError, TypeError, IndexError) as error:
        raise UnreadableDateError(
            "date_unreadable",
            f"{str(value)[:MAX_LENGTH]!r} is not a date; send ISO 8601 (2023-05-12T20:00:05Z), RFC 2822 or the epoch in s or ms",
        ) from error
    if not EARLIEST <= moment < LATEST or EPOCH <= moment < EPOCH + EPOCH_DAY:
        raise UnreadableDateError("date_absurd", f"{str(value)[:MAX_LENGTH]!r} can't be the date of an article")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _from_number(value: float) -> datetime:
    size = abs(value)
    if size >= MICROSECONDS_FROM:
        value = value / 1e6
    elif size >= MILLISECONDS_FROM:
        value = value / 1e3
    # Rounded: 1683921605.123 as a double is a hair below, and cutting it would lose a millisecond.
    return EPOCH + timedelta(milliseconds=round(value * 1e3))


def _from_text(text: str, flags: set[str]) -> datetime:
    if not text or len(text) > MAX_LENGTH or not text.isascii():
        raise ValueError(text)
    if len(text) > len("2023-05-12T20:00") and text[4] == "-" and text[10] == "T":
        return datetime.fromisoformat(text)  # the usual form, without a detour
    if _COMPACT.fullmatch(text):
        flags.add("date_only" if len(text) == len("20230512") else "date_zone_assumed")
        return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if _DIGITS.fullmatch(text):
        return _from_number(float(text))
    if _ISO_START.match(text):
        text = text.upper().replace("/", "-")
        if _DATE_ONLY.fullmatch(text):
            flags.add("date_only")
        return datetime.fromisoformat(_SPACED_ZONE.sub(lambda m: "" if m.end() < len(text) else "Z", text))
    return parsedate_to_datetime(text)
