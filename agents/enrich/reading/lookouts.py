"""Which words of an article are worth a second look, and to whom: one pass over the words for every lexicon.

A lexicon says which words its phrases can begin with. News uses few words many times, so every word is put to every
lexicon once and the answers are remembered as bits; of an article's words only the remembered answers are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Wants = Callable[[str], bool]

_BITS = 62
"""Lookouts that share the pass; any that come after these look through the words by themselves."""

_MEMORY = 100_000
"""Words remembered, some 10 MB; it is then begun anew, which changes no result."""

_LONGEST = 64
"""Letters of a word that is remembered: a hostile article may be one word of megabytes."""

_FEW = 40
"""Below this many words a list is read faster than an array is made."""

Answers = list[int] | npt.NDArray[np.uint64]


class _Memory(dict[str, int]):
    """Folded word to the bits of the lookouts that want it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Wants] = []

    def __missing__(self, word: str) -> int:
        answer = 0
        for bit, wants in enumerate(self.asked):
            if wants(word):
                answer |= 1 << bit
        if len(self) >= _MEMORY:
            self.clear()
        if len(word) <= _LONGEST:
            self[word] = answer
        return answer

    def join(self, wants: Wants) -> int:
        """The new lookout's bit, 0 if all are taken."""
        if len(self.asked) >= _BITS:
            return 0
        self.asked.append(wants)
        self.clear()
        return 1 << (len(self.asked) - 1)


_memory = _Memory()


def answers(words: Sequence[str]) -> tuple[int, Answers]:
    """How many lookouts were asked, and the answers, one a word."""
    asked = len(_memory.asked)
    if len(words) < _FEW:
        return asked, list(map(_memory.__getitem__, words))
    return asked, np.fromiter(map(_memory.__getitem__, words), np.uint64, len(words))


class Lookout:
    """Somebody who wants to see certain words: made once for each lexicon, when it is loaded.

    Args:
        wants: whether a folded word is wanted. Always gives the same answer for the same word; may be slow.
    """

    __slots__ = ("_mask", "bit", "wants")

    def __init__(self, wants: Wants) -> None:
        self.wants = wants
        self.bit = _memory.join(wants)
        self._mask = np.uint64(self.bit)

    def positions(self, words: Sequence[str], asked: int, given: Answers) -> list[int] | None:
        """Indexes of the wanted words in text order; None if this lookout came after those answers were given."""
        bit = self.bit
        if not bit:
            return [at for at, word in enumerate(words) if self.wants(word)]
        if bit >> asked:
            return None
        if isinstance(given, list):
            return [at for at, answer in enumerate(given) if answer & bit]
        found: list[int] = (given & self._mask).nonzero()[0].tolist()
        return found
