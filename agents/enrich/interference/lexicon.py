"""The lexicons of interference: a file a theme under `lexicons/themes`, and the cues that decide how a hit is read.

A theme's row is language, term, `needs` (cue groups that must stand in the same sentence, joined by `+`, or `-`), DISARM
technique (always as alleged), date and source. A cue's row is group, language, term, date, source. Groups: `election`,
`meddle`, `foreign`, `state`, `victim`, `expulsion`, `attribution` (somebody says so), `charge` (somebody blames, charges, arrests),
`denial`; and what makes a hit something else: `sport`, `signal`, `fiction`, `weather`, `court`, `business`, `health`,
`crime`, `private`. The need `pair` is no list: it holds in a headline that names two states. Words that mean interference only
there ("paid", "plot", "coup") have it, and `war` or `retaliation` in the headline takes it away. Nor is `hand`: it holds
where such a headline speaks of somebody who acts for a state (`Russian hackers`, `Kremlin-backed`, a secret service);
`accuses` holds where one of its states accuses another.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import Final, NamedTuple

from agents.enrich.interference.terms import TermIndex
from agents.enrich.reading.tables import rows_of
from agents.themes import THEMES
from schemas.errors import KnowledgeError

LANGUAGES: Final = ("en", "tr", "ru")
GROUPS: Final = frozenset(
    "election meddle foreign state victim attribution charge denial sport signal fiction weather court business health crime "
    "war retaliation private expulsion quarrel exile visit".split()
)
PAIR: Final = "pair"
HAND: Final = "hand"
ACCUSES: Final = "accuses"
"""A cue that is no word: one state accuses another, so that neither crime nor private life is what is meant."""
_DISARM: Final = re.compile(r"T\d{4}(\.\d{3})?")


class Meaning(NamedTuple):
    """What a term stands for: a theme (with its DISARM technique and the cues it needs) or a cue group."""

    theme: str | None
    cue: str | None
    disarm: str | None
    needs: frozenset[str]


@functools.cache
def read_theme(theme: str) -> list[dict[str, str]]:
    """The rows of a theme's lexicon, checked.

    Raises:
        KnowledgeError: names file, row and what is wrong.
    """
    rows = _read(f"themes/{theme}.tsv")
    for number, row in enumerate(rows, 2):
        if not _is_technique(row["disarm"]):
            raise KnowledgeError(
                f"themes/{theme}.tsv:{number}: {row['disarm']!r} is no DISARM technique, like T0087.001"
            )
        if unknown := _needs(row["needs"]) - GROUPS - {PAIR, HAND, ACCUSES}:
            raise KnowledgeError(f"themes/{theme}.tsv:{number}: no cue group {', '.join(sorted(unknown))}")
    return rows


@functools.cache
def _is_technique(cell: str) -> bool:
    return cell == "-" or _DISARM.fullmatch(cell) is not None


def read_cues() -> list[dict[str, str]]:
    """The rows of the cues, checked.

    Raises:
        KnowledgeError: names row and what is wrong.
    """
    rows = _read("cues.tsv")
    for number, row in enumerate(rows, 2):
        if row["group"] not in GROUPS:
            raise KnowledgeError(f"cues.tsv:{number}: no cue group {row['group']!r}")
    return rows


@functools.cache
def _needs(cell: str) -> frozenset[str]:
    return frozenset() if cell == "-" else frozenset(cell.split("+"))


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files("agents.enrich").joinpath(f"lexicons/{name}").read_text("utf-8")
    rows = rows_of(text)
    for number, row in enumerate(rows, 2):
        if row["language"] not in LANGUAGES:
            raise KnowledgeError(f"{name}:{number}: language {row['language']!r} is none of {', '.join(LANGUAGES)}")
    return rows


@functools.cache
def theme_index(language: str, *, paired: bool) -> TermIndex[Meaning]:
    """Every theme's terms of a language. English loan words are known in Turkish as their own rows.

    Args:
        language: en, tr or ru.
        paired: with the terms that need a headline with a pair of states.
    """
    return TermIndex(
        (row["term"], Meaning(theme, None, None if row["disarm"] == "-" else row["disarm"], _needs(row["needs"])))
        for theme in THEMES
        for row in read_theme(theme)
        if row["language"] == language and (paired or PAIR not in _needs(row["needs"]))
    )


@functools.cache
def cue_index(language: str) -> TermIndex[Meaning]:
    """Every cue of a language; looked for only in a sentence that has a theme's term."""
    return TermIndex(
        (row["term"], Meaning(None, row["group"], None, frozenset()))
        for row in read_cues()
        if row["language"] == language
    )
