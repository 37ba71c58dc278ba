"""Finding many phrases at once: dictionaries by first and second word, tried only where a first word occurs.

Works on folded words, so a phrase matches whatever its case, accents, or the white space between its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

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


_Rests = list[tuple[list[str], list[T]]]
"""The words that may follow, the longest first, and what the phrase then stands for."""

_ARTICLES: Final = frozenset({"the", "a", "an"})


class _Begun(Generic[T]):
    """What a word begins: by itself, by second word, and by the article before it; None for nothing, which most have of most."""

    __slots__ = ("alone", "behind", "longer")

    def __init__(self) -> None:
        self.alone: list[T] | None = None
        self.longer: dict[str, _Rests[T]] | None = None
        self.behind: dict[str, _Rests[T]] | None = None


class PhraseIndex(Generic[T]):
    """Phrases, as text or folded words, and what they stand for. A phrase may stand for several things: each is a hit.

    Articles stand in every line: a phrase that begins with one is looked for where its second word stands.
    """

    def __init__(self, phrases: Iterable[tuple[str | tuple[str, ...], T]]) -> None:
        self._begun: dict[str, _Begun[T]] = {}
        self._articles: set[str] = set()
        for phrase, what in phrases:
            words = words_of(phrase) if isinstance(phrase, str) else phrase
            if words:
                self._add(words, what)
        for begun in self._begun.values():
            for several in (begun.longer, begun.behind):
                for rests in several.values() if several is not None else ():
                    if len(rests) > 1:
                        rests.sort(key=lambda pair: -len(pair[0]))
        self._lookout = Lookout(self._begun.__contains__)

    def _add(self, words: tuple[str, ...], what: T) -> None:
        first = words[0]
        if len(words) == 1:
            begun = self._entry(first)
            if begun.alone is None:
                begun.alone = []
            begun.alone.append(what)
            return
        if first in _ARTICLES:
            self._articles.add(first)
            begun = self._entry(words[1])
            if begun.behind is None:
                begun.behind = {}
            rests = begun.behind.setdefault(first, [])
        else:
            begun = self._entry(first)
            if begun.longer is None:
                begun.longer = {}
            rests = begun.longer.setdefault(words[1], [])
        rest = list(words[2:])
        for known, whats in rests:
            if known == rest:
                whats.append(what)
                return
        rests.append((rest, [what]))

    def _entry(self, word: str) -> _Begun[T]:
        begun = self._begun.get(word)
        if begun is None:
            begun = self._begun[word] = _Begun()
        return begun

    def starts_with(self, word: str) -> bool:
        """True if a phrase starts with this folded word."""
        begun = self._begun.get(word)
        return word in self._articles if begun is None else bool(begun.alone or begun.longer)

    def alone(self, word: str) -> list[T]:
        """What this folded word stands for by itself."""
        begun = self._begun.get(word)
        return [] if begun is None else begun.alone or []

    def single_words(self) -> Iterator[tuple[str, T]]:
        """Every phrase of one word, with what it stands for."""
        for word, begun in self._begun.items():
            for what in begun.alone or ():
                yield word, what

    def items(self) -> Iterator[tuple[tuple[str, ...], T]]:
        """Every phrase, as folded words, with what it stands for."""
        for word, begun in self._begun.items():
            for what in begun.alone or ():
                yield (word,), what
            for second, rests in (begun.longer or {}).items():
                yield from _phrases((word, second), rests)
            for article, rests in (begun.behind or {}).items():
                yield from _phrases((article, word), rests)

    def find_all(self, part: Part) -> list[Hit[T]]:
        """Every phrase in the part, in text order, the longest first where several start at one word."""
        return self._at(part, part.wanted(self._lookout), overlapping=True)

    def find(self, part: Part) -> list[Hit[T]]:
        """The longest phrases that do not overlap, in text order."""
        return self._at(part, part.wanted(self._lookout), overlapping=False)

    def find_names(self, part: Part) -> list[Hit[T]]:
        """As `find`, but only where the first words are written as a name is, that is, not in small letters."""
        small = part.small
        return self._at(part, [at for at in part.wanted(self._lookout) if not small[at]], overlapping=False, names=True)

    def _at(self, part: Part, candidates: list[int], *, overlapping: bool, names: bool = False) -> list[Hit[T]]:
        hits: list[Hit[T]] = []
        words, small, reach = part.words, part.small, 0
        count = len(words)
        for at in candidates:
            begun = self._begun[words[at]]
            behind, longer, alone = begun.behind, begun.longer, begun.alone
            if behind is not None and at > reach and not (names and small[at - 1]):
                rests = behind.get(words[at - 1])
                if rests is not None:
                    end = _follow(words, at - 1, at + 1, rests, hits, every=overlapping)
                    reach = reach if overlapping else max(reach, end)
            if at < reach:
                continue
            if longer is not None and at + 1 < count:
                rests = longer.get(words[at + 1])
                if rests is not None:
                    end = _follow(words, at, at + 2, rests, hits, every=overlapping)
                    reach = reach if overlapping else max(reach, end)
            if alone is not None and at >= reach:
                for what in alone:
                    hits.append(Hit(at, at + 1, what))  # noqa: PERF401 - nearly always one
                reach = reach if overlapping else at + 1
        return hits


def _phrases(begin: tuple[str, str], rests: _Rests[T]) -> Iterator[tuple[tuple[str, ...], T]]:
    return (((*begin, *rest), what) for rest, whats in rests for what in whats)


def _follow(  # noqa: PLR0913 - where, what may follow, and where to put it
    words: list[str], first: int, after: int, rests: _Rests[T], hits: list[Hit[T]], *, every: bool
) -> int:
    """Add the longest phrase that starts at word `first` and has one of these rests from word `after` on, or every such one.

    Where the last of them ends; 0 if there is none.
    """
    reach = 0
    for rest, whats in rests:
        last = after + len(rest)
        if not rest or words[after:last] == rest:
            hits += [Hit(first, last, what) for what in whats]
            reach = last
            if not every:
                break
    return reach


def longest(hits: Iterable[Hit[T]]) -> Iterator[Hit[T]]:
    """Those that do not overlap an earlier or longer one; hits come sorted, the longest first at each word."""
    start, reach = -1, 0
    for hit in hits:
        if hit.first >= reach or (hit.first == start and hit.last == reach):
            start, reach = hit.first, hit.last
            yield hit
