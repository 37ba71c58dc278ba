"""Misspelt and transliterated names: `Kilikdaroglu`, `Rejib`, `Kilicdarogu`, `Ethopia`. Every hit is labelled `fuzzy.*`.

Two doors, both bounded. `fuzzy.sound`: the same skeleton of consonants once letters that transliterations confuse are merged
(c ç j k q g; b p; s ş z; v w f), and alike enough as a whole. `fuzzy.typo`: one letter dropped, added, changed or swapped in a
name of at least seven letters; of a country or a long role word (`fuzzy.role`), one dropped or added. Only capitalised words that nothing else explains are looked at, and each is looked up once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from agents.enrich.actors.register import Alias, alias_index
from agents.enrich.actors.roles import RoleWord, roles_in
from agents.enrich.cldr import territories
from agents.enrich.countries.gazetteer import places_in, word_list
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.matching import Hit, words_of
from agents.enrich.reading.text import Part

_SHORTEST_SOUND: Final = 6
SHORTEST_TYPO: Final = 7
LONGEST: Final = 40
"""Letters of the words that are compared; what is longer is no name, and each letter of it would cost the square."""
_SHORTEST_ROLE: Final = 9
_ALIKE: Final = 0.86
_MORE_ALIKE: Final = 0.92
_FEW: Final = 4
"""Consonants: with so few many words sound alike (Scholz, schools), so that the vowels have to agree more."""
_SOUNDS: Final = str.maketrans(
    {
        **dict.fromkeys("cjkqgx", "k"), **dict.fromkeys("bp", "p"), **dict.fromkeys("sz", "s"), **dict.fromkeys("vwf", "v"),
        **dict.fromkeys("td", "t"), "m": "n", **dict.fromkeys("aeiouyh'", None),
    }
)  # fmt: skip
_TWICE: Final = re.compile(r"(.)\1+")
_LATIN: Final = re.compile(r"^[a-z]+$")


def skeleton(word: str) -> str:
    """The consonants of a folded word, confusable ones merged, doubles once: `kilicdaroglu` and `kilikdaroglu` are equal."""
    word = word.replace("sh", "s").replace("ch", "c").replace("kh", "h").replace("zh", "j").replace("ph", "f")
    return _TWICE.sub(r"\1", word.translate(_SOUNDS))


def is_transliteration(one: str, other: str) -> bool:
    """True if two folded given names sound alike: `rejib` and `recep`, `vladimir` and `wladimir`."""
    if one[:1].translate(_SOUNDS) != other[:1].translate(_SOUNDS):
        return False
    alike = skeleton(one)
    return len(alike) > 1 and alike == skeleton(other)


@lru_cache(maxsize=1)
def _surnames() -> tuple[dict[str, list[tuple[str, Alias]]], dict[str, list[tuple[str, Alias]]]]:
    """Latin surnames of the register by skeleton, and by each way to drop one letter."""
    by_sound: dict[str, list[tuple[str, Alias]]] = defaultdict(list)
    by_gap: dict[str, list[tuple[str, Alias]]] = defaultdict(list)
    for word, aliases in alias_index().single_words():
        if len(word) < _SHORTEST_SOUND or not _LATIN.match(word):
            continue
        for alias in aliases:
            if alias.entry.kind == "person" and not alias.supported:
                by_sound[skeleton(word)].append((word, alias))
                if len(word) >= SHORTEST_TYPO:
                    for gap in _gaps(word):
                        by_gap[gap].append((word, alias))
    return dict(by_sound), dict(by_gap)


def _gaps(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))}


def nearest(word: str) -> tuple[Alias, str, float] | None:
    """The register surname that a folded word is a misspelling of: alias, rule, confidence. None if there is none, or two."""
    return _nearest(word) if _SHORTEST_SOUND <= len(word) <= LONGEST else None


@lru_cache(maxsize=65_536)
def _nearest(word: str) -> tuple[Alias, str, float] | None:
    if not _LATIN.match(word) or alias_index().starts_with(word) or _is_ordinary(word):
        return None
    by_sound, by_gap = _surnames()
    sound = [
        (JaroWinkler.similarity(word, name), alias)
        for name, alias in by_sound.get(skeleton(word), ())
        if name[0] == word[0] and abs(len(name) - len(word)) <= 2  # noqa: PLR2004
    ]
    least = _MORE_ALIKE if len(skeleton(word)) <= _FEW else _ALIKE
    sound = [pair for pair in sound if pair[0] >= least]
    if len({alias.entry.id for _, alias in sound}) == 1:
        return sound[0][1], "fuzzy.sound", round(0.8 * sound[0][0], 2)
    if sound or len(word) < SHORTEST_TYPO:
        return None
    typo = {
        alias.entry.id: alias
        for gap in _gaps(word)
        for name, alias in by_gap.get(gap, ())
        if name[0] == word[0] and DamerauLevenshtein.distance(word, name, score_cutoff=1) <= 1
    }
    return (next(iter(typo.values())), "fuzzy.typo", 0.7) if len(typo) == 1 else None


@lru_cache(maxsize=1)
def _countries_by_gap() -> dict[str, set[tuple[str, str]]]:
    """English names and demonyms of countries, by each way to drop one letter."""
    by_gap: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for word, sense in places_in("en").names[0].single_words():
        place = sense.places[0]
        if len(word) >= SHORTEST_TYPO and place.kind in {"name", "demonym"} and _LATIN.match(word):
            for gap in _gaps(word):
                by_gap[gap].add((word, place.code))
    return by_gap


def nearest_country(word: str) -> str | None:
    """The country whose English name or demonym a folded word is, but for one letter dropped or added: `ethopia` is ETH.

    A changed letter is not enough: surnames are that near to demonyms.
    """
    return _nearest_country(word) if SHORTEST_TYPO <= len(word) <= LONGEST else None


@lru_cache(maxsize=65_536)
def _nearest_country(word: str) -> str | None:
    if not _LATIN.match(word) or alias_index().starts_with(word) or _is_ordinary(word):
        return None
    codes = {
        code
        for gap in _gaps(word)
        for name, code in _countries_by_gap().get(gap, ())
        if len(name) != len(word)
        and name[0] == word[0]
        and name[-1] == word[-1]
        and DamerauLevenshtein.distance(word, name, score_cutoff=1) <= 1
    }
    return next(iter(codes)) if len(codes) == 1 else None


@lru_cache(maxsize=1)
def _roles_by_gap() -> dict[str, list[tuple[str, RoleWord]]]:
    """Long English role words, by each way to drop one letter."""
    by_gap: dict[str, list[tuple[str, RoleWord]]] = defaultdict(list)
    for phrase, role in roles_in("en").items():
        if len(phrase) == 1 and len(phrase[0]) >= _SHORTEST_ROLE:
            for gap in _gaps(phrase[0]):
                by_gap[gap].append((phrase[0], role))
    return by_gap


def nearest_role(word: str) -> RoleWord | None:
    """The role that a folded English word is but for one letter dropped or added inside: `goverment`, `peackeepers`."""
    return _nearest_role(word) if _SHORTEST_ROLE - 1 <= len(word) <= LONGEST else None


@lru_cache(maxsize=65_536)
def _nearest_role(word: str) -> RoleWord | None:
    if not _LATIN.match(word) or word in _ordinary():
        return None
    found = {
        name: role
        for gap in _gaps(word)
        for name, role in _roles_by_gap().get(gap, ())
        if abs(len(name) - len(word)) == 1
        and name[0] == word[0]
        and name[-1] == word[-1]
        and not (name.endswith("ers") and word.endswith("es"))  # producers, produces
        and DamerauLevenshtein.distance(word, name, score_cutoff=1) <= 1
    }
    if len(found) != 1 or roles_in("en").starts_with(word):
        return None
    role = next(iter(found.values()))
    return RoleWord(role.code, role.label, role.kind, misspelt=True)


def near_roles(part: Part) -> Iterator[Hit[RoleWord]]:
    """Misspelt role words of the part."""
    for at in part.wanted(_lookouts()[2]):
        role = nearest_role(part.words[at])
        if role is not None:
            yield Hit(at, at + 1, role)


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    return word_list("false_friends.txt") | word_list("given_names.txt")


@lru_cache(maxsize=1)
def _turkish() -> frozenset[str]:
    """Words of the Turkish names of countries, which often differ from an English surname by a letter: Romanya, Romney."""
    return frozenset(word for name in territories("tr").values() for word in words_of(name))


def _is_ordinary(word: str) -> bool:
    return word in _ordinary() or word in _turkish() or places_in("en").starts_with(word)


@lru_cache(maxsize=1)
def _lookouts() -> tuple[Lookout, Lookout, Lookout]:
    return (
        Lookout(lambda word: nearest(word) is not None),
        Lookout(lambda word: nearest_country(word) is not None),
        Lookout(lambda word: nearest_role(word) is not None),
    )


def near_aliases(part: Part, taken: AbstractSet[int]) -> Iterator[tuple[int, int, Alias, str, float]]:
    """Capitalised words of the part that are misspelt surnames: first, last, alias, rule, confidence."""
    for at in part.wanted(_lookouts()[0]):
        if (
            at not in taken
            and not part.text[part.starts[at]].islower()
            and (near := nearest(part.words[at])) is not None
        ):
            yield at, at + 1, *near


def near_countries(part: Part, taken: AbstractSet[int]) -> Iterator[tuple[int, str]]:
    """Capitalised words of the part that are misspelt names or demonyms of countries, each with the country."""
    for at in part.wanted(_lookouts()[1]):
        code = nearest_country(part.words[at])
        if at not in taken and code is not None and not part.text[part.starts[at]].islower():
            yield at, code
