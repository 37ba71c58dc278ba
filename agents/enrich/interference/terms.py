"""Finding lexicon terms in words: `deepfake*` is every word that begins so, `face swap*` a word and then such a word.

The words that a term can begin with are found in the pass that all lexicons share (`lookouts`); what such a word can
begin is remembered, because news uses few words many times. The memory is bounded and changes no result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from agents.enrich.reading.folding import fold
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.text import Part

T = TypeVar("T")

MEMORY = 20_000
"""Words remembered that a term begins with; at some 100 bytes each that is 2 MB at most."""
_KEY = 3
"""First letters by which terms with `*` are found; shorter stems are refused."""


class TermHit(NamedTuple, Generic[T]):
    """Words `first:last` (half open) are the term; `what` is what it stands for."""

    first: int
    last: int
    what: T


class _Term(NamedTuple, Generic[T]):
    words: tuple[str, ...]
    what: T


class _Begun(NamedTuple, Generic[T]):
    """The terms that a word begins: those of that word alone, and the longer ones by their second word, or its stem."""

    alone: list[_Term[T]]
    by_second: dict[str, list[_Term[T]]]
    by_stem: list[_Term[T]]


class TermIndex(Generic[T]):
    """Terms and what they stand for.

    Raises:
        ValueError: a stem is shorter than three letters.
    """

    def __init__(self, terms: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, list[_Term[T]]] = {}
        self._prefix: dict[str, list[_Term[T]]] = {}
        self._begun: dict[str, _Begun[T]] = {}
        for text, what in terms:
            words = tuple(fold(text).replace("-", " ").split())
            first = words[0]
            if first.endswith("*"):
                if len(first) <= _KEY:
                    raise ValueError(f"the stem {first!r} is shorter than {_KEY} letters")
                self._prefix.setdefault(first[:_KEY], []).append(_Term((first[:-1], *words[1:]), what))
            else:
                self._exact.setdefault(first, []).append(_Term(words, what))
        self._lookout = Lookout(self._begins)

    def find_all(self, part: Part, first: int = 0, last: int | None = None) -> list[TermHit[T]]:
        """Every term in words `first:last` of a part, in text order."""
        words = part.words
        stop = len(words) if last is None else last
        candidates = part.wanted(self._lookout)
        if first or last is not None:
            candidates = candidates[bisect_left(candidates, first) : bisect_left(candidates, stop)]
        found: list[TermHit[T]] = []
        for at in candidates:
            begun = self._remembered(words[at])
            found += [TermHit(at, at + 1, term.what) for term in begun.alone]
            if at + 1 >= stop:
                continue
            for term in (*begun.by_second.get(words[at + 1], ()), *begun.by_stem):
                end = at + len(term.words)
                if end <= stop and _rest_matches(term.words, words, at):
                    found.append(TermHit(at, end, term.what))
        return found

    def _remembered(self, word: str) -> _Begun[T]:
        begun = self._begun.get(word)
        if begun is None:
            if len(self._begun) >= MEMORY:
                self._begun.clear()
            begun = self._begun[word] = _Begun([], {}, [])
            for term in self._begin(word):
                if len(term.words) == 1:
                    begun.alone.append(term)
                elif term.words[1].endswith("*"):
                    begun.by_stem.append(term)
                else:
                    begun.by_second.setdefault(term.words[1], []).append(term)
        return begun

    def _begins(self, word: str) -> bool:
        return bool(self._begin(word))

    def _begin(self, word: str) -> tuple[_Term[T], ...]:
        """The terms that this word can begin."""
        return (
            *self._exact.get(word, ()),
            *(term for term in self._prefix.get(word[:_KEY], ()) if word.startswith(term.words[0])),
        )


def _rest_matches(term: tuple[str, ...], words: list[str], at: int) -> bool:
    for n in range(1, len(term)):
        wanted, word = term[n], words[at + n]
        if not (word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted):
            return False
    return True
