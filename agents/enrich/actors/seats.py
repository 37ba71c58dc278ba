"""Towns that stand for the organisation that sits there: Brussels accuses, and means the European Union, not Belgium."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from agents.enrich.actors.register import entries
from agents.enrich.reading.folding import fold
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.tables import read_table, words
from agents.enrich.reading.text import Document, Part

_INSIDE: Final = words("inside")


class SeatRow(Struct, frozen=True):
    """A row of seats.tsv: how the place begins, whatever its case; its state; the register's id; the words beside which it is that state's."""

    place: tuple[str, ...]
    code: str
    organisation: str
    not_with: tuple[str, ...]
    checked: str
    source: str


class Seat(NamedTuple):
    """A town, and whom it stands for."""

    forms: tuple[str, ...]
    code: str
    not_with: frozenset[str]
    id: str
    name: str
    organisation: str


@lru_cache(maxsize=1)
def _seats() -> tuple[Seat, ...]:
    return tuple(
        Seat(
            forms=tuple(fold(form) for form in row.place),
            code=row.code,
            not_with=frozenset(row.not_with),
            id=row.organisation,
            name=entries()[row.organisation][0].name,
            organisation=str(entries()[row.organisation][0].roles[0].code),
        )
        for row in read_table("seats.tsv", SeatRow)
    )


def seat_of(doc: Document, part: Part, place: Mention) -> Seat | None:
    """Whom a capital stands for, if it is one of these, acts (`in Brussels` does not), and the article is not about its own state."""
    if place.rule != "country.capital":
        return None
    for seat in _seats():
        if place.code == seat.code and part.words[place.first].startswith(seat.forms):
            inside = place.first > 0 and part.words[place.first - 1] in _INSIDE
            return None if inside or not doc.vocabulary.isdisjoint(seat.not_with) else seat
    return None
