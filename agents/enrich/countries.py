"""Countries in text: which, where, and by what rule."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from msgspec import Struct

from agents.enrich.fuzzy import SHORTEST_TYPO, nearest_country
from agents.enrich.gazetteer import Place, english_names, home_of, places_in, word_list
from agents.enrich.matching import Hit, words_of
from agents.enrich.mentions import Mention
from agents.enrich.tables import read_table
from agents.enrich.text import Document, Part

_CERTAIN = frozenset({"name", "former", "demonym", "adjective", "metonym", "capital", "region", "state", "derived"})
"""Kinds that show on their own that an article is about a country; cities are read in their light."""

_CONFIDENCE = {
    "name": 0.98, "former": 0.8, "demonym": 0.95, "adjective": 0.95, "metonym": 0.9, "derived": 0.85, "capital": 0.95,
    "region": 0.9, "state": 0.9, "city": 0.8, "weak": 0.75, "qualified": 0.95,
}  # fmt: skip
_CITY_NEEDS = 5.2
"""log10 of the population from which a city counts without other evidence: 160,000."""

_EVIDENCE, _LOCAL, _HOME = 1.5, 1.9, 2.4
"""What evidence for its country is worth to a town, in powers of ten of population: the country is named; a state, county or
region of it is named; the outlet is at home there."""

_OWN_SPELLING = frozenset({"tr", "ru"})
"""Languages with names of their own for every country: an English one with a slip in it is not looked for."""

_TOWNS = frozenset({"city", "capital", "state"})


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
    other: str
    not_beside: frozenset[str]
    own_words: frozenset[str]
    other_words: frozenset[str]


@lru_cache(maxsize=1)
def _ambiguous() -> dict[tuple[str, ...], _Ambiguity]:
    return {
        words_of(row.form): _Ambiguity(
            f"ambiguous.{'_'.join(words_of(row.form))}",
            row.other,
            frozenset(row.not_beside),
            frozenset(row.own_words),
            frozenset(row.other_words),
        )
        for row in read_table("ambiguous_places.tsv", AmbiguousRow)
    }


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    rows = read_table("state_abbreviations.tsv", AbbreviationRow)
    return {form: row.code for row in rows for form in (row.postal, row.wire + ".", row.wire)}


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return word_list("given_names.txt")


class _Found(Struct):
    """A phrase in the text that has passed the rules of its form, before cities are resolved."""

    part: Part
    first: int
    last: int
    places: tuple[Place, ...]
    rule: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.part.words[self.first : self.last])


def find_countries(doc: Document) -> list[Mention]:
    """Every place where the text expresses a country, in text order.

    The rule of a mention is `country.<kind>`; `country.qualified` for "Paris, Texas"; `fuzzy.typo` for "Ethopia"; `ambiguous.<form>` where a row of
    ambiguous_places.tsv decided between two.
    """
    gazetteer = places_in(doc.language)
    found: list[_Found] = []
    for part in doc.parts:
        hits = gazetteer.find(part)
        here = [item for item in (_admit(doc, part, hit) for hit in hits) if item is not None]
        if doc.language not in _OWN_SPELLING:
            here += _misspelt(part, {word for hit in hits for word in range(hit.first, hit.last)})
            here.sort(key=lambda item: item.first)
        found += here
    if not found:
        return []
    evidence = _evidence(doc, found)
    own = [_qualifier(item, following) for item, following in zip_longest(found, found[1:])]
    said: dict[tuple[str, ...], set[str]] = {}
    for item, qualifier in zip(found, own, strict=True):
        if qualifier is not None:
            said.setdefault(item.words, set()).add(qualifier)
    mentions = []
    for item, qualifier in zip(found, own, strict=True):
        senses = said.get(item.words, set())
        mention = _resolve(item, qualifier or (next(iter(senses)) if len(senses) == 1 else None), evidence)
        if mention is not None:
            mentions.append(mention)
    return mentions


def _misspelt(part: Part, taken: set[int]) -> list[_Found]:
    """Names and demonyms with a letter too many or too few, labelled `fuzzy.typo`."""
    words = part.words
    near = (
        (at, nearest_country(words[at])) for at in part.capitals if len(words[at]) >= SHORTEST_TYPO and at not in taken
    )
    return [
        _Found(part, at, at + 1, (Place(code, "weak", "any"),), "fuzzy.typo") for at, code in near if code is not None
    ]


def _evidence(doc: Document, found: list[_Found]) -> dict[str, float]:
    worth: dict[str, float] = {}
    for item in found:
        place = item.places[0]
        if place.kind in _CERTAIN and (place.kind != "capital" or len(item.places) == 1):
            worth[place.code] = max(
                worth.get(place.code, 0.0), _LOCAL if place.kind in ("state", "region") else _EVIDENCE
            )
    home = home_of(doc.source)
    if home is not None:
        worth[home] = _HOME
    return worth


def _admit(doc: Document, part: Part, hit: Hit[tuple[Place, ...]]) -> _Found | None:
    first, last = hit.first, hit.last
    start, end = part.starts[first], part.ends[last - 1]
    surface = part.text[start:end]
    places = tuple(place for place in hit.what if _case_fits(place.case, surface, part, start, end))
    if not places:
        return None
    item = _Found(part, first, last, places)
    ambiguity = _ambiguous().get(item.words)
    if ambiguity is not None:
        return _disambiguate(doc, item, ambiguity)
    if places[0].kind in ("city", "capital", "state", "region") and _is_surname(part, first, places[0].kind):
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
    part = item.part
    beside = {*part.words[max(0, item.first - 1) : item.first], *part.words[item.last : item.last + 1]}
    own, other = len(doc.vocabulary & ambiguity.own_words), len(doc.vocabulary & ambiguity.other_words)
    if not own and not ambiguity.not_beside.isdisjoint(beside):
        return None
    if other > own:
        if not ambiguity.other:
            return None
        item.places = (Place(ambiguity.other, item.places[0].kind, "any"),)
    if own or other:
        item.rule = ambiguity.rule
    return item


def _is_surname(part: Part, first: int, kind: str) -> bool:
    """True behind a given name (Jack London), and for towns before one more capitalised word that is no place."""
    if first and part.words[first - 1] in _given_names() and part.gap(first - 1) == " ":
        return not part.surface(first - 1).islower()
    if kind == "city" and first and part.gap(first - 1) in (" ", ". "):
        return part.words[first - 1] in ("mr", "mrs", "ms", "dr", "sen", "rep", "judge", "sgt", "officer", "coach")
    return False


def _qualifier(item: _Found, following: _Found | None) -> str | None:
    """The country that stands behind a town: `Paris, Texas`, `Edmonton, Ky.`, `Paris, France`."""
    part, last = item.part, item.last
    if all(place.kind not in _TOWNS for place in item.places):
        return None
    if last >= len(part.words) or not part.gap(last - 1).startswith(", "):
        return None
    if following is not None and following.part is part and following.first == last:
        codes = {place.code for place in item.places}
        state = next((place for place in following.places if place.kind == "state" and place.code in codes), None)
        if state is not None:
            return state.code
        place = following.places[0]
        is_town = item.places[0].kind in _TOWNS and place.kind in ("name", "region", "state")
        return place.code if is_town and (place.code in codes or place.kind != "name") else None
    window = part.text[part.starts[last] : part.starts[last] + 5]
    for length in (5, 4, 3, 2):
        code = _abbreviations().get(window[:length].rstrip())
        if code is not None and not part.text[part.starts[last] + length : part.starts[last] + length + 1].isalnum():
            return code
    return None


def _resolve(item: _Found, qualifier: str | None, evidence: dict[str, float]) -> Mention | None:
    place, rule = item.places[0], item.rule
    if qualifier is not None:  # one sense an article: London, Ky., is meant by every London in it
        return _mention(item, qualifier, "qualified", rule)
    if place.kind == "prefix" and item.part.gap(item.last - 1) not in ("-", "–"):
        return None
    if place.kind in ("capital", "city"):
        place = max(item.places, key=lambda candidate: (_strength(candidate, evidence), candidate.code))
        if _strength(place, evidence) < _CITY_NEEDS:
            return None
    return _mention(item, place.code, place.kind, rule)


def _strength(place: Place, evidence: dict[str, float]) -> float:
    return place.weight + evidence.get(place.code, 0.0)


def _mention(item: _Found, code: str, kind: str, rule: str) -> Mention:
    part = item.part
    start, end = part.starts[item.first], part.ends[item.last - 1]
    if part.text[end : end + 1] == "." and "." in part.text[start:end]:
        end += 1  # U.S.
    return Mention(
        field=part.field,
        start=start,
        end=end,
        text=part.text[start:end],
        kind="country",
        code=code,
        country=code,
        name=english_names().get(code, code),
        roles=(),
        confidence=_CONFIDENCE.get(kind, 0.8),
        rule=rule or f"country.{kind}",
        id=f"country:{code}",
    )
