"""What an article says of where it plays: the light in which the names of towns are read.

All in powers of ten of population, the unit that a town weighs in: evidence worth 1 makes a town ten times as large.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from babel.core import get_global
from msgspec import Struct

from agents.enrich.countries.gazetteer import Place, Sense, alpha3_by_alpha2
from agents.enrich.countries.outlet_homes import home_of
from agents.enrich.reading.matching import PhraseIndex
from agents.enrich.reading.tables import read_table
from agents.enrich.reading.text import Document

_CERTAIN: Final = frozenset(
    {"name", "former", "demonym", "adjective", "metonym", "capital", "region", "state", "derived"}
)
"""Kinds that show on their own that an article is about a country; towns are read in their light."""

_NAMED: Final = 1.5
_LOCAL: Final = 1.9
_HOME: Final = 2.4
"""The country is named; a state, county or region of it is named; the outlet is at home there. The greatest counts, and of
what is said beside the outlet's home half."""

_CLUE: Final = 0.5
_MOST_CLUES: Final = 1.5
"""Each different clue (`sheriff`, `gardai`, `crore`), and all of them together, beside the above."""

_LANGUAGE: Final = 1.0
_COMPANY: Final = 0.3
_MOST_COMPANY: Final = 0.9
"""For choosing between countries only: the article is in the country's language; other towns in it are of that country alone."""

_A_TOWN: Final = 4.2


class ClueRow(Struct, frozen=True):
    """A row of clues.tsv."""

    country: str
    words: tuple[str, ...]
    checked: str
    note: str


class Evidence(NamedTuple):
    """By country (alpha-3): what makes a town of it count, and what only decides between countries."""

    worth: dict[str, float]
    lean: dict[str, float]


@lru_cache(maxsize=1)
def clues() -> PhraseIndex[str]:
    """Words of public life that are said of one country, and the country."""
    return PhraseIndex((phrase, row.country) for row in read_table("clues.tsv", ClueRow) for phrase in row.words)


@lru_cache(maxsize=256)
def _of_language(language: str) -> str | None:
    """The country where most of a language's speakers live (CLDR's likely subtags); None for English, written everywhere."""
    likely = get_global("likely_subtags").get(language, "")
    return None if language == "en" else alpha3_by_alpha2().get(likely.rpartition("_")[2])


def weigh(doc: Document, found: Sequence[tuple[Sense, tuple[Place, ...]]]) -> Evidence:
    """The evidence of an article in which these phrases are found, each with the places that its writing allows."""
    worth: dict[str, float] = {}
    towns: dict[str, set[tuple[str, ...]]] = {}
    for sense, places in found:
        place = places[0]
        if place.kind in _CERTAIN and (place.kind != "capital" or len(places) == 1):
            value = _LOCAL if place.kind in ("state", "region") else _NAMED
            if value > worth.get(place.code, 0.0):
                worth[place.code] = value
        elif sense.town and len(places) == 1 and not sense.word and place.weight >= _A_TOWN:
            towns.setdefault(place.code, set()).add(sense.form)
    home = home_of(doc.source)
    if home is not None:
        worth[home] = _HOME + worth.get(home, 0.0) / 2
    if any(sense.town for sense, _ in found):
        _add_clues(doc, worth)
    lean = {code: min(_COMPANY * len(forms), _MOST_COMPANY) for code, forms in towns.items()}
    own = _of_language(doc.language)
    if own is not None:
        lean[own] = lean.get(own, 0.0) + _LANGUAGE
    return Evidence(worth, lean)


def _add_clues(doc: Document, worth: dict[str, float]) -> None:
    given: dict[str, set[tuple[str, ...]]] = {}
    for part in doc.parts:
        for hit in clues().find(part):
            given.setdefault(hit.what, set()).add(tuple(part.words[hit.first : hit.last]))
    for code, forms in given.items():
        worth[code] = worth.get(code, 0.0) + min(_CLUE * len(forms), _MOST_CLUES)
