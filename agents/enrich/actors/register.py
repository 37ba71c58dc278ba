"""The register of actors: who somebody is, under which names, and in which role at a date.

`knowledge/actors.tsv` holds one actor a row. Roles read `GOV president 2014-08-28..` or `GOV minister 2019..2021-03`:
the groups after the country, a label, and the days of office (an open end is open; a year or month alone is its first
or last day). Of an international actor the code is whole (`IGOWSTNAT`). An alias with `*` is also a common word or name and
counts only where the actor is named in full elsewhere in the article, or a role stands before it; so does the surname of a
person whose row has none. One with `^` counts only where no state's name stands beside it (`the Security Council`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import Struct

from agents.enrich.actors.codes import ActorCode
from agents.enrich.countries.inflection import forms
from agents.enrich.reading.folding import fold_each
from agents.enrich.reading.matching import PhraseIndex, words_in, words_of
from agents.enrich.reading.tables import read_table
from schemas.errors import KnowledgeError

_ROLE: Final = re.compile(
    r"^(?P<code>[A-Z]*)(?: (?P<label>[^0-9.][^.]*?))?(?: (?P<since>\d{4}[\d-]*)?\.\.(?P<until>\d{4}[\d-]*)?)?$"
)
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_LONGEST_ACRONYM: Final = 6
_SURNAME_FIRST: Final = frozenset({"CHN", "TWN", "KOR", "PRK"})
_NOT_BY_SURNAME: Final = frozenset({"VNM", "KHM", "LAO", "MMR", "ETH", "ISL", "VAT"})
"""Where people are called by their first or whole name, or by a name of their office."""

_PARTICLES: Final = frozenset({"Al", "Bin", "Jr", "Junior"})
_NO_OFFICES: Final = frozenset({"REB", "SEP", "PRM"})
"""Groups that nobody is sworn into: who is of them later is taken to be of them before."""


class ActorRow(Struct, frozen=True):
    """A row of actors.tsv."""

    id: str
    kind: str
    country: str
    name: str
    aliases: tuple[str, ...]
    roles: str
    checked: str
    source: str


class Role:
    """An office and its days."""

    __slots__ = ("code", "label", "since", "until")

    def __init__(self, code: str, label: str, since: date, until: date) -> None:
        self.code = code
        self.label = label
        self.since = since
        self.until = until


class Entry:
    """An actor of the register.

    Attributes:
        id: stable id.
        kind: person, institution, party, media, company, group or organisation.
        name: canonical name.
        country: alpha-3, or None for international actors.
        given: folded words of the name before the last (empty unless a person).
        roles: offices, most important first.
    """

    __slots__ = ("country", "given", "id", "kind", "name", "roles")

    def __init__(  # noqa: PLR0913, PLR0917 - a plain record
        self,
        id: str,  # noqa: A002 - as the field is called
        kind: str,
        name: str,
        country: str | None,
        given: frozenset[str],
        roles: tuple[Role, ...],
    ) -> None:
        self.id = id
        self.kind = kind
        self.name = name
        self.country = country
        self.given = given
        self.roles = roles

    def offices(self, code: str) -> tuple[str, ...]:
        """The label of the role with this code, whenever held; nothing where several have it, or none."""
        labels = {role.label for role in self.roles if role.code == code}
        return tuple(labels) if len(labels) == 1 else ()

    def at(self, day: date) -> tuple[str, tuple[str, ...]]:
        """The code and the labels of the roles held on a day, most important first.

        Somebody whose offices are over is of the elites (CAMEO ELI: former officials); before the first, only of the country.
        """
        held = [role for role in self.roles if role.since <= day <= role.until]
        labels = tuple(role.label for role in held if role.label)
        if held:
            return held[0].code, labels
        if self.kind != "person" or self.country is None:
            return self.roles[0].code, ()
        ahead = [role for role in self.roles if role.since > day]
        if ahead and not any(role.until < day for role in self.roles) and ahead[-1].code[3:6] in _NO_OFFICES:
            return ahead[-1].code, ()
        country = self.country
        return (ActorCode(country, "ELI") if any(role.until < day for role in self.roles) else ActorCode(country)), ()


class Alias:
    """One way to write an actor."""

    __slots__ = ("acronym", "alone", "entry", "full", "supported")

    def __init__(self, entry: Entry, *, full: bool, supported: bool, acronym: bool, alone: bool = False) -> None:
        self.entry = entry
        self.full = full
        self.supported = supported
        self.acronym = acronym
        self.alone = alone


def _day(text: str | None, *, last: bool) -> date:
    if not text:
        return date.max if last else date.min
    year, month, day = ([int(number) for number in text.split("-")] + [0, 0])[:3]
    if day:
        return date(year, month, day)
    if month:
        return date(year + month // 12, month % 12 + 1, 1) if last else date(year, month, 1)
    return date(year, 12, 31) if last else date(year, 1, 1)


def _roles(row: ActorRow) -> tuple[Role, ...]:
    roles = []
    for text in filter(None, (part.strip() for part in row.roles.split(";"))):
        match = _ROLE.match(text)
        if match is None:
            raise KnowledgeError(f"actors.tsv, {row.id}: role {text!r} is not `CODE label since..until`")
        code = ActorCode(row.country, match["code"]) if row.country else ActorCode(match["code"])
        since, until = _day(match["since"], last=False), _day(match["until"], last=True)
        if since > until:
            raise KnowledgeError(f"actors.tsv, {row.id}: role {text!r} ends before it begins")
        roles.append(Role(code, match["label"] or "", since, until))
    if not roles:
        raise KnowledgeError(f"actors.tsv, {row.id}: has no role; give at least a code")
    return tuple(roles)


@lru_cache(maxsize=1)
def entries() -> dict[str, tuple[Entry, ActorRow]]:
    """Every actor of the register, by id.

    Raises:
        KnowledgeError: a row is wrong; names the row.
    """
    found: dict[str, tuple[Entry, ActorRow]] = {}
    for row in read_table("actors.tsv", ActorRow):
        if row.id in found:
            raise KnowledgeError(f"actors.tsv: id {row.id!r} stands twice")
        given = frozenset(words_of(row.name)[:-1]) if row.kind == "person" else frozenset()
        found[row.id] = (Entry(row.id, row.kind, row.name, row.country or None, given, _roles(row)), row)
    return found


def _surnames(row: ActorRow) -> Iterator[str]:
    """The surname of whoever the row gives none for, in each script: it counts where he is named in full, or with an office."""
    if row.country in _NOT_BY_SURNAME:
        return
    names = [name.rstrip("*").split(" ") for name in (row.name, *row.aliases)]
    at = 0 if row.country in _SURNAME_FIRST else -1
    for cyrillic in (False, True):
        whole = [words for words in names if _is_cyrillic(words[-1]) is cyrillic]
        if whole and not any(len(words) == 1 for words in whole):
            surname = whole[0][at]
            if surname[0].isupper() and surname.isalpha() and not surname.isupper() and surname not in _PARTICLES:
                yield surname + "*"


def _is_cyrillic(name: str) -> bool:
    return not name.isascii() and _CYRILLIC.search(name) is not None


def _aliases(entry: Entry, row: ActorRow) -> Iterator[tuple[str, Alias]]:
    person = entry.kind == "person"
    for name in (row.name, *row.aliases, *(_surnames(row) if person else ())):
        supported = name.endswith("*")
        plain = name.rstrip("*^").strip()
        acronym = plain.isupper() and len(plain) <= _LONGEST_ACRONYM
        alias = Alias(
            entry, full=" " in plain or not person, supported=supported, acronym=acronym, alone=name.endswith("^")
        )
        if _is_cyrillic(plain) and not acronym:
            for form in forms(plain, "ru", person=person):
                yield form, alias
        else:
            yield plain, alias


@lru_cache(maxsize=1)
def alias_index() -> PhraseIndex[tuple[Alias, ...]]:
    """Every way to write every actor of the register."""
    written = [pair for entry, row in entries().values() for pair in _aliases(entry, row)]
    by_phrase: dict[str, dict[str, Alias]] = defaultdict(dict)
    for phrase, (_, alias) in zip(fold_each([phrase for phrase, _ in written]), written, strict=True):
        by_phrase[phrase].setdefault(alias.entry.id, alias)
    return PhraseIndex((words_in(phrase), tuple(aliases.values())) for phrase, aliases in by_phrase.items())
