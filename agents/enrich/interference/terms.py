"""Finding lexicon terms in words: `deepfake*` is every word that begins so, `face swap*` a word and then such a word.

The words that a term can begin with are found in the pass that all lexicons share (`lookouts`); what such a word can
begin is remembered, because news uses few words many times. The memory is bounded and changes no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from agents.enrich.reading.folding import fold
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.matching import Hit
from agents.enrich.reading.text import Part

T = TypeVar("T")

MEMORY: Final = 20_000
"""Words remembered that a term begins with; at some 100 bytes each that is 2 MB at most."""
_KEY: Final = 3
"""First letters by which terms with `*` are found; shorter stems are refused."""


class _Term(NamedTuple, Generic[T]):
    words: tuple[str, ...]
    what: T


class _Begun(NamedTuple, Generic[T]):
    """The terms that a word begins: those of that word alone, and the longer ones by their second word, or its stem."""

    alone: list[T]
    by_second: dict[str, list[_Term[T]]]
    by_stem: list[_Term[T]]
    stems: tuple[str, ...]


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

    def find_all(self, part: Part) -> list[Hit[T]]:
        """Every term in a part, in text order."""
        return self.find_at(part, self.begins(part), len(part.words))

    def begins(self, part: Part) -> list[int]:
        """Indexes of the words that a term can begin with, in text order."""
        return part.wanted(self._lookout)

    def find_at(self, part: Part, begins: list[int], stop: int) -> list[Hit[T]]:
        """Every term that begins at one of these words and ends before word `stop`, in their order."""
        words, memory = part.words, self._begun
        found: list[Hit[T]] = []
        for at in begins:
            begun = memory.get(words[at]) or self._remember(words[at])
            if begun.alone:
                found += [Hit(at, at + 1, what) for what in begun.alone]
            if at + 1 >= stop:
                continue
            second = words[at + 1]
            longer: Sequence[_Term[T]] = begun.by_second.get(second, ())
            if begun.stems and second.startswith(begun.stems):
                longer = (*longer, *begun.by_stem)
            for term in longer:
                end = at + len(term.words)
                if end <= stop and _rest_matches(term.words, words, at):
                    found.append(Hit(at, end, term.what))
        return found

    def _remember(self, word: str) -> _Begun[T]:
        alone: list[T] = []
        by_second: dict[str, list[_Term[T]]] = {}
        by_stem: list[_Term[T]] = []
        for term in self._begin(word):
            if len(term.words) == 1:
                alone.append(term.what)
            elif term.words[1].endswith("*"):
                by_stem.append(term)
            else:
                by_second.setdefault(term.words[1], []).append(term)
        if len(self._begun) >= MEMORY:
            self._begun.clear()
        begun = _Begun(alone, by_second, by_stem, tuple({term.words[1][:-1] for term in by_stem}))
        self._begun[word] = begun
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
