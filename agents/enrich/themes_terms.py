"""Finding lexicon terms in words: `deepfake*` is every word that begins so, `face swap*` a word and then such a word.

One pass over the words for all terms of a language. What a word can begin is remembered, because news uses few
words many times; the memory is bounded and changes no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from agents.enrich.folding import fold

T = TypeVar("T")

MEMORY = 100_000
"""Words remembered; at some 100 bytes each that is 10 MB at most."""
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


class TermIndex(Generic[T]):
    """Terms and what they stand for.

    Raises:
        ValueError: a stem is shorter than three letters.
    """

    def __init__(self, terms: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, list[_Term[T]]] = {}
        self._prefix: dict[str, list[_Term[T]]] = {}
        for text, what in terms:
            words = tuple(fold(text).replace("-", " ").split())
            first = words[0]
            if first.endswith("*"):
                if len(first) <= _KEY:
                    raise ValueError(f"the stem {first!r} is shorter than {_KEY} letters")
                self._prefix.setdefault(first[:_KEY], []).append(_Term((first[:-1], *words[1:]), what))
            else:
                self._exact.setdefault(first, []).append(_Term(words, what))
        self._begins = _Memory(self._exact, self._prefix)

    def find_all(self, words: list[str]) -> Iterator[TermHit[T]]:
        """Every term in the words, in text order."""
        begins = self._begins
        for at in [at for at, word in enumerate(words) if begins[word]]:
            for term in begins[words[at]]:
                end = at + len(term.words)
                if end == at + 1 or _rest_matches(term.words, words, at, end):
                    yield TermHit(at, end, term.what)


class _Memory(dict[str, "tuple[_Term[T], ...]"], Generic[T]):
    """Word to the terms that it begins; looked up once, then remembered."""

    def __init__(self, exact: dict[str, list[_Term[T]]], prefix: dict[str, list[_Term[T]]]) -> None:
        super().__init__()
        self._exact = exact
        self._prefix = prefix

    def __missing__(self, word: str) -> tuple[_Term[T], ...]:
        found = (
            *self._exact.get(word, ()),
            *(term for term in self._prefix.get(word[:_KEY], ()) if word.startswith(term.words[0])),
        )
        if len(self) >= MEMORY:
            self.clear()
        self[word] = found
        return found


def _rest_matches(term: tuple[str, ...], words: list[str], at: int, end: int) -> bool:
    if end > len(words):
        return False
    for wanted, word in zip(term[1:], words[at + 1 : end], strict=True):
        if not (word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted):
            return False
    return True
