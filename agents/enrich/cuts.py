"""Where names of countries begin and end inside written words, in languages that join them to others.

Chinese, Japanese and Thai set no spaces (`俄罗斯否认`); Korean, Georgian and Armenian add particles and cases (`러시아가`,
`რუსეთის`); Hebrew and Arabic write prepositions and `and` in front (`ברוסיה`, `وروسيا`). The words of such a text are cut there, so
that a name is a word by itself and is found like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from agents.enrich.cldr import territories, zone_cities
from agents.enrich.countries.inflection import forms
from agents.enrich.reading.folding import fold
from agents.enrich.reading.tables import read_table, words

_UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_SUFFIXED: Final = frozenset({"ko", "ka", "hy"})
_PREFIXES: Final = {"he": "[ובלמהשכ]{1,3}", "ar": "[وفبلك]{1,2}"}

_SHORTEST: Final = 3
_SHORTEST_JOINED: Final = 2
"""Characters of a name; two are enough in scripts of signs and syllables."""
_LONGEST_SUFFIX: Final = 4
_KATAKANA: Final = re.compile("^[ァ-ヶー]+$")


class _ListedRow(Struct, frozen=True):
    language: str
    form: str


def shortest_name(language: str) -> int:
    """Characters that a name of a country has at least."""
    return _SHORTEST_JOINED if language in _UNSPACED or language == "ko" else _SHORTEST


@lru_cache(maxsize=16)
def _names(language: str) -> re.Pattern[str] | None:
    """The expression that finds the names, each with what may stand around it; None for a language that joins nothing."""
    names = sorted(
        {name for text in _texts(language) for name in forms(text, language)}, key=lambda name: (-len(name), name)
    )
    some = "|".join(_bounded(fold(name)) for name in names)
    if language in _UNSPACED:
        return re.compile(some)
    if language in _SUFFIXED:
        return re.compile(rf"(?<!\w)(?:{some})(?=\w{{1,{_LONGEST_SUFFIX}}}(?!\w))")
    if language in _PREFIXES:
        return re.compile(rf"(?<!\w){_PREFIXES[language]}(?=(?:{some})(?!\w))")
    return None


def _texts(language: str) -> Iterator[str]:
    refused, shortest = words("no_country"), shortest_name(language)
    every = (
        *territories(language).values(),
        *(city for _, city in zone_cities(language)),
        *(row.form for row in read_table("countries.tsv", _ListedRow) if row.language == language),
    )
    return (name for name in every if len(name) >= shortest and name not in refused)


def _bounded(name: str) -> str:
    """A Japanese name in katakana is not part of a longer word in katakana: `タイ`, not `タイプ`."""
    return rf"(?<![ァ-ヶー]){name}(?![ァ-ヶー])" if _KATAKANA.match(name) else re.escape(name)


def cut(language: str, folded: str) -> list[int]:
    """Code points of the folded text where a name begins or ends inside a word or at its edge, in order; mostly none."""
    if language not in _UNSPACED and language not in _SUFFIXED and language not in _PREFIXES:
        return []
    names = _names(language)
    return [] if names is None else [edge for match in names.finditer(folded) for edge in match.span()]
