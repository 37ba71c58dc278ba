"""Countries in text: which, where, and by what rule."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from msgspec import Struct

from agents.enrich.countries.evidence import Evidence, weigh
from agents.enrich.countries.gazetteer import TOWNS, Place, Sense, english_names, places_in, word_list
from agents.enrich.countries.misspelt import near_countries
from agents.enrich.reading.folding import fold
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.matching import Hit, words_of
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.tables import read_table, words
from agents.enrich.reading.text import Document, Part
from schemas.records import Field

_CONFIDENCE: Final = {
    "name": 0.98, "former": 0.8, "demonym": 0.95, "adjective": 0.95, "metonym": 0.9, "derived": 0.85, "capital": 0.95,
    "region": 0.9, "state": 0.9, "city": 0.8, "district": 0.75, "weak": 0.75, "qualified": 0.95,
}  # fmt: skip
_CITY_NEEDS: Final = 5.2
"""log10 of the population from which a city counts without other evidence: 160,000."""

_PLACED: Final = 0.8
"""What the words around it are worth to a town (`in Torrington`, `Torrington police`, a dateline), in powers of ten of population."""

_A_WORD: Final = 2.0
"""What it takes from a town to have the name of a word, a given name or a surname, unless it is placed."""

_OWN_SPELLING: Final = frozenset({"tr", "ru"})
"""Languages with names of their own for every country: an English one with a slip in it is not looked for."""

_SURNAMES_TOO: Final = frozenset({"city", "capital", "state", "region", "district"})
_PLACE_BEFORE: Final = words("place_before")
_PLACE_AFTER: Final = words("place_after")
_OF_PLACE: Final = words("of_place")
_LYING: Final = [
    [where, "of"]
    for where in ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "outside")
]
"""Between a town and the better-known one that it lies beside."""

_LATIN: Final = "\u0370"
_DASHES: Final = ("—", "–", "-", "(", ", ")


class AmbiguousRow(Struct, frozen=True):
    """A row of ambiguous_places.tsv.

    `form` means nothing beside a word of `not_beside`, unless a word of `own_words` is in the article; it means the
    country `other` (nothing, if that is empty) where more `other_words` than `own_words` are in the article.
    """

    form: str
    code: str
    other: str
    not_beside: tuple[str, ...]
    own_words: tuple[str, ...]
    other_words: tuple[str, ...]
    checked: str
    note: str


class AbbreviationRow(Struct, frozen=True):
    """A row of state_abbreviations.tsv."""

    code: str
    postal: str
    wire: str
    checked: str
    source: str


class _Ambiguity(NamedTuple):
    rule: str
    code: str
    other: str
    not_beside: frozenset[str]
    own_words: frozenset[str]
    other_words: frozenset[str]


@lru_cache(maxsize=1)
def _ambiguous() -> dict[tuple[str, ...], _Ambiguity]:
    return {
        words_of(row.form): _Ambiguity(
            f"ambiguous.{'_'.join(words_of(row.form))}",
            row.code,
            row.other,
            frozenset(fold(word) for word in row.not_beside),
            frozenset(fold(word) for word in row.own_words),
            frozenset(fold(word) for word in row.other_words),
        )
        for row in read_table("ambiguous_places.tsv", AmbiguousRow)
    }


@lru_cache(maxsize=1)
def _telling() -> Lookout:
    """The words that decide between two meanings of a name."""
    return Lookout(frozenset().union(*(row.own_words | row.other_words for row in _ambiguous().values())).__contains__)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    rows = read_table("state_abbreviations.tsv", AbbreviationRow)
    return {form: row.code for row in rows for form in (row.postal, row.wire + ".", row.wire)}


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return word_list("given_names.txt")


class _Found:
    """A phrase in the text that has passed the rules of its form, before towns are resolved."""

    __slots__ = ("first", "last", "part", "places", "rule", "sense")

    def __init__(  # noqa: PLR0913, PLR0917 - a plain record
        self, part: Part, first: int, last: int, sense: Sense, places: tuple[Place, ...], rule: str = ""
    ) -> None:
        self.part = part
        self.first = first
        self.last = last
        self.sense = sense
        self.places = places
        self.rule = rule


def find_countries(doc: Document) -> list[Mention]:
    """Every place where the text expresses a country, in text order.

    The rule of a mention is `country.<kind>`; `country.qualified` for "Paris, Texas"; `fuzzy.typo` for "Ethopia"; `ambiguous.<form>` where a row of
    ambiguous_places.tsv decided between two.
    """
    gazetteer = places_in(doc.language)
    found: list[_Found] = []
    for part in doc.parts:
        hits = part.first_names(gazetteer.find(part))
        here = [item for item in (_admit(doc, part, hit) for hit in hits) if item is not None]
        if doc.language not in _OWN_SPELLING:
            misspelt = _misspelt(part, hits)
            if misspelt:
                here = sorted(here + misspelt, key=lambda item: item.first)
        found += here
    return _resolve_all(doc, found) if found else []


def _resolve_all(doc: Document, found: list[_Found]) -> list[Mention]:
    evidence = weigh(doc, [(item.sense, item.places) for item in found])
    own, said, placed = _surroundings(found)
    mentions: list[Mention] = []
    for item, qualifier in zip(found, own, strict=True):
        first = item.places[0]
        place: Place | None = first
        if first.kind == "prefix" and item.part.gap(item.last - 1) not in ("-", "–"):
            continue
        if item.sense.town:
            senses = said.get(item.sense.form)
            code = qualifier or (next(iter(senses)) if senses is not None and len(senses) == 1 else None)
            if code is not None:
                mentions.append(_mention(item, code, "qualified"))
                continue
            if first.kind in ("capital", "city", "district"):
                place = _strongest(item, evidence, placed=item.sense.form in placed)
        if place is not None:
            mentions.append(_mention(item, place.code, place.kind))
    return mentions


def _surroundings(
    found: list[_Found],
) -> tuple[list[str | None], dict[tuple[str, ...], set[str]], set[tuple[str, ...]]]:
    """What stands around towns: the country behind each; those said of each name; the names that are placed somewhere.

    A name has one sense an article: `London, Ky.` is meant by every London in it.
    """
    own: list[str | None] = []
    said: dict[tuple[str, ...], set[str]] = {}
    placed: set[tuple[str, ...]] = set()
    for item, following in zip_longest(found, found[1:]):
        qualifier = _qualifier(item, following) if item.sense.town else None
        own.append(qualifier)
        if qualifier is not None:
            said.setdefault(item.sense.form, set()).add(qualifier)
        elif item.sense.town and item.sense.form not in placed and _is_placed(item, following):
            placed.add(item.sense.form)
    return own, said, placed


def _strongest(item: _Found, evidence: Evidence, *, placed: bool) -> Place | None:
    """The place that a town's name means in this article, if the evidence carries any."""
    best, most = item.places[0], -1.0
    for place in item.places:
        strength = place.weight + evidence.worth.get(place.code, 0.0) + evidence.lean.get(place.code, 0.0)
        if strength > most or (strength == most and place.code > best.code):
            best, most = place, strength
    strength = best.weight + evidence.worth.get(best.code, 0.0)
    if placed:
        strength += _PLACED
    elif item.sense.word and best.kind != "capital":
        strength -= _A_WORD
    return best if strength >= _CITY_NEEDS else None


def _misspelt(part: Part, hits: list[Hit[Sense]]) -> list[_Found]:
    """Names and demonyms with a letter too many or too few, labelled `fuzzy.typo`."""
    taken = {word for hit in hits for word in range(hit.first, hit.last)}
    return [
        _Found(
            part,
            at,
            at + 1,
            Sense((part.words[at],), (place,), plain=True, town=False, word=False),
            (place,),
            "fuzzy.typo",
        )
        for at, place in ((at, Place(code, "weak", "any")) for at, code in near_countries(part, taken))
    ]


def _admit(doc: Document, part: Part, hit: Hit[Sense]) -> _Found | None:
    first, last, sense = hit.first, hit.last, hit.what
    places = sense.places
    if not sense.plain:
        start, end = part.starts[first], part.ends[last - 1]
        surface = part.text[start:end]
        places = tuple(place for place in places if _case_fits(place.case, surface, part, start, end))
        if not places:
            return None
    item = _Found(part, first, last, sense, places)
    ambiguity = _ambiguous().get(sense.form)
    if ambiguity is not None:
        return _disambiguate(doc, item, ambiguity)
    kind = places[0].kind
    if kind in _SURNAMES_TOO:
        if first and _is_surname(part, first, kind):
            return None
        if kind == "city" and last - first == 1 and _is_given_name(part, first):
            return None
    return item


def _case_fits(case: str, surface: str, part: Part, start: int, end: int) -> bool:
    if case == "any":
        return True
    if case == "title":
        return not surface[0].islower()
    around = part.text[max(0, start - 20) : start] + part.text[end : end + 20]
    return surface.isupper() and (len(surface) > 2 or any(letter.islower() for letter in around) or len(around) < 4)  # noqa: PLR2004 - US in a line of capitals may be the pronoun


def _disambiguate(doc: Document, item: _Found, ambiguity: _Ambiguity) -> _Found | None:
    part, lookout = item.part, _telling()
    told = {one.words[at] for one in doc.parts for at in one.wanted(lookout)}
    own = len(told & ambiguity.own_words)
    if not own and ambiguity.not_beside:
        beside = {*part.words[max(0, item.first - 1) : item.first], *part.words[item.last : item.last + 1]}
        if not ambiguity.not_beside.isdisjoint(beside):
            return None
    other = len(told & ambiguity.other_words)
    if other > own:
        if not ambiguity.other:
            return None
        item.places = (Place(ambiguity.other, item.places[0].kind, "any"),)
    elif item.places[0].code != ambiguity.code:
        item.places = (Place(ambiguity.code, item.places[0].kind, "any"),)
    if own or other:
        item.rule = ambiguity.rule
    return item


def _is_surname(part: Part, first: int, kind: str) -> bool:
    """True behind a given name (Jack London), and for towns before one more capitalised word that is no place."""
    before = part.words[first - 1]
    if before in _given_names() and part.gap(first - 1) == " ":
        return not part.surface(first - 1).islower()
    if kind in ("city", "district") and part.gap(first - 1) in (" ", ". "):
        return before in ("mr", "mrs", "ms", "dr", "sen", "rep", "judge", "sgt", "officer", "coach")
    return False


def _is_given_name(part: Part, first: int) -> bool:
    """True for a given name before one more capitalised word, `Vladimir Putin`, `Владимира Путина`."""
    word, following = part.words[first], first + 1
    if following == len(part.words) or part.gap(first) != " " or not part.text[part.starts[following]].isupper():
        return False
    return not _given_names().isdisjoint((word, word[:-1], word[:-2]))


def _is_placed(item: _Found, following: _Found | None) -> bool:
    """True where the words around a name make it a town's: `in Richmond`, `Richmond Council`, `RICHMOND — A man`."""
    part, first, last = item.part, item.first, item.last
    words, text = part.words, part.text
    gap = part.gap(last - 1)
    if last < len(words) and gap == " " and text[part.starts[last]].isupper():
        return words[last] in _PLACE_AFTER
    if first == 0 and part.field is Field.BODY and gap.lstrip()[:1] in _DASHES and item.part.surface(0).isupper():
        return True
    if not first or part.gap(first - 1) not in (" ", "\u00a0"):
        return last < len(words) and gap == " " and words[last] in _PLACE_AFTER
    before = words[first - 1]
    if before == "of" and first > 1:
        return words[first - 2] in _OF_PLACE
    beyond = following is not None and following.part is part and following.first == last and gap == " "
    return before in _PLACE_BEFORE and not beyond


def _qualifier(item: _Found, following: _Found | None) -> str | None:
    """The country that stands behind a town: `Paris, Texas`, `Edmonton, Ky.`, `Paris, France`."""
    part, last = item.part, item.last
    if last >= len(part.words) or not part.gap(last - 1).startswith(", "):
        return None
    if following is not None and following.part is part:
        if part.words[last : following.first] in _LYING:  # "Edmonton, south of Cairns"
            return following.places[0].code
        if following.first == last:
            return _named_behind(item, following)
    if not part.text[part.starts[last]].isupper():
        return None
    window = part.text[part.starts[last] : part.starts[last] + 5]
    for length in (5, 4, 3, 2):
        code = _abbreviations().get(window[:length].rstrip())
        if code is not None and not part.text[part.starts[last] + length : part.starts[last] + length + 1].isalnum():
            return code
    return None


def _named_behind(item: _Found, following: _Found) -> str | None:
    codes = {place.code for place in item.places}
    state = next((place for place in following.places if place.kind == "state" and place.code in codes), None)
    if state is not None:
        return state.code
    place = following.places[0]
    is_town = item.places[0].kind in TOWNS and place.kind in ("name", "region", "state")
    return place.code if is_town and (place.code in codes or place.kind != "name") else None


def _mention(item: _Found, code: str, kind: str) -> Mention:
    part = item.part
    start, end = part.starts[item.first], part.ends[item.last - 1]
    text = part.text
    if text[end : end + 1] == "." and "." in text[start:end]:
        end += 1  # U.S.
    while end < len(text) and text[end] > _LATIN and unicodedata.category(text[end]) == "Mn":
        end += 1  # the last vowel of a Thai word
    return Mention(
        part.field, start, end, text[start:end], "country", code, code, english_names().get(code, code), (),
        _CONFIDENCE.get(kind, 0.8), item.rule or f"country.{kind}", f"country:{code}", item.first, item.last,
    )  # fmt: skip
