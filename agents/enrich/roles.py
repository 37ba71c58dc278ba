"""Words for roles, institutions and groups: `foreign minister`, `ordusu`, `МИД`, `rebels`. They say who of a country acts."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from agents.enrich.folding import fold
from agents.enrich.inflection import forms
from agents.enrich.matching import PhraseIndex
from agents.enrich.tables import read_table

MODIFIERS = frozenset(
    """
    senior top chief deputy vice new newly former ex acting interim junior outgoing caretaker then first second third federal
    state local regional provincial central civilian transitional ruling governing main high ranking level hard line right left
    wing leading prominent veteran elected appointed reformist conservative moderate radical muslim islamist islamic moslem
    christian jewish ethnic communist socialist democratic nationalist independent official unofficial private public armed
    backed led owned controlled allied supported based born trained installed occupied angry young old foreign domestic
    military police army navy naval air defence defense security intelligence nuclear economic political diplomatic
    opposition rebel government cabinet trade oil gas energy media key two three four five six seven eight nine ten several
    some many hundred hundreds thousand thousands dozens of unidentified suspected alleged self styled pro anti coup hardline
    assistant permanent special presidential prime paper border jailed exiled imprisoned late current longtime long time
    gruppirovka eski yeni ust duzey dugs mevcut bas gecici askeri bagimsiz
    бывший бывшего экс новый нового высокопоставленный первый временный военный военные
    """.split()
)
"""Words that may stand between a country and a role."""

FORMER = frozenset("former ex eski sabik бывший бывшего бывшая бывшим бывшему экс".split())  # noqa: SIM905


class RoleRow(Struct, frozen=True):
    """A row of roles.tsv."""

    language: str
    phrase: str
    code: str
    kind: str
    checked: str
    source: str


class RoleWord(Struct, frozen=True):
    """What a phrase says of an actor.

    Attributes:
        code: the CAMEO group after the country.
        label: the phrase itself.
        kind: `person` (a name may follow), `body`, `people`, or `head` (spokesman, official: takes the code before it).
    """

    code: str
    label: str
    kind: str


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
            key = tuple(fold(form).split())
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
