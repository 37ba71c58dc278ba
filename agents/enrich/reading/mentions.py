"""The shared currency of the room: one place in the text where a country or an actor is named."""

from __future__ import annotations

from typing import Literal

from schemas.records import Field, Span

Kind = Literal["country", "actor"]


class Mention:
    """A country or an actor, named at one place.

    Attributes:
        field: the field that `start` and `end` count in.
        start: first code point.
        end: one past the last code point.
        text: the surface text, exactly as it stands there.
        kind: `country` (a place or people that stands for a state) or `actor` (somebody who can act).
        code: alpha-3 for a country; a CAMEO composite code for an actor (a bare alpha-3 where a country as such acts).
        country: ISO 3166-1 alpha-3; None for international actors.
        name: canonical name, or the pattern's reading.
        roles: roles held at the event's date, most important first.
        confidence: 0 to 1.
        rule: what made the finding, as `family.detail`.
        id: what tells entities apart: a register id, `country:TUR`, or `pattern:TURGOV:foreign minister`.
            Mentions with the same id are the same entity.
        first: index in its part of the first word.
        last: one past the index of the last word.
    """

    __slots__ = (
        "code", "confidence", "country", "end", "field", "first", "id", "kind", "last", "name", "roles", "rule", "start", "text",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - a plain record
        self,
        field: Field,
        start: int,
        end: int,
        text: str,
        kind: Kind,
        code: str,
        country: str | None,
        name: str,
        roles: tuple[str, ...],
        confidence: float,
        rule: str,
        id: str,  # noqa: A002 - as the field is called
        first: int = -1,
        last: int = -1,
    ) -> None:
        self.field = field
        self.start = start
        self.end = end
        self.text = text
        self.kind = kind
        self.code = code
        self.country = country
        self.name = name
        self.roles = roles
        self.confidence = confidence
        self.rule = rule
        self.id = id
        self.first = first
        self.last = last

    def span(self) -> Span:
        """The evidence, as records carry it."""
        return Span(self.field, self.start, self.end, self.text, self.rule)
