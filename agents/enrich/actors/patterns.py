"""Actors by pattern: a country and a role, in either order (`the Romanian foreign minister`, `министр обороны Турции`)."""

from __future__ import annotations

from typing import Final

from agents.enrich.actors.roles import FORMER, MODIFIERS, RoleWord
from agents.enrich.reading.matching import Hit
from agents.enrich.reading.names import joined
from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Part

_APOSTROPHES: Final = ("'", "’", "‘", "`", "´")
_LONGEST_REACH: Final = 5
_FLIGHT: Final = 8
_OF: Final = frozenset("of in from for".split())  # noqa: SIM905
_ENVOYS: Final = ("Büyükelçisi", "Büyükelçiliği", "Başkonsolosu", "Başkonsolosluğu")
_BASED: Final = frozenset("based operating living active".split())  # noqa: SIM905
_DIRECTIONS: Final = words("direction")
_RELATIONS: Final = words("relation")
_AGAINST: Final = frozenset({"of", "to"})
_TITLES: Final = words("title")


class Owner:
    """Whose the role is: words `first:last` name a country, or an actor of the register."""

    __slots__ = ("code", "confidence", "country", "first", "id", "last", "name")

    def __init__(  # noqa: PLR0913, PLR0917 - a plain record
        self,
        first: int,
        last: int,
        code: str,
        country: str | None,
        name: str,
        confidence: float,
        id: str,  # noqa: A002 - as the field is called
    ) -> None:
        self.first = first
        self.last = last
        self.code = code
        self.country = country
        self.name = name
        self.confidence = confidence
        self.id = id


class Chain:
    """One role phrase or several in a row, as `army | spokesman`: words `first:last`, and what they say."""

    __slots__ = ("code", "first", "former", "kind", "label", "last", "misspelt", "specific")

    def __init__(  # noqa: PLR0913 - a plain record
        self, first: int, last: int, code: str, label: str, kind: str, *, specific: bool, misspelt: bool = False
    ) -> None:
        self.first = first
        self.last = last
        self.code = code
        self.label = label
        self.kind = kind
        self.specific = specific
        self.misspelt = misspelt
        self.former = False


def chains(part: Part, hits: list[Hit[RoleWord]]) -> list[Chain]:
    """Role phrases of the part, neighbours joined: a specific one (troops) decides, a head (spokesman) takes what is before it."""
    found: list[Chain] = []
    for hit in hits:
        role = hit.what
        last = found[-1] if found else None
        begins = last is not None and last.kind == "person" and role.kind == "body"  # "ambassador | Foreign Ministry"
        if last is not None and last.last == hit.first and not begins and joined(part, hit.first - 1):
            if role.kind != "head":
                last.code, last.specific = role.code, True
            last.kind = role.kind if role.kind != "people" or last.kind == "people" else last.kind
            last.label = f"{last.label} {role.label}"
            last.last = hit.last
            continue
        found.append(
            Chain(
                hit.first,
                hit.last,
                role.code,
                role.label,
                role.kind,
                specific=role.kind != "head",
                misspelt=role.misspelt,
            )
        )
    return found


def left_owner(part: Part, chain: Chain, ends: dict[int, Owner]) -> Owner | None:
    """The owner before the role, over modifiers and a possessive; notes a `former` on the way."""
    at = chain.first
    for _ in range(_LONGEST_REACH):
        owner = ends.get(at)
        if owner is not None and _close(part, at - 1):
            chain.former = chain.former or (owner.first > 0 and part.words[owner.first - 1] in FORMER)
            return _sender(part, chain, owner, ends) or owner
        if at == 0 or not _close(part, at - 1):
            return None
        word = part.words[at - 1]
        if word in FORMER:
            chain.former = True
        elif word not in MODIFIERS and not word.isdigit() and not _is_suffix(part, at - 1):
            return None
        at -= 1
    return None


def _sender(part: Part, chain: Chain, host: Owner, ends: dict[int, Owner]) -> Owner | None:
    """Whose envoy it is where Turkish names the host last: `Rusya'nın Ankara Büyükelçisi`."""
    if not chain.label.endswith(_ENVOYS):
        return None
    at = host.first
    if at and _is_suffix(part, at - 1):
        at -= 1
    return ends.get(at) if at and _close(part, at - 1) else None


_OWNED_RU: Final = (" ", " «", ' "', " „")
"""Between a role and whose it is: `МИД Турции`, `агенты «Моссада»`."""


def right_owner(part: Part, chain: Chain, starts: dict[int, Owner], language: str) -> Owner | None:
    """The owner after the role: `president of Romania`, `rebels in Darfur`, `МИД Турции`."""
    at = chain.last
    if at >= len(part.words):
        return None
    if language == "ru":
        return starts.get(at) if part.gap(at - 1) in _OWNED_RU and not part.text[part.starts[at]].islower() else None
    if chain.code == "REF":  # refugees fleeing the war in Liberia: where from stands further off
        reach = range(at, min(at + _FLIGHT, len(part.words)))
        return next((starts[word] for word in reach if word in starts and part.words[word - 1] in _OF), None)
    while at < len(part.words) and part.words[at] in _BASED and part.gap(at - 1) == " ":
        at += 1
    if at >= len(part.words) or part.words[at] not in _OF or part.gap(at - 1) != " ":
        return None
    at += 1
    while at < len(part.words) and part.words[at] in _DIRECTIONS:
        at += 1
    owner = starts.get(at)
    if owner is not None and owner.last < len(part.words) and _is_suffix(part, owner.last):
        return starts.get(owner.last + 1, owner)  # head of Russia's FSB
    return owner


def is_possessive(part: Part, last: int) -> bool:
    """True if what ends before this word owns what follows: `Putin's`, `Erdoğan'ın`."""
    return last < len(part.words) and _is_suffix(part, last)


def relation_of(part: Part, first: int, last: int) -> int | None:
    """Index of the word that says who stands against the person at `first:last`, if one does: `challenger`, `rakibi`, `критик`."""
    if is_possessive(part, last):
        return _relation_behind(part, last)
    if (
        last < len(part.words)
        and part.words[last] in _RELATIONS
        and part.gap(last - 1) == " "
        and part.words[last].isascii()
    ):
        return last  # "Erdogan rival"
    return _relation_before(part, first)


def _relation_behind(part: Part, last: int) -> int | None:
    words = part.words
    for at in range(last + 1, min(last + 1 + _LONGEST_REACH, len(words))):
        if part.gap(at - 1) not in (" ", "-"):
            return None
        if words[at] in _RELATIONS:
            return at
        if words[at] not in MODIFIERS:
            return None
    return None


def _relation_before(part: Part, first: int) -> int | None:
    words = part.words
    for at in range(first - 1, max(first - _LONGEST_REACH, -1), -1):
        if part.gap(at) != " ":
            return None
        if words[at] in _RELATIONS:
            needs_no_of = at == first - 1 and "а" <= words[at][0] <= "я"
            return at if needs_no_of or words[at + 1] in _AGAINST else None
        if words[at] not in _AGAINST and words[at] not in _TITLES:
            return None
    return None


def _close(part: Part, word: int) -> bool:
    gap = part.gap(word)
    return (
        len(gap) <= len(". ")
        and not any(mark in gap for mark in ",;:!?()\n")
        and ("." not in gap or part.ends[word] - part.starts[word] <= 1)
    )


def _is_suffix(part: Part, word: int) -> bool:
    """True for what stands behind an apostrophe: Poland's, Rusya'nın."""
    return word > 0 and part.gap(word - 1) in _APOSTROPHES and not part.text[part.starts[word]].isupper()
