"""Actors of the register in the text, by name: exact, folded, inflected, transliterated; false friends kept out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache
from typing import Final

from agents.enrich.actors.register import Alias, Entry, alias_index
from agents.enrich.actors.roles import MODIFIERS, roles_in
from agents.enrich.countries.gazetteer import places_in, word_list
from agents.enrich.countries.misspelt import is_transliteration, near_aliases
from agents.enrich.reading.names import is_capital
from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Document, Part

_TITLES: Final = words("title")
_SHORT: Final = 2
_NOT_NAMES: Final = words("not_a_name")


class Named:
    """Words `first:last` of a part name an entry of the register; others of the same name are its `namesakes`.

    It is `alone` if the name means the entry only where no state's name stands beside it.
    """

    __slots__ = ("alone", "confidence", "entry", "first", "full", "last", "namesakes", "rule", "supported")

    def __init__(  # noqa: PLR0913 - a plain record
        self,
        first: int,
        last: int,
        entry: Entry,
        rule: str,
        confidence: float,
        *,
        full: bool,
        supported: bool,
        namesakes: tuple[Entry, ...] = (),
        alone: bool = False,
    ) -> None:
        self.first = first
        self.last = last
        self.entry = entry
        self.rule = rule
        self.confidence = confidence
        self.full = full
        self.supported = supported
        self.namesakes = namesakes
        self.alone = alone

    def among(self, full: AbstractSet[str]) -> None:
        """A surname means the one of its bearers who is named in full in the article."""
        if not self.full and self.entry.id not in full:
            self.entry = next((entry for entry in self.namesakes if entry.id in full), self.entry)


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return word_list("given_names.txt")


def find_named(doc: Document, part: Part, day: date) -> list[Named]:
    """Every register actor named in the part, in text order; ambiguous aliases are marked, not yet decided."""
    found: list[Named] = []
    reach = 0
    headline = part.is_headline
    for hit in part.first_names(alias_index().find_names(part)):
        if hit.first < reach:
            continue
        named = _admit(doc, part, hit.first, hit.last, hit.what, headline=headline, day=day)
        if named is not None:
            found.append(named)
            reach = named.last
    taken = {word for named in found for word in range(named.first, named.last)}
    for first, last, alias, rule, confidence in near_aliases(part, taken):
        named = _admit(doc, part, first, last, (alias,), headline=headline, day=day)
        if named is not None:
            found.append(
                Named(
                    named.first, named.last, named.entry, rule, confidence, full=named.full, supported=named.supported
                )
            )
    found.sort(key=lambda named: named.first)
    return found


def _admit(  # noqa: PLR0913 - the words, what they may name, and when
    doc: Document, part: Part, first: int, last: int, aliases: tuple[Alias, ...], *, headline: bool, day: date
) -> Named | None:
    surface = part.text[part.starts[first] : part.ends[last - 1]]
    fitting = [alias for alias in aliases if not alias.acronym or surface.isupper()]
    if not fitting:
        return None
    alias = max(fitting, key=lambda one: (_standing(one.entry, day), one.full, one.entry.id))
    entry = alias.entry
    if entry.kind != "person" or alias.full:
        if entry.kind == "person":
            first = _given_before(doc, part, first, entry, headline=True) or first
        return Named(first, last, entry, "register.name", 0.97, full=True, supported=alias.supported, alone=alias.alone)
    if len(surface) <= _SHORT and surface.isupper():  # Xi, but not XI
        return None
    begin = _given_before(doc, part, first, entry, headline=headline)
    if begin is None or not _surname_fits(doc, part, last, headline=headline):
        return None
    if begin < first:
        return Named(begin, last, entry, "register.name", 0.95, full=True, supported=False)
    namesakes = tuple(one.entry for one in fitting if one.entry is not entry) if len(fitting) > 1 else ()
    return Named(
        first, last, entry, "register.surname", 0.9, full=False, supported=alias.supported, namesakes=namesakes
    )


def _standing(entry: Entry, day: date) -> int:
    return sum(role.since <= day <= role.until for role in entry.roles)


def _given_before(doc: Document, part: Part, first: int, entry: Entry, *, headline: bool) -> int | None:
    """Where the name begins, its given names included; None if another given name stands there (Bilal Erdoğan)."""
    begin = first
    while begin and part.gap(begin - 1) in (" ", ". ", "-"):
        word = part.words[begin - 1]
        if not is_capital(part, begin - 1):
            return begin
        initial = len(word) == 1 and any(given.startswith(word) for given in entry.given)
        if word in entry.given or initial or any(is_transliteration(word, given) for given in entry.given):
            begin -= 1
            continue
        if begin < first:
            return begin
        if word in _given_names():
            return None
        if (
            headline
            or word in _TITLES
            or word in MODIFIERS
            or part.surface(begin - 1).isupper()
            or _is_known(doc, word)
        ):
            return begin
        sentence = part.sentences[part.sentence_at(begin - 1)]
        return begin if sentence.first == begin - 1 else None
    return begin


def _surname_fits(doc: Document, part: Part, last: int, *, headline: bool) -> bool:
    """False if the word is only somebody's given name: Erdoğan Toprak."""
    if headline or last >= len(part.words) or part.gap(last - 1) != " " or not is_capital(part, last):
        return True
    word = part.words[last]
    return word in _NOT_NAMES or part.surface(last).isupper() or _is_known(doc, word)


def _is_known(doc: Document, word: str) -> bool:
    language = doc.language
    return (
        places_in(language).starts_with(word)
        or roles_in(language).starts_with(word)
        or (alias_index().starts_with(word) and word not in _given_names())
    )
