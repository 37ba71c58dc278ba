"""Finding many phrases at once: a dictionary by first word, tried only where a first word occurs.

Works on folded words, so a phrase matches whatever its case, accents, or the white space between its words. Building
it for 50,000 phrases takes a tenth of a second and looking through 400 words takes 20 microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from agents.enrich.folding import fold
from agents.enrich.text import Part

T = TypeVar("T")

_WORD = re.compile(r"\w+")


class Hit(NamedTuple, Generic[T]):
    """Words `first:last` (half open) of a part are a phrase; `what` is what the phrase stands for."""

    first: int
    last: int
    what: T


def words_of(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase: `U.S.` is `("u", "s")`."""
    return tuple(_WORD.findall(fold(phrase)))


class PhraseIndex(Generic[T]):
    """Phrases and what they stand for. A phrase may stand for several things: each is a hit."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        by_first: dict[str, dict[tuple[str, ...], list[T]]] = {}
        for phrase, what in phrases:
            words = words_of(phrase)
            if words:
                by_first.setdefault(words[0], {}).setdefault(words[1:], []).append(what)
        self._by_first = {
            first: sorted(rests.items(), key=lambda item: -len(item[0])) for first, rests in by_first.items()
        }

    def __contains__(self, phrase: str) -> bool:
        words = words_of(phrase)
        return bool(words) and any(rest == words[1:] for rest, _ in self._by_first.get(words[0], ()))

    def starts_with(self, word: str) -> bool:
        """True if a phrase starts with this folded word."""
        return word in self._by_first

    def items(self) -> Iterator[tuple[tuple[str, ...], T]]:
        """Every phrase, as folded words, with what it stands for."""
        for first, rests in self._by_first.items():
            for rest, whats in rests:
                for what in whats:
                    yield (first, *rest), what

    def find_all(self, part: Part) -> Iterator[Hit[T]]:
        """Every phrase in the part, in text order, the longest first where several start at one word."""
        words, by_first = part.words, self._by_first
        for at in [at for at, word in enumerate(words) if word in by_first]:
            for rest, whats in by_first[words[at]]:
                end = at + 1 + len(rest)
                if not rest or tuple(words[at + 1 : end]) == rest:
                    for what in whats:
                        yield Hit(at, end, what)

    def find(self, part: Part) -> Iterator[Hit[T]]:
        """The longest phrases that do not overlap, in text order."""
        reach = 0
        start = -1
        for hit in self.find_all(part):
            if hit.first >= reach or (hit.first == start and hit.last == reach):
                start, reach = hit.first, hit.last
                yield hit
