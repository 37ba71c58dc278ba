"""CAMEO composite actor codes that can't be built wrong.

    domestic       country, primary roles, secondary roles          TUR  TURGOV  RUSGOVMED
    international  kind, regions, organisations, roles              IGOWSTNAT  IGOUNO  NGOAMN

Groups of three capitals, general to specific, 15 characters at most (CAMEO Codebook 1.1b3, chapter 3). Countries are
ISO 3166-1 alpha-3 (ROU, not ROM), and XKX. The groups stand in `knowledge/actor_codes.tsv`.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from agents.enrich.countries.gazetteer import alpha2_by_alpha3
from agents.enrich.reading.tables import read_table
from schemas.errors import ActorCodeError

_GROUP = 3
_LONGEST = 15
_AFTER_COUNTRY = {"country": 0, "primary": 1, "secondary": 2}
_AFTER_INTERNATIONAL = {"international": 0, "region": 1, "organisation": 2, "primary": 3, "secondary": 4}


class GroupRow(Struct, frozen=True):
    """A row of actor_codes.tsv."""

    group: str
    kind: str
    meaning: str
    checked: str
    source: str


@lru_cache(maxsize=1)
def _kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for row in read_table("actor_codes.tsv", GroupRow):
        kinds.setdefault(row.group, set()).add(row.kind)
    return {group: frozenset(of) for group, of in kinds.items()}


class ActorCode(str):
    """A composite code. Making one checks it.

    Raises:
        ActorCodeError: the code breaks the grammar; says which group and why.
    """

    __slots__ = ()

    def __new__(cls, *groups: str) -> ActorCode:  # noqa: PYI034 - the class itself, not a subclass
        """Join the groups (each may hold several) and check the whole."""
        return _checked("".join(groups))

    @property
    def groups(self) -> tuple[str, ...]:
        """The three-letter groups."""
        return tuple(self[at : at + _GROUP] for at in range(0, len(self), _GROUP))

    @property
    def country(self) -> str | None:
        """ISO alpha-3, or None for international actors."""
        return self[:_GROUP] if self[:_GROUP] in alpha2_by_alpha3() else None

    @property
    def role(self) -> str | None:
        """The primary role, if there is one."""
        return next((group for group in self.groups[1:] if "primary" in _kinds().get(group, ())), None)


@lru_cache(maxsize=4096)
def _checked(code: str) -> ActorCode:
    problem = _problem(code)
    if problem is not None:
        raise ActorCodeError(f"actor code {code!r}: {problem} (groups: actor_codes.tsv; countries: ISO alpha-3)")
    return str.__new__(ActorCode, code)


def _problem(code: str) -> str | None:
    if not code or len(code) % _GROUP or len(code) > _LONGEST:
        return "must be 1 to 5 groups of three letters"
    first, *rest = (code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
    if len(set(rest)) != len(rest):
        return "names a group twice"
    if first in alpha2_by_alpha3():
        order = _AFTER_COUNTRY
    elif "international" in _kinds().get(first, ()):
        order = _AFTER_INTERNATIONAL
    else:
        return f"{first!r} is neither a country nor an international kind"
    reached = 0
    for group in rest:
        ranks = sorted(order[kind] for kind in _kinds().get(group, ()) if order.get(kind, 0) > 0)
        rank = next((rank for rank in ranks if rank >= reached), None)
        if not ranks:
            return f"{group!r} can't follow {first!r}"
        if rank is None:
            return f"{group!r} stands too late: general comes before specific"
        reached = rank
    return None
