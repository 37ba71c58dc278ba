r"""Cutting text into folded words: runs of letters, digits and underscores, with the code points where they start and end.

The words and offsets are those of the regular expression `\w+`. Texts of the length of an article are cut by array
operations instead, in a third of the time.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any, Final

import numpy as np

from agents.enrich.reading.folding import BASIC_PLANE, PLAIN, fold, points_of, text_of

Tokens = tuple[list[str], list[int], list[int]]
"""Words, where each starts, and one past where each ends."""

_WORD: Final = re.compile(r"(\w+)")
_SHORT: Final = 400
"""Below this many code points the regular expression is faster."""

_SPACE: Final = ord(" ")
_A: Final = ord("a")
_WORDS: Final = np.frombuffer(re.sub(r"\W", " ", BASIC_PLANE).encode("utf-16-le"), np.uint16)
_LETTERS: Final = np.where(_WORDS[PLAIN] != _SPACE, PLAIN, np.uint16(_SPACE))
"""For each code point of the basic plane, its fold inside words, a space for everything else."""

_IS_SMALL: Final = np.fromiter(map(str.islower, BASIC_PLANE), np.bool_, len(BASIC_PLANE))
_ASCII: Final = bytes(_LETTERS[:128].tolist()) + bytes(128)


def fold_and_cut(text: str) -> tuple[str, Tokens, list[bool]]:
    """The folded text, its words, and for each of them whether it starts with a small letter."""
    if len(text) >= _SHORT:
        if text.isascii():
            return _cut_ascii(text)
        points = points_of(text)
        if points is not None:
            return _cut_plane(points.astype(np.intp))  # what arrays are indexed with
    folded = fold(text)
    found = _by_expression(folded)
    return folded, found, [text[start].islower() for start in found[1]]


def _cut_ascii(text: str) -> tuple[str, Tokens, list[bool]]:
    points = text.encode()
    letters = b" %b " % points.translate(_ASCII)
    firsts, ends = _edges(np.frombuffer(letters, np.uint8) != _SPACE)
    small: list[bool] = (np.frombuffer(points, np.uint8).take(firsts) >= _A).tolist()
    return text.lower(), (letters.decode().split(), firsts.tolist(), ends.tolist()), small


def _cut_plane(points: Any) -> tuple[str, Tokens, list[bool]]:
    letters = np.full(len(points) + 2, _SPACE, np.uint16)
    letters[1:-1] = _LETTERS.take(points)
    firsts, ends = _edges(letters != _SPACE)
    small: list[bool] = _IS_SMALL.take(points.take(firsts)).tolist()
    return text_of(PLAIN.take(points)), (text_of(letters).split(), firsts.tolist(), ends.tolist()), small


def _edges(inside: Any) -> tuple[Any, Any]:
    """Where runs of true begin and end, in an array that has one false more at either end."""
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    return edges[::2], edges[1::2]


def _by_expression(text: str) -> Tokens:
    pieces = _WORD.split(text)  # separator, word, separator, ..., word, separator
    edges = list(accumulate(map(len, pieces)))
    return pieces[1::2], edges[0:-1:2], edges[1::2]


def recut(text: str, tokens_: Tokens, cuts: list[int]) -> Tokens:
    """The words with those cut in two in which one of the cuts stands; cuts come in text order."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for _, first, end in zip(*tokens_, strict=True):
        start = first
        while at < len(cuts) and cuts[at] < end:
            if cuts[at] > start:
                words.append(text[start : cuts[at]])
                starts.append(start)
                ends.append(cuts[at])
                start = cuts[at]
            at += 1
        words.append(text[start:end])
        starts.append(start)
        ends.append(end)
    return words, starts, ends
