"""Folding: an article that copies an earlier one, exactly or nearly, is the same story.

Exact copies meet by a digest of the text, near copies in a banded index of MinHash signatures. Texts are kept in the order in which
they came, for 96 hours of event time and up to a number; the index over them is in memory only, and made anew from the kept texts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from agents.watch.shingles import BANDS, bands, digest, signature, similarity, words

KEPT = timedelta(hours=96)
"""Event time for which a text is remembered: as long as its story at least."""
MAX_TEXTS = 50_000
"""Texts that are remembered at most; about 2 KiB each. The oldest go first."""
MIN_SIMILARITY = 0.4
"""Estimated Jaccard similarity of 3-word shingles from which two texts are copies of one another."""
_FORGOTTEN_AT_ONCE = 8
"""Texts that are dropped with each one that comes, so that no event has to drop thousands."""
_SPAN = "fold/span"


class Table(Protocol):
    """Where the texts are kept: bytes by key."""

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        ...

    def set(self, key: str, value: bytes) -> None:
        """Put a value."""
        ...

    def delete(self, key: str) -> None:
        """Remove a value; a missing one is no error."""
        ...


class _Text(msgspec.Struct, array_like=True, gc=False):
    """A text that has come: its story, its digest, its signature, and when it was published (seconds)."""

    story: str
    digest: bytes
    signature: bytes
    at: float


class Folder:
    """Finds the story that an article copies.

    Args:
        table: keeps the texts; every value is under 1 KiB. Keys begin with `fold/`.
        most: texts that are remembered at most.
    """

    def __init__(self, table: Table, most: int = MAX_TEXTS) -> None:
        self._table = table
        self._most = most
        self._texts: dict[int, _Text] = {}
        self._exact: dict[bytes, int] = {}
        self._bands: tuple[dict[bytes, int], ...] = tuple({} for _ in range(BANDS))
        self._newest = float("-inf")
        span = table.get(_SPAN)
        self._first, self._next = _PAIR.decode(span) if span is not None else (0, 0)
        for number in range(self._first, self._next):
            data = table.get(f"fold/{number}")
            if data is not None:
                text = _TEXT.decode(data)
                self._hold(number, text, bands(text.signature))

    def fold(self, story: str, title: str, body: str, at: datetime) -> str:
        """Return the story that this text copies; if there is none, it is kept under `story`, which is returned.

        Args:
            story: id for the text if it is new.
            title: plain text.
            body: plain text.
            at: event time.
        """
        now = at.timestamp()
        horizon = now - KEPT.total_seconds()
        spelt = words(title, body)
        exact = digest(spelt)
        equal = self._exact.get(exact)
        if equal is not None and self._texts[equal].at >= horizon:
            return self._texts[equal].story
        mine = signature(spelt)
        keys = bands(mine)
        found = self._nearest(mine, keys, horizon) or story
        if now >= self._newest - KEPT.total_seconds():
            self._keep(_Text(found, exact, mine, now), keys)
        return found

    def _nearest(self, mine: bytes, keys: tuple[bytes, ...], horizon: float) -> str | None:
        """Return the story of the most similar text that is similar enough; of equals, the earliest."""
        candidates = {
            number for band, key in zip(self._bands, keys, strict=True) if (number := band.get(key)) is not None
        }
        best, story = MIN_SIMILARITY, None
        for number in sorted(candidates):
            text = self._texts[number]
            if text.at < horizon:
                continue
            near = similarity(mine, text.signature)
            if near > best or (near == best and story is None):
                best, story = near, text.story
        return story

    def _keep(self, text: _Text, keys: tuple[bytes, ...]) -> None:
        number = self._next
        self._table.set(f"fold/{number}", _ENCODER.encode(text))
        self._next += 1
        self._hold(number, text, keys)
        self._forget()
        self._table.set(_SPAN, _ENCODER.encode((self._first, self._next)))

    def _hold(self, number: int, text: _Text, keys: tuple[bytes, ...]) -> None:
        # The latest text of a band stands for it: the one before is of the same story, or was compared and is not.
        self._texts[number] = text
        self._exact[text.digest] = number
        self._newest = max(self._newest, text.at)
        for band, key in zip(self._bands, keys, strict=True):
            band[key] = number

    def _forget(self) -> None:
        """Drop some of what is too old, or too much."""
        horizon = self._newest - KEPT.total_seconds()
        for number in range(self._first, min(self._first + _FORGOTTEN_AT_ONCE, self._next)):
            text = self._texts.get(number)
            if text is not None and text.at >= horizon and self._next - number <= self._most:
                return
            self._first = number + 1
            if text is not None:
                self._drop(number, text)

    def _drop(self, number: int, text: _Text) -> None:
        del self._texts[number]
        self._table.delete(f"fold/{number}")
        if self._exact.get(text.digest) == number:
            del self._exact[text.digest]
        for band, key in zip(self._bands, bands(text.signature), strict=True):
            if band.get(key) == number:
                del band[key]


_TEXT = msgspec.msgpack.Decoder(_Text)
_PAIR = msgspec.msgpack.Decoder(tuple[int, int])
_ENCODER = msgspec.msgpack.Encoder()
