"""Whose office it is that a text gives somebody: the text is nearer to the event than the register's dates."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agents.enrich.actors.patterns import Chain, Owner, is_possessive
from agents.enrich.actors.persons import Named
from agents.enrich.actors.register import Entry
from agents.enrich.actors.spots import extended
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part

_OFFICES: Final = frozenset(
    {
        "president", "minister", "premier", "chancellor", "secretary", "cumhurbaşkanı", "başbakan", "başbakanı", "bakan", "bakanı",
        "президент", "премьер", "премьер-министр", "министр", "канцлер", "глава",
    }
)  # fmt: skip
OF_STATES: Final = frozenset({"institution", "party"})
_SERVANTS: Final = frozenset({"secretary", "deputy", "chief"})
_COUNTRY: Final = 3
"""Length of a code that is a country and no more."""


def is_of_another(part: Part, one: Named, places: list[Mention]) -> bool:
    """Whether the words name somebody else's: `Estonia's Foreign Intelligence Service`, `Security Council secretary`.

    A body's name does beside the name of another state; one that counts only `alone` beside that of any, or of who serves one.
    """
    if not one.alone and (one.entry.kind not in OF_STATES or one.last == one.first + 1):
        return False
    before = {one.first, one.first - 1} if is_possessive(part, one.first - 1) else {one.first}
    after = one.last + 1 if one.last < len(part.words) and part.words[one.last] == "of" else -1
    others = [
        place for place in places if place.code != one.entry.country and (place.last in before or place.first == after)
    ]
    if not one.alone:
        return bool(others)
    return bool(others) or (one.last < len(part.words) and part.words[one.last] in _SERVANTS)


def as_told(
    entry: Entry, code: str, roles: tuple[str, ...], chain: Chain, owner: Owner | None
) -> tuple[str, str | None, tuple[str, ...]]:
    """Code, country and roles of somebody whose office the text tells: it is nearer to the event than the register's dates."""
    if owner is not None and owner.country is None and owner.last <= chain.first:  # NATO Secretary General Rutte
        return (
            (code, None, roles) if entry.country is None else (extended(owner.code, chain.code), None, (chain.label,))
        )
    country = entry.country
    if country is None:
        return code, None, roles
    if owner is not None and owner.country not in (None, country) and owner.last <= chain.first and _is_office(chain):
        return extended(str(owner.country), chain.code), owner.country, (chain.label,)  # the Soviet foreign minister
    if len(code) == _COUNTRY:
        return extended(code, chain.code), country, roles
    if code.endswith("ELI") or (_is_office(chain) and chain.code not in code[_COUNTRY:]):
        told = extended(country, chain.code)
    elif owner is not None and not chain.specific and owner.country == country and len(owner.code) > _COUNTRY:
        told = owner.code  # the head of a ministry or a service that the text names
    else:
        return code, country, roles
    return told, country, roles if told == code else entry.offices(told) or (chain.label,)


def _is_office(chain: Chain) -> bool:
    return chain.kind == "person" and chain.code == "GOV" and _names_office(chain.label)


@lru_cache(maxsize=4096)
def _names_office(label: str) -> bool:
    return not _OFFICES.isdisjoint(label.lower().split())
