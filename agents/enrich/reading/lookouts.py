"""Which words of an article are worth a second look, and to whom: one pass over the words for every lexicon.

A lexicon says which words its phrases can begin with. News uses few words many times, so every word is put to every
lexicon once and those that want it are remembered; of an article's words only what is remembered is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Wants = Callable[[str], bool]

_MEMORY: Final = 100_000
"""Words remembered, some 10 MB; it is then begun anew, which changes no result."""

_LONGEST: Final = 64
"""Letters of a word that is remembered: a hostile article may be one word of megabytes."""

Wanted = list[list[int]]
"""For each lookout, in the order in which they were made, the indexes of the words that it wants, in text order."""


class _Memory(dict[str, tuple[int, ...]]):
    """Folded word to the numbers of the lookouts that want it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Wants] = []
        self._same: dict[tuple[int, ...], tuple[int, ...]] = {}

    def __missing__(self, word: str) -> tuple[int, ...]:
        answer = tuple([number for number, wants in enumerate(self.asked) if wants(word)])
        if len(self) >= _MEMORY:
            self.clear()
        if len(word) <= _LONGEST:
            self[word] = answer = self._same.setdefault(answer, answer)
        return answer

    def join(self, wants: Wants) -> int:
        """The new lookout's number."""
        self.asked.append(wants)
        self.clear()
        self._same.clear()
        return len(self.asked) - 1


_memory: Final = _Memory()


def look(words: list[str]) -> Wanted:
    """What each of the lookouts that there are now wants of these words."""
    memory = _memory
    found: list[list[Any]] = [[] for _ in memory.asked]
    known = len(found)
    for at, word in enumerate(words):
        numbers = memory[word]
        if numbers:
            index: Any = at  # made an object once, not for each list
            for number in numbers:
                if number < known:  # a word may make a lexicon load, whose lookout has not seen the words before it
                    found[number].append(index)
    return found


class Lookout:
    """Somebody who wants to see certain words: made once for each lexicon, when it is loaded.

    Args:
        wants: whether a folded word is wanted. Always gives the same answer for the same word; may be slow.
    """

    __slots__ = ("number",)

    def __init__(self, wants: Wants) -> None:
        self.number = _memory.join(wants)
