"""Words for roles, institutions and groups: `foreign minister`, `ordusu`, `МИД`, `rebels`. They say who of a country acts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import Struct

from agents.enrich.countries.inflection import forms
from agents.enrich.reading.matching import PhraseIndex, words_of
from agents.enrich.reading.tables import read_table, words

MODIFIERS: Final = words("modifier")
"""Words that may stand between a country and a role."""

FORMER: Final = words("former")


class RoleRow(Struct, frozen=True):
    """A row of roles.tsv."""

    language: str
    phrase: str
    code: str
    kind: str
    checked: str
    source: str


class RoleWord:
    """What a phrase says of an actor.

    Attributes:
        code: the CAMEO group after the country.
        label: the phrase itself.
        kind: `person` (a name may follow), `body`, `people`, or `head` (spokesman, official: takes the code before it).
        misspelt: it is read with a letter too many or too few.
    """

    __slots__ = ("code", "kind", "label", "misspelt")

    def __init__(self, code: str, label: str, kind: str, *, misspelt: bool = False) -> None:
        self.code = code
        self.label = label
        self.kind = kind
        self.misspelt = misspelt


@lru_cache(maxsize=8)
def roles_in(language: str) -> PhraseIndex[RoleWord]:
    """The role phrases of a language; English beside every language but Russian and Turkish."""
    own = language if language in ("tr", "ru") else "en"
    seen: set[tuple[str, ...]] = set()
    phrases: list[tuple[str, RoleWord]] = []
    for row in read_table("roles.tsv", RoleRow):
        if row.language != own:
            continue
        word = RoleWord(row.code, row.phrase, row.kind)
        for form in _forms(row.phrase, own):
            key = words_of(form)
            if key not in seen:
                seen.add(key)
                phrases.append((form, word))
    return PhraseIndex(phrases)


def _forms(phrase: str, language: str) -> frozenset[str]:
    if language == "tr":  # Bakanı, Bakanının, Bakanına, Bakanından: the possessive takes n before its cases
        if phrase[-1] in "ıiuü":
            wide = "a" if phrase[-1] in "ıu" else "e"
            last = phrase[-1]
            return frozenset(
                {phrase, *(phrase + "n" + s for s in (f"{last}n", wide, last, f"d{wide}", f"d{wide}n", f"c{wide}"))}
            )
        return forms(phrase, "tr", adjective=True)
    return forms(phrase, language, person=False)
