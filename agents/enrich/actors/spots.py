"""A place in the text where an actor stands, before it is put into words."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agents.enrich.actors.codes import ActorCode
from agents.enrich.actors.patterns import Owner
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Part
from schemas.errors import ActorCodeError

_INSIDE: Final = words("inside")
"""Words before a capital that make it a town, not a government."""


class Spot:
    """Words `first:last` of a part name an actor; the rest as in Mention. `surname` is set for people no register knows."""

    __slots__ = ("code", "confidence", "country", "first", "id", "last", "name", "part", "roles", "rule", "surname")

    def __init__(  # noqa: PLR0913, PLR0917 - a plain record
        self,
        part: Part,
        first: int,
        last: int,
        code: str,
        country: str | None,
        name: str,
        roles: tuple[str, ...],
        confidence: float,
        rule: str,
        id: str,  # noqa: A002 - as the field is called
        surname: str = "",
    ) -> None:
        self.part = part
        self.first = first
        self.last = last
        self.code = code
        self.country = country
        self.name = name
        self.roles = roles
        self.confidence = confidence
        self.rule = rule
        self.id = id
        self.surname = surname


@lru_cache(maxsize=8192)
def extended(base: str, group: str) -> str:
    """The base with one more group, where the grammar allows it; else the base."""
    if group in base[3:]:
        return base
    try:
        return ActorCode(base, group)
    except ActorCodeError:
        return base


def to_mention(spot: Spot) -> Mention:
    """The spot as the room's currency; the full stop of an abbreviation (U.S.) belongs to it."""
    part = spot.part
    start, end = part.starts[spot.first], part.ends[spot.last - 1]
    if part.text[end : end + 1] == "." and "." in part.text[max(start, end - 4) : end]:
        end += 1  # U.S.
    return Mention(
        part.field, start, end, part.text[start:end], "actor", str(spot.code), spot.country, spot.name, spot.roles,
        spot.confidence, spot.rule, spot.id, spot.first, spot.last,
    )  # fmt: skip


def bare(part: Part, owner: Owner, rule: str) -> Spot:
    """A country as such; its capital stands for its government unless something happens in it."""
    code = owner.code
    if owner.country is not None and rule in ("country.capital", "country.metonym"):
        before = part.words[owner.first - 1] if owner.first else ""
        if before not in _INSIDE:
            code = extended(code, "GOV")
    return Spot(
        part=part, first=owner.first, last=owner.last, code=code, country=owner.country, name=owner.name, roles=(),
        confidence=owner.confidence, rule=rule, id=owner.id if code == owner.code else f"capital:{code}",
    )  # fmt: skip


def again(spot: Spot, part: Part, word: int) -> Spot:
    """The same actor, named by surname alone."""
    return Spot(
        part=part, first=word, last=word + 1, code=spot.code, country=spot.country, name=spot.name, roles=spot.roles,
        confidence=round(spot.confidence - 0.1, 2), rule="coreference.surname", id=spot.id,
    )  # fmt: skip
