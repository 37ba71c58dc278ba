"""Finding many phrases at once: dictionaries by first and second word, tried only where a first word occurs.

Works on folded words, so a phrase matches whatever its case, accents, or the white space between its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

from agents.enrich.reading.folding import fold
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.text import Part

T = TypeVar("T")

_WORD: Final = re.compile(r"\w+")


class Hit(Generic[T]):
    """Words `first:last` (half open) of a part are a phrase; `what` is what the phrase stands for."""

    __slots__ = ("first", "last", "what")

    def __init__(self, first: int, last: int, what: T) -> None:
        self.first = first
        self.last = last
        self.what = what


def words_of(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase: `U.S.` is `("u", "s")`."""
    return words_in(fold(phrase))


def words_in(folded: str) -> tuple[str, ...]:
    """The words of a phrase that is folded."""
    plain = folded.replace(" ", "").isalnum()  # mostly: then it need only be cut at spaces
    return tuple(folded.split() if plain else _WORD.findall(folded))


_NO_LONGER: Final[dict[str, Any]] = {}
"""Shared by the four words of five that begin no longer phrase; never written to."""


class _Begun(Generic[T]):
    """What a first word begins: by itself, and by second word the rests of phrases, the longest first."""

    __slots__ = ("alone", "longer")

    def __init__(self) -> None:
        self.alone: list[T] = []
        self.longer: dict[str, list[tuple[list[str], list[T]]]] = _NO_LONGER


class PhraseIndex(Generic[T]):
    """Phrases, as text or folded words, and what they stand for. A phrase may stand for several things: each is a hit."""

    def __init__(self, phrases: Iterable[tuple[str | tuple[str, ...], T]]) -> None:
        self._begun: dict[str, _Begun[T]] = {}
        for phrase, what in phrases:
            words = words_of(phrase) if isinstance(phrase, str) else phrase
            if words:
                self._add(words, what)
        for begun in self._begun.values():
            for rests in begun.longer.values():
                if len(rests) > 1:
                    rests.sort(key=lambda pair: -len(pair[0]))
        self._lookout = Lookout(self._begun.__contains__)

    def _add(self, words: tuple[str, ...], what: T) -> None:
        begun = self._begun.get(words[0])
        if begun is None:
            begun = self._begun[words[0]] = _Begun()
        if len(words) == 1:
            begun.alone.append(what)
            return
        if not begun.longer:
            begun.longer = {}
        rests, rest = begun.longer.setdefault(words[1], []), list(words[2:])
        for known, whats in rests:
            if known == rest:
                whats.append(what)
                return
        rests.append((rest, [what]))

    def starts_with(self, word: str) -> bool:
        """True if a phrase starts with this folded word."""
        return word in self._begun

    def alone(self, word: str) -> list[T]:
        """What this folded word stands for by itself."""
        begun = self._begun.get(word)
        return begun.alone if begun is not None else []

    def single_words(self) -> Iterator[tuple[str, T]]:
        """Every phrase of one word, with what it stands for."""
        for word, begun in self._begun.items():
            for what in begun.alone:
                yield word, what

    def items(self) -> Iterator[tuple[tuple[str, ...], T]]:
        """Every phrase, as folded words, with what it stands for."""
        for first, begun in self._begun.items():
            for what in begun.alone:
                yield (first,), what
            for second, rests in begun.longer.items():
                for rest, whats in rests:
                    for what in whats:
                        yield (first, second, *rest), what

    def find_all(self, part: Part) -> list[Hit[T]]:
        """Every phrase in the part, in text order, the longest first where several start at one word."""
        return self._at(part, part.wanted(self._lookout), overlapping=True)

    def find(self, part: Part) -> list[Hit[T]]:
        """The longest phrases that do not overlap, in text order."""
        return self._at(part, part.wanted(self._lookout), overlapping=False)

    def find_names(self, part: Part) -> list[Hit[T]]:
        """As `find`, but only where a word is written as a name, that is, not in small letters."""
        small = part.small
        return self._at(part, [at for at in part.wanted(self._lookout) if not small[at]], overlapping=False)

    def _at(self, part: Part, candidates: list[int], *, overlapping: bool) -> list[Hit[T]]:
        hits: list[Hit[T]] = []
        words, reach = part.words, 0
        count = len(words)
        for at in candidates:
            if at < reach:
                continue
            begun = self._begun[words[at]]
            rests = begun.longer.get(words[at + 1]) if begun.longer and at + 1 < count else None
            if rests is not None:
                for rest, whats in rests:
                    last = at + 2 + len(rest)
                    if rest and words[at + 2 : last] != rest:
                        continue
                    hits += [Hit(at, last, what) for what in whats]
                    reach = last
                    if not overlapping:
                        break
            if begun.alone and (overlapping or at >= reach):
                hits += [Hit(at, at + 1, what) for what in begun.alone]
                reach = at + 1
            if overlapping:
                reach = 0
        return hits


def longest(hits: Iterable[Hit[T]]) -> Iterator[Hit[T]]:
    """Those that do not overlap an earlier or longer one; hits come sorted, the longest first at each word."""
    start, reach = -1, 0
    for hit in hits:
        if hit.first >= reach or (hit.first == start and hit.last == reach):
            start, reach = hit.first, hit.last
            yield hit
