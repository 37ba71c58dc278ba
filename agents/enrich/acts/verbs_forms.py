"""English inflection: every form of a verb or noun, so that the lexicon can be written in lemmas.

Regular forms follow the spelling rules; the others stand in `lexicons/irregular.en.tsv`.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

VOWELS: Final = frozenset("aeiou")


class Tag:
    """What a form can be, as bits (enum.Flag costs ten times as much, and this is asked for every head).

    A regular past is also a participle.
    """

    BASE: Final = 1
    S: Final = 2
    PAST: Final = 4
    PARTICIPLE: Final = 8
    ING: Final = 16


def _read_irregular() -> tuple[dict[str, tuple[str, str]], dict[str, str], frozenset[str]]:
    verbs: dict[str, tuple[str, str]] = {}
    plurals: dict[str, str] = {}
    doubling: set[str] = set()
    text = resources.files("agents.enrich").joinpath("lexicons/irregular.en.tsv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        if row["kind"] == "verb":
            verbs[row["lemma"]] = (row["past"], row["participle"])
        elif row["kind"] == "doubling":
            doubling.add(row["lemma"])
        else:
            plurals[row["lemma"]] = row["past"]
    return verbs, plurals, frozenset(doubling)


_VERBS, _PLURALS, _DOUBLING = _read_irregular()


def verb_forms(lemma: str) -> dict[str, int]:
    """The forms of a verb and what each can be.

    `stop` gives stop, stops, stopped, stopping; `take` gives take, takes, took, taken, taking.
    """
    stem = lemma.removesuffix("e")
    if lemma in _DOUBLING:
        stem = lemma + lemma[-1]
    ing = (lemma if lemma.endswith(("ee", "oe", "ye")) else stem) + "ing"
    if lemma.endswith("ie"):
        ing = lemma[:-2] + "ying"
    softened = lemma.endswith("y") and lemma[-2] not in VOWELS
    regular = lemma[:-1] + "ied" if softened else stem + "ed"
    past, participle = _VERBS.get(lemma, (regular, regular))
    forms: dict[str, int] = {}
    for form, tag in (
        (lemma, Tag.BASE),
        (plural(lemma, regular_only=True), Tag.S),
        (past, Tag.PAST),
        (participle, Tag.PARTICIPLE),
        (ing, Tag.ING),
    ):
        forms[form] = forms.get(form, tag) | tag
    return forms


def plural(lemma: str, *, regular_only: bool = False) -> str:
    """The plural of a noun, which is also the third person of a verb."""
    if not regular_only and lemma in _PLURALS:
        return _PLURALS[lemma]
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        return lemma + "es"
    if lemma.endswith("y") and len(lemma) > 1 and lemma[-2] not in VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def noun_forms(lemma: str) -> tuple[str, str]:
    """Singular and plural."""
    return lemma, plural(lemma)
