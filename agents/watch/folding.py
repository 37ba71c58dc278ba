"""Folding: an article that copies an earlier one, exactly or nearly, is the same story.

Exact copies meet by a digest of the text, near copies in a banded index of MinHash signatures. The index is bounded: two
generations of event time; what hasn't been seen for one to two generations is dropped.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from agents.watch.shingles import bands, digest, signature, similarity, words

GENERATION = timedelta(hours=72)
MIN_SIMILARITY = 0.4
"""Estimated Jaccard similarity of 3-word shingles from which two texts are copies of one another."""


class Table(Protocol):
    """Where the index lives: bytes by key."""

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        ...

    def set(self, key: str, value: bytes) -> None:
        """Put a value."""
        ...

    def delete(self, key: str) -> None:
        """Remove a value; a missing one is no error."""
        ...


class _Folded(msgspec.Struct, array_like=True):
    """An indexed text: its story, its digest and its signature."""

    story: str
    digest: str
    signature: bytes


class _Generation(msgspec.Struct, array_like=True):
    """How many texts a generation holds, so that it can be dropped."""

    number: int
    texts: int


class Folder:
    """Finds the story that an article copies.

    Args:
        table: keeps the index; every value is under 1 KiB. Keys begin with `fold/`.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def fold(self, story: str, title: str, body: str, at: datetime) -> str:
        """Return the story that this text copies; if there is none, it is indexed under `story`, which is returned.

        Args:
            story: id for the text if it is new.
            title: plain text.
            body: plain text.
            at: event time; decides the generation.
        """
        tokens = words(title, body)
        exact = digest(tokens)
        now = int(at.timestamp() // GENERATION.total_seconds())
        for generation in (now, now - 1):
            found = self._table.get(f"fold/{generation}/x/{exact}")
            if found is not None:
                return found.decode()
        mine = signature(tokens)
        keys = bands(mine)
        copied = self._nearest(mine, keys, now) or story
        self._index(_Folded(copied, exact, mine), keys, now)
        return copied

    def _nearest(self, mine: bytes, keys: list[str], now: int) -> str | None:
        """Return the story of the most similar indexed text that is similar enough; of equals, the earliest indexed."""
        best, story, seen = MIN_SIMILARITY, None, set()
        get = self._table.get
        for generation in (now - 1, now):
            prefix = f"fold/{generation}/b/"
            for key in keys:
                place = get(prefix + key)
                if place is None or (generation, place) in seen:
                    continue
                seen.add((generation, place))
                data = self._table.get(f"fold/{generation}/t/{place.decode()}")
                if data is None:
                    continue
                text = _FOLDED.decode(data)
                near = similarity(mine, text.signature)
                if near > best or (near == best and story is None):
                    best, story = near, text.story
        return story

    def _index(self, text: _Folded, keys: list[str], now: int) -> None:
        head = self._table.get(f"fold/{now % 2}")
        generation = _GENERATION.decode(head) if head is not None else _Generation(now, 0)
        if generation.number > now:
            return  # older than anything that is still kept
        if generation.number < now:
            self._drop(generation)
            generation = _Generation(now, 0)
        place = str(generation.texts)
        self._table.set(f"fold/{now}/t/{place}", msgspec.msgpack.encode(text))
        self._table.set(f"fold/{now}/x/{text.digest}", text.story.encode())
        prefix = f"fold/{now}/b/"
        for key in keys:
            name = prefix + key
            # The first text of a band keeps it: what comes after is its copy, or was compared with it.
            if self._table.get(name) is None:
                self._table.set(name, place.encode())
        generation.texts += 1
        self._table.set(f"fold/{now % 2}", msgspec.msgpack.encode(generation))

    def _drop(self, generation: _Generation) -> None:
        """Remove all that a generation indexed."""
        for place in range(generation.texts):
            name = f"fold/{generation.number}/t/{place}"
            data = self._table.get(name)
            if data is None:
                continue
            text = _FOLDED.decode(data)
            for key in bands(text.signature):
                self._table.delete(f"fold/{generation.number}/b/{key}")
            self._table.delete(f"fold/{generation.number}/x/{text.digest}")
            self._table.delete(name)


_FOLDED = msgspec.msgpack.Decoder(_Folded)
_GENERATION = msgspec.msgpack.Decoder(_Generation)
